"""The gradebook: nbgrader's columns, empty where nothing is known."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Ungraded
from vivavoce.core.results import Results
from vivavoce.reports import render
from vivavoce.reports.gradebook import lines
from vivavoce.reports.run import Run


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_columns_are_those_that_nbgrader_exports(batch: Results) -> None:
    assert list(rows(render(batch, "gradebook"))[0]) == [
        *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
        *("raw_score", "late_submission_penalty", "score", "max_score"),
    ]


def test_a_row_an_answer(batch: Results) -> None:
    found = rows(render(batch, "gradebook"))
    assert [(r["assignment"], r["student_id"]) for r in found[:2]] == [
        ("bias-variance", "Amara Okafor"),
        ("bias-variance", "Jonas Weber"),
    ]
    scores = [(r["raw_score"], r["score"], r["max_score"]) for r in found]
    # An answer of 0 is a zero; unscored and ungraded ones are none.
    assert scores == [
        ("94.4", "94.4", "100.0"),
        ("0.0", "0.0", "100.0"),
        ("3.0", "3.0", "100.0"),
        ("", "", "100.0"),
        ("", "", "100.0"),
    ]
    assert {r["late_submission_penalty"] for r in found} == {"0.0"}
    assert {r[c] for r in found for c in ("duedate", "timestamp", "email", "last_name")} == {""}


def test_a_persons_score_is_the_score_and_the_machines_the_raw_one(reviewed: Run) -> None:
    found = rows("".join(lines(reviewed)))
    assert [(r["raw_score"], r["score"]) for r in found] == [
        ("94.4", "98.2"),
        ("0.0", "25.0"),
        ("3.0", "3.0"),
        ("", ""),
        ("", "60.0"),
    ]


def test_who_is_not_named_is_called_by_the_answers_id() -> None:
    answer = Answer(question="f1-score", text="words", id="a-1")
    found = rows(render(Results(ungraded=(Ungraded(answer=answer, reason="why"),)), "gradebook"))
    assert found[0]["student_id"] == "a-1"


@given(st.sampled_from(["=", "+", "-", "@", "\t", "\n="]), st.text(max_size=20))
def test_no_cell_starts_a_formula_or_a_line(first: str, rest: str) -> None:
    words = first + rest
    answer = Answer(question=words, text="some words", id=words, candidate=words)
    text = render(Results(ungraded=(Ungraded(answer=answer, reason=words),)), "gradebook")
    assert len(text.splitlines()) == 2
    (row,) = rows(text)
    assert not [c for c in row.values() if c.startswith(("=", "+", "-", "@", "\t", "\r"))]
