"""Results as a gradebook: the columns in which nbgrader exports grades.

The columns, their names and their order are those of nbgrader's CSV exporter
(`nbgrader.plugins.export.CsvExportPlugin`): a row for each assignment and student.
"""

from __future__ import annotations

from collections.abc import Iterator

from vivavoce.core.review import Item
from vivavoce.reports._answers import is_scored
from vivavoce.reports._text import one_line
from vivavoce.reports.csv import Value, table
from vivavoce.reports.run import Run, human_score

__all__ = ["COLUMNS", "lines"]

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
FULL_MARKS = 100.0


def lines(run: Run) -> Iterator[str]:
    """A header and a row for each answer: the question is the assignment.

    The student is the candidate, or the answer's id where nobody is named. `raw_score` is the
    machine's; `score` is a person's where a review holds, else the machine's. Both are empty where
    there is none: nbgrader writes 0 for what was not handed in, but an ungraded answer is no zero.
    Dates, names and addresses are not known here and stay empty.
    """
    return table(COLUMNS, map(_row, run.items()))


def _row(item: Item) -> list[Value]:
    answer, grade = item.outcome.answer, item.grade
    raw = round(grade.total, 2) if grade and is_scored(grade) else None
    person = human_score(item)
    score = round(person.total, 2) if person and person.total is not None else raw
    student = one_line(answer.candidate) or answer.id
    return [
        grade.question_id if grade else answer.question,
        *("", "", student, "", "", ""),
        *(raw, 0.0, score, FULL_MARKS),
    ]
