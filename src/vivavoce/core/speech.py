"""Words as a recogniser heard them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vivavoce.core.answer import Answer, Segment

__all__ = ["Speech", "Word"]


UNSURE = 0.4
"""Probability below which a word is shown as doubtful."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(_Model):
    """One recognised word.

    Attributes:
        text: without surrounding white space; punctuation stays on it.
        from_s, to_s: seconds from the start of the recording.
        probability: 0..1 as the recogniser gave it; None where it gave none.
    """

    text: str
    from_s: Annotated[float, Field(ge=0)]
    to_s: Annotated[float, Field(ge=0)]
    probability: Annotated[float, Field(ge=0, le=1)] | None = None

    @property
    def unsure(self) -> bool:
        """Whether the recogniser doubts it."""
        return self.probability is not None and self.probability < UNSURE


class Speech(_Model):
    """A recording in words.

    Attributes:
        words: in order of time; empty for silence.
        duration_s: of the recording.
        model: what recognised it, for the signature.
        verbatim: whether fillers ("um") are kept; where not, they cannot be counted.
    """

    words: tuple[Word, ...]
    duration_s: Annotated[float, Field(ge=0)]
    model: str
    verbatim: bool = False

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(w.text for w in self.words)

    def answer(self, question: str, *, id: str = "", source: str = "") -> Answer:
        """The words as an answer, each with its time."""
        segments: list[Segment] = []
        at = 0
        for word in self.words:
            end = at + len(word.text)
            segments.append(Segment(start=at, end=end, from_s=word.from_s, to_s=word.to_s))
            at = end + 1
        return Answer(
            question=question, text=self.text, id=id, source=source, segments=tuple(segments)
        )
