"""What a push means for us: something to say to the assistant, a fixed answer, or nothing. Pure functions."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional

from bot.channels.wechat import wording
from bot.text import plain_text, source_label

_HOURS_48 = 48 * 3600.0
_GREETING = "你好"


class Allowance(NamedTuple):
    """How many customer-service messages the platform allows after a push, and for how many seconds."""

    messages: int
    seconds: float


class Allowances(NamedTuple):
    """A platform's."""

    message: Allowance
    event: Allowance


OFFICIAL_ACCOUNT = Allowances(Allowance(5, _HOURS_48), Allowance(3, 60.0))


class Incoming(NamedTuple):
    """One push, understood."""

    key: str
    """The same for every try of the same push; tells nobody who sent it."""
    sender: str
    """Rasa's sender id."""
    open_id: str
    account: str
    """The account the push was sent to; the reply comes from it."""
    say: str = ""
    """Goes to the assistant."""
    tell: str = ""
    """Fixed answer; before what the assistant answers, where both are given."""
    allowance: Optional[Allowance] = OFFICIAL_ACCOUNT.message
    at: float = 0.0
    """When it was made, in seconds since 1970; 0 where that is long ago or not known."""
    left: bool = False
    """The investor has unsubscribed."""
    source: str = ""
    """The scene of the QR code he scanned."""

    def kept(self) -> Dict[str, Any]:
        """As the ledger keeps it until the reply is out."""
        return {
            "open_id": self.open_id, "account": self.account, "say": self.say, "tell": self.tell, "source": self.source,
        }  # fmt: skip


def sender_of(channel: str, account: str, open_id: str, secret: bytes) -> str:
    """Rasa's sender id. An open id stands in no tracker, log or lead: without the secret it can't be made out."""
    digest = hmac.new(secret, f"{account}\0{open_id}".encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"{channel}-{digest.hexdigest()[:32]}"


def key_of(fields: Mapping[str, str], secret: bytes) -> str:
    """A message is known by its MsgId; an event has none and is known by who, when and what."""
    names = ("MsgId",) if fields.get("MsgId") else ("CreateTime", "Event", "EventKey", "MsgType")
    told = "\0".join(fields.get(name, "") for name in ("FromUserName", *names))
    return hmac.new(secret, told.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def read(
    fields: Mapping[str, str],
    channel: str,
    account: str,
    secret: bytes,
    scene: Callable[[str], str],
    allowances: Allowances = OFFICIAL_ACCOUNT,
) -> Incoming:
    """`account`: the id that open ids belong to. `scene`: the question behind a QR code's scene; empty for none."""
    open_id = fields["FromUserName"]
    blank = Incoming(
        key_of(fields, secret), sender_of(channel, account, open_id, secret), open_id, fields.get("ToUserName", "")
    )
    made = fields.get("CreateTime", "")
    if made.isascii() and made.isdigit() and len(made) <= 12:
        blank = blank._replace(at=float(made))
    kind = fields["MsgType"].lower()
    if kind == "event":
        return _event(blank._replace(allowance=allowances.event), fields, scene)
    return _message(blank._replace(allowance=allowances.message), kind, fields)


def _message(blank: Incoming, kind: str, fields: Mapping[str, str]) -> Incoming:
    if kind == "text":
        said = plain_text(fields.get("Content", ""))
        return blank._replace(say=said) if said else blank._replace(tell=wording.UNKNOWN)
    if kind == "voice":
        heard = plain_text(fields.get("Recognition", ""))
        return blank._replace(say=heard) if heard else blank._replace(tell=wording.VOICE)
    if kind == "location":
        place = plain_text(fields.get("Label", ""))
        return blank._replace(say=f"{place}附近有哪些园区？") if place else blank._replace(tell=wording.PLACE)
    told = {
        "image": wording.PICTURE, "video": wording.FILE, "shortvideo": wording.FILE, "file": wording.FILE,
        "link": wording.LINK,
    }  # fmt: skip
    return blank._replace(tell=told.get(kind, wording.UNKNOWN))


def _event(blank: Incoming, fields: Mapping[str, str], scene: Callable[[str], str]) -> Incoming:
    """Events that an investor did not cause to be answered (reports, notices, unknown ones) are only taken note of."""
    event, about = fields.get("Event", "").lower(), fields.get("EventKey", "")
    if event == "subscribe":
        about = about.removeprefix("qrscene_")
        question, source = scene(about), source_label(about)
        return blank._replace(say=question or _GREETING, tell=wording.WELCOME if question else "", source=source)
    if event == "scan":
        return blank._replace(say=scene(about) or _GREETING, source=source_label(about))
    if event == "click":
        return blank._replace(say=plain_text(about))
    return blank._replace(allowance=None, left=event == "unsubscribe")
