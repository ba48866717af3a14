"""Labelled answers as files hold them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from vivavoce.adapters.claim_files import read_labelled
from vivavoce.core.claims import Claim, LabelledAnswer, Part
from vivavoce.errors import AnswerFileError

PARTS = {
    "voice": "terse",
    "parts": [["Too simple,", {"bias": "met"}], ["so to speak.", {}]],
    "overall": {"bias": "partly"},
}
CLAUSE = {"criterion": "bias", "label": "contradicted", "voice": "esl", "text": "too complex"}
GRADED = {
    "question": "bias-variance",
    "answer": "It overfits.",
    "verdicts": {"bias": "contradicted"},
    "misconceptions": ["swapped"],
}


def write(path: Path, *rows: object) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


def test_every_kind_of_row(tmp_path: Path) -> None:
    path = write(tmp_path / "bias-variance.jsonl", PARTS, CLAUSE, GRADED)

    assert read_labelled([str(path)]) == [
        (
            "bias-variance.jsonl",
            [
                LabelledAnswer(
                    "bias-variance",
                    (Part("Too simple,", {"bias": Claim.MET}), Part("so to speak.", {})),
                    {"bias": Claim.PARTLY},
                    complete=True,
                    voice="terse",
                ),
                LabelledAnswer(
                    "bias-variance",
                    (Part("too complex", {"bias": Claim.CONTRADICTED}),),
                    {},
                    complete=False,
                    voice="esl",
                ),
                LabelledAnswer(
                    "bias-variance",
                    (Part("It overfits.", {}),),
                    {"bias": Claim.CONTRADICTED, "!swapped": Claim.MET},
                    complete=True,
                    sole=True,
                ),
            ],
        )
    ]


def test_folders_gzipped_files_and_first_lines(tmp_path: Path) -> None:
    write(tmp_path / "b.jsonl.gz", CLAUSE)
    write(tmp_path / "a.jsonl", CLAUSE, CLAUSE, CLAUSE)

    assert [(name, len(found)) for name, found in read_labelled([str(tmp_path)])] == [
        ("a.jsonl", 3),
        ("b.jsonl.gz", 1),
    ]
    assert len(read_labelled([f"{tmp_path / 'a.jsonl'}@2"])[0][1]) == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (CLAUSE | {"label": "maybe"}, "maybe"),
        ({"text": "a"}, "criterion"),
        ({"parts": []}, "no parts"),
        ({"parts": [["a"]]}, "unpack"),
        ({"parts": [["", {}]]}, "no text"),
        ({"parts": [["a", {"bias": "half"}]]}, "half"),
        ([1, 2], "no JSON object"),
    ],
)
def test_an_unknown_row_names_file_and_line(tmp_path: Path, row: object, said: str) -> None:
    path = write(tmp_path / "x.jsonl", CLAUSE, row)

    with pytest.raises(AnswerFileError, match=f"x.jsonl, line 2.*{said}"):
        read_labelled([str(path)])


def test_what_is_no_json_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("hello\n")
    (tmp_path / "empty").mkdir()

    with pytest.raises(AnswerFileError, match=r"x\.jsonl"):
        read_labelled([str(tmp_path / "x.jsonl")])
    with pytest.raises(AnswerFileError, match="missing"):
        read_labelled([str(tmp_path / "missing.jsonl")])
    with pytest.raises(AnswerFileError, match=r"\.jsonl"):
        read_labelled([str(tmp_path / "empty")])


@pytest.mark.parametrize("text", [b"9" * 5000, b"[" * 3000, b"\xff", b'{"a": '])
def test_what_json_cannot_be_read_is_said_with_its_file(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_bytes(text + b"\n")
    with pytest.raises(AnswerFileError, match=r"labels\.jsonl: cannot be read as JSON lines"):
        read_labelled([str(path)])


@pytest.mark.parametrize("keep", [12, 30, 60])
def test_a_gzip_file_cut_short_is_said_with_its_file(tmp_path: Path, keep: int) -> None:
    path = write(tmp_path / "labels.jsonl.gz", PARTS, CLAUSE, GRADED)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(AnswerFileError, match=r"labels\.jsonl\.gz: cannot be read"):
        read_labelled([str(path)])


@pytest.mark.parametrize("field", ["criterion", "voice", "text"])
def test_half_a_surrogate_pair_is_refused_with_its_line(tmp_path: Path, field: str) -> None:
    path = write(tmp_path / "labels.jsonl", CLAUSE, {**CLAUSE, field: "too \ud800 complex"})
    with pytest.raises(AnswerFileError, match=r"labels\.jsonl, line 2: .*surrogates"):
        read_labelled([str(path)])
