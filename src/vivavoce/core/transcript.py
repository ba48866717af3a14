"""An interview as it was written down: turns in order, with speakers and times."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vivavoce.core.answer import Answer, Segment

__all__ = ["Alignment", "Asked", "Part", "Piece", "Transcript", "Turn"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(_Model):
    """What one speaker said without another speaking between.

    Attributes:
        speaker: the label of the file, or "" where there is none.
        text: the words, white space folded.
        from_s, to_s: seconds from the start; None where the format carries no times.
        line: line of the file where it begins, from 1; 0 where lines have no meaning.
        segments: the timed cues it was joined from, in order, with offsets in `text`.
    """

    speaker: str = ""
    text: str
    from_s: float | None = None
    to_s: float | None = None
    line: Annotated[int, Field(ge=0)] = 0
    segments: tuple[Segment, ...] = ()


class Transcript(_Model):
    """The turns of one recording, in order.

    Attributes:
        name: the file's name.
        turns: merged so that neighbours have different speakers (where speakers are known).
    """

    name: str
    turns: tuple[Turn, ...]


class Part(StrEnum):
    """What a stretch of a transcript is.

    A `follow-up` keeps an answer going, a `clarifying` question is the candidate's own, and an
    `aside` (small talk, back-channels, closing words) belongs to no answer.
    """

    QUESTION = "question"
    FOLLOW_UP = "follow-up"
    ANSWER = "answer"
    CLARIFYING = "clarifying"
    ASIDE = "aside"


class Piece(_Model):
    """A stretch of one turn and what it is.

    Attributes:
        turn: index in the transcript's turns.
        start, end: character offsets in the turn's text.
        speaker: who says it, as the alignment has it.
        question_id: the question it asks or belongs to; None for one outside the bank.
    """

    turn: Annotated[int, Field(ge=0)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    part: Part
    speaker: str = ""
    question_id: str | None = None


class Asked(_Model):
    """An interviewer turn and the question of the bank it was matched with.

    Attributes:
        turn: index in the transcript's turns.
        text: what the interviewer said.
        question_id: the matched question, or None when no question of the bank fits.
        similarity: 0..1 of the best match.
        answered: whether a candidate spoke before the next question.
        unsure: whether another question, or none, fits nearly as well; a person should look.
    """

    turn: int
    text: str
    question_id: str | None
    similarity: float
    answered: bool
    unsure: bool = False


class Alignment(_Model):
    """Who answered what: gradable answers, and every question that was heard.

    Attributes:
        interviewer: the label of the speaker taken as the interviewer; several are joined
            by ", ", and it is "" where the transcript tells no speakers apart.
        answers: one for each matched and answered question, in order.
        asked: every question heard, in order, matched or not.
        pieces: what every stretch of the transcript was taken for, in order.
        warnings: what makes the whole transcript doubtful, such as a recogniser's loops.
    """

    transcript: str
    interviewer: str
    answers: tuple[Answer, ...]
    asked: tuple[Asked, ...]
    pieces: tuple[Piece, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def unmatched(self) -> tuple[Asked, ...]:
        """Questions that are not in the bank."""
        return tuple(a for a in self.asked if a.question_id is None)

    @property
    def unanswered(self) -> tuple[Asked, ...]:
        """Questions of the bank that nobody answered."""
        return tuple(a for a in self.asked if a.question_id is not None and not a.answered)

    @property
    def doubtful(self) -> tuple[Asked, ...]:
        """Questions whose match with the bank a person should check."""
        return tuple(a for a in self.asked if a.unsure and a.question_id is not None)
