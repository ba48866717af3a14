"""`viva grade --audio` and `viva transcribe`, with real weights on synthetic speech."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vivavoce.adapters.faster_whisper import FasterWhisper
from vivavoce.testing import TranscriptionServer


@pytest.fixture
def ears(whisper: FasterWhisper, whisper_folder: Path) -> str:
    """A recogniser by the folder of its weights; skips where there is none."""
    return f"whisper:{whisper_folder}"


def test_a_recording_is_graded_with_delivery_beside(viva, ears, recordings):
    ran = viva(
        *("grade", "bias-variance", "--audio", recordings / "bias.ogg", "--transcriber", ears),
        *("--candidate", "Ana", "--json", "--offline"),
    )
    assert ran.status == 0, ran.err
    (grade,), (recorded,) = ran.json["grades"], ran.json["recorded"]
    met = {c["id"] for c in grade["criteria"] if c["verdict"] == "met"}
    assert {"bias", "variance"} <= met
    times = [e["from_s"] for c in grade["criteria"] for e in c["evidence"]]
    assert times
    assert None not in times
    assert grade["answer"]["candidate"] == "Ana"
    assert grade["answer"]["source"] == recorded["source"]
    assert "model is too simple" in grade["answer"]["text"]
    assert {m["name"] for m in recorded["delivery"]["measures"]} >= {"pace", "length"}


def test_delivery_never_changes_the_score(viva, ears, recordings, monkeypatch):
    args = ("grade", "bias-variance", "--audio", recordings / "bias.ogg", "--transcriber", ears)
    plain = viva(*args, "--json").json
    monkeypatch.setenv("VIVA_DELIVERY", json.dumps({"pace": {"low": 500, "high": 600}}))
    strict = viva(*args, "--json").json
    assert strict["grades"] == plain["grades"]
    pace = strict["recorded"][0]["delivery"]["measures"][0]
    assert (pace["name"], pace["standing"]) == ("pace", "below")
    text = plain["grades"][0]["answer"]["text"]
    assert (
        viva("grade", "bias-variance", text, "--json").json["grades"][0]["total"]
        == (plain["grades"][0]["total"])
    )


def test_every_report_shows_delivery(viva, ears, recordings, tmp_path):
    ran = viva(
        *("grade", "bias-variance", "--audio", recordings / "bias.ogg", "--transcriber", ears),
        *("-o", tmp_path / "r.html", "-o", tmp_path / "r.md", "-o", tmp_path / "r.jsonl"),
    )
    assert ran.status == 0, ran.err
    assert "no part of the score" in ran.out
    assert "words a minute" in ran.out
    assert "?]" in ran.out, "no doubtful word is marked"
    for name in ("r.html", "r.md"):
        text = (tmp_path / name).read_text("utf-8")
        assert "Delivery" in text
        assert "110 to 170" in text
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    assert [line["type"] for line in lines] == ["grade", "recorded"]


def test_music_is_left_ungraded_and_is_no_zero(viva, ears, recordings):
    ran = viva(
        *("grade", "bias-variance", "--audio", recordings / "music.flac", "--transcriber", ears),
        "--json",
    )
    assert ran.status == 3
    assert ran.json["grades"] == []
    assert "No words were heard" in ran.json["ungraded"][0]["reason"]


def test_transcribe_prints_words_with_times(viva, ears, recordings):
    ran = viva("transcribe", recordings / "pauses.flac", "--transcriber", ears, "--json")
    assert ran.status == 0, ran.err
    assert ran.json["schema"] == "vivavoce.recording/1"
    assert "collide" in ran.json["text"]
    assert all(w["from_s"] <= w["to_s"] for w in ran.json["speech"]["words"])
    shown = viva("transcribe", recordings / "pauses.flac", "--transcriber", ears)
    assert "collide" in shown.out
    assert "Longest pause" in shown.out


def test_a_server_can_do_the_hearing(viva, recordings, monkeypatch):
    with TranscriptionServer("High bias means the model is too simple.") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-never-sent")
        ran = viva(
            *("grade", "bias-variance", "--audio", recordings / "bias.ogg"),
            *("--transcriber", "openai:stub", "--json"),
        )
    assert ran.json["grades"][0]["answer"]["text"] == "High bias means the model is too simple."
    sent = server.requests[0]
    assert "authorization" not in sent.headers
    # Hot words come from the question alone: the reference's terms are not among them.
    assert sent.fields["prompt"] == "trade-off bias variance"


def test_a_hostile_transcript_is_printed_as_text(viva, recordings, monkeypatch, tmp_path):
    with TranscriptionServer("[red]bias\x1b[2J <script>alert(1)</script> model simple") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        args = ("--transcriber", "openai:stub")
        shown = viva("transcribe", recordings / "bias.ogg", *args)
        ran = viva(
            *("grade", "bias-variance", "--audio", recordings / "bias.ogg", *args),
            *("-o", tmp_path / "r.html"),
        )
    assert "[red]" in shown.out
    assert "\x1b" not in shown.out + ran.out
    assert "<script>" not in (tmp_path / "r.html").read_text("utf-8")


def test_usage_mistakes_are_named(viva, recordings, tmp_path):
    audio = recordings / "bias.ogg"
    assert "not both" in viva("grade", "hash-table", "text", "--audio", audio).refused(2)
    said = viva("transcribe", audio, "--transcriber", "telepathy").refused(2)
    assert "whisper:NAME" in said
    assert "--offline forbids" in viva(
        "transcribe", audio, "--transcriber", "openai:whisper-1", "--offline"
    ).refused(1)


def test_a_file_that_is_no_recording_is_refused(viva, ears, tmp_path):
    text = tmp_path / "answer.wav"
    text.write_text("High bias means that the model is too simple.", encoding="utf-8")
    said = viva("grade", "hash-table", "--audio", text, "--transcriber", ears).refused(1)
    assert "answer.wav" in said
    assert "WAV" in said


def test_a_band_without_sense_is_a_setting_that_is_named(viva, monkeypatch, recordings):
    monkeypatch.setenv("VIVA_DELIVERY", json.dumps({"pace": {"low": 5, "high": 1}}))
    assert "delivery" in viva("transcribe", recordings / "bias.ogg").refused(2)


def test_a_recorded_interview_is_transcribed_aligned_and_graded(viva, ears, recordings, tmp_path):
    file = recordings / "interview.ogg"
    found = viva("align", file, "--transcriber", ears, "--json")
    assert found.status == 0, found.err
    assert [a["question"] for a in found.json[0]["answers"]] == ["bias-variance"]
    told = '{"question": "hash-table", "answer": "A function maps a key to a bucket."}\n'
    ran = viva("batch", file, "-", "--json", "--transcriber", ears, stdin=told)
    assert {g["question_id"] for g in ran.json["grades"]} == {"bias-variance", "hash-table"}
    absent = viva("batch", file, "-", "--transcriber", f"whisper:{tmp_path}", stdin=told)
    assert absent.status == 3
    assert "interview.ogg" in absent.err
