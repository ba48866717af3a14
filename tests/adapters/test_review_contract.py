"""One suite for every store of reviews, and what holds for the file alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.line_file import LineFile
from vivavoce.adapters.review_file import ReviewFile
from vivavoce.adapters.team_store import TeamStore
from vivavoce.core.human_review import HumanReview
from vivavoce.core.rubric import Verdict
from vivavoce.errors import InputError
from vivavoce.ports import ReviewStore
from vivavoce.testing import MemoryReviews

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def review(key: str, comment: str = "") -> HumanReview:
    return HumanReview(
        key=key,
        question="q",
        rests_on="0" * 16,
        author="ann",
        at=NOW,
        verdicts={"a": Verdict.MET},
        total=70.0,
        comment=comment,
    )


@pytest.fixture(params=["memory", "file", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReviewStore]:
    if request.param == "memory":
        yield MemoryReviews()
    elif request.param == "file":
        yield ReviewFile(tmp_path / "r.jsonl")
    else:
        server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
        url = server.database() if server else f"sqlite:///{tmp_path}/deep/team.sqlite"
        with TeamStore(url) as team:
            team.reviews("another run").add(review("z"))
            yield team.reviews("a run")


def test_what_was_added_comes_back_in_order(store: ReviewStore) -> None:
    assert isinstance(store, ReviewStore)
    assert store.reviews() == []
    added = [review("a"), review("b", 'ü\u2028\x1b[31m\n"x" </script>'), review("a", "again")]
    for one in added:
        store.add(one)
    assert store.reviews() == added


@given(data=st.data())
def test_a_file_cut_anywhere_keeps_every_whole_review(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cut") / "r.jsonl"
    added = [review("a", "erste"), review("b", "ü"), review("c")]
    for one in added:
        ReviewFile(path).add(one)
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])

    kept = ReviewFile(path).reviews()
    # A line that lacks only its line break is whole.
    there = (whole[:cut] + b"\n").splitlines(keepends=True)
    lines = whole.splitlines(keepends=True)
    assert kept == added[: sum(a == b for a, b in zip(there, lines, strict=False))]
    ReviewFile(path).add(review("d"))
    assert ReviewFile(path).reviews() == [*kept, review("d")]


@pytest.mark.parametrize(
    "content",
    [
        "question,score\nq,1\n",
        "notes",
        '{"type": "grade", "schema": "vivavoce.results/1", "key": "0-0"}\n',
        '{"type": "grade", "schema": "vivavoce.results/1", "key": "0-0"}',
        '{"type": "review", "schema": "vivavoce.reviews/9"}\n',
        '{"type": "review", "schema": "vivavoce.reviews/1", "key": "a"}\n',
        "[1]\n",
    ],
)
def test_another_kind_of_file_is_refused_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(content)
    with pytest.raises(InputError, match=r"r\.jsonl"):
        ReviewFile(path).reviews()
    with pytest.raises(InputError, match=r"r\.jsonl"):
        ReviewFile(path).add(review("a"))
    assert path.read_text() == content


def test_one_writer_at_a_time_and_the_next_one_waits(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    held = LineFile(path, lambda *_: None, kind="review")
    with pytest.raises(InputError, match="another process is writing reviews"):
        ReviewFile(path, patience=0.0).add(review("a"))
    other = threading.Thread(target=ReviewFile(path, patience=60.0).add, args=(review("b"),))
    other.start()
    held.close()
    other.join()
    assert [r.key for r in ReviewFile(path).reviews()] == ["b"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        ReviewFile(tmp_path).reviews()
