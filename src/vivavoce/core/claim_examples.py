"""Labelled answers as a scorer sees them in training: joined, padded, turned or spoken at times.

A clause stands in an answer among others, an answer may say true things about something else, and
speech has no punctuation; what is claimed stays the same. A right claim that is turned into a wrong
one (`core.turning`) changes its label. Each epoch draws anew.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vivavoce.core.claims import (
    BELIEF,
    Claim,
    LabelledAnswer,
    Part,
    as_speech,
    whole_claim,
)
from vivavoce.core.turning import turned

__all__ = ["Example", "Examples"]

JOINED, STRANGE, PADDED, SPOKEN, LOWERED = 0.5, 0.13, 0.08, 0.2, 0.1
"""Shares of clauses that others are joined to, and of answers that are exchanged for an answer to
another question, padded with another question's words, put as speech, or put in lower case."""
MOST_JOINED = 3
TURNED, EACH_TURNED, BESIDE = 0.3, 0.5, 0.25
"""Shares of complete answers in which right claims are turned, of their parts that are, and of
these that stand beside the right ones and not in their place."""

GAINSAID = 0.2
"""Share of answers with turned claims whose claim is left, and denied by a clause beside it."""

Pairs = Mapping[str, tuple[str, str] | None]


class Example(NamedTuple):
    """One answer as it is read once.

    Attributes:
        parts: stretches with their claims, a point that is not named being unknown, or `NOTHING`
            where `complete`.
        whole: claim of the whole answer by point; a point that is not named is unknown.
        unsure: parts of which nothing is known but what they are labelled with.
    """

    rubric: str
    parts: tuple[Part, ...]
    whole: Mapping[str, Claim]
    complete: bool
    sole: bool
    unsure: frozenset[int] = frozenset()


class Examples:
    """Draws examples from labelled answers.

    Args:
        answers: all of them.
        points: by rubric id, as `points_of` names them.
        pairs: the rubrics whose right claims may be turned, with the two things that each tells
            apart, if it does.
    """

    def __init__(
        self,
        answers: Sequence[LabelledAnswer],
        points: Mapping[str, Sequence[str]],
        pairs: Pairs | None = None,
    ) -> None:
        self._answers = answers
        self._points = points
        self._pairs = pairs or {}
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
        unsure: frozenset[int] = frozenset()
        if answer.complete and answer.rubric in self._pairs and rng.random() < TURNED:
            make_wrong = self._gainsaid if rng.random() < GAINSAID else self._turned
            answer, unsure = make_wrong(answer, rng)
            parts = list(answer.parts)
        whole = self._whole(answer._replace(parts=tuple(parts)))
        if unsure:
            # Which misconception a claim voices that no person wrote, nobody has said.
            whole = {
                point: claim
                for point, claim in whole.items()
                if claim is not Claim.NOTHING or not point.startswith(BELIEF)
            }
        elif rng.random() < PADDED:
            self._pad(answer.rubric, parts, rng)
        drawn = rng.random()
        if drawn < SPOKEN:
            parts = [part._replace(text=as_speech(part.text, rng)) for part in parts]
        elif drawn < SPOKEN + LOWERED:
            parts = [part._replace(text=part.text.lower()) for part in parts]
        return Example(answer.rubric, tuple(parts), whole, answer.complete, answer.sole, unsure)

    def _pad(self, rubric: str, parts: list[Part], rng: random.Random) -> None:
        """Another question's words among the parts, where those drawn are another's."""
        stranger = rng.choice(self._answers)
        if stranger.rubric != rubric:
            aside = Part(rng.choice(stranger.parts).text, {})
            parts.insert(rng.randint(0, len(parts)), aside)

    def _turned(
        self, answer: LabelledAnswer, rng: random.Random
    ) -> tuple[LabelledAnswer, frozenset[int]]:
        """The answer with some of its right claims turned into wrong ones, and which parts."""
        parts: list[Part] = []
        found: set[int] = set()
        for part in answer.parts:
            made = None
            if _is_right(part) and rng.random() < EACH_TURNED:
                made = turned(part.text, self._pairs[answer.rubric], rng)
            if made is None or rng.random() < BESIDE:
                parts.append(part)
            if made is not None:
                found.add(len(parts))
                parts.append(Part(made, dict.fromkeys(part.claims, Claim.CONTRADICTED)))
        wrong = {point for at in found for point in parts[at].claims}
        whole = {point: claim for point, claim in answer.whole.items() if point not in wrong}
        return answer._replace(parts=tuple(parts), whole=whole), frozenset(found)

    def _gainsaid(
        self, answer: LabelledAnswer, rng: random.Random
    ) -> tuple[LabelledAnswer, frozenset[int]]:
        """The answer and a wrong clause about a point that it makes, and which part that is."""
        made = {point for part in answer.parts if _is_right(part) for point in part.claims}
        clauses = [
            clause.parts[0]
            for clause in self._clauses.get(answer.rubric, ())
            if any(
                claim is Claim.CONTRADICTED and point in made
                for point, claim in clause.parts[0].claims.items()
            )
        ]
        if not clauses:
            return answer, frozenset()
        wrong, at = rng.choice(clauses), rng.randint(0, len(answer.parts))
        parts = (*answer.parts[:at], wrong, *answer.parts[at:])
        whole = {point: claim for point, claim in answer.whole.items() if point not in wrong.claims}
        return answer._replace(parts=parts, whole=whole), frozenset([at])

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


def _is_right(part: Part) -> bool:
    """Whether it makes points, and makes them all rightly."""
    return bool(part.claims) and all(
        claim is Claim.MET and not point.startswith(BELIEF) for point, claim in part.claims.items()
    )
