"""The checkpoint: whole lines only, whatever stops the writing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.result_file import ResultFile
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Ungraded
from vivavoce.errors import InputError
from vivavoce.reports.json import load
from vivavoce.reports.jsonl import line


def left(words: str, reason: str = "why") -> Ungraded:
    return Ungraded(answer=Answer(question="q", text=words), reason=reason)


def fill(path: Path, *words: str) -> None:
    with ResultFile(path) as file:
        for number, text in enumerate(words):
            key = f"{number:016x}-{0:016x}"
            file.append(key, "ungraded", line(left(text), key))


def texts(path: Path) -> list[str]:
    return [u.answer.text for u in load(path.read_text("utf-8")).ungraded]


def test_lines_come_back_by_name_and_the_newest_counts(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    fill(path, "one", "two")
    with ResultFile(path) as file:
        key = "0" * 16 + "-" + "f" * 16
        file.append(key, "ungraded", line(left("new"), key))
    with ResultFile(path) as file:
        assert file.entries["0" * 16].content == "f" * 16
        assert [
            load(t).ungraded[0].answer.text for t in file.lines(["0" * 16, "none"], "ungraded")
        ] == ["new"]
    assert texts(path) == ["new", "two"]


@given(data=st.data())
def test_a_file_cut_anywhere_keeps_every_whole_line(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cut") / "r.jsonl"
    fill(path, "erste", "zweite ü", "third")
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])

    with ResultFile(path) as file:
        found = len(file.entries)

    # A line that lacks only its line break is whole.
    lines = whole.splitlines(keepends=True)
    assert found == sum(
        a == b for a, b in zip((whole[:cut] + b"\n").splitlines(True), lines, strict=False)
    )
    assert path.read_bytes() == b"".join(lines[:found])


def test_a_line_with_damaged_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    fill(path, "one", "two")
    whole = path.read_bytes()
    at = whole.index(b"two")
    path.write_bytes(whole.replace(b"two", b"\xff\xfe\xfd"))

    with (
        ResultFile(path) as file,
        pytest.raises(InputError, match=rf"r\.jsonl, byte {at}: not UTF-8, .* Delete that line"),
    ):
        list(file.lines(file.entries, "ungraded"))


@pytest.mark.parametrize(
    "content", ["question,answer\nq,a\n", "notes", '{"question": "q"}\n', "[1]\n"]
)
def test_another_kind_of_file_is_refused_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(content)

    with pytest.raises(InputError, match="left as it is"):
        ResultFile(path)

    assert path.read_text() == content


def test_lines_without_a_key_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(line(left("old")))
    with ResultFile(path) as file:
        assert not file.entries
    assert texts(path) == ["old"]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with ResultFile(path), pytest.raises(InputError, match="another process"):
        ResultFile(path)
    ResultFile(path).close()


@pytest.mark.parametrize("name", ["", "/dev/full"])
def test_what_is_no_regular_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="not a regular file"):
        ResultFile(Path(name) if name else tmp_path)
