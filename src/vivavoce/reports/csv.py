"""Results as a table for spreadsheets and data frames: a row an answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from vivavoce.core.grade import CriterionGrade, Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.reports._text import amount, one_line
from vivavoce.reports._view import is_scored

__all__ = ["COLUMNS", "lines", "render", "spreadsheet_cell"]

COLUMNS = (
    "candidate",
    "answer_id",
    "question_id",
    "question",
    "total",
    "low",
    "high",
    "needs_review",
    "review",
    "flags",
    "status",
    "reason",
    "words",
    "signature",
    "criteria",
)
# What Excel, LibreOffice and Google Sheets take for the beginning of a formula; the last four are
# the full-width forms that Japanese and Chinese versions accept as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

# Marks that take no room: a spreadsheet that drops them would find the formula behind.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def render(results: Results) -> str:
    """A header and a row for each grade, then for each ungraded answer.

    Text is quoted, on one line, and cannot start a formula. `status` is `graded`, `unscored` (no
    criterion could be scored) or `ungraded`; the last two leave `total`, `low` and `high` empty,
    for they are not zeros. `criteria` lists `id=verdict:credit`, without credit where unscored.
    """
    return "".join(lines((*results.grades, *results.ungraded)))


def lines(results: Iterable[Grade | Ungraded]) -> Iterator[str]:
    """The header, then the row of each result as it comes; each with its line break."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in results:
        yield out.getvalue()
        out.seek(0)
        out.truncate()
        row = _graded(result) if isinstance(result, Grade) else _ungraded(result)
        writer.writerow([spreadsheet_cell(value) for value in row])
    yield out.getvalue()


def _graded(grade: Grade) -> list[str | float]:
    scored = is_scored(grade)
    figures: list[str | float] = (
        [round(n, 2) for n in (grade.total, grade.interval.low, grade.interval.high)]
        if scored
        else ["", "", ""]
    )
    return [
        grade.answer.candidate,
        grade.answer.id,
        grade.question_id,
        grade.question,
        *figures,
        "true" if grade.needs_review else "false",
        "; ".join(grade.review),
        " ".join(grade.flags),
        "graded" if scored else "unscored",
        "",
        len(grade.answer.text.split()),
        str(grade.signature),
        "; ".join(_criterion(c) for c in grade.criteria),
    ]


def _ungraded(left: Ungraded) -> list[str | float]:
    answer = left.answer
    named = [answer.candidate, answer.id, "", answer.question, "", "", ""]
    return [
        *named,
        "true",
        "",
        "",
        "ungraded",
        left.reason,
        len(answer.text.split()),
        "",
        "",
    ]


def _criterion(criterion: CriterionGrade) -> str:
    found = f"{criterion.id}={criterion.verdict.value}"
    return found if criterion.credit is None else f"{found}:{amount(criterion.credit, 3)}"


def spreadsheet_cell(value: str | float) -> str | float:
    """A value as a cell: text on one line that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    text = one_line(value)
    formula = value.startswith(_FORMULA) or text.lstrip(_INVISIBLE).startswith(_FORMULA)
    return f"'{text}" if formula else text
