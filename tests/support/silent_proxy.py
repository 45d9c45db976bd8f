"""A proxy that passes everything on but WebSockets, which it swallows: with no answer at all, or after having agreed."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class SilentProxy:
    """Its address, and how many WebSockets it has swallowed."""

    def __init__(self, behind: str, *, agrees: bool) -> None:
        host, port = behind.split("/")[2].split(":")
        self._behind, self._agrees, self.swallowed = (host, int(port)), agrees, 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def serve(self) -> None:
        """Until it is closed."""
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                threading.Thread(target=self._pass_on, args=(line,), daemon=True).start()

    def close(self) -> None:
        """Lines that stand are left to their ends."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _pass_on(self, line: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = line.recv(65536)
            if not piece:
                return line.close()
            head += piece
        if re.search(rb"(?i)\r\nupgrade: *websocket", head):  # a browser opens a line of its own for it
            self.swallowed += 1
            return self._swallow(line, head)
        with socket.create_connection(self._behind) as other:
            other.sendall(head)
            back = threading.Thread(target=_pump, args=(other, line), daemon=True)
            back.start()
            _pump(line, other)
            back.join()
        return line.close()

    def _swallow(self, line: socket.socket, head: bytes) -> None:
        if self._agrees:
            key = re.search(rb"(?i)\r\nsec-websocket-key: *([^\r]+)", head)
            accept = base64.b64encode(hashlib.sha1(key[1] + _MAGIC).digest())  # noqa: S324 - as RFC 6455 has it
            line.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
        with suppress(OSError):
            while line.recv(65536):
                pass


def _pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@contextmanager
def silent_proxy(behind: str, *, agrees: bool) -> Iterator[SilentProxy]:
    """In front of a server until the block ends."""
    proxy = SilentProxy(behind, agrees=agrees)
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.close()
