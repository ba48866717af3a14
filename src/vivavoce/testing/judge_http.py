"""The HTTP side of `JudgeServer`: well-formed responses and broken ones."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol

__all__ = ["JudgeHandler", "QuietServer", "ServedCall"]


class ServedCall(NamedTuple):
    """What a client sent.

    Attributes:
        path: of the URL.
        headers: names in lower case.
        body: the JSON document; empty for an upload.
    """

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class _Double(Protocol):
    def answer(self, call: ServedCall, upload: bytes, handler: JudgeHandler) -> None: ...


class QuietServer(ThreadingHTTPServer):
    """A server that waits for nobody and says nothing."""

    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are part of the tests."""


class JudgeHandler(BaseHTTPRequestHandler):
    """Hands requests to a double, which answers through it."""

    protocol_version = "HTTP/1.1"
    # Head and body are two writes; with Nagle's algorithm the second waits 40 ms for an ACK.
    disable_nagle_algorithm = True
    server_double: _Double

    def do_POST(self) -> None:
        self._served()

    def do_GET(self) -> None:
        self._served()

    def _served(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = {}
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.server_double.answer(ServedCall(self.path, headers, body), raw, self)

    def send(self, status: int, document: object, more: dict[str, str] | None = None) -> None:
        """A document as JSON; a text as it is."""
        if isinstance(document, str):
            self.send_text(status, "application/jsonl", document)
        else:
            self.send_text(status, "application/json", json.dumps(document), more)

    def send_text(
        self, status: int, kind: str, text: str, more: dict[str, str] | None = None
    ) -> None:
        """A whole response."""
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def reset(self) -> None:
        """Hangs up without a word."""
        self.close_connection = True

    def trickle(self, over: threading.Event) -> None:
        """A byte at a time, for ever."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not over.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""
