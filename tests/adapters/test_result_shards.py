"""A folder of results: one store, whatever number of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from vivavoce.adapters.result_shards import ResultShards
from vivavoce.errors import InputError
from vivavoce.ports import ResultStore, Stored


def line(name: str, content: str, text: str) -> str:
    key = f'"key": "{name}-{content}"'
    return f'{{"type": "ungraded", "schema": "x", {key}, "text": "{text}"}}\n'


def add(store: ResultStore, name: str, content: str, text: str) -> None:
    store.append(f"{name}-{content}", "ungraded", line(name, content, text))


def test_another_file_is_begun_and_the_newest_line_counts(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with ResultShards(folder, longest=2) as shards:
        assert isinstance(shards, ResultStore)
        for name in "abcde":
            add(shards, name, "1", name)
        add(shards, "a", "2", "again")
        assert list(shards.lines("eaz", "ungraded")) == [
            line("e", "1", "e"),
            line("a", "2", "again"),
        ]
    parts = sorted(path.name for path in folder.iterdir())
    assert parts == ["part-00001.jsonl", "part-00002.jsonl", "part-00003.jsonl"]
    with ResultShards(folder, longest=2) as shards:
        assert shards.known("a") == Stored("2", "ungraded")
        assert shards.known("z") is None
        assert list(shards.lines("ab", "grade")) == []
        add(shards, "f", "1", "f")
    assert len(list(folder.iterdir())) == 4


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with ResultShards(tmp_path / "out"), pytest.raises(InputError, match="another process"):
        ResultShards(tmp_path / "out")
    ResultShards(tmp_path / "out").close()


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be used"):
        ResultShards(tmp_path / "file")
