"""Results as a table for spreadsheets and data frames: a row an answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from vivavoce.core.grade import CriterionGrade, Grade, Ungraded
from vivavoce.core.review import Item
from vivavoce.reports._answers import is_scored
from vivavoce.reports._text import amount, one_line
from vivavoce.reports.run import Run, human_score

__all__ = ["COLUMNS", "Value", "is_formula", "lines", "row_of", "spreadsheet_cell", "table"]

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
    "human",
    "reviewer",
)
# What Excel, LibreOffice and Google Sheets take for the beginning of a formula; the last four are
# the full-width forms that Japanese and Chinese versions accept as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

# Marks that take no room: a spreadsheet that drops them would find the formula behind.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


Value = str | float | bool | None
"""What a cell holds; None where there is nothing, which is not a zero."""


def lines(run: Run) -> Iterator[str]:
    """A header and a row for each answer as it comes, each with its line break.

    Text is quoted, on one line, and cannot start a formula. `status` is `graded`, `unscored` (no
    criterion could be scored) or `ungraded`; the last two leave `total`, `low` and `high` empty,
    for they are not zeros. `criteria` lists `id=verdict:credit`, without credit where unscored.
    `human` and `reviewer` are those of the newest review that still holds.
    """
    return table(COLUMNS, (row_of(item) for item in run.items()))


def table(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """CSV, line by line: text quoted and harmless in a spreadsheet, numbers bare."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        yield out.getvalue()
        out.seek(0)
        out.truncate()
        writer.writerow([spreadsheet_cell(_plain(value)) for value in row])
    yield out.getvalue()


def row_of(item: Item) -> list[Value]:
    """The values of `COLUMNS` for an answer."""
    one = item.outcome
    person = human_score(item)
    human = [_rounded(person.total), person.author] if person else [None, ""]
    return [*(_graded(one) if isinstance(one, Grade) else _ungraded(one)), *human]


def _graded(grade: Grade) -> list[Value]:
    scored = is_scored(grade)
    figures = (grade.total, grade.interval.low, grade.interval.high)
    return [
        grade.answer.candidate,
        grade.answer.id,
        grade.question_id,
        grade.question,
        *(_rounded(n) if scored else None for n in figures),
        grade.needs_review,
        "; ".join(grade.review),
        " ".join(grade.flags),
        "graded" if scored else "unscored",
        "",
        len(grade.answer.text.split()),
        str(grade.signature),
        "; ".join(_criterion(c) for c in grade.criteria),
    ]


def _ungraded(left: Ungraded) -> list[Value]:
    answer = left.answer
    named: list[Value] = [answer.candidate, answer.id, "", answer.question, None, None, None]
    return [
        *named,
        True,
        "",
        "",
        "ungraded",
        left.reason,
        len(answer.text.split()),
        "",
        "",
    ]


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def _plain(value: Value) -> str | float:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value


def _criterion(criterion: CriterionGrade) -> str:
    found = f"{criterion.id}={criterion.verdict.value}"
    return found if criterion.credit is None else f"{found}:{amount(criterion.credit, 3)}"


def spreadsheet_cell(value: str | float) -> str | float:
    """A value as a cell: text on one line that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    text = one_line(value)
    return f"'{text}" if is_formula(value) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula."""
    return text.startswith(_FORMULA) or one_line(text).lstrip(_INVISIBLE).startswith(_FORMULA)
