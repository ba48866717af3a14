"""What every report asks of one answer: who gave it, and whether it has a score."""

from __future__ import annotations

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade
from vivavoce.reports._text import one_line

__all__ = ["UNNAMED", "candidate_of", "is_scored", "name_of"]

UNNAMED = "Unnamed"


def is_scored(grade: Grade) -> bool:
    """Whether its total means anything: False when no criterion could be scored."""
    return not grade.criteria or any(c.credit is not None for c in grade.criteria)


def name_of(answer: Answer) -> str:
    """Who answered, else the answer's own name, on one line."""
    return one_line(answer.candidate) or one_line(answer.id) or UNNAMED


def candidate_of(answer: Answer) -> str:
    """Who answered, on one line; `UNNAMED` for all whom nobody named."""
    return one_line(answer.candidate) or UNNAMED
