"""Answers with their numbers, and the table of scores by question and candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.human_review import HumanReview
from vivavoce.core.review import Item, Standing
from vivavoce.reports._answers import candidate_of
from vivavoce.reports._text import one_line
from vivavoce.reports.run import human_score

__all__ = ["Cell", "Grid", "Left", "Numbered", "grid_of"]

_WIDEST = 6


class Numbered(NamedTuple):
    """A grade and its number in the report, from 1, with what people said of it."""

    number: int
    grade: Grade
    item: Item

    @property
    def human(self) -> HumanReview | None:
        """The review whose total counts; None where there is none that still holds."""
        return human_score(self.item)

    @property
    def outdated(self) -> bool:
        """Whether it was reviewed, but before the answer or its grade changed."""
        return self.item.standing is Standing.OUTDATED


class Left(NamedTuple):
    """An answer left ungraded, with what people said of it."""

    one: Ungraded
    item: Item

    @property
    def human(self) -> HumanReview | None:
        """The review whose total counts; None where there is none that still holds."""
        return human_score(self.item)


class Cell(NamedTuple):
    """What one candidate's answers to one question came to."""

    grades: tuple[Numbered, ...]
    ungraded: int


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


def grid_of(grades: tuple[Numbered, ...], ungraded: tuple[Ungraded, ...]) -> Grid:
    """The table of these answers; what was left ungraded stands with its question."""
    questions = {n.grade.question_id: one_line(n.grade.question) for n in grades}
    named = {**{words: key for key, words in questions.items()}, **{k: k for k in questions}}
    cells: dict[tuple[str, str], tuple[list[Numbered], int]] = {}
    for numbered in grades:
        key = (numbered.grade.question_id, candidate_of(numbered.grade.answer))
        cells.setdefault(key, ([], 0))[0].append(numbered)
    for left in ungraded:
        asked = one_line(left.answer.question)
        question = named.get(asked, asked)
        questions.setdefault(question, asked)
        key = (question, candidate_of(left.answer))
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
