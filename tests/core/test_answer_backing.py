"""Which matches an answer raises, with cosines given by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from vivavoce.core.answer_backing import BACKING, CLEAR, backed
from vivavoce.core.question_matching import Match, Window
from vivavoce.core.rubric import Bank, Category, Criterion, Rubric
from vivavoce.core.transcript import Transcript, Turn
from vivavoce.core.units import turn_units

LONG = " ".join(["word"] * 30)


def rubric(name: str, number: int) -> Rubric:
    return Rubric(
        id=name,
        number=number,
        question=f"What is {name}?",
        category=Category.ALGORITHMS,
        reference=f"It is {name}.",
        criteria=(Criterion(id="c", points=1, statement=f"It is {name}."),),
    )


BANK = Bank(rubrics=(rubric("one", 1), rubric("two", 2)))


def raised(
    cosines: Sequence[float], *, answer: str = LONG, asks: bool = True, asked: str = "one"
) -> float:
    """The score, 0.3 before, of the question `asked` after an answer that near to each reference."""
    turns = (Turn(text="A story?", speaker="A"), Turn(text=answer, speaker="B"))
    units = turn_units(Transcript(name="t", turns=turns))
    before = {0: [(Window("A story?", 0, 1, asks), Match(asked, 0.3, 0.0))]}

    def similarity(texts: Sequence[str], references: Sequence[str]) -> np.ndarray:
        assert list(texts) == [answer]
        assert list(references) == ["It is one.", "It is two."]
        return np.array([cosines], dtype=np.float32)

    return backed(before, units, ("A",), BANK, similarity)[0][0][1].score


def test_an_answer_near_the_same_question_raises_it() -> None:
    assert raised([CLEAR + 0.1, 0.2]) == pytest.approx(0.3 + BACKING)


@pytest.mark.parametrize(
    "kept",
    [
        {"cosines": [0.2, CLEAR + 0.1]},  # the answer is about another question
        {"cosines": [CLEAR - 0.1, 0.0]},  # about none in particular
        {"cosines": [0.9, 0.0], "asks": False},
        {"cosines": [0.9, 0.0], "answer": "Too short to tell."},
    ],
)
def test_else_nothing_changes(kept: dict[str, object]) -> None:
    assert raised(**kept) == 0.3  # type: ignore[arg-type]


def test_without_a_bank_nothing_changes() -> None:
    turns = (Turn(text="Why?", speaker="A"), Turn(text=LONG, speaker="B"))
    units = turn_units(Transcript(name="t", turns=turns))
    before = {0: [(Window("Why?", 0, 1, True), Match(None, 0.0, 0.0))]}
    empty = Bank(rubrics=())
    assert backed(before, units, ("A",), empty, lambda t, q: np.zeros((1, 0))) == before
