"""How many calls may be under way at once, found out from what the server refuses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType

__all__ = ["CallLimit"]

COOLING = 1.0
"""Seconds in which further refusals belong to the burst that was answered already."""


class CallLimit:
    """Additive increase, multiplicative decrease, as in TCP's congestion avoidance (RFC 5681).

    Use it as an async context manager around each call, in one event loop.

    Args:
        most: calls at once, to begin with and at most.
        clock: seconds, monotonic.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._limit = float(most)
        self._active = 0
        self._clock = clock
        self._cut_at = float("-inf")
        self._room = asyncio.Condition()

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

    async def __aenter__(self) -> None:
        async with self._room:
            await self._room.wait_for(lambda: self._active < self.limit)
            self._active += 1

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        async with self._room:
            self._active -= 1
            self._room.notify(max(1, self.limit - self._active))
