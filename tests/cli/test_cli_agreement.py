"""Grades compared with people's scores, from files to reports."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("krippendorff", reason="the extra evaluation is absent")

HUMAN = """id,rater,score
priya-bias-variance,ann,9
priya-bias-variance,bo,8
priya-l1-l2,ann,7
priya-l1-l2,bo,8
tom-bias-variance,ann,1
tom-l1-l2,ann,"0,5"
nobody,ann,3
"""


@pytest.fixture
def files(viva, examples, tmp_path):
    stored, human = tmp_path / "r.jsonl", tmp_path / "<b>h.csv"
    assert viva("batch", examples / "answers.csv", "-o", stored, "--offline").status == 0
    human.write_text(HUMAN, encoding="utf-8")
    return stored, human


def test_figures_controls_and_what_was_left_out(viva, files, tmp_path):
    stored, human = files
    page, table = tmp_path / "a.html", tmp_path / "a.md"

    ran = viva(
        "agreement", stored, "--human", human, "--max", "10", "--json", "-o", page, "-o", table
    )

    assert ran.status == 0, ran
    assert (ran.json["answers"], ran.json["ratings"]) == (4, 6)
    scored = {s["answer"]: (s["human"], s["raters"]) for s in ran.json["scores"]}
    assert scored == {
        "priya-bias-variance": (85.0, 2),
        "priya-l1-l2": (75.0, 2),
        "tom-bias-variance": (10.0, 1),
        "tom-l1-l2": (5.0, 1),
    }
    assert [c["name"] for c in ran.json["controls"]] == [
        "length",
        "question_mean",
        "word_coverage",
        "cosine",
    ]
    assert [u["name"] for u in ran.json["rows_without"]] == ["<b>h.csv, line 8"]
    assert len(ran.json["answers_without"]) == 8
    html = page.read_text("utf-8")
    assert html.count("data:image/svg+xml;base64,") == 2
    assert "<b>h.csv" not in html and "&lt;b&gt;h.csv" in html
    assert "| QWK |" in table.read_text("utf-8")
    assert viva("agreement", stored, "--human", human, "--max", "10", "--json").json == ran.json


def test_the_terminal_shows_what_the_json_holds(viva, files):
    stored, human = files
    ran = viva("agreement", stored, "--human", human, "--max", "10")
    assert ran.status == 0
    for said in (
        "QWK",
        "95% interval",
        "cosine",
        "people with each other",
        "line 8: no answer has",
    ):
        assert said in ran.out


def test_several_files_of_results(viva, files, tmp_path):
    stored, human = files
    lines = stored.read_text("utf-8").splitlines(keepends=True)
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text("".join(lines[:5]), encoding="utf-8")
    two.write_text("".join(lines[5:]), encoding="utf-8")
    together = viva("agreement", one, two, "--human", human, "--max", "10", "--json")
    assert (
        together.json["figures"]
        == viva("agreement", stored, "--human", human, "--max", "10", "--json").json["figures"]
    )


def test_bad_input_is_refused_with_its_place(viva, files, tmp_path):
    stored, human = files
    assert "line 2: the score is 9;" not in viva("agreement", stored, "--human", human).err
    assert "from 0 to 5" in viva("agreement", stored, "--human", human, "--max", "5").refused(1)
    human.write_text("id,points\na,3\n", encoding="utf-8")
    assert "Needed are score and id" in viva("agreement", stored, "--human", human).refused(1)
    human.write_text("id,score\nnobody,3\n", encoding="utf-8")
    assert "Give each row" in viva("agreement", stored, "--human", human).refused(1)
    bad = tmp_path / "x.jsonl"
    bad.write_text("nonsense", encoding="utf-8")
    assert "x.jsonl" in viva("agreement", bad, "--human", human).refused(1)
    place = tmp_path / "a.pdf"
    assert ".html" in viva("agreement", stored, "--human", human, "-o", place).refused(2)


def test_json_report_names_its_version(viva, files, tmp_path):
    stored, human = files
    out = tmp_path / "a.json"
    assert viva("agreement", stored, "--human", human, "--max", "10", "-o", out).status == 0
    assert json.loads(out.read_text("utf-8"))["schema"] == "vivavoce.agreement/1"
