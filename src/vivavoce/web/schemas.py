"""What the API takes and gives, as FastAPI describes it in the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from vivavoce.core.grade import Grade
from vivavoce.core.progress import Progress
from vivavoce.core.results import Recorded
from vivavoce.services.grader import LONGEST_ANSWER

__all__ = [
    "Answered",
    "Asked",
    "AttemptLine",
    "Drawn",
    "Graded",
    "History",
    "Identifier",
    "Listened",
    "Order",
    "Problem",
    "QuestionView",
    "Questions",
    "Transcribed",
    "TranscriptGraded",
]

Identifier = Annotated[str, Field(min_length=1, max_length=200)]
Order = Literal["due", "weakest", "random"]


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Asked(_Schema):
    """A typed answer to a question of the bank."""

    question: Identifier
    answer: Annotated[str, Field(max_length=LONGEST_ANSWER)]


class Answered(Asked):
    """A typed answer in practice; `follows` is the id of the attempt that it follows up."""

    follows: Identifier | None = None


class Problem(_Schema):
    """Why a request was refused, and what to do."""

    error: str


class QuestionView(_Schema):
    """A question, without what would give the answer away.

    Attributes:
        seconds: suggested length of a spoken answer.
    """

    id: str
    number: int
    question: str
    category: str
    kind: str
    difficulty: int
    seconds: int


class Questions(_Schema):
    """The questions of the bank in use."""

    questions: tuple[QuestionView, ...]


class Drawn(_Schema):
    """The question to answer now; None where none fits, with the reason in `note`."""

    question: QuestionView | None
    note: str = ""


class Graded(_Schema):
    """A grade, or why there is none. Nothing of it is kept."""

    grade: Grade | None
    needs_review: bool
    ungraded: str | None
    recorded: Recorded | None = None


class Transcribed(_Schema):
    """A recording in words, and how it sounded."""

    recorded: Recorded


class Listened(_Schema):
    """The words heard so far; `text` is None where others were served first."""

    text: str | None


class AttemptLine(_Schema):
    """An attempt in the list of attempts; `score` is None where there is none."""

    id: str
    question_id: str
    at: AwareDatetime
    score: float | None
    finished: bool
    follow_up: bool


class History(_Schema):
    """What was practised and how it goes; the newest attempts first."""

    progress: Progress
    attempts: tuple[AttemptLine, ...]


class TranscriptGraded(_Schema):
    """A file graded; the report can be read at its address until the server ends."""

    name: str
    report: str
    graded: int
    ungraded: int
    mean: float | None
    warnings: tuple[str, ...]
