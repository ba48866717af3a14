"""`viva report`, and the outputs of `viva batch` by ending."""

from __future__ import annotations

import csv
import json
import sys
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet
import pytest

HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> \x1b[31m \x00 \u202e A hash maps keys."
ANSWERS = (
    {
        "question": "hash-table",
        "answer": "A hash function maps a key to a bucket of an array.",
        "candidate": "Ada",
        "id": "ada",
    },
    {"question": "hash-table", "answer": HOSTILE, "candidate": '=1+1"<b>', "id": "@x"},
    {"question": "how do I bake bread", "answer": "Flour.", "candidate": "Ada", "id": "odd"},
)
EVERY = (
    *("r.csv", "r.gradebook.csv", "r.html", "r.json", "r2.jsonl", "r.junit.xml", "r.xml"),
    *("r.md", "r.parquet", "r.xlsx"),
)


@pytest.fixture
def stored(viva, tmp_path):
    path = tmp_path / "run.jsonl"
    given = "".join(json.dumps(a) + "\n" for a in ANSWERS)
    assert viva("batch", "-", "--results", path, "--title", "Autumn", stdin=given).status == 3
    return path


def out(*names):
    return [part for name in names for part in ("-o", name)]


def test_batch_and_report_write_the_same_files(viva, stored, tmp_path):
    given = "".join(json.dumps(a) + "\n" for a in ANSWERS)
    ran = viva("batch", "-", "--results", stored, "--title", "T", *out(*EVERY), stdin=given)
    assert ran.status == 3, ran.err
    made = {name: (tmp_path / name).read_bytes() for name in EVERY}
    for name in EVERY:
        (tmp_path / name).unlink()
    ran = viva("report", stored, "--title", "T", *out(*EVERY))
    assert ran.status == 0, ran.err
    assert {name: (tmp_path / name).read_bytes() for name in EVERY} == made
    assert [line.partition(" ")[0] for line in ran.err.splitlines()] == ["Wrote"] * len(EVERY)


def test_every_file_holds_every_answer(viva, stored, tmp_path):
    assert viva("report", stored, *out(*EVERY)).status == 0
    rows = list(csv.DictReader((tmp_path / "r.csv").open(newline="")))
    assert [r["status"] for r in rows] == ["graded", "graded", "ungraded"]
    assert rows[1]["candidate"] == "'=1+1\"<b>"
    (suite,) = ElementTree.parse(tmp_path / "r.junit.xml").getroot()
    assert [case.get("name") for case in suite] == ["Ada ada", '=1+1"<b> @x', "Ada odd"]
    table = pyarrow.parquet.read_table(tmp_path / "r.parquet")
    assert table.column("answer_id").to_pylist() == ["ada", "@x", "odd"]
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert [row[1].value for row in book["Answers"].iter_rows(min_row=2)] == ["ada", "@x", "odd"]
    assert len((tmp_path / "r2.jsonl").read_text().splitlines()) == 3
    grades = csv.DictReader((tmp_path / "r.gradebook.csv").open(newline=""))
    assert [r["score"] == "" for r in grades] == [False, False, True]


def test_results_written_again_are_read_as_the_same(viva, stored, tmp_path):
    viva("report", stored, *out("r2.jsonl", "r.json"))
    first = viva("report", stored, "--json").json
    for name in ("r2.jsonl", "r.json"):
        again = viva("report", name, "--json").json
        assert again["grades"] == first["grades"]
        assert again["ungraded"] == first["ungraded"]


def test_without_a_file_it_prints_what_batch_prints(viva, stored):
    ran = viva("report", stored)
    assert ran.status == 0
    assert "Criteria missed most" in ran.out
    assert "\x1b" not in ran.out


def test_reviews_beside_the_results_are_shown(viva, stored, tmp_path):
    viva("review", stored, "--author", "Ann", "--set", "ada", "--total", 12, "--comment", "<i>no")
    ran = viva("report", stored, *out("r.html", "r.md", "r.csv", "r.gradebook.csv"))
    assert "Person" in ran.out
    html = (tmp_path / "r.html").read_text()
    assert "A person gave <b>12 of 100</b>: Ann" in html
    assert "&lt;i&gt;no" in html
    assert "person 12 (answer 1)" in (tmp_path / "r.md").read_text()
    rows = list(csv.DictReader((tmp_path / "r.csv").open(newline="")))
    assert [(r["human"], r["reviewer"]) for r in rows] == [("12.0", "Ann"), ("", ""), ("", "")]
    # Batch over the same checkpoint shows them, too.
    given = "".join(json.dumps(a) + "\n" for a in ANSWERS)
    viva("batch", "-", "--results", stored, "-o", "b.html", stdin=given)
    assert "A person gave <b>12 of 100</b>: Ann" in (tmp_path / "b.html").read_text()


def test_reviews_of_another_place_are_named(viva, stored, tmp_path):
    viva("review", stored, "--reviews", "x.jsonl", "--author", "Ann", "--set", "ada", "--total", 1)
    viva("report", stored, "-o", "without.md")
    viva("report", stored, "-o", "with.md", "--reviews", "x.jsonl")
    assert "Ann" not in (tmp_path / "without.md").read_text()
    assert "Ann" in (tmp_path / "with.md").read_text()
    assert "no such file of reviews" in viva("report", stored, "--reviews", "none").refused(1)
    assert "not a review" in viva("report", stored, "--reviews", stored).refused(1)


@pytest.mark.parametrize(
    ("options", "failures"), [(("--pass-mark", 0), "0"), (("--pass-mark", 100), "2")]
)
def test_the_pass_mark_is_junits(viva, stored, tmp_path, options, failures):
    assert viva("report", stored, "-o", "r.xml", *options).status == 0
    assert ElementTree.parse(tmp_path / "r.xml").getroot().get("failures") == failures


def test_fail_under_of_batch_is_junits_pass_mark(viva, tmp_path):
    given = json.dumps(ANSWERS[0])
    for options, failures in (
        (("--fail-under", 100), "1"),
        (("--fail-under", 0), "0"),
        (("--pass-mark", 100), "1"),
    ):
        viva("batch", "-", "-o", "r.xml", *options, stdin=given)
        assert ElementTree.parse(tmp_path / "r.xml").getroot().get("failures") == failures


def test_a_torn_last_line_is_named_and_the_rest_written(viva, stored, tmp_path):
    data = stored.read_bytes()
    stored.write_bytes(data[:-30])
    ran = viva("report", stored, "-o", "r.csv")
    assert ran.status == 0
    assert "line 3: was cut off" in ran.err
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "nothing in it"),
        ("{", "not JSON"),
        ('{"type": "grade"}\n', "field schema"),
        ('{"type": "x", "schema": "vivavoce.results/1"}\n', "field type"),
        ("question,answer\nq,a\n", "not JSON"),
    ],
)
def test_what_is_no_results_is_refused_and_nothing_is_written(viva, tmp_path, content, told):
    path = tmp_path / "r.jsonl"
    path.write_text(content)
    said = viva("report", path, "-o", "r.csv").refused(1)
    assert told in said
    assert str(path) in said
    assert not (tmp_path / "r.csv").exists()


def test_results_are_not_overwritten(viva, stored):
    before = stored.read_bytes()
    assert "holds the results" in viva("report", stored, "-o", stored).refused(2)
    assert stored.read_bytes() == before


@pytest.mark.parametrize(("module", "name"), [("xlsxwriter", "r.xlsx"), ("pyarrow", "r.parquet")])
def test_a_missing_extra_is_told_before_anything_is_graded(
    viva, monkeypatch, tmp_path, module, name
):
    monkeypatch.setitem(sys.modules, module, None)
    said = viva("batch", "-", "-o", name, stdin=json.dumps(ANSWERS[0])).refused(1)
    assert "pip install 'vivavoce[" in said
    assert list(tmp_path.iterdir()) == []


def test_one_answer_is_written_in_every_format(viva, tmp_path):
    names = [name for name in EVERY if name != "r2.jsonl"]
    ran = viva("grade", "hash-table", ANSWERS[0]["answer"], "--fail-under", 100, *out(*names))
    assert ran.status == 4, ran.err
    assert all((tmp_path / name).stat().st_size for name in names)
    assert ElementTree.parse(tmp_path / "r.xml").getroot().get("failures") == "1"
