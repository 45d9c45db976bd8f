"""Takes Tabler's stylesheet into the console: `npm pack @tabler/core`, then `python -m deploy.tabler <the .tgz>`.

Pictures that stand in the stylesheet as `data:` addresses become files of their own, since the console's pages load
nothing but files of their own address (`default-src 'self'`).
"""

from __future__ import annotations

import re
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

from deploy.settings import ROOT

PLACE = ROOT / "console" / "static" / "tabler"
_STYLES = "package/dist/css/tabler.min.css"
_DATA = re.compile(r"""url\((["'])data:image/svg\+xml(?:;charset=[\w-]+)?,(.*?)\1\)""")
_LICENSE = """Tabler ({version}), https://tabler.io, MIT License

{holders}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def main(package: str) -> int:
    """Write stylesheet, pictures and licence."""
    with tarfile.open(package) as archive:
        file = archive.extractfile(_STYLES)
        if file is None:
            print(f"{package} 里没有 {_STYLES}", file=sys.stderr)
            return 1
        styles = file.read().decode("utf-8")
    PLACE.mkdir(parents=True, exist_ok=True)

    def as_file(found: re.Match[str]) -> str:
        picture = unquote(found[2]).replace("\\", "")
        name = f"{sha256(picture.encode()).hexdigest()[:10]}.svg"
        (PLACE / name).write_text(picture + "\n", encoding="utf-8")
        return f"url({name})"

    styles = _DATA.sub(as_file, styles)
    styles = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", styles).rstrip() + "\n"
    if "data:" in styles or "@import" in styles or re.search(r"url\([\"']?(?:https?:)?//", styles):
        print("样式表里还有不属于自己的地址，请看 deploy/tabler.py", file=sys.stderr)
        return 1
    (PLACE / "tabler.min.css").write_text(styles, encoding="utf-8")
    version = re.search(r"Tabler (v[\d.]+)", styles)
    holders = "\n".join(line.strip(" *") for line in styles.splitlines()[:6] if "Copyright" in line)
    told = _LICENSE.format(version=version[1] if version else "", holders=holders)
    (Path(PLACE) / "LICENSE").write_text(told, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
