"""What a batch amounts to: the numbers and tables that every readable report shows first."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from vivavoce.core.answer import Answer
from vivavoce.core.grade import CriterionGrade, Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.core.rubric import Verdict
from vivavoce.reports._text import clock, counted, one_line

__all__ = [
    "BINS",
    "UNNAMED",
    "Cell",
    "Grid",
    "MissedCriterion",
    "Numbered",
    "Overview",
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

UNNAMED = "Unnamed"
_WIDEST = 6
_MISSED_MOST = 10


class Numbered(NamedTuple):
    """A grade and its number in the report, from 1."""

    number: int
    grade: Grade


class Cell(NamedTuple):
    """What one candidate's answers to one question came to."""

    grades: tuple[Numbered, ...]
    ungraded: int


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
class Grid:
    """Questions by candidates. The side with more entries goes down the page.

    Attributes:
        corner: what the row heads are.
        columns: column heads.
        rows: row head and a cell for each column.
    """

    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts and figures of a batch.

    Attributes:
        grades: all grades, numbered in the order of the input.
        scored: grades of which at least one criterion was scored; the figures rest on these.
        mean, median: of the scored totals; None where there is none.
        bins: number of scored totals in each of `BINS`.
    """

    grades: tuple[Numbered, ...]
    scored: int
    ungraded: int
    mean: float | None
    median: float | None
    bins: tuple[int, ...]
    review: tuple[Numbered, ...]
    missed: tuple[MissedCriterion, ...]
    grid: Grid

    @property
    def unscored(self) -> int:
        """Grades of which no criterion could be scored."""
        return len(self.grades) - self.scored


def is_single(results: Results) -> bool:
    """Whether the results are one grade and nothing else to tell."""
    return len(results.grades) == 1 and not results.ungraded and not results.alignments


def is_scored(grade: Grade) -> bool:
    """Whether its total means anything: False when no criterion could be scored."""
    return not grade.criteria or any(c.credit is not None for c in grade.criteria)


def name_of(answer: Answer) -> str:
    """Who answered, else the answer's own name, on one line."""
    return one_line(answer.candidate) or one_line(answer.id) or UNNAMED


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


def overview(results: Results) -> Overview:
    """The figures of a batch; ungraded and unscored answers enter none of them."""
    grades = tuple(Numbered(n, g) for n, g in enumerate(results.grades, 1))
    totals = [g.total for _, g in grades if is_scored(g)]
    bins = [0] * len(BINS)
    for total in totals:
        bins[min(int(total // 10), len(BINS) - 1)] += 1
    return Overview(
        grades=grades,
        scored=len(totals),
        ungraded=len(results.ungraded),
        mean=statistics.fmean(totals) if totals else None,
        median=statistics.median(totals) if totals else None,
        bins=tuple(bins),
        review=tuple(n for n in grades if n.grade.needs_review),
        missed=_missed(results.grades),
        grid=_grid(grades, results.ungraded),
    )


def _missed(grades: Iterable[Grade]) -> tuple[MissedCriterion, ...]:
    found: dict[tuple[str, str], list[tuple[Grade, CriterionGrade]]] = {}
    for grade in grades:
        for criterion in grade.criteria:
            if criterion.credit is not None:
                found.setdefault((grade.question_id, criterion.id), []).append((grade, criterion))
    tallies = [
        MissedCriterion(
            question=seen[0][0].question,
            statement=seen[0][1].statement,
            missed=sum(c.verdict is Verdict.MISSED for _, c in seen),
            contradicted=sum(c.verdict is Verdict.CONTRADICTED for _, c in seen),
            scored=len(seen),
        )
        for seen in found.values()
    ]
    lost = [m for m in tallies if m.lost]
    return tuple(sorted(lost, key=lambda m: (-m.lost, m.scored))[:_MISSED_MOST])


def _grid(grades: tuple[Numbered, ...], ungraded: tuple[Ungraded, ...]) -> Grid:
    questions = {n.grade.question_id: one_line(n.grade.question) for n in grades}
    named = {**{words: key for key, words in questions.items()}, **{k: k for k in questions}}
    cells: dict[tuple[str, str], tuple[list[Numbered], int]] = {}
    for numbered in grades:
        key = (numbered.grade.question_id, one_line(numbered.grade.answer.candidate) or UNNAMED)
        cells.setdefault(key, ([], 0))[0].append(numbered)
    for left in ungraded:
        asked = one_line(left.answer.question)
        question = named.get(asked, asked)
        questions.setdefault(question, asked)
        key = (question, one_line(left.answer.candidate) or UNNAMED)
        seen, count = cells.get(key, ([], 0))
        cells[key] = (seen, count + 1)
    people = list(dict.fromkeys(person for _, person in cells))

    def cell(question: str, person: str) -> Cell:
        seen, count = cells.get((question, person), ([], 0))
        return Cell(tuple(seen), count)

    if len(people) > max(_WIDEST, len(questions)):
        down = tuple((p, tuple(cell(q, p) for q in questions)) for p in people)
        return Grid("Candidate", tuple(questions.values()), down)
    across = tuple((words, tuple(cell(q, p) for p in people)) for q, words in questions.items())
    return Grid("Question", tuple(people), across)


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
