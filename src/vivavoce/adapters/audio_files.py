"""Recordings decoded to what recognisers read: 16,000 samples a second, one channel.

What a file is, is told from its first bytes and never from its name. FFmpeg, which PyAV brings
along, would also open playlists that name other files and addresses; it is therefore told which
format to read and is given an open file instead of a path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from vivavoce.core.vectors import FloatArray
from vivavoce.errors import AnswerFileError, MissingExtraError

__all__ = ["AUDIO_ENDINGS", "HEAD", "LONGEST_S", "RATE", "kind_of", "read_audio"]

RATE = 16_000
LONGEST_S = 3600.0
AUDIO_ENDINGS = frozenset(
    {".aac", ".aif", ".aiff", ".flac", ".m4a", ".mka", ".mp3", ".mp4", ".oga", ".ogg", ".opus"}
    | {".wav", ".webm"}
)
KINDS = "WAV, FLAC, Ogg (Opus, Vorbis), MP3, AAC, MP4/M4A, WebM/Matroska and AIFF"
HEAD = 64
"""First bytes that tell what a file is."""
SYNC, LAYER = 0xFFE0, 0x0006
ADTS, ADTS_BITS = 0xFFF0, 0xFFF6
"""How a frame of MPEG audio begins: eleven set bits, and two that name the layer, 0 for AAC."""


def kind_of(head: bytes) -> str | None:
    """FFmpeg's name for the format that a file begins like; None for anything else.

    Args:
        head: at least its first 12 bytes.
    """
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[4:8] == b"ftyp":
        return "mp4"
    starts = {b"fLaC": "flac", b"OggS": "ogg", b"\x1a\x45\xdf\xa3": "matroska", b"ID3": "mp3"}
    for start, kind in starts.items():
        if head.startswith(start):
            return kind
    first = int.from_bytes(head[:2], "big")
    if first & ADTS_BITS == ADTS:
        return "aac"
    if first & SYNC == SYNC and first & LAYER:
        return "mp3"
    return None


def read_audio(path: Path, *, longest_s: float = LONGEST_S) -> FloatArray:
    """Samples of a recording in -1..1, shape (n,), at `RATE` a second, channels mixed.

    Args:
        longest_s: where decoding stops with an error, however small the file is.

    Raises:
        AnswerFileError: the file cannot be read, is no recording, or is too long.
        MissingExtraError: the extra `voice` is absent.
    """
    try:
        import av
    except ImportError as exc:
        raise MissingExtraError("faster-whisper", "voice") from exc
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
            stream.seek(0)
            kind = kind_of(head)
            if kind is None:
                what = "is empty" if not head else "is no recording that can be read"
                raise AnswerFileError(f"{path}: {what}. Give one of {KINDS}.")
            return _decoded(stream, kind, longest_s, path)
    except OSError as exc:
        # PyAV's own errors are OSErrors too, with FFmpeg's words for the mistake.
        said = exc.strerror or type(exc).__name__
        raise AnswerFileError(
            f"{path}: cannot be read ({said}). Give one of {KINDS}, whole and not damaged."
        ) from exc
    except av.error.FFmpegError as exc:
        raise AnswerFileError(
            f"{path}: cannot be decoded ({exc.strerror}). Give one of {KINDS}, "
            "whole and not damaged."
        ) from exc


def _decoded(stream: BinaryIO, kind: str, longest_s: float, path: Path) -> FloatArray:
    import av

    chunks: list[FloatArray] = []
    count = 0
    with av.open(stream, mode="r", format=kind, metadata_errors="ignore") as container:
        if not container.streams.audio:
            raise AnswerFileError(f"{path}: has no sound in it. Give one of {KINDS}.")
        resampler = av.AudioResampler(format="fltp", rate=RATE)
        for frame in _frames(container):
            if frame is not None:
                frame.pts = None  # gaps in the time stamps of a stream are not filled
            for part in resampler.resample(frame):
                # FFmpeg's own mixing would make two equal channels louder, and clip them.
                chunks.append(part.to_ndarray().mean(axis=0, dtype=np.float32))
                count += len(chunks[-1])
            if count > longest_s * RATE:
                raise AnswerFileError(
                    f"{path}: is longer than {longest_s / 60:g} minutes. Split it, or check "
                    "that the right file was given."
                )
    if not count:
        raise AnswerFileError(f"{path}: holds no samples. Record it again.")
    samples = np.concatenate(chunks)
    return np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)


def _frames(container: Any) -> Any:
    """Audio frames and, last, None, which empties a resampler; damaged ones are left out."""
    import av

    for packet in container.demux(audio=0):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue
    yield None
