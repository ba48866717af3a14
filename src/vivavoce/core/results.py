"""What a run produced: grades, answers left ungraded, how transcripts and recordings were read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vivavoce.core.answer import Answer
from vivavoce.core.delivery import Delivery
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.speech import Speech
from vivavoce.core.transcript import Alignment

__all__ = ["Recorded", "Results"]


class Recorded(BaseModel):
    """How one recording was heard and how it sounded; the grade of its words stands elsewhere.

    Attributes:
        source: the recording's file, as the answer made of it names it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    speech: Speech
    delivery: Delivery


class Results(BaseModel):
    """Grades of a run in the order of its input.

    Attributes:
        title: what a report calls the run.
        grades: one for each graded answer.
        ungraded: answers that could not be graded, with the reason.
        alignments: how each transcript was read, with its unmatched and unanswered questions.
        recorded: one for each answer that was given as a recording.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "Graded answers"
    grades: tuple[Grade, ...] = ()
    ungraded: tuple[Ungraded, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    recorded: tuple[Recorded, ...] = ()

    @classmethod
    def of(cls, title: str, result: Grade | Ungraded, recorded: Recorded | None = None) -> Results:
        """The results of a single answer."""
        graded = isinstance(result, Grade)
        return cls(
            title=title,
            grades=(result,) if graded else (),
            ungraded=() if graded else (result,),
            recorded=(recorded,) if recorded else (),
        )

    def recording_of(self, answer: Answer) -> Recorded | None:
        """The recording that an answer was heard in."""
        return next((r for r in self.recorded if answer.source == r.source), None)
