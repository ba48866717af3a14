"""What a batch amounts to: the numbers and tables that every readable report shows first."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vivavoce.core.answer import Answer
from vivavoce.core.grade import CriterionGrade, Grade
from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Results
from vivavoce.core.review import items_of, queue
from vivavoce.core.rubric import Verdict
from vivavoce.reports._answers import UNNAMED, is_scored, name_of
from vivavoce.reports._grid import Cell, Grid, Left, Numbered, grid_of
from vivavoce.reports._heat import Heat, heat_of
from vivavoce.reports._tables import QuestionCriteria, Row, Tables
from vivavoce.reports._text import amount, clock, counted

__all__ = [
    "BINS",
    "UNNAMED",
    "Cell",
    "Grid",
    "Left",
    "MissedCriterion",
    "Numbered",
    "Overview",
    "apart",
    "earned",
    "headline",
    "is_scored",
    "is_single",
    "name_of",
    "overview",
    "spoken",
    "summary",
    "tally",
]

BINS: tuple[str, ...] = (*(f"{low}-{low + 9}" for low in range(0, 90, 10)), "90-100")
"""Names of the ten bins of scores; the last one holds 100 too."""

_MISSED_MOST = 10


class MissedCriterion(NamedTuple):
    """How often a criterion was missed or contradicted, of the answers it was scored in."""

    question: str
    statement: str
    missed: int
    contradicted: int
    scored: int

    @property
    def lost(self) -> int:
        """Answers without it: missed and contradicted together."""
        return self.missed + self.contradicted

    @property
    def share(self) -> str:
        """`3 of 5 (1 contradicted)`."""
        wrong = f" ({self.contradicted} contradicted)" if self.contradicted else ""
        return f"{self.lost} of {self.scored}{wrong}"


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts and figures of a batch.

    Attributes:
        grades: all grades, numbered in the order of the input.
        scored: grades of which at least one criterion was scored; the figures rest on these.
        mean, median: of the scored totals; None where there is none.
        bins: number of scored totals in each of `BINS`.
        review: what waits for a person, the least certain first, as `viva review` walks it.
        reviewed: grades with a person's score that holds.
        left: answers left ungraded.
        candidates, questions: figures of each; questions the hardest first.
        heat: how each criterion fared.
    """

    grades: tuple[Numbered, ...]
    scored: int
    ungraded: int
    mean: float | None
    median: float | None
    bins: tuple[int, ...]
    review: tuple[Numbered, ...]
    reviewed: tuple[Numbered, ...]
    left: tuple[Left, ...]
    missed: tuple[MissedCriterion, ...]
    grid: Grid
    candidates: tuple[Row, ...]
    questions: tuple[Row, ...]
    heat: Heat

    @property
    def people(self) -> bool:
        """Whether a person's score holds for any answer."""
        return bool(self.reviewed) or any(one.human for one in self.left)

    @property
    def unscored(self) -> int:
        """Grades of which no criterion could be scored."""
        return len(self.grades) - self.scored


def is_single(results: Results) -> bool:
    """Whether the results are one grade and nothing else to tell."""
    return len(results.grades) == 1 and not results.ungraded and not results.alignments


def headline(number: int, answer: Answer) -> str:
    """`Answer 3 · Ada Example`, for a section's head."""
    return f"Answer {number} · {name_of(answer)}"


def spoken(answer: Answer) -> str:
    """When in the recording it was said, as `01:05 to 02:10`; empty where not known."""
    first = next((s.from_s for s in answer.segments if s.from_s is not None), None)
    last = next((s.to_s for s in reversed(answer.segments) if s.to_s is not None), None)
    if not clock(first):
        return ""
    return f"{clock(first)} to {clock(last)}" if clock(last) else f"from {clock(first)}"


def tally(grade: Grade) -> tuple[tuple[Verdict, int], ...]:
    """Verdicts that occur, with how many criteria got them, best verdict first."""
    counts = [(v, sum(c.verdict is v for c in grade.criteria)) for v in Verdict]
    return tuple((verdict, number) for verdict, number in counts if number)


def earned(criteria: Iterable[CriterionGrade]) -> tuple[float, float]:
    """Points earned and points to be had, over the criteria that were scored."""
    scored = [(c.credit * c.points, c.points) for c in criteria if c.credit is not None]
    return sum(got for got, _ in scored), sum(worth for _, worth in scored)


def overview(results: Results, reviews: Sequence[HumanReview] = ()) -> Overview:
    """The figures of a batch; ungraded and unscored answers enter none of them."""
    items = items_of(results, reviews)
    grades = tuple(Numbered(n, g, items[n - 1]) for n, g in enumerate(results.grades, 1))
    numbered = {n.item.key: n for n in grades}
    totals = [n.grade.total for n in grades if is_scored(n.grade)]
    bins = [0] * len(BINS)
    for total in totals:
        bins[min(int(total // 10), len(BINS) - 1)] += 1
    tables = Tables(items)
    criteria = tables.criteria
    return Overview(
        grades=grades,
        scored=len(totals),
        ungraded=len(results.ungraded),
        mean=statistics.fmean(totals) if totals else None,
        median=statistics.median(totals) if totals else None,
        bins=tuple(bins),
        review=tuple(numbered[i.key] for i in queue(items) if i.key in numbered),
        reviewed=tuple(n for n in grades if n.human is not None),
        left=tuple(Left(one, items[len(grades) + n]) for n, one in enumerate(results.ungraded)),
        missed=_missed(criteria),
        grid=grid_of(grades, results.ungraded),
        candidates=tables.candidates,
        questions=tables.questions,
        heat=heat_of([(n.number, n.grade) for n in grades], criteria),
    )


def apart(view: Overview) -> str:
    """How people's scores and the machine's differ, in a sentence; empty where none has both."""
    both = [
        one.grade.total - one.human.total
        for one in view.reviewed
        if one.human and one.human.total is not None and is_scored(one.grade)
    ]
    if not both:
        return ""
    bias = statistics.fmean(both)
    more = (
        "as much as people"
        if abs(bias) < SAME
        else (f"{amount(abs(bias))} points {'more' if bias > 0 else 'less'} than people")
    )
    size = amount(statistics.fmean(map(abs, both)))
    return (
        f"{counted(len(both), 'answer')} with both scores: on average the machine gave {more}, "
        f"and the two scores lie {size} points apart."
    )


SAME = 0.05
"""Points that one decimal does not show."""


def _missed(criteria: Iterable[QuestionCriteria]) -> tuple[MissedCriterion, ...]:
    lost = [
        MissedCriterion(
            question=one.question,
            statement=row.statement,
            missed=row.verdicts[Verdict.MISSED],
            contradicted=row.verdicts[Verdict.CONTRADICTED],
            scored=row.scored,
        )
        for one in criteria
        for row in one.criteria
        if row.lost
    ]
    return tuple(sorted(lost, key=lambda m: (-m.lost, m.scored))[:_MISSED_MOST])


def summary(view: Overview) -> str:
    """The counts of a batch in one sentence."""
    parts = [counted(view.scored, "answer") + " graded"]
    if view.unscored:
        parts.append(f"{view.unscored} unscored")
    if view.ungraded:
        parts.append(f"{view.ungraded} left ungraded")
    if view.review:
        parts.append(f"{len(view.review)} to review")
    return ", ".join(parts)
