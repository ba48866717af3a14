"""The likeliest path: arithmetic by hand, and against every path there is."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vivavoce.core.topic_path import Evidence, likeliest


def evidence(anew: list[float], goes_on: list[float], answer: list[float]) -> Evidence:
    return Evidence(np.array(anew), np.array(goes_on), np.array(answer))


def test_nothing_said() -> None:
    assert likeliest([]) == []


def test_an_answer_decides_what_a_vague_question_asked() -> None:
    vague = evidence([-1.0, -0.9, -9.0], [-9.0, -9.0, -9.0], [2.0, -2.0, 0.0])
    (step,) = likeliest([vague])
    assert (step.state, step.anew) == (0, True)
    # -1 + 2 against -0.9 - 2.
    assert step.margin == np.float64(1.0) - np.float64(-2.9)


def test_what_comes_later_has_a_say_in_what_was_asked() -> None:
    first = evidence([-1.0, -0.9, -9.0], [-9.0, -9.0, -9.0], [0.0, 0.0, 0.0])
    later = evidence([-9.0, -9.0, -9.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    assert [s.state for s in likeliest([first])] == [1]
    assert [(s.state, s.anew) for s in likeliest([first, later])] == [(0, True), (0, False)]


def test_a_question_put_again_while_it_runs_is_a_question() -> None:
    one = evidence([0.0, -5.0], [-3.0, -3.0], [0.0, 0.0])
    assert [(s.state, s.anew) for s in likeliest([one, one])] == [(0, True), (0, True)]


NUMBERS = st.lists(st.floats(-9, 9), min_size=3, max_size=3)


def _total(some: list[Evidence], path: tuple[int, ...]) -> float:
    total, before = 0.0, 2
    for one, state in zip(some, path, strict=True):
        way = one.anew[state]
        if state == before:
            way = max(way, one.goes_on[state])
        total += float(way + one.answer[state])
        before = state
    return total


@settings(deadline=None, max_examples=60)
@given(st.lists(st.builds(evidence, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=4))
def test_no_path_is_likelier_and_margins_are_those_of_the_next_best(some: list[Evidence]) -> None:
    steps = likeliest(some)
    totals = {p: _total(some, p) for p in product(range(3), repeat=len(some))}
    best = max(totals.values())
    assert _total(some, tuple(s.state for s in steps)) >= best - 1e-6
    for n, step in enumerate(steps):
        others = max(total for path, total in totals.items() if path[n] != step.state)
        assert abs(step.margin - (best - others)) < 1e-6
