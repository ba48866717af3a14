"""Labelled answers as a scorer sees them in training: now and then joined, padded or spoken.

A clause stands in an answer among others, an answer may say true things about something else, and
speech has no punctuation; what is claimed stays the same. Each epoch draws anew.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vivavoce.core.claims import (
    Claim,
    LabelledAnswer,
    Part,
    as_speech,
    whole_claim,
)

__all__ = ["Example", "Examples"]

JOINED, STRANGE, PADDED, SPOKEN, LOWERED = 0.5, 0.1, 0.08, 0.2, 0.1
"""Shares of clauses that others are joined to, and of answers that are exchanged for an answer to
another question, padded with another question's words, put as speech, or put in lower case."""
MOST_JOINED = 3


class Example(NamedTuple):
    """One answer as it is read once.

    Attributes:
        parts: stretches with their claims, a point that is not named being unknown, or `NOTHING`
            where `complete`.
        whole: claim of the whole answer by point; a point that is not named is unknown.
    """

    rubric: str
    parts: tuple[Part, ...]
    whole: Mapping[str, Claim]
    complete: bool
    sole: bool


class Examples:
    """Draws examples from labelled answers.

    Args:
        answers: all of them.
        points: by rubric id, as `points_of` names them.
    """

    def __init__(
        self, answers: Sequence[LabelledAnswer], points: Mapping[str, Sequence[str]]
    ) -> None:
        self._answers = answers
        self._points = points
        self._clauses: dict[str, list[LabelledAnswer]] = {}
        for one in answers:
            if not one.complete:
                self._clauses.setdefault(one.rubric, []).append(one)

    def __len__(self) -> int:
        return len(self._answers)

    def draw(self, index: int, rng: random.Random) -> Example:
        """The answer at an index, as this epoch reads it."""
        answer = self._answers[index]
        if rng.random() < STRANGE:
            answer = self._stranger(answer, rng)
        parts = list(answer.parts)
        if not answer.complete and rng.random() < JOINED:
            parts = self._joined(answer, rng)
        whole = self._whole(answer._replace(parts=tuple(parts)))
        if rng.random() < PADDED:
            stranger = rng.choice(self._answers)
            if stranger.rubric != answer.rubric:
                aside = Part(rng.choice(stranger.parts).text, {})
                parts.insert(rng.randint(0, len(parts)), aside)
        drawn = rng.random()
        if drawn < SPOKEN:
            parts = [part._replace(text=as_speech(part.text, rng)) for part in parts]
        elif drawn < SPOKEN + LOWERED:
            parts = [part._replace(text=part.text.lower()) for part in parts]
        return Example(answer.rubric, tuple(parts), whole, answer.complete, answer.sole)

    def _stranger(self, answer: LabelledAnswer, rng: random.Random) -> LabelledAnswer:
        """Another question's answer in the place of this one: it claims nothing here.

        A few of them do touch a point that two questions share; they are too few to matter.
        """
        other = rng.choice(self._answers)
        if other.rubric == answer.rubric or not other.complete:
            return answer
        parts = tuple(Part(part.text, {}) for part in other.parts)
        return LabelledAnswer(answer.rubric, parts, {}, complete=True, voice=other.voice)

    def _joined(self, answer: LabelledAnswer, rng: random.Random) -> list[Part]:
        """A clause among clauses about other points; their labels stay as they are."""
        parts = list(answer.parts)
        others = self._clauses[answer.rubric]
        for _ in range(rng.choice((1, 1, 2, MOST_JOINED))):
            other = rng.choice(others).parts[0]
            # Two clauses on the same point would make another answer than was labelled.
            if not set(other.claims) & {point for part in parts for point in part.claims}:
                parts.insert(rng.randint(0, len(parts)), other)
        return parts

    def _whole(self, answer: LabelledAnswer) -> dict[str, Claim]:
        found = {point: whole_claim(answer, point) for point in self._points[answer.rubric]}
        return {point: claim for point, claim in found.items() if claim is not None}
