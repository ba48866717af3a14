"""Judging at the command line, against a real server: faults, cache, limits, batches, privacy."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from vivavoce.testing import JudgeServer
from vivavoce.testing.judge_server import all_met
from vivavoce.wiring import settings
from vivavoce.wiring.judging import plan_of

ANSWER = (
    "Bias is error from a model that is too simple, so it underfits. Variance is error from "
    "sensitivity to the training sample, so it overfits."
)
ASK = ("grade", "bias-variance", ANSWER, "--json")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("VIVA_CACHE_DIR", str(tmp_path_factory.mktemp("replies")))
    monkeypatch.setenv("VIVA_JUDGE_RETRIES", "1")


def flags(server: JudgeServer, *more: str) -> tuple[str, ...]:
    return ("--judge", "tiny", "--judge-base-url", server.url, *more)


def rows(path: Path, count: int = 3) -> Path:
    lines = [
        {"question": "bias-variance", "answer": f"{ANSWER} Point {n}.", "id": str(n)}
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_judge_and_the_local_grader_stand_side_by_side(viva):
    local = viva(*ASK).json["grades"][0]
    with JudgeServer() as server:
        ran = viva(*ASK, *flags(server))
    [grade] = ran.json["grades"]
    assert ran.status == 0
    assert grade["signature"]["judge"].startswith("tiny@127.0.0.1")
    assert grade["signature"]["prompt"]
    for before, after in zip(local["criteria"], grade["criteria"], strict=True):
        assert after["local"]["credit"] == before["credit"]
        assert after["judge"]["verdict"] == "met"
        assert after["credit"] == pytest.approx(0.7 + 0.3 * before["credit"], abs=2e-3)
    assert "1 answers asked about, 1 calls" in ran.err


@pytest.mark.parametrize("ending", ["html", "md"])
def test_reports_show_both_sources(viva, tmp_path, ending):
    with JudgeServer() as server:
        ran = viva(*ASK[:3], *flags(server), "-o", tmp_path / f"r.{ending}")
    page = (tmp_path / f"r.{ending}").read_text()
    assert "local grader" in page
    assert "judge: met (1): So it is." in " ".join(ran.out.split())


FAULTS = {
    429: "refused for a test",
    500: "refused for a test",
    "reset": "Connection error",
    "html": "not JSON",
    "not-json": "not JSON",
    "no-choices": "not that of a chat API",
    "wrong-types": "empty",
    "empty": "empty",
    "refusal": "content filter",
    "content-filter": "content filter",
    "length": "cut off",
    "garbled": "no JSON object",
    "invented-quote": "quotes words that are not in the answer",
    "unknown-criterion": "names none of the criteria",
    "hang": "no reply within",
    "slow-loris": "no reply within",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_after_any_fault_the_local_grade_stands_unscored_by_the_judge(viva, fault):
    local = viva(*ASK).json["grades"][0]
    slow = ("--judge-timeout", "1") if fault in ("hang", "slow-loris") else ()
    with JudgeServer(always=fault) as server:
        ran = viva(*ASK, *flags(server, *slow))
    [grade] = ran.json["grades"]
    assert ran.status == 3
    assert grade["total"] == local["total"]
    assert [c["credit"] for c in grade["criteria"]] == [c["credit"] for c in local["criteria"]]
    assert {c["judge"]["verdict"] for c in grade["criteria"]} == {"unscored"}
    assert FAULTS[fault] in grade["criteria"][0]["judge"]["problem"]
    assert grade["needs_review"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_server_that_denies_calls_ends_the_run_and_what_was_graded_is_kept(
    viva, tmp_path, status
):
    answers = rows(tmp_path / "a.jsonl", 4)
    command = ("batch", answers, "--results", "run.jsonl", "-o", "r.json")
    one_by_one = ("--judge-concurrency", "1")
    with JudgeServer(faults=["", ""], always=status) as server:
        ran = viva(*command, *flags(server, *one_by_one))
        assert len(server.chats) == 3
    assert "Check" in ran.refused(1)
    kept = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text().splitlines()]
    written = json.loads((tmp_path / "r.json").read_text())["grades"]
    assert f"Stopped after {len(kept)} answers. run.jsonl keeps them" in ran.err
    assert [g["criteria"][0]["judge"]["credit"] for g in written][:3] == [1, 1, None]
    assert len(kept) == len(written)


def test_a_grade_is_shown_before_the_servers_denial_is_told(viva):
    local = viva(*ASK).json["grades"][0]
    with JudgeServer(always=401) as server:
        ran = viva(*ASK, *flags(server))
    assert "Error: tiny@" in ran.refused(1)
    assert "Check" in ran.err
    assert ran.json["grades"][0]["total"] == local["total"]
    assert "It was not judged: tiny@" in " ".join(ran.json["grades"][0]["review"])


def test_what_a_judge_left_open_is_judged_by_the_same_command_again(viva, tmp_path):
    command = ("batch", rows(tmp_path / "a.jsonl"), "--results", "run.jsonl", "--json")
    with JudgeServer(always=500) as server:
        url = server.url
        assert viva(*command, *flags(server)).status == 3
    with JudgeServer() as server:
        # The port is part of the endpoint's name, so the settings are given anew.
        ran = viva(*command, *flags(server))
        again = viva(*command, *flags(server))
        assert len(server.chats) == 3
    assert url
    assert ran.status == again.status == 0
    assert all(c["judge"]["credit"] == 1 for g in again.json["grades"] for c in g["criteria"])


def test_a_second_run_is_answered_by_the_cache_in_full(viva, tmp_path):
    answers = rows(tmp_path / "a.jsonl")
    with JudgeServer() as server:
        first = viva("batch", answers, "--json", *flags(server))
        second = viva("batch", answers, "--json", *flags(server))
        assert len(server.chats) == 3
        assert second.json == first.json
        assert "0 calls, 3 more answered by the cache" in second.err
        assert viva("cache", "info", "--json").json["replies"]["replies"] == 3
        viva("batch", answers, *flags(server, "--no-cache"))
        assert len(server.chats) == 6
    assert "3 replies" in viva("cache", "clear").out
    assert viva("cache", "info", "--json").json["replies"]["replies"] == 0


def test_an_estimate_sends_and_writes_nothing_and_knows_the_cache(viva, tmp_path):
    answers = rows(tmp_path / "a.jsonl")
    prices = tmp_path / "prices.toml"
    prices.write_text("[tiny]\nprompt = 1.0\ncompletion = 2\n")
    with JudgeServer() as server:
        viva("batch", rows(tmp_path / "one.jsonl", 1), *flags(server))
        ran = viva(
            "batch", answers, "-o", "out.jsonl", *flags(server, "--estimate", "--prices", str(prices))
        )  # fmt: skip
        assert len(server.chats) == 1
    assert ran.status == 0
    assert "3 answers to be judged: 2 calls to send, 1 answered by the cache" in ran.out
    assert "$0.0" in ran.out
    assert not (tmp_path / "out.jsonl").exists()


def test_limits_stop_the_judging_and_keep_what_is_done(viva, tmp_path):
    answers = rows(tmp_path / "a.jsonl", 4)
    one_by_one = ("--judge-concurrency", "1", "--json")
    with JudgeServer() as server:
        ran = viva("batch", answers, *flags(server, "--max-calls", "2", *one_by_one))
        assert len(server.chats) == 2
        done = [g["criteria"][0]["judge"]["credit"] for g in ran.json["grades"]]
        assert ran.status == 3
        assert done.count(1) == 2
        assert "--max-calls" in ran.err
        rest = viva("batch", answers, *flags(server, *one_by_one))
        assert rest.status == 0
        assert len(server.chats) == 4


def test_a_cost_limit_needs_a_price_and_holds(viva, tmp_path):
    answers = rows(tmp_path / "a.jsonl", 3)
    prices = tmp_path / "prices.toml"
    prices.write_text("[tiny]\nprompt = 1000.0\ncompletion = 1000.0\n")
    with JudgeServer() as server:
        ran = viva("batch", answers, *flags(server, "--max-cost", "0.5", "--prices", str(prices)))
        assert not server.chats
    assert ran.status == 3
    assert "--max-cost" in ran.err
    unknown = viva(
        *ASK, "--judge", "gpt-99", "--judge-base-url", "https://api.example.com/v1",
        "--max-cost", "1",
    )  # fmt: skip
    assert "--prices" in unknown.refused(2)


def test_costs_are_told_with_the_date_of_the_prices(viva, tmp_path):
    answers = rows(tmp_path / "a.jsonl", 1)
    prices = tmp_path / "p.toml"
    prices.write_text("as_of = 2026-01-31\n[tiny]\nprompt = 1.0\ncompletion = 2\n")
    with JudgeServer() as server:
        priced = flags(server, "--prices", str(prices))
        assert "at prices of 2026-01-31" in viva("batch", answers, *priced, "--estimate").out
        assert "at prices of 2026-01-31" in viva("batch", answers, *priced).err
    listed = viva(
        "batch", answers, "--estimate", "--judge", "gpt-4o-mini", env={"OPENAI_API_KEY": "sk-none"}
    )
    assert "at prices of 2025-08" in listed.out


def test_more_calls_at_once_than_the_default_need_as_many_in_hand():
    assert plan_of(settings(judge_concurrency=200)).in_flight >= 200
    panel = settings(judge=("a", "b", "c", "a"), judge_concurrency=32)
    assert plan_of(panel).in_flight >= 3 * 32


@pytest.mark.parametrize(
    "text",
    [
        "as_of = 3\n[tiny]\nprompt = 1\ncompletion = 1",
        "[tiny]\nprompt = -1\ncompletion = 1",
        "[tiny]\nprompt = 1",
        "tiny = 3",
        "[[",
    ],
)
def test_prices_without_a_meaning_name_the_file(viva, tmp_path, text):
    (tmp_path / "p.toml").write_text(text)
    with JudgeServer() as server:
        assert "p.toml" in viva(*ASK, *flags(server, "--prices", "p.toml")).refused(2)


def test_the_cascade_spares_what_is_certain(viva, tmp_path):
    with JudgeServer() as server:
        ran = viva(*ASK[:2], "", *flags(server, "--judge-when", "uncertain"))
        assert not server.chats
        never = viva(*ASK, *flags(server, "--judge-when", "never"))
        assert not server.chats
    assert (
        "judge" not in never.json["grades"][0]["signature"]
        or not never.json["grades"][0]["signature"]["judge"]
    )
    assert ran.status in (0, 3)


def test_a_panel_votes_and_tells_its_agreement(viva):
    with JudgeServer() as server:
        ran = viva(*ASK, *flags(server, "--judge", "other", "--judge-samples", "2"))
        assert {c.body["model"] for c in server.chats} == {"tiny", "other"}
        assert len(server.chats) == 4
        assert {c.body["temperature"] for c in server.chats} == {0.7}
    judge = ran.json["grades"][0]["criteria"][0]["judge"]
    assert len(judge["votes"]) == 4
    assert judge["agreement"] == 1


def test_a_call_for_each_criterion(viva):
    with JudgeServer() as server:
        ran = viva(*ASK, *flags(server, "--judge-calls", "per-criterion"))
        assert len(server.chats) == len(ran.json["grades"][0]["criteria"])


def test_offline_forbids_a_judge(viva):
    with JudgeServer() as server:
        assert "--offline" in viva(*ASK, *flags(server), "--offline").refused()
        assert not server.calls


def test_what_is_about_a_judge_needs_one(viva):
    assert "--judge MODEL" in viva(*ASK, "--estimate").refused(2)


def test_names_and_addresses_do_not_leave_the_machine(viva):
    said = f"{ANSWER} I learnt it at Initech from Ada Byron, ada@example.org, +1 555 010 9999."
    with JudgeServer() as server:
        ran = viva(
            "grade", "bias-variance", said, "--json", "--candidate", "Zoe Quill",
            *flags(server, "--redact-name", "Initech", "--redact-name", "Ada Byron"),
        )  # fmt: skip
        sent = json.dumps([c.body for c in server.chats])
    for secret in ("Initech", "Ada", "example.org", "555", "Quill"):
        assert secret not in sent
    assert "Initech" in ran.json["grades"][0]["answer"]["text"]


def test_names_that_nobody_gave_do_not_leave_the_machine_either(viva):
    pytest.importorskip("presidio_analyzer", reason="the extra redact is absent")
    said = f"{ANSWER} My manager John Smith, john@example.org, told me so."
    with JudgeServer() as server:
        ran = viva("grade", "bias-variance", said, "--json", *flags(server, "--redact"))
        sent = json.dumps([c.body for c in server.chats])
    assert "[PERSON-1], [EMAIL-1], told me so." in sent
    assert "Smith" not in sent
    assert "John Smith" in ran.json["grades"][0]["answer"]["text"]
    assert "redacted=presidio:en_core" in ran.json["grades"][0]["signature"]["judge"]


def test_redaction_without_its_extra_sends_nothing(viva, monkeypatch):
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    with JudgeServer() as server:
        said = viva(*ASK, *flags(server, "--redact")).refused(1)
        assert not server.chats
        assert "pip install 'vivavoce[redact]'" in said
        viva(*ASK, *flags(server, "--redact"), env={"VIVA_REDACT_MODEL": "none"})
        assert len(server.chats) == 1


KEY = "sk-planted-0123456789"
REPORTS = ("html", "md", "json", "jsonl", "csv", "xlsx", "parquet", "junit.xml", "gradebook.csv")


def texts_of(path: Path) -> bytes:
    """All that a file holds; what is packed in it, unpacked."""
    data = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            return data + b"".join(packed.read(name) for name in packed.namelist())
    if path.suffix == ".parquet":
        from pyarrow.parquet import read_table

        return data + repr(read_table(path).to_pylist()).encode()
    return data


@pytest.mark.parametrize("variable", ["VIVA_JUDGE_API_KEY", "OPENAI_API_KEY"])
def test_a_planted_key_is_in_no_output(viva, tmp_path, monkeypatch, caplog, variable):
    monkeypatch.setenv(variable, KEY)
    monkeypatch.setenv("VIVA_LOG_LEVEL", "debug")
    monkeypatch.setenv("VIVA_CACHE_DIR", str(tmp_path / "cache"))
    # All that any package logs, the SDK's own lines about requests and headers included.
    caplog.set_level(logging.DEBUG)
    reports = [part for ending in REPORTS for part in ("-o", f"r.{ending}")]
    answers = rows(tmp_path / "a.jsonl", 1)
    seen = ""
    mine = variable == "VIVA_JUDGE_API_KEY"
    # The server repeats a wrong key in its message, and a careless one in its verdicts.
    echo = lambda body: all_met(body).replace("So it is.", f"Asked by {KEY}.")  # noqa: E731
    for wanted, fault in ((KEY if mine else "", ""), ("", 500), ("sk-other", ""), ("", "garbled")):
        with JudgeServer(echo if mine else all_met, key=wanted, always=fault) as server:
            ran = viva("batch", answers, *flags(server), *reports)
            seen += ran.out + ran.err
            assert mine or not any(KEY in v for c in server.calls for v in c.headers.values())
    with JudgeServer(key="sk-other" if mine else "") as server:
        for command in (
            ("grade", "bias-variance", ANSWER, "--json", *flags(server)),
            ("judge-check", "--sample", "1", *flags(server)),
            ("batch", answers, *flags(server, "--estimate")),
            ("batch", answers, *flags(server, "--judge-via", "batch")),
            ("cache", "info"),
            ("doctor",),
        ):
            ran = viva(*command)
            seen += ran.out + ran.err
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert {f"r.{ending}" for ending in REPORTS} <= {p.name for p in files}
    # No command leaves the cache open, one that the server denies neither: SQLite would keep its
    # log beside the file.
    assert [p.name for p in files if "replies" in p.name] == ["replies.sqlite"]
    assert KEY not in seen
    assert KEY not in caplog.text
    assert not [p.name for p in files if KEY.encode() in texts_of(p)]


def test_the_cache_is_closed_whatever_ends_a_run(viva, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    monkeypatch.setenv("VIVA_CACHE_DIR", str(cache))
    monkeypatch.setenv("VIVA_JUDGE_API_KEY", KEY)
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{")
    with JudgeServer() as server:
        ran = viva("batch", broken, *flags(server))
    assert ran.status == 1
    # Refused before anything is sent.
    unpriced = viva(*ASK[:3], "--judge", "x", "--max-cost", "1")
    assert "no price is known of x" in unpriced.err
    assert [p.name for p in cache.rglob("*") if "replies" in p.name] == ["replies.sqlite"]


def test_a_planted_key_is_in_no_traceback_and_no_log_of_the_sdk(tmp_path):
    # A crash that nobody foresaw, in the middle of a call.
    crash = (
        "import sys, openai._base_client as c\n"
        "async def post(self, *a, **k): raise RuntimeError('crash')\n"
        "c.AsyncAPIClient.post = post\n"
        "from vivavoce.cli import main\n"
        "sys.argv = ['viva', *sys.argv[1:]]\n"
        "main()\n"
    )
    (tmp_path / "crash.py").write_text(crash)
    with JudgeServer(key=KEY) as server:
        done = subprocess.run(
            [sys.executable, "crash.py", *ASK, *flags(server)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "VIVA_JUDGE_API_KEY": KEY, "OPENAI_LOG": "debug"},
        )
    assert "RuntimeError: crash" in done.stderr
    assert KEY not in done.stdout + done.stderr


def test_a_batch_is_submitted_and_collected_by_a_later_process(viva, tmp_path):
    command = ("batch", rows(tmp_path / "a.jsonl", 4), "--results", "run.jsonl", "--json")
    with JudgeServer(batch_failures=1) as server:
        server.batches_done = False
        submitted = viva(*command, *flags(server, "--judge-via", "batch"))
        assert submitted.status == 3
        assert "submitted batch batch-1 (4 calls)" in submitted.err
        waiting = viva(*command, *flags(server, "--resume"))
        assert waiting.status == 3
        assert "in_progress, 0 of 4 replies" in waiting.err
        again = viva(*command, *flags(server, "--judge-via", "batch"))
        assert "submitted" not in again.err
        server.batches_done = True
        done = viva(*command, *flags(server, "--resume"))
        assert "completed, 3 of 4 replies" in done.err
        assert not server.chats
        uploads = [c for c in server.calls if c.path == "/v1/files"]
        assert len(uploads) == 1
    judged = [g["criteria"][0]["judge"] for g in done.json["grades"]]
    assert [j["verdict"] for j in judged].count("met") == 3
    assert [j["problem"] for j in judged if j["problem"]] == [
        "tiny@" + server_name(done) + ": the batch brought no reply (server error)."
    ]
    assert done.status == 3


def test_a_batch_that_is_refused_costs_no_report(viva, tmp_path):
    with JudgeServer() as server:
        url = server.url.replace("/v1", "/nowhere")
        ran = viva(
            "batch", rows(tmp_path / "a.jsonl", 2), "-o", "r.json", "--judge", "tiny",
            "--judge-base-url", url, "--judge-via", "batch",
        )  # fmt: skip
    assert "Check the base URL" in ran.refused(1)
    assert len(json.loads((tmp_path / "r.json").read_text())["grades"]) == 2


def server_name(ran) -> str:
    judge = ran.json["grades"][0]["signature"]["judge"]
    return judge.split("@")[1].split(",")[0]


def test_judge_check_tells_how_far_a_model_agrees(viva):
    with JudgeServer() as server:
        ran = viva("judge-check", "--sample", "12", "--json", *flags(server))
        words = viva("judge-check", "--sample", "12", *flags(server))
    found = ran.json
    assert ran.status == 0
    assert found["answers"] == 12
    # A judge that finds everything met agrees with nobody.
    assert found["quotes"] == 1
    assert found["unscored"] == 0
    assert found["mae"] > 20
    assert found["spent"]["usd"] == 0
    assert "instructions resisted" in words.out


def test_judge_check_of_a_dead_endpoint_says_why(viva):
    with JudgeServer(always=401) as server:
        assert "Check" in viva("judge-check", "--sample", "2", *flags(server)).refused()
