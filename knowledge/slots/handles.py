"""E-mail addresses and WeChat ids in a folded text: zhang@example。com, 加薇zhangsan88, ➕v:zhangsan88, WeChat ID: a_b-c88.

Both are found from what they can't do without – an @, a word that announces an id – and read outwards from there over
a bounded number of characters.
"""

from __future__ import annotations

import re

import msgspec


class Handle(msgspec.Struct, frozen=True):
    """What was found, in one normal form; `start` and `end` are where it stands."""

    value: str
    start: int
    end: int


_LOCAL = re.compile(r"[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_])?\s?$")
_HOST = re.compile(r"\s?(?P<host>(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}|(?:[a-z0-9-]{1,63}。){1,6}[a-z]{2,24})")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LONGEST_LOCAL = 66

_TOKEN = re.compile(r"[a-z][a-z0-9_-]*")
_ID = re.compile(r"[a-z][a-z0-9_-]{5,19}")
_HEART = r"(?:❤|♥|♡|心|星|x)\ufe0f?"
_WORD = (
    rf"(?:微信|薇信|威信|徽信|维信|v信|(?<![a-z])[vw]\s?x|微{_HEART}|威{_HEART}|薇{_HEART}|卫星号|wechat|we chat|weixin|wei xin"
    r"|(?:加|➕|\+)\s?(?:我|下|个|一下)?的?\s?(?:微|薇|威|徽|v|w)|(?<![a-z0-9])v(?=\s?:)|[薇威徽](?=\s?:))"
)
_SAYS = r"(?:账号|帐号|号码|号|id|名|是|为|叫|就是|is|搜|搜索|加|:|=|-|→|>|,|\s|\(|\"|')"
_ANNOUNCED = re.compile(rf"{_WORD}(?P<says>{_SAYS}{{0,6}})$")
_OTHER = re.compile(
    rf"(?<![a-z])(?:qq|扣扣|企鹅|钉钉|飞书|抖音|快手|微博|小红书|skype|telegram|whatsapp|kakao|line|instagram|linkedin|领英){_SAYS}{{1,6}}$"
)
_OTHER_ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_GLUED = re.compile(r"(?:vx|wechat|weixin)(?:id)?[-_]?(?=[a-z])|(?:v|w|wx)(?=[a-z])")
_ALONE = re.compile(r"vx(?=[a-z][a-z0-9_-]{5,19}$)")
_ADDING = re.compile(r"(?:加|➕|\+)(?:我|下|个|一下)?的?\s?$")
_BEFORE = 24
_NO_ID = frozenset(
    "please number account contact official public wechat weixin program mini group thanks thank wechatid business "
    "system service channel robot assistant support payment login".split()
)


def emails(text: str) -> list[Handle]:
    """All e-mail addresses. A 。 between two parts of a host is a dot, unless the host has dots already."""
    found, at, behind = list[Handle](), text.find("@"), 0
    while at >= 0:
        local = _LOCAL.search(text[max(behind, at - _LONGEST_LOCAL) : at])
        host = _HOST.match(text, at + 1, at + 260)
        if local and host and (local.end() - local.start()) < _LONGEST_LOCAL:
            start = max(behind, at - _LONGEST_LOCAL) + local.start()
            name = host["host"].replace("。", ".")
            if all(_LABEL.fullmatch(label) for label in name.split(".")):
                found.append(Handle(f"{text[start:at].strip()}@{name}", start, host.end()))
                behind = host.end()
        at = text.find("@", at + 1)
    return found


def wechat_ids(text: str) -> list[Handle]:
    """All WeChat ids that a word announces."""
    return [handle for handle in (_announced(text, m) for m in _TOKEN.finditer(text)) if handle]


def other_ids(text: str) -> list[Handle]:
    """Ids of other services; nobody is reached by them here, but they tell who somebody is."""
    return [
        Handle(match.group(0), match.start(), match.end())
        for match in _OTHER_ID.finditer(text)
        if 5 <= len(match.group(0)) <= 32 and _OTHER.search(text[max(0, match.start() - _BEFORE) : match.start()])
    ]


def bare_id(text: str) -> str:
    """The id that a whole message is, or an empty string: "vx" before it is no part of it."""
    bare = text[2:] if _ALONE.match(text) else text
    return bare if _ID.fullmatch(bare) and bare not in _NO_ID else ""


def _announced(text: str, match: re.Match[str]) -> Handle | None:
    start, end = match.span()
    if not 6 <= end - start <= 32 or (text[end : end + 1] in ("@", ".") and text[end + 1 : end + 2].isalnum()):
        return None
    before = text[max(0, start - _BEFORE) : start]
    token = match.group(0).rstrip("-")
    if (said := _ANNOUNCED.search(before)) and _is_id(token, plain=said["says"] in ("", " ")):
        return Handle(token, start, start + len(token))
    glued = _GLUED.match(token)
    if glued and (_ADDING.search(before) or glued.group(0).startswith(("vx", "wechat", "weixin"))):
        rest = token[glued.end() :]
        if _is_id(rest, plain=True):
            return Handle(rest, start + glued.end(), start + len(token))
    return None


def _is_id(token: str, *, plain: bool) -> bool:
    """Whether it can be an id. Behind nothing but a space a word is taken for one only where it holds more than letters."""
    if not _ID.fullmatch(token) or token in _NO_ID:
        return False
    return not plain or not token.isalpha() or len(token) >= 7
