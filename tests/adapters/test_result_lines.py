"""Stored results by line, without holding, locking or changing the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from vivavoce.adapters.result_file import ResultFile
from vivavoce.adapters.result_lines import ResultLines
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Ungraded
from vivavoce.errors import InputError
from vivavoce.reports.json import load, load_line
from vivavoce.reports.jsonl import line


def stored(words: str, key: str = "") -> str:
    return line(Ungraded(answer=Answer(question="q", text=words), reason="why"), key)


def texts(found: ResultLines) -> list[str]:
    return [
        one.answer.text
        for read in found.lines("ungraded", "")
        if isinstance(one := load_line(read.text, str(found.path), read.number), Ungraded)
    ]


def test_the_newest_line_of_a_name_counts_as_when_all_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    a, b = "a" * 16, "b" * 16
    path.write_text(
        stored("one", f"{a}-{b}")
        + "\n"
        + stored("keyless")
        + stored("two", f"{b}-{b}")
        + stored("one again", f"{a}-{a}")
    )
    found = ResultLines(path)
    assert texts(found) == ["one again", "keyless", "two"]
    assert texts(found) == [u.answer.text for u in load(path.read_text()).ungraded]
    assert [read.number for read in found.lines("ungraded")] == [5, 3, 4]
    assert list(found.lines("grade")) == []


def test_a_torn_last_line_is_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    whole = stored("one", f"{'a' * 16}-{'b' * 16}")
    path.write_text(whole + stored("two")[:-20])
    before = path.read_bytes()
    found = ResultLines(path)
    assert (texts(found), found.torn) == (["one"], 2)
    assert path.read_bytes() == before
    path.write_text(whole + stored("two").rstrip("\n"))
    found = ResultLines(path)
    assert (texts(found), found.torn) == (["one", "two"], 0)


def test_a_torn_line_elsewhere_is_an_error_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(stored("one") + stored("two")[:-20] + "\n" + stored("three"))
    with pytest.raises(InputError, match="line 2"):
        texts(ResultLines(path))


def test_it_is_read_while_another_process_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    key = f"{'a' * 16}-{'b' * 16}"
    with ResultFile(path) as file:
        file.append(key, "ungraded", stored("one", key))
        assert texts(ResultLines(path)) == ["one"]


@pytest.mark.parametrize("data", [b'{"type": "ungraded", "x": "\xff"}\n', None])
def test_what_cannot_be_read_is_named(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "r.jsonl"
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)
    with pytest.raises(InputError, match=r"r\.jsonl"):
        texts(ResultLines(path))
