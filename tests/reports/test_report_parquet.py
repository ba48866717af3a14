"""Parquet: types, nesting, nulls, and texts as they were."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet
import pyarrow.types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vivavoce import reports
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.reports import parquet
from vivavoce.reports.run import Run


def table(run: Run) -> Any:
    file = io.BytesIO()
    reports.write(run, "parquet", file)
    return pyarrow.parquet.read_table(file)


def test_columns_are_typed_whatever_the_rows_hold(batch: Results) -> None:
    full, empty = table(Run.of(batch)), table(Run.of(Results()))
    assert empty.num_rows == 0
    assert full.schema == empty.schema
    types = pyarrow.types
    assert types.is_float64(full.schema.field("total").type)
    assert types.is_boolean(full.schema.field("needs_review").type)
    assert types.is_list(full.schema.field("criteria").type)
    credit = full.schema.field("criteria").type.value_type.field("credit")
    assert types.is_float64(credit.type)
    assert full.schema.metadata[b"schema"] == b"vivavoce.results/1"
    assert full.schema.metadata[b"title"] == b"Autumn interviews <2>"


def test_rows_in_order_and_no_figure_is_null(batch: Results) -> None:
    rows = table(Run.of(batch)).to_pylist()
    assert [r["total"] for r in rows] == [94.4, 0, 3, None, None]
    assert [r["status"] for r in rows] == ["graded"] * 3 + ["unscored", "ungraded"]
    assert rows[4]["reason"] == "the judge's reply could not be read, twice"
    assert rows[4]["criteria"] is None
    assert rows[4]["signature"] is None
    assert {r["human"] for r in rows if r["human"] is None} == {None}


def test_criteria_are_nested_with_their_evidence(wrong: Grade, excellent: Grade) -> None:
    row, other = table(Run.of(Results(grades=(wrong, excellent)))).to_pylist()
    assert [(c["id"], c["verdict"], c["credit"]) for c in row["criteria"]][2:] == [
        ("tradeoff", "partly", 0.45),
        ("decomposition", "missed", 0.0),
        ("levers", "unscored", None),
    ]
    (found,) = row["criteria"][1]["evidence"]
    assert row["answer"][found["start"] : found["end"]] == found["quote"]
    assert found["from_s"] is None
    assert other["criteria"][0]["evidence"][0]["from_s"] == 65.2
    assert row["misconceptions"][0]["deduct"] == 2
    assert row["flags"] == ["contradicts-itself"]
    assert row["signature"]["rubric"] == wrong.signature.rubric
    assert row["signature"]["judge"] is None


def test_people(reviewed: Run) -> None:
    rows = table(reviewed).to_pylist()
    assert rows[1]["human"]["total"] == 25
    assert rows[1]["human"]["at"] == datetime(2026, 3, 1, 9, 3, tzinfo=UTC)
    assert rows[2]["human"] is None


@settings(max_examples=50)
@given(st.text(st.one_of(st.characters(), st.sampled_from("\x00\ud800\udfff\r\n")), max_size=40))
def test_text_is_as_it_was_but_for_lone_surrogates(words: str) -> None:
    answer = Answer(question=words, text=words, id=words, candidate=words, source=words)
    left = Ungraded(answer=answer, reason=words)
    (row,) = table(Run.of(Results(title=words, ungraded=(left,)))).to_pylist()
    expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in words)
    assert {row[c] for c in ("answer", "answer_id", "candidate", "question", "reason")} == {
        expected
    }


def test_rows_are_written_in_groups(batch: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 2)
    file = io.BytesIO()
    reports.write(Run.of(batch), "parquet", file)
    stored = pyarrow.parquet.ParquetFile(file)
    assert [stored.metadata.row_group(n).num_rows for n in range(3)] == [2, 2, 1]
    assert stored.read().num_rows == 5
