"""What a candidate said, and where it came from."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Answer", "Segment", "Span"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Model):
    """Half-open character range `[start, end)` of an answer's text."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]

    def of(self, text: str) -> str:
        """The characters it covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


class Segment(_Model):
    """A stretch of an answer that was spoken between two times.

    Attributes:
        start, end: character offsets in the answer's text.
        from_s, to_s: seconds from the start of the recording; None where not known.
        confidence: 0..1, how sure the recogniser was of the words; None where it did not say.
    """

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    from_s: float | None = None
    to_s: float | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None


class Answer(_Model):
    """One candidate's words for one question.

    Attributes:
        question: id, number or wording, as the input gave it.
        text: the candidate's words; offsets everywhere else refer to this string.
        id: the input's own name for it, or one made from the place it was read at.
        candidate: who answered, where known.
        source: file and place it was read from, for messages.
        segments: times of its parts, in order, for answers that were spoken.
        notes: what a person should check about how it was read; each asks for review.
        unreadable: why these cannot be the words that were said; empty where they can. Such an
            answer is left ungraded.
    """

    question: str
    text: str
    id: str = ""
    candidate: str = ""
    source: str = ""
    segments: tuple[Segment, ...] = ()
    notes: tuple[str, ...] = ()
    unreadable: str = ""

    def seconds_at(self, span: Span) -> tuple[float | None, float | None]:
        """Start and end, in seconds, of the segments that a span touches; None where unknown."""
        touched = [s for s in self.segments if s.start < span.end and span.start < s.end]
        if not touched:
            return None, None
        return touched[0].from_s, touched[-1].to_s
