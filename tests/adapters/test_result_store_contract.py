"""One suite for every store of results, and what holds for a team's database alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.postgresql import PostgresServer

from vivavoce.adapters.result_file import ResultFile
from vivavoce.adapters.result_lines import ResultLines
from vivavoce.adapters.team_store import TeamStore
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Ungraded
from vivavoce.errors import MissingExtraError, SettingsError, StoreError
from vivavoce.ports import ResultStore, Stored
from vivavoce.reports.json import load
from vivavoce.reports.jsonl import line
from vivavoce.testing import MemoryResults

ROOT = Path(__file__).parents[2]
A, B, C = ("a" * 16, "b" * 16, "c" * 16)


def add(store: ResultStore, name: str, content: str, words: str, kind: str = "ungraded") -> None:
    left = Ungraded(answer=Answer(question="q", text=words), reason="why")
    key = f"{name}-{content}"
    store.append(key, kind, line(left, key))


def words(lines: Iterator[str]) -> list[str]:
    return [load(one).ungraded[0].answer.text for one in lines]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/team.sqlite"
    return str(request.getfixturevalue("postgresql").database())


@pytest.fixture(params=["memory", "file", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ResultStore]:
    if request.param == "memory":
        yield MemoryResults()
    elif request.param == "file":
        with ResultFile(tmp_path / "r.jsonl") as file:
            yield file
    else:
        server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
        where = server.database() if server else f"sqlite:///{tmp_path}/team.sqlite"
        with TeamStore(where) as team:
            add(team.results("another run"), A, "0", "of another run")
            yield team.results("a run")


def test_lines_come_back_by_name_and_kind_and_the_newest_counts(store: ResultStore) -> None:
    assert isinstance(store, ResultStore)
    assert store.known(A) is None
    nasty = "'); DROP TABLE vivavoce_results; -- \x00 \u2028 é 😀"
    add(store, A, "1", "old")
    add(store, B, "1", nasty)
    add(store, C, "1", "a grade, as its kind says", kind="grade")
    add(store, A, "2", "new")

    assert store.known(A) == Stored("2", "ungraded")
    assert store.known(C) == Stored("1", "grade")
    assert words(store.lines([C, B, "none", A], "ungraded")) == [nasty, "new"]
    assert words(store.lines([A, B, C], "grade")) == ["a grade, as its kind says"]


def test_of_a_key_that_is_written_twice_the_later_line_counts(store: ResultStore) -> None:
    for said in ("first", "second"):
        add(store, A, "1", said)
    assert store.known(A) == Stored("1", "ungraded")
    assert words(store.lines([A], "ungraded")) == ["second"]
    add(store, A, "2", "third")
    add(store, A, "1", "the first again")
    assert store.known(A) == Stored("1", "ungraded")
    assert words(store.lines([A], "ungraded")) == ["the first again"]


def test_more_names_than_a_query_takes(store: ResultStore) -> None:
    names = [f"{n:016x}" for n in range(1203)]
    for name in names[::400]:
        add(store, name, "1", name)
    assert words(store.lines(names, "ungraded")) == names[::400]


def test_a_run_reads_like_the_file_of_the_same_results(url: str, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with ResultFile(path) as file, TeamStore(url) as team:
        run = team.results("autumn")
        for keep in (file, run):
            for name, said in ((A, "one"), (B, "two"), (A, "three")):
                add(keep, name, "1", said)
        found = [one.text for one in run.all_lines("ungraded")]
        assert found == [one.text for one in ResultLines(path).lines("ungraded")]
        assert list(run.all_lines("grade")) == []
        assert team.runs() == ["autumn"]


def test_what_another_process_adds_is_known_at_once(url: str) -> None:
    with TeamStore(url) as ours, TeamStore(url) as theirs:
        add(theirs.results("r"), A, "1", "theirs")
        assert ours.results("r").known(A) == Stored("1", "ungraded")


def test_two_processes_at_once_lose_nothing(url: str) -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[3:5]\n"
        "from tests.adapters.test_result_store_contract import add\n"
        "from vivavoce.adapters.team_store import TeamStore\n"
        "with TeamStore(sys.argv[1]) as team:\n"
        "    for i in range(40): add(team.results('r'), f'{sys.argv[2]}{i:015x}', '1', 'x')\n"
        "    for i in range(40): add(team.results('r'), f'c{i:015x}', '1', sys.argv[2])\n"
    )
    args = [str(ROOT / "src"), str(ROOT)]
    running = [subprocess.Popen([sys.executable, "-c", code, url, n, *args]) for n in "ab"]
    assert [p.wait() for p in running] == [0, 0]
    with TeamStore(url) as team:
        assert len(list(team.results("r").all_lines("ungraded"))) == 120


def test_a_store_of_another_version_is_refused_and_a_neighbour_is_left_alone(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/t.sqlite"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE songs (id INTEGER)"))
    TeamStore(url).close()
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM songs")).scalar() == 0
        connection.execute(text("UPDATE vivavoce_store SET version = 99"))
    engine.dispose()
    with pytest.raises(StoreError, match="version 99"):
        TeamStore(url)


def test_what_is_no_store_is_refused_without_the_password(tmp_path: Path) -> None:
    broken = tmp_path / "b.sqlite"
    broken.write_bytes(b"no database at all, " * 100)
    with pytest.raises(StoreError, match="not a database"):
        TeamStore(f"sqlite:///{broken}")
    with pytest.raises(StoreError, match="cannot be made"):
        TeamStore(f"sqlite:///{broken}/t.sqlite")
    with pytest.raises(SettingsError) as refused:
        TeamStore("nonsense:secret")
    assert "secret" not in str(refused.value)
    # Port 9 of this machine: nothing listens there, or nothing that is PostgreSQL.
    with pytest.raises((StoreError, MissingExtraError)) as away:
        TeamStore("postgresql://ana:secret@127.0.0.1:9/grades?connect_timeout=2")
    assert "secret" not in str(away.value)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 201, "\udc80"])
def test_names_that_no_run_can_have(tmp_path: Path, name: str) -> None:
    with (
        TeamStore(f"sqlite:///{tmp_path}/t.sqlite") as team,
        pytest.raises(StoreError, match="run"),
    ):
        team.results(name)


def test_a_server_that_comes_back_is_waited_for(postgresql: PostgresServer) -> None:
    with TeamStore(postgresql.database(), patience_s=60) as team:
        run = team.results("r")
        add(run, A, "1", "before")
        postgresql.stop()
        writer = threading.Thread(target=add, args=(run, B, "1", "meanwhile"))
        writer.start()
        postgresql.start()
        writer.join()
        assert words(run.lines([A, B], "ungraded")) == ["before", "meanwhile"]


def test_a_server_that_stays_away_ends_in_an_error_that_says_how_to_go_on(
    postgresql: PostgresServer,
) -> None:
    with TeamStore(postgresql.database(), patience_s=0) as team:
        run = team.results("r")
        add(run, A, "1", "before")
        postgresql.stop()
        try:
            with pytest.raises(StoreError, match="same command again"):
                add(run, B, "1", "lost")
            with pytest.raises(StoreError, match="cannot be read"):
                run.known(A)
        finally:
            postgresql.start()
        assert run.known(A) == Stored("1", "ungraded")
        assert run.known(B) is None
