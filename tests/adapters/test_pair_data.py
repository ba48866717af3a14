"""Training rows as files hold them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from vivavoce.adapters.pair_data import read_clauses, read_pairs, read_training_files
from vivavoce.core.pairs import Clause, Pair
from vivavoce.errors import AnswerFileError


def write(path: Path, *rows: dict[str, object]) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


NLI = {"premise": "a", "hypothesis": "b", "label": "contradiction"}


def test_inference_pairs_gzipped(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl.gz", NLI, NLI | {"label": "not_entailment"})

    assert read_pairs(path) == [Pair("a", "b", (0.0, 0.0, 1.0)), Pair("a", "b", None)]


def test_only_the_lines_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", *[NLI | {"premise": str(i)} for i in range(5)])

    assert [p.premise for p in read_training_files([f"{path}@2"])[0].pairs] == ["0", "1"]


def test_test_splits_are_never_learned(tmp_path: Path) -> None:
    row = {"answer": "it dried", "references": ["It dried."], "score": 1.0}
    path = write(
        tmp_path / "x.jsonl",
        row | {"split": "train"},
        row | {"split": "test-unseen-answers"},
        row | {"split": "unseen_questions"},
    )

    assert read_pairs(path) == [Pair("it dried", "It dried.", (1.0, 0.0, 0.0))]


def test_clauses_belong_to_the_rubric_their_file_is_named_after(tmp_path: Path) -> None:
    row = {"criterion": "bias", "label": "met", "voice": "terse", "text": "too simple"}

    assert read_clauses(write(tmp_path / "bias-variance.jsonl", row)) == [
        Clause("bias-variance", "bias", "met", "terse", "too simple")
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (NLI | {"label": "maybe"}, "maybe"),
        ({"text": "a"}, "label"),
        ({"answer": "a", "references": ["b"], "score": "much"}, "much"),
    ],
)
def test_an_unknown_row_names_file_and_line(
    tmp_path: Path, row: dict[str, object], said: str
) -> None:
    path = write(tmp_path / "x.jsonl", NLI, row)

    with pytest.raises(AnswerFileError, match=f"x.jsonl, line 2.*{said}"):
        read_training_files([str(path)])


def test_what_is_no_json_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("hello\n")

    with pytest.raises(AnswerFileError, match=r"x\.jsonl"):
        read_training_files([str(tmp_path / "x.jsonl")])
    with pytest.raises(AnswerFileError, match="missing"):
        read_training_files([str(tmp_path / "missing.jsonl")])
