"""Human review from the command line: by options, at a real terminal, and what reads it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def stored_once(tmp_path_factory, cache_folder):
    folder = tmp_path_factory.mktemp("stored")
    answers = folder / "a.csv"
    text = (ROOT / "examples" / "answers.csv").read_text("utf-8")
    answers.write_text(text + "evil,hash-table,Eve,\x1b[31m<b>=1+1</b> [red]hash[/]\n", "utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "VIVA_CACHE_DIR": str(cache_folder)}
    subprocess.run(
        [sys.executable, "-m", "vivavoce", "batch", answers, "--results", folder / "r.jsonl"],
        check=True,
        capture_output=True,
        env=env,
    )
    return (folder / "r.jsonl").read_bytes()


@pytest.fixture
def stored(stored_once, tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_bytes(stored_once)
    return path


def reviews_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_keys_are_those_of_the_results(viva, stored):
    keys = {json.loads(line)["key"].split("-")[0] for line in stored.read_text().splitlines()}
    assert {a["key"] for a in viva("review", stored, "--json", "--all").json["answers"]} == keys


def test_the_queue_is_the_flagged_answers_widest_first(viva, stored):
    queued = viva("review", stored, "--json").json["answers"]
    widths = [a["interval"][1] - a["interval"][0] for a in queued]
    assert queued and widths == sorted(widths, reverse=True)
    assert all(a["reasons"] for a in queued)
    listed = viva("review", stored, "--list")
    assert queued[0]["key"][:8] in listed.out
    assert "\x1b[31m" not in viva("review", stored, "--show", "evil").out


def test_a_review_is_kept_beside_the_machines_grade(viva, stored, tmp_path):
    before = stored.read_bytes()
    ran = viva(
        "review", stored, "--set", "priya-l1-l2", "--total", "71.5", "--comment", "a <b>",
        "--author", "Ann", "--json",
    )  # fmt: skip
    (shown,) = ran.json["answers"]
    assert (shown["human"], shown["standing"], shown["grade"]["total"]) == (
        71.5,
        "reviewed",
        shown["machine"],
    )
    criterion = shown["grade"]["criteria"][0]["id"]
    again = viva("review", stored, "--set", shown["key"][:8], "--verdict", f"{criterion}=met")
    assert again.status == 0 and "Ann" in again.out
    first, second = reviews_of(tmp_path / "r.reviews.jsonl")
    assert (first["author"], first["comment"], first["given"]) == ("Ann", "a <b>", 71.5)
    assert second["verdicts"] == {criterion: "met"} and second["given"] is None
    assert stored.read_bytes() == before


def test_a_torn_line_costs_that_line_alone(viva, stored, tmp_path):
    kept = tmp_path / "mine.jsonl"
    viva("review", stored, "--reviews", kept, "--set", "tom-l1-l2", "--total", 5)
    whole = kept.read_bytes()
    kept.write_bytes(whole + whole[: len(whole) // 2])
    assert viva("review", stored, "--reviews", kept, "--show", "tom-l1-l2").status == 0
    assert viva("review", stored, "--reviews", kept, "--set", "evil", "--total", 0).status == 0
    assert [r["answer_id"] for r in reviews_of(kept)] == ["tom-l1-l2", "evil"]


def test_an_answer_that_changed_makes_its_review_outdated(viva, stored):
    viva("review", stored, "--set", "tom-l1-l2", "--total", 5)
    lines = stored.read_text("utf-8").splitlines()
    changed = [json.loads(line) for line in lines]
    for record in changed:
        if record["answer"]["id"] == "tom-l1-l2":
            record["signature"]["rubric"] = "l1-l2@000000000000"
    stored.write_text("".join(json.dumps(r) + "\n" for r in changed), "utf-8")
    (found,) = [
        a for a in viva("review", stored, "--json").json["answers"] if a["id"] == "tom-l1-l2"
    ]
    assert (found["standing"], found["reviews"][0]["outdated"]) == ("outdated", True)
    assert "outdated" in viva("review", stored, "--list").out
    assert "outdated" in viva("review", stored, "--show", "tom-l1-l2").out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--set", "nobody", "--total", "5"], "No answer has the key or the id 'nobody'"),
        (["--set", "tom-l1-l2", "--verdict", "zz=met"], "has no criterion 'zz'; it has"),
        (["--set", "tom-l1-l2", "--verdict", "zz"], "CRITERION=VERDICT"),
        (["--set", "tom-l1-l2", "--verdict", "a=good"], "is no verdict"),
        (["--set", "tom-l1-l2"], "--total"),
        (["--total", "5"], "--set"),
        ([], "terminal"),
        (["--reviews", "r.jsonl", "--list"], "holds the results"),
    ],
)
def test_mistakes_are_told(viva, stored, args, said):
    assert said in viva("review", stored, *args).refused()
    assert not (stored.parent / "r.reviews.jsonl").exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "question,answer\n",
        '{"question": "q", "answer": "a"}\n',
        '{"schema": "vivavoce.results/1", "title": "t"}',
    ],
)
def test_a_results_file_that_is_empty_or_another_is_refused(viva, tmp_path, content):
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    assert "x.jsonl" in viva("review", path, "--list").refused()


def at_a_terminal(stored: Path, steps: list[tuple[str, bytes]]) -> int:
    """`viva review` on a pseudo-terminal; each step waits for text and the prompt, then types.

    What is typed before the prompt is there may be lost when the terminal's mode changes.
    """
    pty = pytest.importorskip("pty")
    parent, child = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TERM": "dumb"}
    running = subprocess.Popen(
        [sys.executable, "-m", "vivavoce", "review", str(stored), "--author", "Bo"],
        stdin=child,
        stdout=child,
        stderr=child,
        env=env,
        start_new_session=True,
    )
    os.close(child)
    for wanted, typed in steps:
        seen = b""
        while wanted.encode() not in seen or not seen.endswith(b"> "):
            seen += os.read(parent, 4096)
        if typed == b"\x03":
            os.killpg(running.pid, signal.SIGINT)
        else:
            os.write(parent, typed)
    try:
        while os.read(parent, 4096):
            pass
    except OSError:
        pass  # Linux says so when the other end is closed
    os.close(parent)
    return running.wait()


def test_a_walk_at_a_terminal_keeps_what_was_entered(stored, tmp_path, viva):
    first, second, *_ = [a["id"] for a in viva("review", stored, "--json").json["answers"]]
    steps = [
        ("> ", b"1=met\n"),
        ("Enter keeps it", b"rubbish\n"),
        ("not understood", b"c good\n"),
        ("with a comment", b"\n"),
        ("2 of ", b"33\n"),
        ("total 33", b"\x03"),
    ]
    assert at_a_terminal(stored, steps) == 130
    kept = reviews_of(tmp_path / "r.reviews.jsonl")
    assert [(r["answer_id"], r["author"], r["comment"]) for r in kept] == [
        (first, "Bo", "good"),
        (second, "Bo", ""),
    ]
    assert list(kept[0]["verdicts"].values()) == ["met"]
    assert kept[1]["given"] == 33


def test_agreement_and_calibration_read_reviews(viva, stored, tmp_path):
    pytest.importorskip("krippendorff", reason="the extra evaluation is absent")
    reviews = tmp_path / "r.reviews.jsonl"
    for number, answer in enumerate(viva("review", stored, "--json", "--all").json["answers"]):
        viva("review", stored, "--set", answer["key"], "--total", number * 8, "--author", "Ann")
    ran = viva("agreement", stored, "--reviews", reviews, "--json")
    assert ran.status == 0, ran
    assert (ran.json["answers"], ran.json["human"]) == (13, "r.reviews.jsonl")

    human = tmp_path / "h.csv"
    human.write_text("id,rater,score\ntom-l1-l2,Cy,50\n")
    both = viva("agreement", stored, "--human", human, "--reviews", reviews, "--json")
    assert both.json["ratings"] == 14

    few = viva("calibrate", stored, "--reviews", reviews, "--out", tmp_path / "c.json")
    assert "13" in few.refused() and "20" in few.err
    for wrong in ([], ["--reviews", stored], ["--reviews", tmp_path / "none.jsonl"]):
        viva("agreement", stored, *wrong).refused()
