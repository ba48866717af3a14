"""When the topic of an answer needs no second look."""

from __future__ import annotations

import numpy as np

from vivavoce.core.reading import Reading, Readings
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.core.topic import surely_on_topic

SENTENCES = ("A lake freezes from above.", "Ice is lighter than water.", "What of the lake?")
RUBRIC = Rubric(
    id="lake",
    number=1,
    question="What of the lake?",
    category=Category.PROGRAMMING,
    reference="It freezes.",
    criteria=tuple(
        Criterion(id=name, points=1, statement=s)
        for name, s in zip(
            ("above", "light", "fish"), (*SENTENCES[:2], "Fish live on."), strict=True
        )
    ),
)
SAID = "The lake freezes from above, for ice stays where skaters glide."
"""Half of its six content words are the rubric's."""
ALL_FAMILIAR = "The lake freezes from above, for ice is lighter than water."


def read(*nothing: float) -> Readings:
    """P(nothing) of each criterion; the rest is P(met)."""
    rows = [np.array([p, 0.0, 1.0 - p, 0.0]) for p in nothing]
    return {
        c.statement: Reading(row, row[None, :])
        for c, row in zip(RUBRIC.criteria, rows, strict=False)
    }


def test_two_sure_criteria_in_the_words_of_the_rubric_leave_no_doubt() -> None:
    assert surely_on_topic(RUBRIC, SENTENCES, SAID, read(0.05, 0.05, 1.0))


def test_the_words_of_the_rubric_alone_leave_none() -> None:
    assert surely_on_topic(RUBRIC, SENTENCES, ALL_FAMILIAR, read(1.0, 1.0, 1.0))
    assert surely_on_topic(RUBRIC, SENTENCES, ALL_FAMILIAR, {})


def test_one_sure_criterion_is_not_enough() -> None:
    # Half of the words and 0.5 * (1 + 0.7) / 2 make 0.925; with 0.9 in the place of 0.7 it is 0.975.
    assert not surely_on_topic(RUBRIC, SENTENCES, SAID, read(0.0, 0.3, 1.0))
    assert surely_on_topic(RUBRIC, SENTENCES, SAID, read(0.0, 0.1, 1.0))


def test_claims_in_foreign_words_are_looked_at_again() -> None:
    said = "The tree is pruned where branches model noise, and a lake is mentioned."

    assert not surely_on_topic(RUBRIC, SENTENCES, said, read(0.0, 0.0, 0.0))


def test_nothing_read_is_looked_at_again() -> None:
    assert not surely_on_topic(RUBRIC, SENTENCES, SAID, {})
    assert not surely_on_topic(RUBRIC, SENTENCES, SAID, read(1.0, 1.0, 1.0))
    assert not surely_on_topic(RUBRIC, SENTENCES, "", read(1.0, 1.0, 1.0))
