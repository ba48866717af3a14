"""What one person said of one answer, as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from vivavoce.core.rubric import Verdict

__all__ = ["HumanReview"]

Percent = Annotated[float, Field(ge=0, le=100)]


class HumanReview(BaseModel):
    """A person's judgement of an answer. It never changes, and never replaces the machine's grade.

    Attributes:
        key: the answer's name; see `answer_names.names_of`.
        question: id of the rubric, or what the input called the question where none was found.
        answer_id, candidate, source: the answer's own, for people who read the file.
        rests_on: digest of all that `total` rests on; see `review.rests_on`.
        author: who said so.
        at: when, with its time zone.
        verdicts: by criterion; criteria that are not named keep the machine's.
        given: the total that was given as such; None where verdicts decide.
        total: what it comes to, 0..100; None where it is a comment alone.
        machine: the machine's total at that time; None where it had none.
        comment: in the person's own words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    question: str
    answer_id: str = ""
    candidate: str = ""
    source: str = ""
    rests_on: str
    author: Annotated[str, Field(min_length=1)]
    at: AwareDatetime
    verdicts: dict[str, Verdict] = {}
    given: Percent | None = None
    total: Percent | None = None
    machine: Percent | None = None
    comment: str = ""

    @property
    def day(self) -> str:
        """Date and time to the minute, as it was where the review was made."""
        when: datetime = self.at
        return when.strftime("%Y-%m-%d %H:%M")
