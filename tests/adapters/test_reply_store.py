"""The contract of every `ReplyStore`, and what is the file's own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from vivavoce.adapters.reply_store import ReplyFile
from vivavoce.core.judge_calls import JudgeReply
from vivavoce.errors import SettingsError
from vivavoce.ports import ReplyStore
from vivavoce.testing import MemoryReplies

REPLY = JudgeReply('{"criteria": []} ü', "stop", 12, None)


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ReplyStore:
    return ReplyFile(tmp_path / "new" / "r.sqlite") if request.param == "file" else MemoryReplies()


def test_a_reply_comes_back_marked_as_cached(store: ReplyStore):
    assert store.load("k") is None
    store.save("k", REPLY)
    assert store.load("k") == REPLY._replace(cached=True)
    assert store.load("other") is None


def test_the_newest_reply_counts(store: ReplyStore):
    store.save("k", REPLY)
    store.save("k", REPLY._replace(text="new", cached=True))
    assert store.load("k") == JudgeReply("new", "stop", 12, None, cached=True)


def test_two_processes_see_each_others_replies_and_the_file_is_the_users_own(tmp_path: Path):
    path = tmp_path / "r.sqlite"
    one, two = ReplyFile(path), ReplyFile(path)
    one.save("k", REPLY)
    assert two.load("k") is not None
    assert two.info()[:2] == (1, 0)
    assert two.clear() == 1
    assert one.load("k") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_of_another_kind_is_told_with_the_remedy(tmp_path: Path):
    path = tmp_path / "r.sqlite"
    path.write_text("something else, and long enough to be no header of a database")
    with pytest.raises(SettingsError, match="--no-cache"):
        ReplyFile(path)


def test_batches_wait_until_they_are_collected_or_have_failed(tmp_path: Path):
    path = tmp_path / "r.sqlite"
    store = ReplyFile(path)
    store.submit(["a", "b", "c"], "m@host", "batch-1")
    store.close()

    store = ReplyFile(path)  # the process ended in between
    assert store.waiting("m@host") == {"batch-1": ["a", "b", "c"]}
    assert store.waiting("other@host") == {}
    store.save("a", REPLY)
    store.fail(["b"], "server error")
    assert store.waiting("m@host") == {"batch-1": ["c"]}
    assert store.submitted("a") is None
    assert store.submitted("b") == ("batch-1", "server error")
    assert store.submitted("c") == ("batch-1", "")
