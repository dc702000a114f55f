"""Services as a channel meets them, on this machine: they keep what they were sent."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(self.body.decode()).items()}


@dataclass
class Web:
    """An HTTP server; `answers` are the status codes of its next answers, 200 after these, `body` what they
    hold. While `free` is not set it answers nobody."""

    port: int = 0
    got: list[Request] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    body: bytes = b'{"errcode": 0, "id": "1", "code": 200}'
    free: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def web() -> Iterator[Web]:
    stand_in = Web()
    stand_in.free.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                return  # whoever sent it died over it
            headers = {key.lower(): value for key, value in self.headers.items()}
            stand_in.got.append(Request(self.path, headers, body))
            stand_in.free.wait(30)
            status = stand_in.answers.pop(0) if stand_in.answers else 200
            answer = stand_in.body
            with contextlib.suppress(OSError):  # whoever asked may be gone
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        do_PUT = do_POST  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.port = server.server_address[1]
    with _serving(server):
        yield stand_in


@dataclass
class Mailbox:
    port: int = 0
    got: list[email.message.EmailMessage] = field(default_factory=list)


@contextlib.contextmanager
def mail() -> Iterator[Mailbox]:
    """An SMTP server that takes whatever it is given."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    self.say("354 go on")
                    text = b""
                    while (part := self.rfile.readline()) not in (b".\r\n", b""):
                        text += part
                    message = email.message_from_bytes(text, policy=email.policy.default)
                    assert isinstance(message, email.message.EmailMessage)
                    box.got.append(message)
                    self.say("250 taken")
                elif verb == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 fine")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.port = server.server_address[1]
    with _serving(server):
        yield box


@contextlib.contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
