"""Turns cut into the units that an alignment moves: whole turns where labels tell the speakers,
sentences where nobody is named or where one label covers two voices."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from vivavoce.core.asking import is_ask, openers
from vivavoce.core.question_matching import (
    LONG_SENTENCE,
    OPENERS_A_SENTENCE,
    Window,
    sentence_spans,
)
from vivavoce.core.question_matching import WORDS_FROM_OPENER as TAIL
from vivavoce.core.transcript import Transcript, Turn

__all__ = ["Unit", "joined_windows", "sentence_units", "turn_units"]

RUN_ON_WORDS = 30
"""Words without a sentence end from which the cues divide a turn instead."""
UNITS_A_WINDOW = 3


class Unit(NamedTuple):
    """A stretch of a turn.

    Attributes:
        turn: index in the transcript's turns.
        start, end: character offsets in the turn's text.
    """

    turn: int
    start: int
    end: int
    speaker: str
    text: str

    def part(self, start: int, end: int) -> Unit:
        """A stretch of it, offsets in its own text."""
        return self._replace(
            start=self.start + start, end=self.start + end, text=self.text[start:end]
        )


def turn_units(transcript: Transcript) -> list[Unit]:
    """Each turn as one unit; one without a label goes on with the last speaker's."""
    out: list[Unit] = []
    speaker = ""
    for i, turn in enumerate(transcript.turns):
        speaker = turn.speaker or speaker
        out.append(Unit(i, 0, len(turn.text), speaker, turn.text))
    return out


def sentence_units(transcript: Transcript) -> list[Unit]:
    """Each sentence as one unit; speech without punctuation is divided where its cues are."""
    return [
        Unit(i, start, end, turn.speaker, turn.text[start:end])
        for i, turn in enumerate(transcript.turns)
        for start, end in _stretches(turn)
    ]


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


def joined_windows(units: list[Unit]) -> list[Window]:
    """Runs of up to three units, across turns, that have the form of a question."""
    out: list[Window] = []
    for i, unit in enumerate(units):
        for n in range(1, UNITS_A_WINDOW + 1):
            if i + n <= len(units):
                run = " ".join(u.text for u in units[i : i + n])
                # A statement may lead up to a question, and does not follow within it.
                if is_ask(units[i + n - 1].text):
                    out.append(Window(run, i, i + n, True))
        if len(unit.text.split()) >= LONG_SENTENCE:
            for at in openers(unit.text)[:OPENERS_A_SENTENCE]:
                tail = " ".join(unit.text[at:].split()[:TAIL])
                out.append(Window(tail, i, i + 1, True, at))
    return out
