"""Results as an Excel workbook: answers, criteria, and the figures by candidate and question."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from vivavoce.core.grade import CriterionGrade, Grade
from vivavoce.core.review import Item
from vivavoce.reports._answers import candidate_of
from vivavoce.reports._tables import Row, Tables
from vivavoce.reports._text import one_line, visible
from vivavoce.reports.csv import COLUMNS, Value, is_formula, row_of
from vivavoce.reports.run import Run

if TYPE_CHECKING:
    from xlsxwriter import Workbook

__all__ = ["SHEETS", "write"]

MOST_ROWS = 1_048_576
"""Rows of a worksheet, its header included; further answers go to another one."""
LONGEST = 32_767
"""Characters of a cell, as UTF-16 counts them; Excel refuses a file with a longer one."""
CUT = " … (cut)"
CREATED = datetime(2000, 1, 1)
"""A fixed time, so that the same results make the same file."""

ANSWERS = (*COLUMNS, "answer")
CRITERIA = (
    *("candidate", "answer_id", "question_id", "criterion", "statement", "points"),
    *("verdict", "credit", "quote"),
)
FIGURES = (
    *("mean", "lowest", "highest", "scored", "to_review", "no_score"),
    *("reviewed", "people_mean", "machine_mean_of_reviewed"),
)
SHEETS: dict[str, Sequence[str]] = {
    "Answers": ANSWERS,
    "Criteria": CRITERIA,
    "Candidates": ("candidate", *FIGURES),
    "Questions": ("question_id", "question", *FIGURES),
}
"""Worksheets and their columns."""
WIDTHS = {
    "question": 40, "review": 40, "reason": 30, "answer": 80, "statement": 60, "quote": 60,
    "criteria": 40, "signature": 20, "candidate": 22, "answer_id": 18, "question_id": 22,
}  # fmt: skip


def write(run: Run, file: BinaryIO) -> None:
    """Four worksheets; each row is written as it comes and not kept.

    Every text is written as text, never as a formula or a link, and a cell whose text a
    spreadsheet would take for a formula keeps being text when somebody edits it. Numbers are
    numbers; a figure that is not there is an empty cell.

    Raises:
        OSError: the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with tempfile.TemporaryDirectory(prefix="viva-") as folder:
        workbook = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "use_zip64": True,
            },
        )
        title = one_line(run.title)[:255]
        workbook.set_properties({"title": title, "created": CREATED, "author": "vivavoce"})
        sheets = {name: _Sheet(workbook, name, columns) for name, columns in SHEETS.items()}
        _fill(sheets, run)
        try:
            workbook.close()
        except FileCreateError as exc:
            raise OSError(*exc.args[0].args) from exc


def _fill(sheets: dict[str, _Sheet], run: Run) -> None:
    tables = Tables()
    for item in run.items():
        tables.add(item)
        sheets["Answers"].add([*row_of(item), item.outcome.answer.text])
        for row in _criteria(item):
            sheets["Criteria"].add(row)
    for one in tables.candidates:
        sheets["Candidates"].add([one.name, *_figures(one)])
    for one in tables.questions:
        sheets["Questions"].add([one.key, one.name, *_figures(one)])


def _criteria(item: Item) -> Iterator[list[Value]]:
    grade = item.outcome
    if isinstance(grade, Grade):
        for criterion in grade.criteria:
            yield [
                candidate_of(grade.answer),
                grade.answer.id,
                grade.question_id,
                *_criterion(criterion),
            ]


def _criterion(criterion: CriterionGrade) -> list[Value]:
    return [
        criterion.id,
        criterion.statement,
        criterion.points,
        criterion.verdict.value,
        None if criterion.credit is None else round(criterion.credit, 3),
        " … ".join(evidence.quote for evidence in criterion.evidence),
    ]


def _figures(row: Row) -> list[Value]:
    means = (row.mean, row.lowest, row.highest)
    people = (row.human, row.machine)
    return [
        *(None if n is None else round(n, 2) for n in means),
        *(row.scored, row.review, row.ungraded, row.reviewed),
        *(None if n is None else round(n, 2) for n in people),
    ]


class _Sheet:
    """A worksheet with a header, and another one once it is full."""

    def __init__(self, workbook: Workbook, name: str, columns: Sequence[str]) -> None:
        self._workbook = workbook
        self._name = name
        self._columns = columns
        self._number = 0
        self._text = workbook.add_format({"num_format": "@"})
        # As if an apostrophe had been typed: editing the cell does not run it.
        self._formula = workbook.add_format({"num_format": "@", "quote_prefix": True})
        self._head = workbook.add_format({"bold": True, "bottom": 1})
        self._begin()

    def add(self, values: Sequence[Value]) -> None:
        """A row."""
        if self._row >= MOST_ROWS:
            self._begin()
        for column, value in enumerate(values):
            self._cell(column, value)
        self._row += 1

    def _begin(self) -> None:
        self._number += 1
        name = self._name if self._number == 1 else f"{self._name} {self._number}"
        self._sheet: Any = self._workbook.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for column, head in enumerate(self._columns):
            self._sheet.set_column(column, column, WIDTHS.get(head, 12))
            self._sheet.write_string(0, column, head, self._head)
        self._row = 1

    def _cell(self, column: int, value: Value) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, str):
            text = _fitting(visible(value))
            form = self._formula if is_formula(value) else self._text
            self._sheet.write_string(self._row, column, text, form)
        else:
            self._sheet.write_number(self._row, column, value)


def _fitting(text: str) -> str:
    """As much of a text as a cell holds."""
    if len(text) <= LONGEST // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    # Cut by UTF-16 units; half a character at the end is dropped.
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore")
    return kept + CUT
