from __future__ import annotations

import json
import wave

import pytest

from vivavoce.adapters.microphone import RATE, level_of, record

ANSWER = "A hash function turns the key into an index of an array of buckets.\n"


@pytest.fixture(autouse=True)
def own_history(monkeypatch, tmp_path):
    monkeypatch.setenv("VIVA_DATABASE_URL", f"sqlite:///{tmp_path / 'h.sqlite'}")


def test_a_typed_session_is_graded_followed_up_and_kept(viva, tmp_path):
    ran = viva("practice", "hash-table", "--typed", "--json", stdin=f"{ANSWER}\nBy chaining.\n\n")
    assert ran.status == 0, ran
    first, second = ran.json["attempts"]
    assert first["grade"]["answer"]["text"] == ANSWER.strip()
    assert second["follow_up_of"] == first["id"]
    assert second["asked"] in ran.err
    assert "By chaining." in second["grade"]["answer"]["text"]
    told = viva("history", "--json").json
    assert (told["attempts"], told["counted"], told["streak"]["days"]) == (1, 1, 1)
    page = tmp_path / "h.html"
    assert viva("history", "--html", page).status == 0
    assert "<script" not in page.read_text()
    assert "hash table" in page.read_text()


def test_the_bank_is_drawn_from_and_an_empty_answer_skips(viva, small_bank):
    ran = viva("practice", "--typed", "--bank", small_bank, "--random", "--seed", 1, stdin="\n\n")
    assert ran.status == 0
    assert ran.err.count("Skipped.") == 2
    assert viva("history", "--json").json["attempts"] == 0


def test_what_is_not_due_is_not_drawn(viva, small_bank):
    for name in ("hash-table", "l1-l2"):
        viva("practice", name, "--typed", "--bank", small_bank, stdin=ANSWER)
    assert "Nothing is due before" in viva("practice", "--typed", "--bank", small_bank).err


def test_an_ungraded_attempt_is_no_zero(viva):
    said = "Una tabla de dispersión guarda las claves con una función que calcula el índice."
    assert viva("practice", "hash-table", "--typed", stdin=said).status == 3
    told = viva("history", "--json").json
    assert (told["ungraded"], told["counted"]) == (1, 0)


def test_export_and_delete(viva, tmp_path):
    viva("practice", "hash-table", "--typed", "--no-follow-up", stdin="=1+1 is a hash key.\n\n")
    rows, table = tmp_path / "all.jsonl", tmp_path / "all.csv"
    assert viva("history", "export", rows).status == 0
    assert json.loads(rows.read_text())["grade"]["signature"]["version"]
    assert viva("history", "export", table).status == 0
    assert "\"'=1+1" in table.read_text()
    viva("history", "export", "x.docx").refused(2)
    viva("history", "delete").refused(2)
    assert "--yes" in viva("history", "delete", "--all").refused(2)
    assert viva("history", "delete", "--question", "hash-table", "--yes").status == 0
    assert viva("history", "--json").json["attempts"] == 0


def test_usage_mistakes_are_named(viva, tmp_path):
    viva("practice", "--due", "--weakest").refused(2)
    viva("practice", "--seed", 1).refused(2)
    assert "algorithms" in viva("practice", "--typed", "--topic", "cooking").refused(2)
    assert "--seconds" in viva("practice").refused(2)
    assert "no such file" in viva("practice", "--audio", tmp_path / "no.wav").refused(1)


def test_a_recording_is_whole_at_every_moment_and_ends_in_time(tmp_path):
    from contextlib import contextmanager

    path, lengths = tmp_path / "r" / "a.wav", []

    @contextmanager
    def source():
        yield iter([b"\x00\x40" * 1600] * 100)

    def meter(_seconds, level):
        assert 0.8 < level < 1
        with wave.open(str(path)) as file:
            lengths.append(file.getnframes())

    assert record(path, source, seconds=0.25, meter=meter) == 0.25
    assert lengths == [1600, 3200, 4000]
    assert lengths[-1] == 0.25 * RATE
    assert level_of(b"\x00\x00" * 9) == 0


def test_speak_without_a_voice_is_refused_before_the_first_question(viva, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = viva("practice", "hash-table", "--typed", "--speak", stdin=ANSWER)
    assert "espeak-ng" in ran.refused(2)
    assert ran.out == ""
