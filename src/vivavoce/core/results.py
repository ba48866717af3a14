"""What a run produced: grades, answers left ungraded, and what transcripts were read as."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.transcript import Alignment

__all__ = ["Results"]


class Results(BaseModel):
    """Grades of a run in the order of its input.

    Attributes:
        title: what a report calls the run.
        grades: one for each graded answer.
        ungraded: answers that could not be graded, with the reason.
        alignments: how each transcript was read, with its unmatched and unanswered questions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "Graded answers"
    grades: tuple[Grade, ...] = ()
    ungraded: tuple[Ungraded, ...] = ()
    alignments: tuple[Alignment, ...] = ()
