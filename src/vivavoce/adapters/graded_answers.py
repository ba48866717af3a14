"""Answers that a person has scored, from a CSV or TSV file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from vivavoce.core.answer import Answer
from vivavoce.errors import AnswerFileError

__all__ = ["HumanGraded", "read_graded"]

NEEDED = ("question", "answer", "score")


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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise AnswerFileError(f"{path}: cannot be read as UTF-8 text: {exc}") from exc
    rows = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(path, text))
    header = [name.strip().casefold() for name in next(rows, [])]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise AnswerFileError(
            f"{path}, line 1: no column {' and no column '.join(missing)}; found "
            f"{', '.join(header) or 'nothing'}. Needed are question, answer and score."
        )
    out: list[HumanGraded] = []
    at = 1
    for row in rows:
        at, begins = rows.line_num, at + 1
        if not any(cell.strip() for cell in row):
            continue
        fields = dict(zip(header, row, strict=False))
        score = _score(path, begins, fields.get("score", ""), full)
        said = Answer(
            question=fields.get("question", "").strip(),
            text=fields.get("answer", ""),
            id=fields.get("id", "").strip(),
            source=f"{path.name}, line {begins}",
        )
        out.append(HumanGraded(said, score))
    if not out:
        raise AnswerFileError(f"{path}: holds no graded answer below its header.")
    return out


def _delimiter(path: Path, text: str) -> str:
    if path.suffix.casefold() == ".tsv":
        return "\t"
    first = text.splitlines()[0] if text.strip() else ""
    return max(",;\t", key=first.count)


def _score(path: Path, line: int, given: str, full: float) -> float:
    try:
        value = float(given.strip().replace(",", "."))
    except ValueError:
        value = float("nan")
    if not 0.0 <= value <= full:
        raise AnswerFileError(
            f"{path}, line {line}: the score is {given.strip()!r}; expected a number from 0 to "
            f"{full:g} (say --max if full marks are another number)."
        )
    return 100.0 * value / full
