"""A team's store: batches, reviews and reports of the same run by several people at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

ROOT = Path(__file__).parents[2]
WORDS = ("bucket", "index", "collision", "chain", "array", "key", "value", "modulo")


def write(path: Path, first: int, end: int) -> Path:
    records = [
        {
            "question": "hash-table",
            "answer": f"A hash function maps the {WORDS[n % 8]} to an index, number {n}.",
            "id": str(n),
        }
        for n in range(first, end)
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/team.sqlite"
    return request.getfixturevalue("postgresql").database()


def rows(url: str) -> list[str]:
    """Names of the stored results, a row each, in the order in which they were written."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        found = connection.execute(text("SELECT name FROM vivavoce_results ORDER BY id"))
        names = [row.name for row in found]
    engine.dispose()
    return names


def test_a_run_in_a_store_is_what_it_is_in_a_file(viva, small_bank, tmp_path, url):
    given = write(tmp_path / "in.jsonl", 0, 4)
    batch = ("batch", given, "--bank", small_bank)
    alone = viva(*batch, "--results", "r.jsonl", "--json")
    shared = viva(*batch, "--store", url, "--results", "autumn", "--json", "-o", "plain.jsonl")

    assert (shared.status, shared.out) == (alone.status, alone.out)
    assert "autumn" in shared.err
    assert len(Path("plain.jsonl").read_text("utf-8").splitlines()) == 4
    assert viva(*batch, "--store", url, "--results", "autumn", "--json").out == alone.out
    assert len(rows(url)) == 4
    found = viva("report", "autumn", "--store", url, "--json").json
    assert found["grades"] == viva("report", "r.jsonl", "--json").json["grades"]
    compared = viva("compare", "autumn", "r.jsonl", "--store", url, "--json").json
    assert compared == viva("compare", "r.jsonl", "r.jsonl", "--json").json | {
        "before": compared["before"]
    }


def test_reviews_in_the_store_reach_whatever_reads_them(viva, small_bank, tmp_path, url):
    given = write(tmp_path / "in.jsonl", 0, 4)
    store = ("--store", url)
    viva("batch", given, "--bank", small_bank, *store, "--results", "autumn")
    for n in range(4):
        said = ("--set", str(n), "--total", 10 + n, "--author", "Ann")
        assert viva("review", "autumn", *store, *said).status == 0

    assert "Ann" in viva("report", "autumn", *store, "-o", "r.csv").err + Path("r.csv").read_text()
    assert "Ann" in viva("review", "autumn", *store, "--show", "3").out
    agreed = viva("agreement", "autumn", *store, "--bank", small_bank, "--json")
    assert agreed.status == 0, agreed.err
    assert agreed.json["results"] == "autumn"
    # It has read them: four are too few to fit anything on.
    assert "4 " in viva("calibrate", "autumn", *store, "--bank", small_bank).refused()
    # The reviews of one run are none of another's.
    viva("batch", given, "--bank", small_bank, *store, "--results", "spring")
    assert "no review with a score" in viva("agreement", "spring", *store).refused(1)


def test_two_at_once_share_a_run(viva, small_bank, tmp_path, url):
    halves = [write(tmp_path / "a.jsonl", 0, 30), write(tmp_path / "b.jsonl", 20, 50)]
    # Vectors of the rubric are there already.
    viva("grade", "hash-table", "A bucket.", "--bank", small_bank)
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "vivavoce", "batch", str(given), "--bank", small_bank),
                *("--store", url, "--results", "autumn"),
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for given in halves
    ]
    assert [one.wait() for one in running] == [0, 0]
    assert len(set(rows(url))) == 50
    assert len(viva("report", "autumn", "--store", url, "--json").json["grades"]) == 50


def test_a_server_that_goes_away_and_comes_back(viva, small_bank, tmp_path, postgresql):
    """As long as it is away the run waits; what was stored before is not made again."""
    url = postgresql.database()
    given = write(tmp_path / "in.jsonl", 0, 80)
    command = ("batch", given, "--bank", small_bank, "--store", url, "--results", "autumn")
    running = subprocess.Popen(
        [sys.executable, "-m", "vivavoce", *map(str, command)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    while running.poll() is None and count(url) < 20:
        time.sleep(0.05)
    postgresql.stop()
    postgresql.start()
    _, err = running.communicate()
    assert running.returncode == 0, err.decode()
    # One addition may have been made twice: the answer to it was lost with the connection.
    assert len(rows(url)) <= 81
    assert viva(*command).status == 0
    assert len(set(rows(url))) == 80


def count(url: str) -> int:
    try:
        return len(rows(url))
    except Exception:
        return 0


def test_names_and_places_that_do_not_fit(viva, tmp_path):
    given, url = write(tmp_path / "in.jsonl", 0, 1), f"sqlite:///{tmp_path}/t.sqlite"
    assert "--results NAME" in viva("batch", given, "--store", url).refused(2)
    named = viva("batch", given, "--store", url, "--results", "r.jsonl").refused(2)
    assert "no file name" in named
    assert "--store" in viva("batch", given, "--results", "autumn").refused(2)
    assert "it is empty" in viva("report", "autumn", "--store", url).refused(1)
    server = ("--store", "postgresql://ana@127.0.0.1/x", "--results", "a", "--offline")
    assert "--offline forbids" in viva("batch", given, *server).refused(1, 2)
    assert "no database URL" in viva("report", "autumn", "--store", "nonsense").refused(2)


def test_the_setting_names_the_store_and_files_stay_files(viva, small_bank, tmp_path, monkeypatch):
    monkeypatch.setenv("VIVA_STORE", f"sqlite:///{tmp_path}/t.sqlite")
    given = write(tmp_path / "in.jsonl", 0, 1)
    batch = ("batch", given, "--bank", small_bank, "--results")
    assert "autumn" in viva(*batch, "autumn").err
    assert viva(*batch, "r.jsonl").status == 0
    assert Path("r.jsonl").exists()
    both = [viva("report", name, "--json").json["grades"] for name in ("autumn", "r.jsonl")]
    assert both[0] == both[1]
