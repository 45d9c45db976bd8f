"""Checks edited records and waits until the running assistant uses them: `make reload`.

The servers look at the files twice a second by themselves. This reports the findings of the check, and then asks
the action server until it serves exactly the records on disk. The Rasa server looks as often and has less to
build, but offers no address to ask; it gets one more second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import requests

from deploy.records import digest
from deploy.settings import PYTHON, ROOT, Ports
from knowledge.catalogue import Catalogue
from knowledge.paths import records_folder

_PATIENCE = 30.0
"""Seconds; a changed sentence takes 0.03 s to embed, an imported spreadsheet of hundreds some ten."""


def main() -> int:
    """Exit with 1 where the records have faults, or where no server takes them up."""
    if subprocess.run([PYTHON, "-m", "knowledge", "check"], cwd=ROOT, check=False).returncode:
        print("有错误，运行中的服务继续使用上一次正确的内容。请按提示改正后再运行 make reload。", file=sys.stderr)
        return 1
    wanted = digest(Catalogue.load(records_folder()))
    address, started = f"{Ports.of(os.environ).actions_url}/records", time.monotonic()
    while time.monotonic() - started < _PATIENCE:
        try:
            if requests.get(address, timeout=5).json().get("digest") == wanted:
                time.sleep(1.0)
                print("运行中的服务已使用最新内容。")
                return 0
        except requests.ConnectionError:
            print("记录检查通过；服务没有在运行，下次 make run 时生效。")
            return 0
        time.sleep(0.2)
    print(f"{_PATIENCE:.0f} 秒内服务没有用上新内容，请看 make run 窗口里 actions 的日志。", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
