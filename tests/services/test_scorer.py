"""What goes into a training run, and the figures of a scorer, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from vivavoce.core.pairs import Clause, Pair
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.core.vectors import FloatArray
from vivavoce.errors import SettingsError
from vivavoce.services.scorer import assemble, known_rubrics, read_clauses_well, read_pairs_well

SAYS, NEITHER, DENIES = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def rubric(name: str, number: int) -> Rubric:
    return Rubric(
        id=name,
        number=number,
        question=f"What of {name}?",
        category=Category.PROGRAMMING,
        reference="It is so.",
        criteria=(
            Criterion(
                id="one", points=1, statement=f"{name} one.", accept=("yes",), reject=("no",)
            ),
            Criterion(
                id="two", points=1, statement=f"{name} two.", accept=("yea",), reject=("nay",)
            ),
        ),
    )


ONE, TWO = rubric("alpha", 1), rubric("beta", 2)
CLAUSES = {"alpha": [Clause("alpha", "one", "met", "terse", "aye")]}


class Told:
    """A scorer that reads what the premise spells out: `0.7 0.2 0.1`."""

    name = "told"

    def knows(self, key: str) -> bool:
        return False

    def read(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        return np.array([[float(x) for x in a.split()] for a, _ in pairs], dtype=np.float32)


def test_nothing_of_a_rubric_left_out_is_learned() -> None:
    learned = assemble([], CLAUSES, [ONE, TWO], seed=1, left_out={"beta"})

    assert any("alpha one." in p for p in learned)
    assert not any("beta" in text for p in learned for text in p[:2])
    assert list(known_rubrics([ONE, TWO], {"beta"})) == ["alpha"]


def test_the_same_seed_gives_the_same_pairs() -> None:
    first, again, other = (assemble([], CLAUSES, [ONE, TWO], seed=s, repeat=3) for s in (1, 1, 2))

    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (Clause("three", "one", "met", "terse", "aye"), "no such rubric"),
        (Clause("alpha", "ten", "met", "terse", "aye"), "ten"),
    ],
)
def test_clauses_without_a_place_are_refused(clause: Clause, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        assemble([], {clause.rubric: [clause]}, [ONE], seed=1)


def test_figures_worked_out() -> None:
    pairs = [
        Pair("0.8 0.1 0.1", "s", SAYS),
        Pair("0.1 0.6 0.3", "s", SAYS),
        Pair("0.2 0.1 0.7", "s", DENIES),
        Pair("0.3 0.5 0.2", "s", NEITHER),
        Pair("0.3 0.5 0.2", "s", (0.5, 0.5, 0.0)),
        Pair("0.3 0.5 0.2", "s", None),
    ]

    found = read_pairs_well("x", Told(), pairs)

    # Three of four right. F1: said 2*1/(1+2), neither 2*1/(2+1), denied 1.
    assert found.pairs == 4
    assert found.accuracy == 0.75
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    # Balances 0.7 and -0.2 against -0.5: both above.
    assert found.says_above_denies == 1.0


def test_one_class_alone_has_no_order() -> None:
    assert read_pairs_well("x", Told(), [Pair("1 0 0", "s", SAYS)]).says_above_denies is None
    assert read_pairs_well("x", Told(), []).pairs == 0


def test_clauses_are_read_with_their_criterion() -> None:
    some = [
        Clause("alpha", "one", "met", "terse", "0.9 0.1 0"),
        Clause("alpha", "two", "contradicted", "terse", "0 0.1 0.9"),
        Clause("alpha", "two", "partly", "terse", "0 1 0"),
        Clause("gone", "two", "met", "terse", "0 1 0"),
    ]

    found = read_clauses_well("x", Told(), some, [ONE])

    assert (found.pairs, found.accuracy, found.says_above_denies) == (2, 1.0, 1.0)
