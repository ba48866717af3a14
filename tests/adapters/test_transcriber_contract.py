"""What every `Transcriber` keeps, on recordings of synthetic speech, music and silence."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from vivavoce.adapters.openai_transcriber import OpenAITranscriber
from vivavoce.core.speech import Speech
from vivavoce.errors import AnswerFileError
from vivavoce.ports import LocalTranscriber, Transcriber
from vivavoce.testing import ScriptedTranscriber, TranscriptionServer, spoken

SAID = "High bias means that the model is too simple, so it underfits."


@pytest.fixture(scope="module", params=["scripted", "openai", "whisper"])
def transcriber(request: pytest.FixtureRequest) -> Iterator[Transcriber]:
    if request.param == "scripted":
        yield ScriptedTranscriber({"bias.ogg": SAID})
    elif request.param == "openai":
        with TranscriptionServer(SAID) as server:
            yield OpenAITranscriber("stub", base_url=server.url)
    else:
        yield request.getfixturevalue("whisper")


@pytest.fixture(scope="module")
def heard(transcriber: Transcriber, recordings: Path) -> Speech:
    return transcriber.transcribe(recordings / "bias.ogg", hot_words="bias variance")


def test_it_is_a_transcriber_with_a_name(transcriber: Transcriber) -> None:
    assert isinstance(transcriber, Transcriber)
    assert transcriber.name.strip()


def test_one_on_this_machine_can_be_prepared(transcriber: Transcriber, recordings: Path) -> None:
    if not isinstance(transcriber, LocalTranscriber):
        assert transcriber.name.startswith("stub")
        return
    transcriber.prepare()
    assert transcriber.transcribe(recordings / "bias.ogg").words


def test_the_words_are_heard(heard: Speech, transcriber: Transcriber) -> None:
    words = heard.text.lower()
    assert "bias" in words
    assert "model" in words
    assert heard.model == transcriber.name


def test_times_are_in_order_and_inside_the_recording(heard: Speech) -> None:
    assert all(w.from_s <= w.to_s <= heard.duration_s for w in heard.words)
    assert all(a.to_s <= b.from_s for a, b in pairwise(heard.words))


def test_words_hold_no_white_space(heard: Speech) -> None:
    assert all(w.text == w.text.strip() != "" for w in heard.words)


def test_the_same_recording_gives_the_same_words(
    heard: Speech, transcriber: Transcriber, recordings: Path
) -> None:
    again = transcriber.transcribe(recordings / "bias.ogg", hot_words="bias variance")
    assert again == heard


def test_a_file_that_is_not_there_is_named(transcriber: Transcriber, tmp_path: Path) -> None:
    with pytest.raises(AnswerFileError, match=r"nowhere\.wav"):
        transcriber.transcribe(tmp_path / "nowhere.wav")


@pytest.mark.parametrize("name", ["empty", "text", "playlist"])
def test_what_is_no_recording_is_refused(whisper: Transcriber, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.wav"
    path.write_bytes(
        {
            "empty": b"",
            "text": b"High bias means that the model is too simple.",
            "playlist": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n",
        }[name]
    )
    with TranscriptionServer(SAID) as server:
        for one in (whisper, OpenAITranscriber("stub", base_url=server.url)):
            with pytest.raises(AnswerFileError, match=rf"{name}\.wav"):
                one.transcribe(path)
        assert server.requests == []


def test_silence_and_music_have_no_words(
    whisper: Transcriber, recordings: Path, tmp_path: Path
) -> None:
    silence = tmp_path / "silence.wav"
    with wave.open(str(silence), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(2 * 8000 * 5))
    for path, seconds in ((silence, 5.0), (recordings / "music.flac", 8.0)):
        found = whisper.transcribe(path, hot_words="bias variance")
        assert found.words == ()
        assert found.duration_s == pytest.approx(seconds, abs=0.05)


def test_the_double_speaks_evenly() -> None:
    told = spoken("a b", from_s=1.0, word_s=0.2, gap_s=0.3)
    assert [(w.from_s, w.to_s) for w in told.words] == [(1.0, 1.2), (1.5, 1.7)]
    assert told.duration_s == 2.0


def test_the_double_remembers_hot_words(recordings: Path) -> None:
    double = ScriptedTranscriber(otherwise="yes")
    assert double.transcribe(recordings / "bias.ogg", hot_words="kernel").text == "yes"
    assert double.hot_words == ["kernel"]
