"""The numbers made of what a scorer read."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.claims import Claim
from vivavoce.core.reading import (
    BELIEF_READING_SIGNALS,
    READING_SIGNALS,
    Reading,
    belief_reading_signals,
    reading_signals,
)

READ = Reading(
    np.array([0.1, 0.2, 0.4, 0.3]),
    np.array([[0.1, 0.0, 0.2, 0.7], [0.3, 0.2, 0.4, 0.1]]),
)


def test_signals_worked_out() -> None:
    found = dict(zip(READING_SIGNALS, reading_signals(READ), strict=True))

    assert found["whole_met"] == 0.4
    assert found["whole_partly"] == 0.2
    assert found["whole_denied"] == 0.3
    # Met and half of partly: even odds.
    assert found["whole_odds"] == pytest.approx(0.0)
    assert found["whole_denied_odds"] == pytest.approx(math.log(3 / 7) / 10)
    assert found["clause_met"] == 0.4
    assert found["clause_denied"] == 0.7
    assert found["clause_odds"] == pytest.approx(0.0)
    assert found["clause_denied_odds"] == pytest.approx(math.log(7 / 3) / 10)
    # 0.2 - 0.7 is further from 0 than 0.4 - 0.1.
    assert found["clause_balance"] == pytest.approx(-0.5)


def test_signals_of_a_misconception() -> None:
    found = dict(zip(BELIEF_READING_SIGNALS, belief_reading_signals(READ), strict=True))

    assert found["whole_stated"] == 0.4
    assert found["whole_stated_odds"] == pytest.approx(math.log(4 / 6) / 10)
    assert found["clause_stated"] == 0.4


def test_the_strongest_clause_of_each_side() -> None:
    assert READ.strongest(Claim.MET) == (1, 0.4)
    assert READ.strongest(Claim.CONTRADICTED) == (0, 0.7)


def test_nothing_read_gives_zeros() -> None:
    empty = Reading(np.array([1.0, 0, 0, 0]), np.zeros((0, 4)))

    assert set(reading_signals(None)) == {0.0}
    assert set(reading_signals(empty)) == {0.0}
    assert set(belief_reading_signals(None)) == {0.0}


@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=5))
def test_signals_are_bounded(rows: list[list[float]]) -> None:
    found = reading_signals(Reading(np.array(rows[0]), np.array(rows)))

    assert all(-1.0 <= v <= 1.5 for v in found)
