"""Whether what an answer is about needs a second look."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from vivavoce.core.claims import Claim
from vivavoce.core.reading import Readings
from vivavoce.core.rubric import Rubric
from vivavoce.core.text import content_stems

__all__ = ["surely_on_topic"]

SURE = 0.95
"""Share of an answer's content words that the rubric uses too, plus `CLAIMED` times the mean
probability of claiming something for the two criteria most spoken of, from which there is no doubt.

Right answers to other questions have a third of their words in common with a rubric, and a scorer
that met no such subject may yet be sure of them: neither tells alone. Of 51 answers to another
question none has more (at most 0.91); of the others nine in ten to knowledge questions, two in
three to open ones."""
CLAIMED = 0.5


def surely_on_topic(
    rubric: Rubric, sentences: Sequence[str], text: str, readings: Readings
) -> bool:
    """Whether what was read, and in which words, leaves no doubt what the answer is about.

    Args:
        sentences: of the rubric, as `statements_of` gives them.
    """
    said = set(content_stems(text))
    familiar = len(said & _vocabulary(tuple(sentences))) / max(1, len(said))
    read = [readings[c.statement] for c in rubric.criteria if c.statement in readings]
    claimed = sorted((1.0 - float(r.whole[Claim.NOTHING]) for r in read), reverse=True)[:2]
    return familiar + CLAIMED * sum(claimed) / max(1, len(claimed)) >= SURE


@lru_cache(maxsize=256)
def _vocabulary(sentences: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem for sentence in sentences for stem in content_stems(sentence))
