"""What is taken for a recording, and how it is decoded."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.audio_files import RATE, kind_of, read_audio
from vivavoce.errors import AnswerFileError

pytest.importorskip("av", reason="the extra voice is absent")


def write_tone(path: Path, *, rate: int = 44_100, channels: int = 2, seconds: float = 1.0) -> None:
    """440 Hz at half amplitude on each channel."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        for i in range(int(rate * seconds)):
            value = int(16_384 * math.sin(2 * math.pi * 440 * i / rate))
            out.writeframes(struct.pack("<h", value) * channels)


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (8_000, 1), (16_000, 1)])
def test_samples_are_one_channel_at_one_rate(tmp_path: Path, rate: int, channels: int) -> None:
    path = tmp_path / "tone.wav"
    write_tone(path, rate=rate, channels=channels)
    samples = read_audio(path)
    assert samples.dtype == np.float32
    assert samples.shape == pytest.approx((RATE,), abs=RATE // 50)
    assert float(np.abs(samples[1000:-1000]).max()) == pytest.approx(0.5, abs=0.03)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * RATE / len(samples) == pytest.approx(440, abs=2)


def test_the_ending_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "tone.txt"
    write_tone(path)
    assert len(read_audio(path)) > 0


def test_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(AnswerFileError, match=tmp_path.name):
        read_audio(tmp_path)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", None),
        (b"fLaC\x00\x00\x00\x22", "flac"),
        (b"OggS\x00\x02", "ogg"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\xff\xfe\x00\x00", "mp3"),
        (b"\x00\x00\x00\x20ftypM4A ", "mp4"),
        (b"\x1a\x45\xdf\xa3\x01", "matroska"),
        (b"FORM\x00\x00\x00\x00AIFF", "aiff"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'", None),
        (b"#EXTM3U\nhttp://example.org/a.ts", None),
        (b"<?xml version='1.0'?><MPD>", None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_kind(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind


@given(st.binary(max_size=80))
def test_any_bytes_have_a_kind_or_none(head: bytes) -> None:
    assert kind_of(head) in {None, "wav", "flac", "ogg", "mp3", "aac", "mp4", "matroska", "aiff"}
