"""Heads on token vectors, worked out by hand and against plain sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.heads import SCALE, Heads, claims_in

EAST, NORTH = np.array([1.0, 0.0]), np.array([0.0, 1.0])


def heads(look: list[float], say: list[list[float]], bias: list[float]) -> Heads:
    return Heads(
        np.array([look], dtype=np.float32),
        np.array([say], dtype=np.float32),
        np.array([bias], dtype=np.float32),
    )


FLAT = [[0.0, 0.0]] * 4


def test_without_weights_the_bias_decides() -> None:
    bias = [0.0, 0.0, float(np.log(3)), 0.0]

    found = claims_in(heads([0, 0], FLAT, bias), np.stack([EAST]), np.array([[0, 1]]))

    assert found[0, 0] == pytest.approx([1 / 6, 1 / 6, 1 / 2, 1 / 6])


def test_it_says_what_stands_where_it_looks() -> None:
    # Looks east; east says met, north says contradicted.
    say = [[0, 0], [0, 0], [1, 0], [0, 1]]
    one = heads([5, 0], say, [0, 0, 0, 0])
    tokens = np.stack([NORTH, EAST, NORTH]).astype(np.float32)

    whole, first, second = claims_in(one, tokens, np.array([[0, 3], [0, 1], [1, 2]]))[:, 0]

    assert whole.argmax() == 2
    assert first.argmax() == 3
    # Logit SCALE for met against 0 for the three others.
    assert second[2] == pytest.approx(np.exp(SCALE) / (np.exp(SCALE) + 3))


def test_nothing_claims_nothing() -> None:
    found = claims_in(
        heads([1, 1], FLAT, [0, 0, 9, 0]), np.zeros((0, 2), np.float32), np.array([[0, 0]])
    )

    assert found[0, 0].tolist() == [1, 0, 0, 0]


@given(
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6),
    st.integers(0, 99),
)
def test_every_range_is_read_as_if_it_stood_alone(
    tokens: int, ranges: list[tuple[int, int]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(tokens, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    some = Heads(*(rng.normal(size=s).astype(np.float32) for s in ((2, 3), (2, 4, 3), (2, 4))))
    cut = np.minimum(np.array(ranges), tokens)

    found = claims_in(some, vectors, cut)

    assert found.sum(axis=2) == pytest.approx(1.0)
    for (start, end), row in zip(cut, found, strict=True):
        if end > start:
            alone = claims_in(some, vectors[start:end], np.array([[0, end - start]]))
            assert row == pytest.approx(alone[0], abs=1e-6)
