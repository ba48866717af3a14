"""The HTTP side of `JudgeServer`: well-formed responses and broken ones.

One event loop in a thread of its own serves every connection, so that a thousand calls that wait
cost no more than one, and what a benchmark measures is the client.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, NamedTuple

__all__ = ["Response", "ServedCall", "ServerThread"]

LONGEST_HEAD = 1 << 20
DRIP = 0.05
"""Seconds between two bytes of a response that does not end."""


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


class Response:
    """One response, still to be sent.

    Args:
        writer: of the connection.
    """

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

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
        self._writer.write(_head(status, kind, len(data), more or {}) + data)

    def reset(self) -> None:
        """Hangs up without a word."""
        self._writer.transport.abort()

    async def trickle(self) -> None:
        """A byte at a time, for ever."""
        self._writer.write(_head(200, "application/json", 100_000, {}))
        while True:
            await asyncio.sleep(DRIP)
            self._writer.write(b" ")
            await self._writer.drain()


def _head(status: int, kind: str, length: int, more: dict[str, str]) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    fields = {"Content-Type": kind, "Content-Length": str(length), **more}
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class ServerThread:
    """HTTP/1.1 on a free port of 127.0.0.1, connections kept alive.

    Args:
        answer: sends the response to a call; is given the body as it came, too. Runs in the
            server's own thread.
    """

    def __init__(self, answer: Callable[[ServedCall, bytes, Response], Awaitable[None]]) -> None:
        self._answer = answer
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._connection, "127.0.0.1", 0, limit=LONGEST_HEAD, backlog=1024)
        )
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        """Hangs up on everybody."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Clients that go away are part of the tests; the server goes away while some still wait.
        gone = (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError)
        with contextlib.suppress(*gone):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                pairs = (line.partition(":") for line in lines if line)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                raw = await reader.readexactly(int(headers.get("content-length") or 0))
                call = ServedCall(first.split(" ")[1], headers, _document(raw))
                await self._answer(call, raw, Response(writer))
                await writer.drain()
        writer.close()

    async def _end(self) -> None:
        self._server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def _document(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body; empty for an upload."""
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
