"""Which question of a bank an answer speaks for: by its cosines, and by the points it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from vivavoce.core.rubric import Bank, Kind, Rubric
from vivavoce.core.vectors import FloatArray

__all__ = ["AnswerReader", "Claimed", "Say"]

Similarity = Callable[[Sequence[str], Sequence[str]], FloatArray]
Claimed = Callable[[Sequence[tuple[str, Rubric]]], Sequence[float]]
"""For texts and rubrics, the share of the rubric's points of which the text claims anything."""

SHARPNESS = 20.0
"""How much likelier, in log-odds a unit of cosine, an answer's question is than another."""
CLAIMS = 0.65
"""What a claim of all of a rubric's points, right or wrong, is worth in cosine: of the shipped
bank's sample answers the nearest question is the right one for 81% by cosine and 94% by both."""
NEAREST = 8
"""Questions by cosine whose points an answer is read for."""
PRIOR = 0.2
"""Share of an answer's likelihood at which it speaks neither for nor against a question."""
AGAINST_OPEN = -0.5
"""The most that an answer says against an open question; opinions are far from any reference."""


class Say(NamedTuple):
    """How much an answer has to say about its question.

    Attributes:
        elsewhere: likeness that an answer to something outside the bank reaches.
        weight: of the answer beside the question: it is longer and more to the point.
        against: the most that it says against a question, in log-odds.
    """

    elsewhere: float
    weight: float
    against: float


BY_COSINE = Say(elsewhere=0.3, weight=2.2, against=-1.5)
"""Wrong answers are far from any reference."""
BY_CLAIMS = Say(elsewhere=0.42, weight=2.0, against=-2.5)
"""Wrong answers claim something too. Middle of what is equally good for 12 interviews."""
FULL_WORDS = 25
"""Words from which an answer has its full say."""


class AnswerReader:
    """How near answers are to what the rubrics hold right.

    Args:
        similarity: cosines of texts and texts.
        claimed: what a scorer reads; None where there is none.
    """

    def __init__(self, bank: Bank, similarity: Similarity, claimed: Claimed | None = None) -> None:
        self._similarity = similarity
        self._claimed = claimed
        self._rubrics = bank.rubrics
        self._texts = [r.reference for r in bank.rubrics]
        self._texts += [" ".join(c.statement for c in r.criteria) for r in bank.rubrics]
        self._texts += [r.question for r in bank.rubrics]
        self._say = say = BY_COSINE if claimed is None else BY_CLAIMS
        self._against = np.array(
            [AGAINST_OPEN if r.kind is Kind.OPEN else say.against for r in bank.rubrics]
        )

    def cosines(self, texts: Sequence[str]) -> FloatArray:
        """The mean cosine with a rubric's reference, criteria and question, (n, q)."""
        count = len(self._against)
        if not texts or not count:
            return np.zeros((len(texts), count), dtype=np.float32)
        near = np.nan_to_num(np.asarray(self._similarity(texts, self._texts)))
        return np.asarray(near.reshape(len(texts), 3, count).mean(axis=1))

    def log_odds(self, texts: Sequence[str]) -> FloatArray:
        """For each answer and question, that it answers this one rather than something else."""
        weight = np.array([min(1.0, len(t.split()) / FULL_WORDS) for t in texts])
        likely = np.exp(SHARPNESS * self._likeness(texts))
        share = likely / (
            likely.sum(axis=1, keepdims=True) + np.exp(SHARPNESS * self._say.elsewhere)
        )
        odds = np.maximum(self._say.weight * np.log(share / PRIOR), self._against)
        return np.asarray(odds * weight[:, None])

    def _likeness(self, texts: Sequence[str]) -> FloatArray:
        """Cosines, raised where an answer makes a question's points."""
        near = self.cosines(texts)
        if self._claimed is None or not near.size:
            return near
        rows = [
            (n, q) for n in range(len(texts)) for q in np.argsort(-near[n], kind="stable")[:NEAREST]
        ]
        found = self._claimed([(texts[n], self._rubrics[q]) for n, q in rows])
        for (n, q), share in zip(rows, found, strict=True):
            near[n, q] += CLAIMS * share
        return near
