"""What an answer is about, as evidence for which question was asked.

A question told as a story shares few words with the bank's wordings, and its answer many with the
reference answer. Where both point to the same question, the question's score is raised; the answer
alone decides nothing, for a candidate may speak of something else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import takewhile

import numpy as np

from vivavoce.core.asking import is_acknowledgement
from vivavoce.core.dialogue import Scored
from vivavoce.core.question_matching import Similarity
from vivavoce.core.rubric import Bank
from vivavoce.core.units import Unit

__all__ = ["BACKING", "backed"]

BACKING = 0.2
"""What a question's score gains where the answer is nearest to its reference answer."""
LEAST_WORDS = 25
"""Words of an answer from which it tells what it is about."""
CLEAR = 0.5
"""Cosine with the reference answer from which it does."""


def backed(
    by_unit: dict[int, Scored],
    units: Sequence[Unit],
    asking: Collection[str],
    bank: Bank,
    similarity: Similarity,
) -> dict[int, Scored]:
    """The same matches, those raised that the answer behind them backs.

    Args:
        by_unit: index of a turn -> its windows with their matches.
        asking: labels of the interviewers.
    """
    answers = {
        index: text
        for index in by_unit
        if units[index].speaker in asking
        and len((text := _answer_after(units, index, asking)).split()) >= LEAST_WORDS
    }
    if not answers or not bank.rubrics:
        return by_unit
    near = np.asarray(similarity(list(answers.values()), [r.reference for r in bank.rubrics]))
    about = {
        index: bank.rubrics[int(row.argmax())].id
        for index, row in zip(answers, near, strict=True)
        if row.max() >= CLEAR
    }
    return {
        index: [
            (
                window,
                match._replace(score=min(1.0, match.score + BACKING))
                if window.asks and match.question_id == about.get(index)
                else match,
            )
            for window, match in scored
        ]
        for index, scored in by_unit.items()
    }


def _answer_after(units: Sequence[Unit], index: int, asking: Collection[str]) -> str:
    """What the others say until an interviewer says more than "mm-hm"."""
    following = takewhile(
        lambda u: u.speaker not in asking or is_acknowledgement(u.text), units[index + 1 :]
    )
    return " ".join(u.text for u in following if u.speaker not in asking)
