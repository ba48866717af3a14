"""A scorer that needs no training."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.claims import Claim, reading_key
from vivavoce.core.reading import Asked, Reading, Readings
from vivavoce.core.text import content_stems
from vivavoce.ports import Embedder

__all__ = ["OverlapScorer"]

NEGATION = re.compile(r"\b(?:not|no|never|\w+n't)\b", re.IGNORECASE)


class OverlapScorer:
    """A `Scorer` that counts words: met is the share of the statement's content words said.

    Where one of the two texts holds a negation and the other none, that share counts as
    contradicted instead.

    Args:
        known: `reading_key`s of the rubrics that it says it was trained on; None for all.
        embedder: the one that it lends for them.
    """

    name = "overlap"

    def __init__(
        self, known: Collection[str] | None = None, embedder: Embedder | None = None
    ) -> None:
        self._known = None if known is None else frozenset(known)
        self.embedder = embedder

    def knows(self, key: str) -> bool:
        """Whether the key was given, or no key was."""
        return self._known is None or key in self._known

    def read(self, asked: Sequence[Asked]) -> list[Readings]:
        """See `ports.Scorer`."""
        return [self._readings(one) if self.knows(reading_key(one.rubric)) else {} for one in asked]

    def _readings(self, asked: Asked) -> Readings:
        said = [c.statement for c in asked.rubric.criteria]
        said += [m.statement for m in asked.rubric.misconceptions]
        clauses = [span.of(asked.text) for span in asked.spans]
        return {
            statement: Reading(
                _overlap(asked.text, statement),
                np.array([_overlap(c, statement) for c in clauses]).reshape(-1, len(Claim)),
            )
            for statement in said
        }


def _overlap(said: str, statement: str) -> NDArray[np.float64]:
    wanted = set(content_stems(statement))
    share = len(wanted & set(content_stems(said))) / max(1, len(wanted))
    turned = bool(NEGATION.search(said)) != bool(NEGATION.search(statement))
    claims = np.zeros(len(Claim))
    claims[Claim.CONTRADICTED if turned else Claim.MET] = share
    claims[Claim.NOTHING] = 1.0 - share
    return claims
