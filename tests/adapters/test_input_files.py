"""Files, folders, patterns and standard input."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from vivavoce.adapters.input_files import expected_answers, input_files
from vivavoce.errors import AnswerFileError

NOTHING = io.BytesIO()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.csv", "a.jsonl", "sub/c.vtt", ".hidden.csv", "notes.pdf", "[x].csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("question,answer\nq,a\n")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.csv", ["[x].csv", "b.csv"]),
        ("**/*.vtt", ["c.vtt"]),
        ("s*", ["c.vtt"]),
        ("?.jsonl", ["a.jsonl"]),
        # A file of that very name goes before the pattern.
        ("[x].csv", ["[x].csv"]),
        (".", ["[x].csv", "a.jsonl", "b.csv", "c.vtt"]),
        ("missing.csv", ["missing.csv"]),
    ],
)
def test_what_is_meant(folder: Path, pattern: str, expected: list[str]) -> None:
    assert [f.path.name for f in input_files([folder / pattern], NOTHING)] == expected


def test_a_pattern_without_files_is_named(folder: Path) -> None:
    with pytest.raises(AnswerFileError, match=r"\*\.tsv: no file fits"):
        input_files([folder / "*.tsv"], NOTHING)


def test_standard_input_becomes_a_file() -> None:
    (file,) = input_files([Path("-")], io.BytesIO(b"{}\n"))
    assert file.spooled
    assert file.path.read_bytes() == b"{}\n"


def test_lines_tell_how_many_answers_to_expect(folder: Path) -> None:
    assert expected_answers(folder / "b.csv") == 2
    assert expected_answers(folder / "sub" / "c.vtt") == 0
    assert expected_answers(folder / "nowhere.csv") == 0
