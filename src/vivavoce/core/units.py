"""Turns cut into the units that an alignment moves: sentences, since one label, or one cue of a
recogniser, may cover two voices."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from vivavoce.core.question_matching import sentence_spans
from vivavoce.core.transcript import Transcript, Turn

__all__ = ["Unit", "sentence_units"]

RUN_ON_WORDS = 30
"""Words without a sentence end from which the cues divide a turn instead."""


class Unit(NamedTuple):
    """A stretch of a turn.

    Attributes:
        turn: index in the transcript's turns.
        start, end: character offsets in the turn's text.
        pause_s: seconds of silence before it, 0 amid a cue; None where no times tell.
    """

    turn: int
    start: int
    end: int
    speaker: str
    text: str
    pause_s: float | None = None

    def part(self, start: int, end: int) -> Unit:
        """A stretch of it, offsets in its own text."""
        return self._replace(
            start=self.start + start, end=self.start + end, text=self.text[start:end]
        )


def sentence_units(transcript: Transcript) -> list[Unit]:
    """Each sentence as one unit; speech without punctuation is divided where its cues are.

    A turn without a label goes on with the last speaker's.
    """
    out: list[Unit] = []
    speaker = ""
    silent_from: float | None = None
    for i, turn in enumerate(transcript.turns):
        speaker = turn.speaker or speaker
        for start, end in _stretches(turn):
            from_s, to_s = _times(turn, start, end)
            pause = None
            if from_s is not None and silent_from is not None:
                pause = max(0.0, from_s - silent_from)
            out.append(Unit(i, start, end, speaker, turn.text[start:end], pause))
            silent_from = to_s
    return out


def _times(turn: Turn, start: int, end: int) -> tuple[float | None, float | None]:
    """When the first cue of a stretch begins and its last one ends."""
    touched = [s for s in turn.segments if s.start < end and start < s.end]
    if not touched:
        return (turn.from_s, turn.to_s) if not turn.segments else (None, None)
    return touched[0].from_s, touched[-1].to_s


def _stretches(turn: Turn) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sentence_spans(turn.text):
        cuts = [start, end]
        if len(turn.text[start:end].split()) > RUN_ON_WORDS:
            inside = [s for s in turn.segments if start < s.start < end]
            # Words with times of their own are no cues.
            if inside and len(inside) * 3 < len(turn.text[start:end].split()):
                cuts[1:1] = [s.start for s in inside]
        for a, b in pairwise(cuts):
            bare = turn.text[a:b]
            if bare.strip():
                out.append((a + len(bare) - len(bare.lstrip()), a + len(bare.rstrip())))
    return out
