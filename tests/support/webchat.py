"""A visitor of the web channel without a browser: engine.io's polling transport, spoken with plain requests."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from typing import Any

import requests

from deploy.client import Turn

_SEPARATOR = "\x1e"


class WebChat:
    """One conversation. Raises `AssertionError` where the server does not keep to the protocol."""

    def __init__(self, url: str, seconds: float = 30.0) -> None:
        self._url, self._seconds = f"{url}/webhooks/web/socket.io/?EIO=4&transport=polling", seconds
        self._http, self._numbers, self._waiting = requests.Session(), itertools.count(), list[str]()
        opened = self._poll()[0]
        self._url += "&sid=" + json.loads(opened[1:])["sid"]
        self._post("40")
        self._until("40")
        self.token = self._call("hello", {"token": ""})["token"]

    @property
    def sender(self) -> str:
        """As the server calls this visitor."""
        return "web-" + self.token.split(".")[0]

    def ask(self, text: str) -> Turn:
        """Say something; the turn that answers it, as `deploy.client.ask` gives it over REST."""
        id_ = uuid.uuid4().hex
        told = self._call("say", {"id": id_, "text": text})
        while wait := told.get("wait"):
            time.sleep(wait)
            told = self._call("say", {"id": id_, "text": text})
        while True:
            frames = json.loads(self._until('42["frames"')[2:])[1]
            self._post("42" + json.dumps(["ack", {"n": frames[-1]["n"]}]))
            for frame in frames:
                if frame["id"] == id_:
                    return Turn(frame["texts"], frame["buttons"], [frame["envelope"]])

    def _call(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        self._post(f"42{number}" + json.dumps([event, data]))
        answer: dict[str, Any] = json.loads(self._until(f"43{number}[")[len(f"43{number}") :])[0]
        return answer

    def _until(self, beginning: str) -> str:
        """The next packet that begins so; others are kept for who wants them, pings are answered."""
        for i, packet in enumerate(self._waiting):
            if packet.startswith(beginning):
                return self._waiting.pop(i)
        limit = time.monotonic() + self._seconds
        while time.monotonic() < limit:
            for packet in self._poll():
                if packet == "2":
                    self._post("3")
                else:
                    self._waiting.append(packet)
            for i, packet in enumerate(self._waiting):
                if packet.startswith(beginning):
                    return self._waiting.pop(i)
        raise AssertionError(f"no {beginning} within {self._seconds} s")

    def _poll(self) -> list[str]:
        answer = self._http.get(self._url, timeout=self._seconds)
        assert answer.status_code == 200, answer.text
        return answer.text.split(_SEPARATOR)

    def _post(self, packet: str) -> None:
        answer = self._http.post(
            self._url, data=packet.encode(), headers={"Content-Type": "text/plain"}, timeout=self._seconds
        )
        assert answer.status_code == 200, answer.text
