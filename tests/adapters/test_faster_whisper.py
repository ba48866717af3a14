"""Whisper on real synthetic speech, and what is said where a model is missing or damaged."""

from __future__ import annotations

import os
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from vivavoce.adapters.audio_files import RATE, read_audio
from vivavoce.adapters.faster_whisper import FasterWhisper
from vivavoce.core.delivery import deliver
from vivavoce.core.speech import Word
from vivavoce.errors import AnswerFileError, WeightsError


def test_the_name_tells_the_weights(whisper: FasterWhisper) -> None:
    assert whisper.name.endswith("@1a5afae0")


def test_most_of_what_was_said_is_heard(whisper: FasterWhisper, recordings: Path) -> None:
    heard = whisper.transcribe(recordings / "bias.ogg", hot_words="bias variance tradeoff")
    said = "high bias means that the model is too simple so it underfits high variance means that"
    words = {w.text.strip(".,").lower() for w in heard.words}
    assert len(words & set(said.split())) >= 0.8 * len(set(said.split()))
    assert all(w.probability is not None for w in heard.words)
    assert not heard.verbatim


def test_hot_words_are_not_put_into_a_mouth(whisper: FasterWhisper, recordings: Path) -> None:
    heard = whisper.transcribe(recordings / "bias.ogg", hot_words="quantum entanglement teleport")
    words = heard.text.lower()
    assert not any(w in words for w in ("quantum", "entangle", "teleport"))
    assert words.rstrip(".").endswith("fits")


def test_pauses_are_as_long_as_they_were(whisper: FasterWhisper, recordings: Path) -> None:
    # Speech begins 1.5 s in; after the first sentence there are 2 s of silence.
    delivery = deliver(whisper.transcribe(recordings / "pauses.flac"))
    assert delivery.measure("first_word_s").value == pytest.approx(1.5, abs=0.25)
    assert delivery.measure("longest_pause_s").value == pytest.approx(2.0, abs=0.3)


def test_a_recording_that_is_too_long_is_refused(whisper_folder: Path, recordings: Path) -> None:
    with pytest.raises(AnswerFileError, match="longer than 0.05 minutes"):
        FasterWhisper(str(whisper_folder), longest_s=3).transcribe(recordings / "music.flac")


def test_a_damaged_recording_gives_what_is_left_or_says_so(
    whisper: FasterWhisper, recordings: Path, tmp_path: Path
) -> None:
    whole = (recordings / "bias.ogg").read_bytes()
    cut = tmp_path / "cut.ogg"
    cut.write_bytes(whole[: len(whole) // 2])
    assert "model is too simple" in whisper.transcribe(cut).text.lower()
    cut.write_bytes(whole[:60] + os.urandom(400))
    with pytest.raises(AnswerFileError, match=r"cut\.ogg"):
        whisper.transcribe(cut)


def test_a_name_that_is_not_at_hand_says_how_to_fetch_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("faster_whisper")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(WeightsError, match=r"hf download Systran/faster-whisper-base\.en"):
        FasterWhisper("base.en")


@pytest.mark.parametrize("name", ["no-such-model", "/no/such/folder", "../up", ""])
def test_a_name_of_nothing_names_what_there_is(name: str) -> None:
    pytest.importorskip("faster_whisper")
    with pytest.raises(WeightsError, match="tiny.en" if name else r"is no Whisper model"):
        FasterWhisper(name)


def test_a_damaged_model_is_named(whisper_folder: Path, recordings: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(whisper_folder, copy)
    (copy / "model.bin").write_bytes(b"not a model")
    with pytest.raises(WeightsError, match="fetch the model again"):
        FasterWhisper(str(copy)).transcribe(recordings / "bias.ogg")
    (copy / "tokenizer.json").unlink()
    with pytest.raises(WeightsError, match=r"tokenizer\.json is not there"):
        FasterWhisper(str(copy))


def test_a_recording_heard_while_it_goes_on_has_the_same_words(
    whisper: FasterWhisper, whisper_folder: Path, recordings: Path, tmp_path: Path
) -> None:
    told = [read_audio(recordings / f"spoken-{name}.ogg") for name in ("good", "partial", "wrong")]
    path, grown, heard = tmp_path / "grows.wav", np.zeros(0, dtype=np.float32), []
    for samples in told:
        grown = np.concatenate([grown, samples, np.zeros(RATE, dtype=np.float32)])
        write_wav(path, grown)
        heard.append(whisper.transcribe(path, hot_words="bias variance"))
    told_ahead: list[tuple[Word, ...]] = []
    fresh = FasterWhisper(str(whisper_folder))
    fresh.prepare()
    whole = fresh.transcribe(path, hot_words="bias variance", on_words=told_ahead.append)
    assert whole == heard[-1]
    assert len(told_ahead) > 1
    assert [whole.words[: len(words)] for words in told_ahead] == told_ahead
    assert len({len(h.words) for h in heard}) == 3


def write_wav(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
