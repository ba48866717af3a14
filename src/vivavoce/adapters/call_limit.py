"""How many calls may be under way at once, found out from what the server refuses."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType

__all__ = ["CallLimit"]

COOLING = 1.0
"""Seconds in which further refusals belong to the burst that was answered already."""


class CallLimit:
    """Additive increase, multiplicative decrease, as in TCP's congestion avoidance (RFC 5681).

    Use it as an async context manager around each call, in one event loop. Calls begin in the
    order in which they came.

    Calls that begin in one instant are answered in one instant, and then again: each then waits
    for the others' replies to be read. A moment between their begins keeps them apart.

    Args:
        most: calls at once, to begin with and at most.
        clock: seconds, monotonic.
        apart: seconds between the begins of two calls, at least.
    """

    def __init__(
        self, most: int, clock: Callable[[], float] = time.monotonic, *, apart: float = 0.0
    ) -> None:
        self._most = most
        self._apart = apart
        self._next_at = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._limit = float(most)
        self._active = 0
        self._clock = clock
        self._cut_at = float("-inf")
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """Calls that may be under way now; at least 1."""
        return int(self._limit)

    def refused(self) -> None:
        """Halves the limit; the refusals of one burst halve it once."""
        now = self._clock()
        if now - self._cut_at >= COOLING:
            self._cut_at = now
            self._limit = max(1.0, self._limit / 2)

    def answered(self) -> None:
        """Raises the limit, by one for as many answers as it allows calls."""
        self._limit = min(float(self._most), self._limit + 1.0 / self._limit)
        self._admit()

    async def __aenter__(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # its turn had come: it passes to the next
                self._leave()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        self._active -= 1
        self._admit()

    def _admit(self) -> None:
        """Lets in as many of those that wait as there is room for, the first first."""
        while self._waiting and self._active < self.limit and self._timer is None:
            turn = self._waiting[0]
            early = self._next_at - self._clock()
            if early > 0 and not turn.done():
                self._timer = asyncio.get_running_loop().call_later(early, self._later)
                return
            self._waiting.popleft()
            if not turn.cancelled():
                self._active += 1
                turn.set_result(None)
                self._next_at = self._clock() + self._apart

    def _later(self) -> None:
        self._timer = None
        self._admit()
