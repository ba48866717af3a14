"""JSON and JSON Lines, there and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.errors import InputError
from vivavoce.reports import render
from vivavoce.reports.json import SCHEMA, load


def test_document_comes_back_as_it_was(batch: Results) -> None:
    assert load(render(batch, "json")) == batch


def test_lines_come_back_without_the_title(batch: Results) -> None:
    assert load(render(batch, "jsonl")) == batch.model_copy(
        update={"title": Results.model_fields["title"].default}
    )


def test_joined_lines_are_joined_results(single: Results, leftovers: Results) -> None:
    both = load(render(single, "jsonl") + "\n" + render(leftovers, "jsonl"))
    assert both == leftovers.model_copy(update={"grades": single.grades})


def test_document_names_its_schema_and_who_needs_review(batch: Results) -> None:
    plain = json.loads(render(batch, "json"))
    assert plain["schema"] == SCHEMA == "vivavoce.results/1"
    assert [grade["needs_review"] for grade in plain["grades"]] == [False, True, True, True]


def test_a_line_each_with_its_type(batch: Results) -> None:
    lines = [json.loads(line) for line in render(batch, "jsonl").splitlines()]
    assert [line["type"] for line in lines] == ["grade"] * 4 + ["ungraded", "alignment"]
    assert {line["schema"] for line in lines} == {SCHEMA}


def test_unscored_credit_is_null(wrong: Grade) -> None:
    plain = json.loads(render(Results(grades=(wrong,)), "json"))
    assert plain["grades"][0]["criteria"][4]["credit"] is None


@given(st.text(), st.text())
def test_any_words_come_back(words: str, reason: str) -> None:
    results = Results(
        ungraded=(Ungraded(answer=Answer(question="q", text=words), reason=reason),), title=reason
    )
    assert load(render(results, "json")) == results
    lines = render(results, "jsonl")
    assert len(lines.splitlines()) == 1
    assert load(lines).ungraded == results.ungraded


def test_byte_order_mark_is_ignored(single: Results) -> None:
    assert load("\ufeff" + render(single, "json")) == single


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_nothing_is_not_results(text: str) -> None:
    with pytest.raises(InputError, match=r"old\.json, line 1: there is nothing"):
        load(text, "old.json")


def test_cut_off_document_names_its_line(single: Results) -> None:
    cut_off = "\n".join(render(single, "json").split("\n")[:7])
    with pytest.raises(InputError, match=r"run\.json, line 7, column \d+: not JSON"):
        load(cut_off, "run.json")


def test_cut_off_lines_name_their_line(batch: Results) -> None:
    lines = render(batch, "jsonl").rstrip("\n")
    with pytest.raises(InputError, match=r"run\.jsonl, line 6, column \d+: not JSON"):
        load(lines[:-20], "run.jsonl")


def test_wrong_value_names_the_field(batch: Results) -> None:
    plain = json.loads(render(batch, "json"))
    plain["grades"][1]["total"] = 120
    with pytest.raises(InputError, match=r"field grades\[1\]\.total: .*100, found 120"):
        load(json.dumps(plain))


def test_wrong_value_in_a_line_names_line_and_field(batch: Results) -> None:
    lines = render(batch, "jsonl").splitlines()
    lines[1] = lines[1].replace('"total": 0.0', '"total": "\\u001b[2Jmany"')
    with pytest.raises(InputError, match=r"line 2, field total: .*found") as caught:
        load("\n".join(lines))
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("[1, 2]", r"line 1: found \[1, 2\] where a JSON object is needed"),
        ('{"title": "x"}', r"field schema: found nothing.*vivavoce\.results/1"),
        ('{"schema": "vivavoce.results/2"}', r"vivavoce\.results/2"),
        ('{"schema": "vivavoce.results/1", "grades": 3}', "field grades"),
        ('{"schema": "vivavoce.results/1", "grades": [3]}', r"field grades\[0\]"),
        ('{"schema": "vivavoce.results/1", "other": 3}', "field other"),
        ('{"type": "mark", "schema": "vivavoce.results/1"}', "line 1, field type: found"),
        ('{"type": [], "schema": "vivavoce.results/1"}', "line 1, field type: found"),
        ('{"type": "grade"}', "line 1, field schema: found nothing"),
        ("[" * 100_000, "line 1"),
        ("9" * 5000, "line 1"),
        ("candidate,total\na,3", "line 1, column 1: not JSON"),
    ],
)
def test_bad_text_is_an_input_error(text: str, finding: str) -> None:
    with pytest.raises(InputError, match=finding):
        load(text)
