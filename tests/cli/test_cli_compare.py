from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

ANSWERS = (
    '{"question": "bias-variance", "id": "a", "answer": "High bias underfits the data."}\n'
    '{"question": "hash-table", "id": "b", "answer": "It maps keys to buckets with a hash."}\n'
)


@pytest.fixture
def two_runs(viva, tmp_path: Path) -> tuple[str, str]:
    for name, text in (("one", ANSWERS), ("two", ANSWERS.replace("underfits the data", "is fast"))):
        (tmp_path / f"{name}-answers.jsonl").write_text(text, encoding="utf-8")
        done = viva("batch", f"{name}-answers.jsonl", "-o", f"{name}.jsonl")
        assert done.status == 0, done.err
    return "one.jsonl", "two.jsonl"


def test_what_changed_is_told_with_its_reason(viva, two_runs, tmp_path: Path):
    done = viva("compare", *two_runs, "--json", "-o", "changes.csv")
    assert done.status == 0, done.err
    found = json.loads(done.out)
    assert found["schema"] == "vivavoce.comparison/1"
    assert (found["answers"], found["same"]) == (2, 1)
    (changed,) = found["changed"]
    assert (changed["id"], changed["reasons"]) == ("a", ["answer"])
    (row,) = csv.DictReader((tmp_path / "changes.csv").open(encoding="utf-8"))
    assert float(row["change"]) == pytest.approx(changed["after"] - changed["before"], abs=0.05)
    shown = viva("compare", *two_runs)
    assert "2 answers in both, 1 unchanged, 1 changed" in " ".join(shown.out.split())
    assert "bias-variance" in shown.out


def test_a_run_against_itself_has_no_change(viva, two_runs):
    done = viva("compare", two_runs[0], two_runs[0])
    assert done.status == 0
    assert "2 unchanged, 0 changed" in " ".join(done.out.split())


def test_wrong_files_are_told(viva, two_runs, tmp_path: Path):
    assert viva("compare", two_runs[0], "nowhere.jsonl").status == 1
    assert "nowhere.jsonl" in viva("compare", two_runs[0], "nowhere.jsonl").err
    done = viva("compare", *two_runs, "-o", "changes.docx")
    assert done.status == 2
    assert ".csv" in done.err
