"""`python -m tests.cases FILE …`: see the package."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.cases.calls import CALLS
from tests.cases.records import judge_record
from tests.cases.talks import judge
from tests.servers import serving

Case = dict[str, Any]


def cases(path: Path) -> list[Case]:
    """The cases of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def faults(given: Iterable[Case], url: str = "") -> Iterator[tuple[Case, str]]:
    """Each case with what is wrong, or with an empty string. `url` is a running assistant, for conversations."""
    for case in given:
        try:
            yield case, _fault(case, url)
        except Exception as error:  # noqa: BLE001 - a case that breaks the program fails like any other
            yield case, f"{type(error).__name__}: {error}"


def _fault(case: Case, url: str) -> str:
    asked, expected = case["input"], case["expected"]
    if call := asked.get("call"):
        if call not in CALLS:
            return f"no call {call!r}"
        found = CALLS[call](asked["text"])
        return "" if found == expected else f"{found!r} instead of {expected!r}"
    if messages := asked.get("rest"):
        return judge(url, messages, expected)
    return judge_record(case)


def main(paths: list[str]) -> int:
    """Run the files; 0 only if every case passed."""
    given = [case for path in paths for case in cases(Path(path))]
    with ExitStack() as stack:
        url = ""
        if any("rest" in case["input"] for case in given):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = stack.enter_context(serving(Path(folder))).url
        failed = 0
        for case, fault in faults(given, url):
            if fault:
                failed += 1
                print(case["id"], json.dumps(case["input"], ensure_ascii=False), "–", fault)
    print(f"{len(given) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
