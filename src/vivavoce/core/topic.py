"""Whether what an answer is about needs a second look."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from vivavoce.core.claims import Claim
from vivavoce.core.reading import Readings
from vivavoce.core.rubric import Rubric
from vivavoce.core.text import content_stems

__all__ = ["surely_on_topic"]

CERTAIN = 0.9
"""Mean probability of claiming something, for the two criteria most spoken of, from which the
scorer has no doubt. Seven in eight of the bank's right answers to knowledge questions have more."""
FAMILIAR = 0.5
"""Share of an answer's content words that the rubric uses too. Right answers to other questions
have a third (one in twenty more than half), and a scorer that met no such subject may yet be sure
of them."""


FAMILIAR_ALONE = 0.65
"""The same, from which there is no doubt whatever was read. Of right answers to other questions
one in 130 has more, most of them to a question about the same things."""


def surely_on_topic(
    rubric: Rubric, sentences: Sequence[str], text: str, readings: Readings
) -> bool:
    """Whether what was read, and in which words, leaves no doubt what the answer is about.

    Args:
        sentences: of the rubric, as `statements_of` gives them.
    """
    said = set(content_stems(text))
    familiar = len(said & _vocabulary(tuple(sentences))) / max(1, len(said))
    if familiar >= FAMILIAR_ALONE:
        return True
    read = [readings[c.statement] for c in rubric.criteria if c.statement in readings]
    claimed = sorted((1.0 - float(r.whole[Claim.NOTHING]) for r in read), reverse=True)[:2]
    certain = bool(claimed) and sum(claimed) / len(claimed) >= CERTAIN
    return certain and familiar >= FAMILIAR


@lru_cache(maxsize=256)
def _vocabulary(sentences: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem for sentence in sentences for stem in content_stems(sentence))
