"""Windows cover every token once, and joining them gives unit vectors in order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.windows import Window, join, windows


@st.composite
def layouts(draw: st.DrawFn) -> tuple[int, int, int]:
    size = draw(st.integers(1, 80))
    return draw(st.integers(0, 1000)), size, draw(st.integers(0, size - 1))


def test_a_text_that_fits_is_one_window() -> None:
    assert windows(10, 10, 4) == [Window(0, 10, 0, 10)]


def test_no_tokens_are_one_empty_window() -> None:
    assert windows(0, 10, 4) == [Window(0, 0, 0, 0)]


def test_worked_example() -> None:
    # size 10, overlap 4: a window every 6 tokens; each neighbour keeps 2 of the 4 shared.
    assert windows(20, 10, 4) == [
        Window(0, 10, 0, 8),
        Window(6, 16, 8, 14),
        Window(12, 20, 14, 20),
    ]


@given(layouts())
def test_each_token_is_kept_exactly_once(layout: tuple[int, int, int]) -> None:
    tokens, size, overlap = layout
    kept = [i for w in windows(tokens, size, overlap) for i in range(w.keep_start, w.keep_end)]
    assert kept == list(range(tokens))


@given(layouts())
def test_windows_fit_and_read_what_they_keep(layout: tuple[int, int, int]) -> None:
    tokens, size, overlap = layout
    for w in windows(tokens, size, overlap):
        assert 0 <= w.start <= w.keep_start <= w.keep_end <= w.end <= tokens
        assert w.end - w.start <= size


@given(layouts())
def test_neighbours_share_the_overlap(layout: tuple[int, int, int]) -> None:
    tokens, size, overlap = layout
    cut = windows(tokens, size, overlap)
    assert all(a.end - b.start == overlap for a, b in pairwise(cut))


def test_join_keeps_each_windows_own_part() -> None:
    first = np.array([[1, 0], [2, 0], [3, 0]], dtype=np.float32)
    second = np.array([[0, 5], [0, 6], [0, 7]], dtype=np.float32)
    spans = np.array([[0, 1], [1, 2], [2, 3], [3, 4]], dtype=np.float32)
    # Tokens 0 to 3; the windows read 0-2 and 1-3, and meet between 1 and 2.
    parts = [
        (Window(0, 3, 0, 2), first, np.array([2, 0], dtype=np.float32)),
        (Window(1, 4, 2, 4), second, np.array([0, 9], dtype=np.float32)),
    ]
    joined = join(parts, spans)
    assert joined.vectors.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]
    assert joined.spans.tolist() == [[0, 1], [1, 2], [2, 3], [3, 4]]
    # Two tokens each, and the windows' own lengths do not matter: (1, 1) made unit.
    assert joined.sentence == pytest.approx([0.5**0.5, 0.5**0.5])


def test_join_weighs_windows_by_the_tokens_they_keep() -> None:
    one, two = np.array([[1, 0]], np.float32), np.array([[0, 1]] * 3, np.float32)
    parts = [
        (Window(0, 1, 0, 1), one, np.array([1, 0], np.float32)),
        (Window(1, 4, 1, 4), two, np.array([0, 1], np.float32)),
    ]
    spans = np.array([[i, i + 1] for i in range(4)], dtype=np.float32)
    # (1, 3) / sqrt(10)
    assert join(parts, spans).sentence == pytest.approx([0.316228, 0.948683], abs=1e-6)


def test_join_of_no_tokens_still_has_a_sentence_vector() -> None:
    parts = [(Window(0, 0, 0, 0), np.zeros((0, 2), np.float32), np.array([3, 4], np.float32))]
    joined = join(parts, np.zeros((0, 2), np.float32))
    assert joined.vectors.shape == (0, 2)
    assert joined.spans.shape == (0, 2)
    assert joined.sentence == pytest.approx([0.6, 0.8])


@given(st.lists(st.floats(-10, 10, width=32), min_size=3, max_size=3), layouts())
def test_joined_rows_are_unit(base: list[float], layout: tuple[int, int, int]) -> None:
    tokens, size, overlap = layout
    row = np.array([*base, 1.0], dtype=np.float32)
    parts = [(w, np.tile(row, (w.end - w.start, 1)), row) for w in windows(tokens, size, overlap)]
    joined = join(parts, np.array([[i, i + 1] for i in range(tokens)], dtype=np.float32))
    assert joined.vectors.shape == (tokens, 4)
    assert np.linalg.norm(joined.vectors, axis=1) == pytest.approx(np.ones(tokens), abs=1e-5)
    assert np.linalg.norm(joined.sentence) == pytest.approx(1, abs=1e-5)
