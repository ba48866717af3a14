"""`viva scorer` and `viva calibrate` as a person runs them, with the real weights."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from vivavoce.adapters.resources import resource
from vivavoce.adapters.rubric_files import load_rubric

pytest.importorskip("transformers", reason="training needs vivavoce[training]")
pytestmark = pytest.mark.weights


def rows(path: Path, *some: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in some))
    return path


@pytest.fixture
def clauses(tmp_path: Path, small_bank: Path) -> Path:
    known = load_rubric(small_bank / "hash-table.yaml").criteria[0].id
    return rows(
        tmp_path / "hash-table.jsonl",
        {"criterion": known, "label": "met", "voice": "terse", "text": "two keys, one slot"},
        {"criterion": known, "label": "contradicted", "voice": "terse", "text": "one key, no slot"},
    )


def test_train_then_evaluate_then_grade(viva, clauses: Path, tmp_path: Path, small_bank: Path):
    out = tmp_path / "mine"

    ran = viva("scorer", "train", clauses, "--bank", small_bank, "--out", out, "--epochs", 1)
    assert ran.status == 0, ran.err
    assert str(out / "model.onnx") in ran.out
    assert (out / "calibration.json").is_file()

    bank = ("--bank", small_bank, "--scorer", out)
    figures = viva("scorer", "evaluate", clauses, *bank, "--json")
    assert [f["verdicts"] for f in figures.json] == [2]
    assert all(0.0 <= f["accuracy"] <= 1.0 for f in figures.json)
    assert "macro-F1" in viva("scorer", "evaluate", *bank).out

    text = "A hash function maps a key to a bucket."
    mine = {"VIVA_SCORER": str(out)}
    graded = viva("grade", "hash-table", text, "--bank", small_bank, "--json", env=mine)
    assert graded.status == 0, graded.err
    assert "own@" in graded.out
    assert "+own" in graded.out


def test_what_is_missing_is_named(viva, clauses: Path, tmp_path: Path, small_bank: Path):
    out = tmp_path / "o"
    none = {"VIVA_SCORER": "none"}
    assert "--scorer" in viva("scorer", "evaluate", clauses, env=none).refused()
    assert "scorer.json" in viva("scorer", "evaluate", clauses, "--scorer", tmp_path).refused()
    train = ("scorer", "train", clauses, "--bank", small_bank)
    ran = viva(*train, "--base", tmp_path, "--out", out)
    assert str(tmp_path) in ran.refused()
    bad = rows(tmp_path / "bad.jsonl", {"premise": "a"})
    assert "bad.jsonl, line 1" in viva("scorer", "train", bad, "--out", out).refused()
    assert "K/N" in viva(*train, "--fold", "9/5", "--out", out).refused()


def test_without_a_scorer_grades_say_so(viva):
    text = "A hash function maps a key to a bucket."
    plain = viva("grade", "hash-table", text, "--json", env={"VIVA_SCORER": "none"})
    read = viva("grade", "hash-table", text, "--json")

    assert "machine-learning@" in read.out
    assert "machine-learning@" not in plain.out


def total(document) -> float:
    return document["total"] if "total" in document else document["grades"][0]["total"]


def test_calibrate_writes_what_grade_then_uses(viva, tmp_path: Path):
    graded = tmp_path / "graded.csv"
    bank = resource("rubrics") / "machine-learning"
    with graded.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("question", "answer", "score"))
        for name in ("l1-l2", "hash-table"):
            for exemplar in load_rubric(bank / f"{name}.yaml").exemplars:
                writer.writerow((name, exemplar.answer, max(0, exemplar.score - 30) / 10))
    out = tmp_path / "strict.json"

    ran = viva("calibrate", graded, "--max", "10", "--out", out, "--name", "strict", "--json")

    assert ran.status == 0, ran.err
    assert ran.json["answers"] == 28
    assert ran.json["after"]["mae"] < ran.json["before"]["mae"]
    text = "A hash function maps a key to a bucket, so a lookup takes constant time on average."
    plain = viva("grade", "hash-table", text, "--json")
    strict = viva("grade", "hash-table", text, "--json", env={"VIVA_CALIBRATION": str(out)})
    assert "strict" in strict.out
    assert total(strict.json) < total(plain.json)


def test_calibrate_says_what_is_wrong(viva, tmp_path: Path):
    few = tmp_path / "few.csv"
    few.write_text("question,answer,score\nhash-table,It maps a key to a bucket.,50\n")

    assert "at least 20" in viva("calibrate", few).refused()
    assert "missing.csv" in viva("calibrate", tmp_path / "missing.csv").refused()
    unreadable = {"VIVA_CALIBRATION": str(few)}
    assert "few.csv" in viva("grade", "hash-table", "It maps.", env=unreadable).refused()
