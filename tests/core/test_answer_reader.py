"""What an answer says about the question that it answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from vivavoce import default_bank
from vivavoce.core.answer_reader import (
    AGAINST_OPEN,
    BY_CLAIMS,
    BY_COSINE,
    FULL_WORDS,
    NEAREST,
    AnswerReader,
)
from vivavoce.core.rubric import Bank, Kind, Rubric

ALL = default_bank().rubrics
BANK = Bank(rubrics=tuple(r for r in ALL if r.kind is Kind.KNOWLEDGE)[:12])
LONG = " ".join(["word"] * FULL_WORDS)


def alike(texts: Sequence[str], others: Sequence[str]) -> NDArray[np.float32]:
    """Every text as near to every other; the first question is a little nearer."""
    near = np.full((len(texts), len(others)), 0.3, dtype=np.float32)
    near[:, :: len(BANK.rubrics)] += 0.02
    return near


def claims_of(*names: str) -> tuple[list[tuple[str, str]], AnswerReader]:
    """A reader of answers that claim all of these rubrics' points, and what it was asked."""
    asked: list[tuple[str, str]] = []

    def claimed(pairs: Sequence[tuple[str, Rubric]]) -> list[float]:
        asked.extend((text, rubric.id) for text, rubric in pairs)
        return [float(rubric.id in names) for _, rubric in pairs]

    return asked, AnswerReader(BANK, alike, claimed)


def test_an_answer_belongs_to_the_question_whose_points_it_makes() -> None:
    target = BANK.rubrics[3]
    _, reader = claims_of(target.id)

    odds = reader.log_odds([LONG])[0]

    assert BANK.rubrics[int(odds.argmax())] is target
    assert odds[3] > 0
    assert set(np.delete(odds, 3)) == {BY_CLAIMS.against}


def test_by_cosine_alone_it_is_the_nearest() -> None:
    odds = AnswerReader(BANK, alike).log_odds([LONG])[0]

    assert odds.argmax() == 0
    assert odds.min() >= BY_COSINE.against


def test_only_the_nearest_are_read() -> None:
    asked, reader = claims_of()

    reader.log_odds([LONG, "short"])

    assert [text for text, _ in asked] == [LONG] * NEAREST + ["short"] * NEAREST
    assert asked[0][1] == BANK.rubrics[0].id


def test_a_short_answer_has_less_to_say() -> None:
    _, reader = claims_of(BANK.rubrics[3].id)

    long, short = reader.log_odds([LONG, "word " * 5])

    assert short[3] == pytest.approx(long[3] * 5 / FULL_WORDS)


def test_opinions_are_far_from_any_reference() -> None:
    bank = Bank(rubrics=tuple(r for r in ALL if r.kind is Kind.OPEN)[:3])
    reader = AnswerReader(bank, lambda a, b: np.zeros((len(a), len(b)), dtype=np.float32))

    assert reader.log_odds([LONG]).tolist() == [[AGAINST_OPEN] * 3]


def test_nothing_is_said_of_nothing() -> None:
    asked, reader = claims_of()

    assert reader.log_odds([]).shape == (0, len(BANK.rubrics))
    assert AnswerReader(Bank(rubrics=()), alike, lambda _: []).log_odds(["a"]).shape == (1, 0)
    assert asked == []
