"""Where somebody speaks in a recording, and the pieces in which it is listened to.

Pieces end at pauses. Where they end is told by what was said up to there and a little beyond, so
that a recording that goes on has the same pieces as before, and some more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vivavoce.adapters.audio_files import RATE
from vivavoce.core.vectors import FloatArray

__all__ = ["Piece", "Stretch", "pieces", "speech_in"]

LEAST_SPEECH_MS = 150
PAUSE_MS = 300
PADDING = 200 * RATE // 1000
"""Samples of the pause beside speech that stay on either side of it."""
PIECE = 12 * RATE
"""Samples of speech after which the next pause ends a piece."""
REST = 4 * RATE
"""A last piece with less speech is joined to the one before: Whisper needs some context."""


class Stretch(NamedTuple):
    """Samples in which somebody speaks, the first and the one after the last."""

    start: int
    end: int

    @property
    def from_s(self) -> float:
        """Where it begins, in seconds."""
        return self.start / RATE

    @property
    def to_s(self) -> float:
        """Where it ends, in seconds."""
        return self.end / RATE


class Piece(NamedTuple):
    """Some of the speech in a recording, one after the other without the pauses between.

    Attributes:
        speech: where somebody speaks.
        parts: the same with padding: what `sound` is made of.
    """

    speech: tuple[Stretch, ...]
    parts: tuple[Stretch, ...]

    def sound(self, samples: FloatArray) -> FloatArray:
        """Its samples, shape (n,)."""
        return np.concatenate([samples[p.start : p.end] for p in self.parts])

    def shift(self, at_s: float) -> float:
        """Seconds to add to a time in the piece's sound, for the time in the recording."""
        at, done = at_s * RATE, 0
        for part in self.parts:
            done += part.end - part.start
            if at < done:
                break
        return (part.end - done) / RATE


def speech_in(samples: FloatArray) -> list[Stretch]:
    """Where somebody speaks, by Silero's voice-activity model that faster-whisper packages."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        min_speech_duration_ms=LEAST_SPEECH_MS, min_silence_duration_ms=PAUSE_MS, speech_pad_ms=0
    )
    found = get_speech_timestamps(samples, options)
    return [Stretch(int(f["start"]), int(f["end"])) for f in found]


def pieces(speech: Sequence[Stretch], length: int) -> list[Piece]:
    """The speech in pieces, in order.

    Args:
        length: samples of the whole recording.
    """
    cuts: list[list[int]] = []
    said = PIECE
    for i, stretch in enumerate(speech):
        if said >= PIECE:
            cuts.append([])
            said = 0
        cuts[-1].append(i)
        said += stretch.end - stretch.start
    if len(cuts) > 1 and said < REST:
        cuts[-2:] = [cuts[-2] + cuts[-1]]
    wide = _padded(speech, length)
    return [Piece(tuple(speech[i] for i in cut), tuple(wide[i] for i in cut)) for cut in cuts]


def _padded(speech: Sequence[Stretch], length: int) -> list[Stretch]:
    """Each with some of the pause on either side; a short pause is halved between its two."""
    wide = []
    for i, (start, end) in enumerate(speech):
        before = (start - speech[i - 1].end) // 2 if i else start
        after = (speech[i + 1].start - end) // 2 if i + 1 < len(speech) else length - end
        wide.append(Stretch(start - min(PADDING, before), end + min(PADDING, after)))
    return wide
