"""Receivers on free local ports: one answers HTTP as it is told, one speaks raw bytes, one is a mail server."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Heard:
    """A request as it arrived."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body


@contextmanager
def answering(status=200, headers=None, body=b"{}"):
    """Always the same answer; yields the address and the list of what was heard."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("Content-Length", 0))
            lower = {name.lower(): value for name, value in self.headers.items()}
            heard.append(Heard(self.path, lower, self.rfile.read(length)))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def do_GET(self):
            heard.append(Heard(self.path, {}, b""))
            self.send_error(500)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/take?key=ROBOTKEY123", heard
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def raw(speak):
    """`speak(connection)` is called with every connection, after the request was read."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection):
        with connection:
            connection.settimeout(5)
            try:
                connection.recv(65536)
                speak(connection)
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/take?key=ROBOTKEY123"
    finally:
        server.close()


def reset(connection):
    """Break the line at once, without a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(connection):
    """Say nothing until the other side gives up."""
    while connection.recv(65536):
        pass


@contextmanager
def smtp(**codes):
    """A mail server that answers a command (mail, rcpt, data, end) with the given code; yields port and letters."""
    letters = []

    def talk(connection):
        file = connection.makefile("rwb")

        def say(text):
            file.write(text.encode() + b"\r\n")
            file.flush()

        say("220 test")
        while line := file.readline():
            word = line.split()[0].lower().decode() if line.split() else ""
            if word in ("ehlo", "helo"):
                say("250 test")
            elif word == "data":
                if codes.get("data", 354) != 354:
                    say(f"{codes['data']} no +8613912345678")
                    continue
                say("354 go on")
                letter = b""
                while (row := file.readline()) != b".\r\n":
                    letter += row
                say(f"{codes.get('end', 250)} done")
                letters.append(letter)
            elif word == "quit":
                say("221 bye")
                return
            else:
                say(f"{codes.get(word, 250)} word")

    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1], letters
    finally:
        server.close()
