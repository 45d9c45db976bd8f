"""Mends Rasa 3.6 where it costs every turn time, without changing what it does.

- `RemoteAction._validate_action_result` checks its own JSON schema anew on every call: 41 ms of a 56 ms turn, 0.8 ms
  with one validator built once.
- `EndpointConfig.session` opens a session, and with it a connection, for every call of an action: 1 ms.
- `Domain.is_empty` builds an empty domain on every turn to compare with: 0.2 ms.
- The action server would embed each question that this process has embedded already: its vector goes along.

And where it is not careful enough:
- A call says until when its answer is wanted: an action server that was held up must not carry out late what the
  investor was told is not done.
- Every response says that browsers may send cookies along (`Access-Control-Allow-Credentials`), which nothing of ours
  needs: it is said to nobody, and nothing at all where no foreign origin is allowed (`--cors`).
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Dict, Iterator, List, Optional, Union

import aiohttp
import rasa.server
from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

from bot.nlu.vectors import question_vectors
from knowledge.text import asked

_validator = Draft7Validator(RemoteAction.action_response_format_spec())
_call, _stock_is_empty = RemoteAction._action_call_format, Domain.is_empty
_wanted_until: ContextVar[Optional[float]] = ContextVar("wanted_until", default=None)
_KEEP_ALIVE = 2.0
"""Seconds for which an idle connection is used again: less than the five after which the action server closes it."""


def _validate(self: RemoteAction, result: Dict[str, Any]) -> bool:
    _validator.validate(result)
    return True


@contextmanager
def wanted_until(moment: float) -> Iterator[None]:
    """Calls of the action server that are begun inside say that nobody waits for them after `moment` (since 1970)."""
    before = _wanted_until.set(moment)
    try:
        yield
    finally:
        _wanted_until.reset(before)


def _call_with_vector(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    call: Dict[str, Any] = _call(self, tracker, domain)
    vectors = question_vectors()
    packed = vectors.packed(asked(tracker.latest_message.text or "")) if tracker.latest_message else None
    if packed:
        call["vector"] = {"embedder": vectors.embedder.name, "packed": packed}
    if (until := _wanted_until.get()) is not None:
        call["wanted_until"] = until
    return call


class _Kept:
    """The session of an endpoint, opened at the first call in an event loop and left open for the next."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        self._endpoint = endpoint

    async def __aenter__(self) -> aiohttp.ClientSession:
        loop, kept = asyncio.get_running_loop(), vars(self._endpoint)
        if kept.get("_loop") is not loop or kept["_session"].closed:
            auth = self._endpoint.basic_auth
            kept["_session"] = aiohttp.ClientSession(
                headers=self._endpoint.headers,
                auth=aiohttp.BasicAuth(auth["username"], auth["password"]) if auth else None,
                timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
                connector=aiohttp.TCPConnector(keepalive_timeout=_KEEP_ALIVE),
            )
            kept["_loop"] = loop
        session: aiohttp.ClientSession = kept["_session"]
        return session

    async def __aexit__(self, *_: object) -> None:
        pass


def _kept_session(self: EndpointConfig) -> _Kept:
    return _Kept(self)


def _is_empty(self: Domain) -> bool:
    kept = vars(self)
    if "_empty" not in kept:
        kept["_empty"] = _stock_is_empty(self)
    return bool(kept["_empty"])


def _configure_cors(app: Any, cors_origins: Union[str, List[str], None] = "") -> None:
    if cors_origins:
        app.config.CORS_SUPPORTS_CREDENTIALS = False
        rasa.server.CORS(app, resources={r"/*": {"origins": cors_origins}}, automatic_options=True)


def apply() -> None:
    """Put the repairs in place; safe to call more than once."""
    RemoteAction._validate_action_result = _validate
    RemoteAction._action_call_format = _call_with_vector
    EndpointConfig.session = _kept_session
    Domain.is_empty = _is_empty
    rasa.server.configure_cors = _configure_cors
