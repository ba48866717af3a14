"""Recorded interviews as transcripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from vivavoce.adapters.transcripts.recording import is_recording, transcribed
from vivavoce.core.speech import Speech, Word
from vivavoce.errors import AnswerFileError


class Told:
    """A `Transcriber` of given words."""

    name = "told"

    def __init__(self, *words: Word) -> None:
        self.words = words

    def transcribe(self, audio: Path, **_: object) -> Speech:
        return Speech(words=self.words, duration_s=60.0, model=self.name)


def word(text: str, at: float, probability: float | None = 0.9) -> Word:
    return Word(text=text, from_s=at, to_s=at + 0.3, probability=probability)


def test_what_a_file_is_does_not_depend_on_its_name(recordings: Path, tmp_path: Path) -> None:
    assert is_recording(recordings / "spoken-good.ogg")
    text = tmp_path / "talk.mp3"
    text.write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nAnn: Hello.\n", encoding="utf-16")
    assert not is_recording(text)
    assert not is_recording(tmp_path / "none.wav")


def test_sentences_and_pauses_begin_turns_and_words_keep_times_and_confidence() -> None:
    heard = Told(
        word("What", 0.0), word("is", 0.4), word("bias?", 0.8), word("An", 1.2, 0.2),
        word("error", 1.6), word("well", 4.0),
    )  # fmt: skip
    turns = transcribed(Path("talk.m4a"), heard).turns
    assert [t.text for t in turns] == ["What is bias?", "An error", "well"]
    assert {t.speaker for t in turns} == {""}
    first = turns[1].segments[0]
    assert (first.from_s, first.to_s, first.confidence) == (1.2, 1.5, 0.2)


def test_silence_is_no_transcript() -> None:
    with pytest.raises(AnswerFileError, match=r"talk\.m4a: nobody is heard"):
        transcribed(Path("talk.m4a"), Told())
