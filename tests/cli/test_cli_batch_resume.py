"""A batch that is killed, stopped, run twice at once or out of room loses nothing."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vivavoce.reports.json import load

ROOT = Path(__file__).parents[2]
WORDS = ("bucket", "index", "collision", "chain", "array", "key", "value", "modulo")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")


def record(number: int, text: str = "") -> dict[str, str]:
    said = f"A hash function maps the {WORDS[number % 8]} to {WORDS[number % 7]} number {number}."
    return {"question": "hash-table", "answer": text or said, "id": str(number)}


def write(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps(record(n)) + "\n" for n in range(count)))
    return path


def ids(path: Path) -> list[str]:
    """Ids of the stored lines; every line has to be whole."""
    return [json.loads(line)["answer"]["id"] for line in path.read_text("utf-8").splitlines()]


def started(*args: object, limit: int | None = None) -> subprocess.Popen[bytes]:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit or 0, limit or 0))

    return subprocess.Popen(
        [sys.executable, "-m", "vivavoce", *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=small if limit else None,  # noqa: PLW1509
    )


def wait_for(path: Path, lines: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and running.poll() is None:
        if path.exists() and path.read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.01)


@posix
def test_killed_again_and_again_it_loses_and_repeats_nothing(viva, tmp_path):
    given, kept = write(tmp_path / "in.jsonl", 500), tmp_path / "r.jsonl"
    before: list[str] = []
    for _ in range(2):
        running = started("batch", given, "--results", kept)
        wait_for(kept, len(before) + 20, running)
        running.kill()
        running.communicate()
        assert running.returncode == -signal.SIGKILL
        data = kept.read_bytes()
        now = ids_of_whole_lines(data)
        assert now[: len(before)] == before
        assert len(now) >= len(before) + 20
        before = now

    ran = viva("batch", given, "--results", kept, "-o", tmp_path / "r.csv")

    assert ran.status == 0, ran.err
    assert ids(kept) == [str(n) for n in range(500)]
    alone = viva("batch", given, "--json").json
    assert [g.model_dump(mode="json") for g in load(kept.read_text("utf-8")).grades] == [
        {k: v for k, v in g.items() if k != "needs_review"} for g in alone["grades"]
    ]
    assert len((tmp_path / "r.csv").read_text("utf-8").splitlines()) == 501


def ids_of_whole_lines(data: bytes) -> list[str]:
    lines = data.split(b"\n")[:-1]
    return [json.loads(line)["answer"]["id"] for line in lines]


@posix
def test_ctrl_c_finishes_the_answer_in_hand_and_says_how_to_go_on(tmp_path, viva):
    given, kept = write(tmp_path / "in.jsonl", 600), tmp_path / "r.jsonl"
    running = started("batch", given, "--results", kept, "-o", tmp_path / "r.csv")
    wait_for(kept, 5, running)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate()

    done = len(ids(kept))
    assert running.returncode == 130
    assert 5 <= done < 600
    assert f"Stopped after {done:,} answers" in err.decode()
    assert "same command again" in err.decode()
    assert len((tmp_path / "r.csv").read_text("utf-8").splitlines()) == done + 1
    assert viva("batch", given, "--results", kept).status == 0
    assert ids(kept) == [str(n) for n in range(600)]


@posix
def test_no_room_left_keeps_whole_lines_and_goes_on_later(tmp_path, viva):
    given, kept = write(tmp_path / "in.jsonl", 60), tmp_path / "r.jsonl"
    # Vectors of the rubric are there already, so that only the results are too large.
    assert viva("grade", "hash-table", record(1)["answer"]).status == 0
    running = started("batch", given, "--results", kept, limit=50_000)
    out, err = running.communicate()

    assert running.returncode == 1
    assert "cannot be written" in err.decode()
    assert b"Traceback" not in out + err
    done = ids(kept)
    assert 0 < len(done) < 60
    assert kept.read_bytes().endswith(b"}\n")
    assert viva("batch", given, "--results", kept).status == 0
    assert ids(kept) == [str(n) for n in range(60)]


@posix
def test_two_at_once_on_one_file_are_told_apart(tmp_path):
    # So many that the first is still at work when the second has started.
    given, kept = write(tmp_path / "in.jsonl", 1200), tmp_path / "r.jsonl"
    first = started("batch", given, "--results", kept)
    wait_for(kept, 1, first)
    second = started("batch", given, "--results", kept)
    _, err = second.communicate()
    first.communicate()

    assert (first.returncode, second.returncode) == (0, 1)
    assert "another process" in err.decode()
    assert ids(kept) == [str(n) for n in range(1200)]


def test_the_first_jsonl_report_is_the_checkpoint(viva, tmp_path):
    given, kept = write(tmp_path / "in.jsonl", 4), tmp_path / "r.jsonl"
    assert viva("batch", given, "-o", kept).status == 0
    first = kept.read_bytes()
    assert viva("batch", given, "-o", kept, "--json").json["grades"][3]["answer"]["id"] == "3"
    assert kept.read_bytes() == first


def test_what_changed_is_graded_again_and_the_newest_counts(viva, tmp_path):
    given, kept = write(tmp_path / "in.jsonl", 3), tmp_path / "r.jsonl"
    viva("batch", given, "--results", kept)
    changed = [record(0), record(1, "Something else about buckets altogether."), record(2)]
    given.write_text("".join(json.dumps(r) + "\n" for r in changed))

    found = viva("batch", given, "--results", kept, "--json").json["grades"]

    assert ids(kept) == ["0", "1", "2", "1"]
    assert [g["answer"]["id"] for g in found] == ["0", "1", "2"]
    assert found[1]["answer"]["text"].startswith("Something else")
    assert [g.answer.text for g in load(kept.read_text("utf-8")).grades] == [
        r["answer"] for r in changed
    ]


def test_retry_ungraded(viva, small_bank, tmp_path):
    given, kept = tmp_path / "in.jsonl", tmp_path / "r.jsonl"
    unknown = {"question": "how do I bake bread", "answer": "Flour.", "id": "b"}
    given.write_text(json.dumps(record(0)) + "\n" + json.dumps(unknown) + "\n")
    for flags, lines in (((), 2), ((), 2), (("--retry-ungraded",), 3)):
        assert viva("batch", given, "--bank", small_bank, "--results", kept, *flags).status == 3
        assert len(ids(kept)) == lines


def test_a_transcript_is_kept_with_its_reading(viva, examples, small_bank, tmp_path):
    kept = tmp_path / "r.jsonl"
    command = ("batch", examples / "interview.vtt", "--bank", small_bank, "--results", kept)
    runs = [viva(*command, "--json") for _ in "ab"]
    assert runs[0].out == runs[1].out
    assert len(runs[0].json["alignments"]) == 1
    assert len(ids_and_readings := kept.read_text("utf-8").splitlines()) >= 2
    assert len(set(ids_and_readings)) == len(ids_and_readings)


def test_a_results_file_that_is_none_is_refused(viva, tmp_path):
    given = write(tmp_path / "in.jsonl", 2)
    assert "left as it is" in viva("batch", given, "--results", given).refused(1)
    assert given.read_text().count("\n") == 2
    assert ".jsonl" in viva("batch", given, "--results", tmp_path / "r.csv").refused(2)


def test_many_answers_are_counted_not_listed(viva, tmp_path):
    same = [record(n, "A hash function maps a key to a bucket.") for n in range(501)]
    given = tmp_path / "in.jsonl"
    given.write_text("".join(json.dumps(r) + "\n" for r in same))
    ran = viva("batch", given)
    assert ran.status == 0
    assert ran.out.startswith("501 answers graded, 0 left ungraded; mean ")


def test_patterns_are_expanded(viva, tmp_path):
    write(tmp_path / "a1.jsonl", 2)
    write(tmp_path / "a2.jsonl", 1)
    assert len(viva("batch", "a*.jsonl", "--json").json["grades"]) == 3
