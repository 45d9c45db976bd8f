"""WeChat's server as tests need it: it pushes as WeChat does and answers on the addresses we call.

Pushing: signed, five seconds, three tries, the next one when the last was hung up; an answer that arrived ends it.
Answering: access tokens that end, customer-service messages with their limits and error codes, menus; WeCom's too.
Everything an investor would have seen is kept by open id, in order.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring

PATIENCE = 5.0
TRIES = 3
_ids = count(int(time.time()) * 1000)


@dataclass
class Try:
    """One try of a push. `first_byte`: seconds until the status line, None where it never came."""

    at: float
    first_byte: float | None = None
    status: int | None = None
    said: str = ""


@dataclass
class Push:
    """One push with its tries; `text` is what the investor saw as the passive reply."""

    fields: dict
    at: float
    tries: list[Try] = field(default_factory=list)
    received: bool = False
    text: str = ""

    @property
    def first_byte(self):
        """Seconds from the first try to the answer that was received."""
        last = self.tries[-1]
        return last.at - self.at + last.first_byte if self.received else None


@dataclass
class Told:
    """One text an investor saw: `way` is passive or service."""

    at: float
    way: str
    text: str


class Platform:
    """One account of WeChat; `kind` "wecom" for an application of WeCom."""

    def __init__(self, cipher=None, kind="wechat"):
        """`cipher`: with one, pushes are encrypted; it has encrypt(text) → str and decrypt(str) → text."""
        self.token, self.app_id, self.app_secret = "token", "wx0123456789abcdef", "pretended"
        self.account, self.kind, self.cipher = ("gh_0123456789ab" if kind == "wechat" else "ww0123456789"), kind, cipher
        self.told: dict[str, list[Told]] = {}
        self.sends, self.menus, self.tokens_given = [], [], 0
        self.permitted, self.faults, self.delay = True, deque(), 0.0
        self._valid, self._lock, self._allowed = "", threading.Lock(), {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def serving(self):
        """The addresses we call, on a free port."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def environ(self):
        """What a bureau would set."""
        return {
            "WECHAT_TOKEN": self.token, "WECHAT_APP_ID": self.app_id, "WECHAT_APP_SECRET": self.app_secret,
            "WECHAT_API_BASE": self.base,
        }  # fmt: skip

    # Pushing

    def text(self, url, open_id, content, **how):
        """An investor writes."""
        return self.push(url, {"FromUserName": open_id, "MsgType": "text", "Content": content}, **how)

    def event(self, url, open_id, event, key="", **how):
        """An investor does something."""
        return self.push(url, {"FromUserName": open_id, "MsgType": "event", "Event": event, "EventKey": key}, **how)

    def push(
        self, url, fields, *, patience=PATIENCE, tries=TRIES, lose=0, same_nonce=False, before=lambda number: None
    ):
        """Push until an answer arrives. `lose`: so many answers get lost on the line.

        `patience`: seconds the platform waits, for every try or for each of them. `before` is called before each try.
        """
        waits = list(patience) if isinstance(patience, tuple) else [patience] * tries
        fields = {"ToUserName": self.account, "CreateTime": int(time.time()), **fields}
        if fields["MsgType"] != "event":
            fields.setdefault("MsgId", next(_ids))
        with self._lock:
            limits = (3, 60.0) if fields["MsgType"] == "event" else (5, 48 * 3600.0)
            held = self._allowed.get(fields["FromUserName"], [0, 0.0])
            if held[0] < limits[0] or held[1] < time.time() + limits[1]:
                self._allowed[fields["FromUserName"]] = [limits[0], max(held[1], time.time() + limits[1])]
        push, signed = Push(fields, time.monotonic()), None
        for number, seconds in enumerate(waits):
            before(number)
            signed = signed if signed and same_nonce else self.signed(fields)
            signed[0]["openid"] = fields["FromUserName"]  # WeChat's addresses carry it
            one = self.once(url, *signed, seconds)
            push.tries.append(one)
            if one.status == 200 and number >= lose:
                push.received, push.text = True, self._read(one.said)
                if push.text:
                    self._tell(fields["FromUserName"], "passive", push.text)
                break
            time.sleep(max(0.0, one.at + seconds - time.monotonic()))
        return push

    def signed(self, fields, *, at=None, nonce=None):
        """Query and body of a push, signed as WeChat does."""
        body = "<xml>" + "".join(f"<{k}>{_cdata(v)}</{k}>" for k, v in fields.items()) + "</xml>"
        return self.signed_body(body, at=at, nonce=nonce)

    def signed_body(self, body, *, at=None, nonce=None):
        """The same for any body."""
        stamp, nonce = str(int(time.time() if at is None else at)), nonce or secrets.token_hex(5)
        query = {"timestamp": stamp, "nonce": nonce, "signature": signature(self.token, stamp, nonce)}
        if self.cipher is not None:
            sealed = self.cipher.encrypt(body)
            body = f"<xml><ToUserName>{self.account}</ToUserName><Encrypt>{_cdata(sealed)}</Encrypt></xml>"
            query |= {"encrypt_type": "aes", "msg_signature": signature(self.token, stamp, nonce, sealed)}
        return query, body.encode()

    @staticmethod
    def once(url, query, body, patience=PATIENCE, method="POST"):
        """One try."""
        address, one = urlsplit(url), Try(time.monotonic())
        line = HTTPConnection(address.hostname, address.port, timeout=patience)
        try:
            line.request(method, f"{address.path}?{urlencode(query)}", body, {"Content-Type": "text/xml"})
            answer = line.getresponse()
            one.first_byte = time.monotonic() - one.at
            one.status, one.said = answer.status, answer.read().decode()
        except (OSError, HTTPException):
            one.status = one.status or None
        finally:
            line.close()
        return one

    def texts(self, open_id):
        """What an investor saw, in order."""
        with self._lock:
            return [told.text for told in self.told.get(open_id, [])]

    def _read(self, said):
        if said in ("", "success"):
            return ""
        root = fromstring(said)
        if self.cipher is not None:
            sealed = root.findtext("Encrypt")
            parts = (root.findtext("TimeStamp"), root.findtext("Nonce"), sealed)
            assert root.findtext("MsgSignature") == signature(self.token, *parts)
            root = fromstring(self.cipher.decrypt(sealed))
        assert root.findtext("MsgType") == "text"
        content = root.findtext("Content")
        assert 0 < len(content.encode()) <= 2048, "WeChat refuses longer texts"
        return content

    def _tell(self, open_id, way, text):
        with self._lock:
            self.told.setdefault(open_id, []).append(Told(time.monotonic(), way, text))

    # Answering

    def expire_token(self):
        """The token given last is no longer taken."""
        self._valid = ""

    def _asked(self, path, query, body):
        if self.delay:
            time.sleep(self.delay)
        if path in ("/cgi-bin/stable_token", "/cgi-bin/gettoken"):
            given = body.get("secret") or query.get("corpsecret")
            if given != self.app_secret:
                return {"errcode": 40125, "errmsg": "invalid appsecret"}
            with self._lock:
                if not self._valid or body.get("force_refresh"):
                    self.tokens_given += 1
                    self._valid = f"token-{self.tokens_given}"
                return {"errcode": 0, "access_token": self._valid, "expires_in": 7200}
        if self.faults:
            fault = self.faults.popleft()
            if fault:
                return fault if isinstance(fault, dict) else {"errcode": fault, "errmsg": "on purpose"}
        if not self._valid or query.get("access_token") != self._valid:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        if path == "/cgi-bin/menu/create":
            self.menus.append(body)
            return {"errcode": 0, "errmsg": "ok"}
        if path in ("/cgi-bin/message/custom/send", "/cgi-bin/message/send"):
            return self._sent(body)
        return {"errcode": 404, "errmsg": "no such path"}

    def _sent(self, body):
        if not self.permitted:
            return {"errcode": 48001, "errmsg": "api unauthorized"}
        text = body["text"]["content"] if body["msgtype"] == "text" else json.dumps(body, ensure_ascii=False)
        if body["msgtype"] == "text" and len(text.encode()) > 2048:
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        if self.kind == "wechat":
            with self._lock:
                allowed = self._allowed.get(body["touser"])
                if allowed is None or allowed[1] < time.time():
                    return {"errcode": 45015, "errmsg": "response out of time limit"}
                if allowed[0] <= 0:
                    return {"errcode": 45047, "errmsg": "out of response count limit"}
                allowed[0] -= 1
        self.sends.append(body)
        self._tell(body["touser"], "service", text)
        return {"errcode": 0, "errmsg": "ok"}

    def _handler(self):
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self._answer(json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}"))

            def do_GET(self):
                self._answer({})

            def _answer(self, body):
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                said = json.dumps(platform._asked(address.path, query, body)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                pass

        return Handler


def signature(*parts):
    """WeChat's."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat prescribes it


def _cdata(value):
    return str(value) if isinstance(value, int) else f"<![CDATA[{value}]]>" if "]]>" not in value else escape(value)
