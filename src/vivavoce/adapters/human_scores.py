"""Scores that people gave, from a CSV or TSV file: a row for each answer and rater."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from vivavoce.adapters.transcripts.decoding import excerpt, read_text
from vivavoce.core.agreement import HumanRow
from vivavoce.errors import AnswerFileError

__all__ = ["GRADED", "read_human_scores"]

COLUMNS = ("id", "question", "answer", "candidate", "rater", "score")
# What the CSV report calls them, so that people can fill in a column `score` there.
OTHER_NAMES = {"answer_id": "id", "question_id": "question"}
WANTED = "Needed are score and id, or score, question and answer, or score, question and candidate"
GRADED = ("question", "answer", "score")
"""Columns without which a row is no graded answer of its own."""


def read_human_scores(
    path: Path, *, full: float = 100.0, needed: Sequence[str] = ()
) -> list[HumanRow]:
    """Every row below the header; the case of column names does not matter, others are ignored.

    `answer_id` and `question_id` are read as `id` and `question`, before columns of that name.
    An empty score cell is kept as no score.

    Args:
        full: the score that stands for full marks.
        needed: columns that have to be there; what names an answer and a score by default.

    Raises:
        AnswerFileError: the file, its columns, a row or a score cannot be read; names the line.
    """
    text = read_text(path)
    delimiter = _delimiter(path, text)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True, strict=True)
    header: list[str] = []
    out: list[HumanRow] = []
    begins = 1
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                if not header:
                    header = _header(path, begins, row, needed)
                else:
                    out.append(_row(path, begins, header, row, full))
            begins = rows.line_num + 1
    except csv.Error as exc:
        raise AnswerFileError(
            f"{path}, line {begins}: not valid CSV ({exc}); close each quotation mark and double "
            'the " inside a cell'
        ) from exc
    if not out:
        raise AnswerFileError(f"{path}: holds no row below its header; add one for each score.")
    return out


def _delimiter(path: Path, text: str) -> str:
    if path.suffix.casefold() == ".tsv":
        return "\t"
    first = text.lstrip().partition("\n")[0]
    return max(",;\t|", key=first.count)


def _header(path: Path, line: int, row: Sequence[str], needed: Sequence[str]) -> list[str]:
    names = [name.strip().casefold() for name in row]
    known = {OTHER_NAMES.get(name, name) for name in names}
    missing = [name for name in needed if name not in known]
    if missing:
        raise AnswerFileError(
            f"{path}, line {line}: no column {' and no column '.join(missing)}; found "
            f"{', '.join(excerpt(n, 30) for n in names[:12])}. Needed are {', '.join(needed)}."
        )
    if needed:
        return names
    answer = "id" in known or ("question" in known and known & {"answer", "candidate"})
    if "score" in known and answer:
        return names
    found = ", ".join(excerpt(name.strip(), 30) for name in row[:12])
    raise AnswerFileError(f"{path}, line {line}: the columns are {found}. {WANTED}.")


def _row(path: Path, line: int, header: Sequence[str], row: Sequence[str], full: float) -> HumanRow:
    if len(row) > len(header):
        raise AnswerFileError(
            f"{path}, line {line}: {len(row)} cells where the header has {len(header)}; put a "
            "cell that holds the delimiter in quotes"
        )
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
    for theirs, ours in OTHER_NAMES.items():
        cells[ours] = cells.get(theirs) or cells.get(ours, "")
    values = {name: cells.get(name, "") for name in COLUMNS}
    return HumanRow(
        score=_score(path, line, values["score"], full),
        question=values["question"],
        text=values["answer"],
        candidate=values["candidate"],
        id=values["id"],
        rater=values["rater"],
        source=f"{path.name}, line {line}",
    )


def _score(path: Path, line: int, given: str, full: float) -> float | None:
    if not given:
        return None
    try:
        value = float(given.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not 0.0 <= value <= full:
        raise AnswerFileError(
            f"{path}, line {line}: the score is {excerpt(given, 30)}; expected a number from 0 "
            f"to {full:g} (say --max if full marks are another number)."
        )
    return 100.0 * value / full
