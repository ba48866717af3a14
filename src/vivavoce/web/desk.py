"""Lets a few requests at a time be worked on, so that the page stays alive, and streams events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import anyio.to_thread
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from vivavoce.errors import VivaError
from vivavoce.web.work import Tell

__all__ = ["Desk"]

AT_ONCE = 2
"""Requests that are worked on at once: two share the processor better than ten."""
MOST_WAITING = 64
"""Requests that wait or run at once; the next is told to come again."""
PULSE_S = 10.0
"""How often a stream says that it is alive."""

T = TypeVar("T")


class Desk:
    """Takes work in order of arrival."""

    def __init__(self) -> None:
        self._limit: anyio.CapacityLimiter | None = None
        self._waiting = 0
        self._running: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """Requests that wait or run."""
        return self._waiting

    async def do_if_idle(self, task: Callable[[], T]) -> T | None:
        """The task's result, or None where others are served first and it is left undone."""
        return None if self._waiting else await self.do(task)

    async def do(self, task: Callable[[], T]) -> T:
        """The task's result, worked out in a thread.

        Raises:
            HTTPException: 503, too many are waiting.
        """
        self._limit = self._limit or anyio.CapacityLimiter(AT_ONCE)
        if self._waiting >= MOST_WAITING:
            raise HTTPException(
                503,
                "Many answers are waiting. Send it again in a few seconds.",
                {"Retry-After": "5"},
            )
        self._waiting += 1
        try:
            return await anyio.to_thread.run_sync(task, limiter=self._limit)
        finally:
            self._waiting -= 1

    def stream(self, task: Callable[[Tell], BaseModel]) -> StreamingResponse:
        """The task's events, server-sent: what it tells, then `done` or `failed`.

        The work goes on to its end even if nobody listens any more: an answer that was given is
        kept.
        """
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(name: str, values: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(queue.put_nowait, _event(name, values))

        async def work() -> None:
            try:
                if self._waiting >= AT_ONCE:
                    tell("queued", {"ahead": self._waiting})
                done = await self.do(lambda: task(tell))
                tell("done", done.model_dump(mode="json"))
            except HTTPException as exc:
                tell("failed", {"error": exc.detail})
            except VivaError as exc:
                tell("failed", {"error": str(exc)})
            except Exception:
                tell("failed", {"error": "Something went wrong here; see the server's messages."})
                raise
            finally:
                loop.call_soon_threadsafe(queue.put_nowait, None)

        running = asyncio.create_task(work())
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        return StreamingResponse(_events(queue), media_type="text/event-stream")


async def _events(queue: asyncio.Queue[bytes | None]) -> AsyncIterator[bytes]:
    while True:
        try:
            event = await asyncio.wait_for(queue.get(), PULSE_S)
        except TimeoutError:
            # A comment, so that nothing on the way takes the stream for dead.
            yield b": waiting\n\n"
            continue
        if event is None:
            return
        yield event


def _event(name: str, values: dict[str, Any]) -> bytes:
    """JSON escapes line breaks, so that no text can end the event before its time."""
    return f"event: {name}\ndata: {json.dumps(values)}\n\n".encode()
