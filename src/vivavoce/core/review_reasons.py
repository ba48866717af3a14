"""Why a person should look at an answer that was graded offline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vivavoce.core.answer import Answer
from vivavoce.core.claims import Claim
from vivavoce.core.grade import CriterionGrade, Flag, Interval
from vivavoce.core.open_answers import missing
from vivavoce.core.reading import Reading, Readings
from vivavoce.core.rubric import Kind, Rubric, Verdict

__all__ = ["OPEN_REVIEW", "WIDE_INTERVAL", "WIDE_REVIEW", "reasons_to_look"]

WIDE_INTERVAL = 60.0
WIDE_REVIEW = "The grade is uncertain: its interval is wide."
OPEN_REVIEW = (
    "The question is open: opinion and experience decide, so a person or a judge should look."
)
UNSURE = 0.3
"""Probability of both sides from which it is said that right and wrong could not be told apart."""
REVIEW = {
    Flag.TOO_SHORT: "The answer is only a few words long.",
    Flag.PARROTED: "The answer repeats the question.",
    Flag.KEYWORD_LIST: "The answer lists terms without saying anything of them.",
    Flag.OFF_TOPIC: "The answer seems to be about something else.",
    Flag.INSTRUCTIONS: "The answer speaks to the grader instead of answering.",
    Flag.CONTRADICTS_ITSELF: "The answer says both the right and the wrong thing.",
    Flag.VERY_LONG: "The answer is unusually long.",
}


UNTOLD = "It could not be told whether what is said of this point is right or wrong: “{}”"
UNHEARD = "What sounds wrong was recognised with low confidence, so it does not count: “{}”."


def reasons_to_look(
    rubric: Rubric,
    answer: Answer,
    criteria: Sequence[CriterionGrade],
    flags: Sequence[Flag],
    interval: Interval,
    read: Readings,
) -> Iterator[str]:
    """Why a person should look, in words; nothing where there is no need."""
    yield from (REVIEW[f] for f in flags if f in REVIEW)
    yield from answer.notes
    yield from (UNHEARD.format(c.evidence[0].quote) for c in criteria if _is_unheard(c))
    yield from (UNTOLD.format(c.statement) for c in criteria if _is_untold(read.get(c.statement)))
    if rubric.kind is Kind.OPEN and Flag.EMPTY not in flags:
        yield OPEN_REVIEW
        lacking = [quality.value for quality in missing(answer.text)]
        if lacking:
            yield f"It shows no sign of {_listed(lacking)}."
    elif interval.width > WIDE_INTERVAL:
        yield WIDE_REVIEW


def _listed(parts: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _is_untold(reading: Reading | None) -> bool:
    """Whether the scorer finds a point about as probably right as wrong."""
    return (
        reading is not None
        and float(min(reading.whole[Claim.MET], reading.whole[Claim.CONTRADICTED])) >= UNSURE
    )


def _is_unheard(grade: CriterionGrade) -> bool:
    return grade.verdict is Verdict.UNSCORED and bool(grade.evidence)
