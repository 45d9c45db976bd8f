"""What can go wrong when we ask WeChat or WeCom for something, by what is to be done about it.

WeChatError
├── TryLater                 it may work in a moment
│   ├── Unreachable          no connection, no answer in time, no JSON, HTTP other than 200
│   ├── Busy                 -1, 45009, 45011: the platform is overloaded or counts too many calls
│   └── TokenExpired         40001, 40014, 42001: handled once by a new access token
├── NotPermitted             48001, 48002, 50001 …: the account has no such right
├── NotReachable             this investor can not be written to now; it waits for the next message
│   ├── WindowClosed         45015: more than 48 hours since the last message
│   ├── AllowanceSpent       45047: five messages were sent since
│   └── RecipientUnknown     40003, 43004, 40031, 60111, 81013: does not follow us (any more)
├── SettingsWrong            40013, 40125, 40164, 41002 …: app id, secret or IP white-list
└── Rejected                 any other code: what we sent is not taken
"""

from __future__ import annotations

from typing import Dict, Type


class WeChatError(Exception):
    """`code` is the platform's errcode, or None. Neither message nor code tells an address, a token or a person."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(f"{type(self).__name__}（errcode {code}）" if code is not None else type(self).__name__)
        self.code = code


class TryLater(WeChatError):
    """See above; so for all of these."""


class Unreachable(TryLater): ...


class Busy(TryLater): ...


class TokenExpired(TryLater): ...


class NotPermitted(WeChatError): ...


class NotReachable(WeChatError): ...


class WindowClosed(NotReachable): ...


class AllowanceSpent(NotReachable): ...


class RecipientUnknown(NotReachable): ...


class SettingsWrong(WeChatError): ...


class Rejected(WeChatError): ...


_OF: Dict[Type[WeChatError], tuple[int, ...]] = {
    Busy: (-1, 45009, 45011, 45033, 45066, 50002),
    TokenExpired: (40001, 40014, 42001),
    NotPermitted: (48001, 48002, 48004, 48006, 50001, 60011, 301002),
    WindowClosed: (45015,),
    AllowanceSpent: (45047,),
    RecipientUnknown: (40003, 40031, 43004, 43005, 60111, 81013),
    SettingsWrong: (40002, 40013, 40125, 40164, 41002, 41004, 40243, 89503, 60020, 40056),
}
_BY_CODE = {code: error for error, codes in _OF.items() for code in codes}


def error_of(code: int) -> WeChatError:
    """The error for an errcode other than 0."""
    return _BY_CODE.get(code, Rejected)(code)
