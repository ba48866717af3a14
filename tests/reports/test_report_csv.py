"""The table of answers."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.reports import render
from vivavoce.reports.csv import COLUMNS


def rows(results: Results) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(results, "csv"), newline="")))


def test_a_row_each_in_order(batch: Results) -> None:
    found = rows(batch)
    assert [row["status"] for row in found] == [
        "graded",
        "graded",
        "graded",
        "unscored",
        "ungraded",
    ]
    assert tuple(found[0]) == COLUMNS


def test_values_of_a_grade(wrong: Grade) -> None:
    (row,) = rows(Results(grades=(wrong,)))
    assert row["candidate"] == "Jonas Weber"
    assert (row["total"], row["low"], row["high"]) == ("0.0", "0.0", "13.5")
    assert row["needs_review"] == "true"
    assert row["flags"] == "contradicts-itself"
    assert row["words"] == str(len(wrong.answer.text.split()))
    assert row["signature"] == str(wrong.signature)
    assert row["criteria"] == (
        "bias=contradicted:0; variance=contradicted:0; tradeoff=partly:0.45; "
        "decomposition=missed:0; levers=unscored"
    )


def test_ungraded_and_unscored_have_no_total(batch: Results) -> None:
    unscored, ungraded = rows(batch)[-2:]
    for row in (unscored, ungraded):
        assert (row["total"], row["low"], row["high"]) == ("", "", "")
    assert ungraded["reason"] == "the judge's reply could not be read, twice"
    assert ungraded["words"] == "3"


def test_formulas_are_defused(hostile: Grade) -> None:
    (row,) = rows(Results(grades=(hostile,)))
    assert row["candidate"].startswith("'@")
    assert row["answer_id"] == "'=HYPERLINK(1)"
    assert row["criteria"].startswith("'=1+1=partly")
    assert row["review"].startswith("'-1+1")


@given(
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n=", " =", "\uff1d", "\x00=", "\ufeff="]),
    st.text(max_size=20),
)
def test_no_cell_starts_a_formula_or_a_line(first: str, rest: str) -> None:
    words = first + rest
    answer = Answer(question=words, text="some words", id=words, candidate=words, source=words)
    text = render(Results(ungraded=(Ungraded(answer=answer, reason=words),)), "csv")
    assert len(text.splitlines()) == 2
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert not [c for c in row.values() if c.startswith(("=", "+", "-", "@", "\t", "\r"))]
    if first != "\x00=":
        assert row["candidate"].startswith("'")
