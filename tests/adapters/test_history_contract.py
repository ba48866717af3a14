"""One suite for every history store, and what holds for the database alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vivavoce.adapters.fsrs_schedule import FsrsSchedule
from vivavoce.adapters.history_database import HistoryDatabase, sqlite_url
from vivavoce.core.answer import Answer
from vivavoce.core.practice import Attempt, Rating, Review
from vivavoce.errors import HistoryError, SettingsError
from vivavoce.ports import HistoryStore, Schedule
from vivavoce.testing import MemoryStore

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def attempt(id, question="q", **changes):
    made = Attempt(
        id=id,
        question_id=question,
        asked="What? 😀",
        topic="programming",
        at=NOW,
        answer=Answer(question=question, text="'); DROP TABLE x; -- \x00 é"),
    )
    return made.model_copy(update=changes)


@pytest.fixture(params=["memory", "database", "postgresql"])
def store(request, tmp_path):
    if request.param == "memory":
        return MemoryStore()
    if request.param == "postgresql":
        return HistoryDatabase(request.getfixturevalue("postgresql").database())
    return HistoryDatabase(sqlite_url(tmp_path / "deep" / "history.sqlite"))


def test_it_gives_back_what_was_saved_and_replaces_the_same_id(store):
    assert isinstance(store, HistoryStore)
    store.save(attempt("a"))
    changed = attempt("a", finished=True, delivery={"pace": 120}, audio="a.wav")
    store.save(changed)
    assert store.get("a") == changed
    assert store.get("b") is None
    assert store.attempts() == [changed]
    assert [(m.id, m.at, m.finished, m.rating) for m in store.marks()] == [("a", NOW, True, None)]


def test_order_is_by_time_and_deletion_by_question(store):
    store.save(attempt("late", at=NOW + timedelta(hours=1), audio="x.wav"))
    store.save(attempt("early"))
    store.save(attempt("other", "p", at=NOW + timedelta(hours=2)))
    assert [a.id for a in store.attempts()] == ["early", "late", "other"]
    assert [a.id for a in store.attempts("q")] == ["early", "late"]
    assert [m.id for m in store.marks("q")] == ["early", "late"]
    assert store.marks("nothing") == []
    assert store.delete("q") == (2, ("x.wav",))
    assert [m.id for m in store.marks()] == ["other"]
    assert store.delete().attempts == 1


def test_foreign_other_and_broken_databases_are_refused(tmp_path):
    foreign, other, broken = (tmp_path / n for n in ("f.sqlite", "o.sqlite", "b.sqlite"))
    with sqlite3.connect(foreign) as made:
        made.execute("CREATE TABLE songs (id)")
    HistoryDatabase(sqlite_url(other)).close()
    with sqlite3.connect(other) as made:
        made.execute("UPDATE vivavoce_history SET version = 99")
    broken.write_bytes(b"no database at all, " * 100)
    for path, told in ((foreign, "songs"), (other, "99"), (broken, "not a database")):
        with pytest.raises(HistoryError, match=told):
            HistoryDatabase(sqlite_url(path))
    with pytest.raises(SettingsError) as refused:
        HistoryDatabase("nonsense:secret")
    assert "secret" not in str(refused.value)


def test_two_processes_at_once_lose_nothing(tmp_path):
    url = sqlite_url(tmp_path / "h.sqlite")
    code = (
        "import sys; sys.path.insert(0, sys.argv[3]); sys.path.insert(0, sys.argv[4])\n"
        "from test_history_contract import attempt\n"
        "from vivavoce.adapters.history_database import HistoryDatabase\n"
        "s = HistoryDatabase(sys.argv[1])\n"
        "for i in range(20): s.save(attempt(f'{sys.argv[2]}-{i}'))\n"
    )
    args = [str(ROOT / "src"), str(Path(__file__).parent)]
    running = [subprocess.Popen([sys.executable, "-c", code, url, n, *args]) for n in "ab"]
    assert [p.wait() for p in running] == [0, 0]
    assert len(HistoryDatabase(url).marks()) == 40


def test_the_schedule_brings_back_failures_soon_and_successes_later():
    schedule = FsrsSchedule()
    assert isinstance(schedule, Schedule)
    failed = schedule.due([Review(Rating.AGAIN, NOW)])
    good = [Review(Rating.GOOD, NOW)]
    first = schedule.due(good)
    again = schedule.due([*good, Review(Rating.GOOD, first.at)])
    assert failed.at == NOW + timedelta(minutes=10)
    assert first.at >= NOW + timedelta(days=1)
    assert again.at - first.at > first.at - NOW
    assert schedule.due(good) == first
    with pytest.raises(ValueError, match="empty"):
        schedule.due([])
