"""What goes to a judge and what comes back, as plain values."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["JudgeReply", "Prompt"]


class Prompt(NamedTuple):
    """One question to a judge, rendered.

    Attributes:
        system, user: the two messages.
        digest: of the template, 12 hex digits; equal templates ask the same.
    """

    system: str
    user: str
    digest: str


class JudgeReply(NamedTuple):
    """What a judge answered, unread.

    Attributes:
        text: of the message; may be empty or garbled.
        finish_reason: as the server said: `stop`, `length`, `content_filter`; "" if it said none.
        prompt_tokens, completion_tokens: as the server counted them; None where it did not.
        cached: came from the cache, so that it cost nothing.
    """

    text: str
    finish_reason: str = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached: bool = False
