"""An answer cut into pieces, so that overlapping evidence can be marked in place."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from vivavoce.core.grade import Grade

__all__ = ["Mark", "Piece", "cut", "marks_of"]

MISCONCEPTION = "misconception"

# Where several verdicts share words, the one a reader must not overlook decides the colour.
_WEIGHT = {MISCONCEPTION: 5, "contradicted": 4, "partly": 3, "met": 2, "unscored": 1, "missed": 0}


class Mark(NamedTuple):
    """Words `[start, end)` that a criterion or misconception rests on.

    Attributes:
        label: `1`, `2` ... for criteria, `M1`, `M2` ... for misconceptions.
        kind: a verdict, or `misconception`.
        statement: the rubric's sentence.
    """

    start: int
    end: int
    label: str
    kind: str
    statement: str


class Piece(NamedTuple):
    """Neighbouring characters that the same labels mark, one mark a label; none for plain text."""

    text: str
    marks: tuple[Mark, ...]

    @property
    def kind(self) -> str:
        """The gravest of its marks' kinds; empty for plain text."""
        return max((m.kind for m in self.marks), key=lambda k: _WEIGHT.get(k, 0), default="")


def marks_of(grade: Grade) -> tuple[Mark, ...]:
    """A mark for each piece of evidence of a grade, criteria first."""
    criteria = [
        Mark(found.start, found.end, str(number), criterion.verdict.value, criterion.statement)
        for number, criterion in enumerate(grade.criteria, 1)
        for found in criterion.evidence
    ]
    beliefs = [
        Mark(b.evidence.start, b.evidence.end, f"M{number}", MISCONCEPTION, b.statement)
        for number, b in enumerate(grade.misconceptions, 1)
    ]
    return (*criteria, *beliefs)


def cut(text: str, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """Pieces that, put together, are exactly `text`; none of them empty.

    Marks may overlap, touch, repeat or reach beyond the text; what lies outside is ignored.
    """
    inside = [m for m in marks if m.start < min(m.end, len(text))]
    edges = {0, len(text)} | {m.start for m in inside} | {min(m.end, len(text)) for m in inside}
    bounds = sorted(edges)
    pieces: list[Piece] = []
    for start, end in pairwise(bounds):
        covering = _one_a_label(m for m in inside if m.start < end and start < m.end)
        before = pieces[-1] if pieces else None
        if before and [m.label for m in before.marks] == [m.label for m in covering]:
            pieces[-1] = Piece(before.text + text[start:end], before.marks)
        else:
            pieces.append(Piece(text[start:end], covering))
    return tuple(pieces)


def _one_a_label(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple({m.label: m for m in marks}.values())
