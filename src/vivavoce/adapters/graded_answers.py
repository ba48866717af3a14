"""Answers that a person has scored, from a CSV or TSV file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from vivavoce.adapters.human_scores import GRADED, read_human_scores
from vivavoce.core.answer import Answer
from vivavoce.errors import AnswerFileError

__all__ = ["HumanGraded", "read_graded"]


class HumanGraded(NamedTuple):
    """An answer and the score that a person gave it, 0..100."""

    answer: Answer
    score: float


def read_graded(path: Path, *, full: float = 100.0) -> list[HumanGraded]:
    """Every row with the columns question, answer and score; their case does not matter.

    Args:
        full: the score that stands for full marks.

    Raises:
        AnswerFileError: the file, its columns or a score cannot be read; names the line.
    """
    out: list[HumanGraded] = []
    for row in read_human_scores(path, full=full, needed=GRADED):
        if row.score is None:
            raise AnswerFileError(
                f"{path.parent / row.source}: there is no score; expected a number from 0 to "
                f"{full:g}, or leave the row out."
            )
        said = Answer(question=row.question, text=row.text, id=row.id, source=row.source)
        out.append(HumanGraded(said, row.score))
    return out
