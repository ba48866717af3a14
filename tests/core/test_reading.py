"""Which clauses are read, and the numbers made of what the scorer says of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.clauses import clauses
from vivavoce.core.coverage import coverage, prepare, statements_of
from vivavoce.core.reading import (
    BELIEF_CLAUSES_READ,
    BELIEF_READING_SIGNALS,
    CLAUSES_READ,
    READING_SIGNALS,
    Reading,
    belief_reading_signals,
    reading_signals,
    readings_of,
    to_read,
)
from vivavoce.core.rubric import Category, Criterion, Misconception, Rubric
from vivavoce.testing import HashEmbedder

EMBEDDER = HashEmbedder(256)
RUBRIC = Rubric(
    id="winter",
    number=1,
    question="What about it?",
    category=Category.PROGRAMMING,
    reference="Lakes freeze and birds migrate.",
    criteria=(
        Criterion(id="lakes", points=3, statement="Lakes freeze solid overnight."),
        Criterion(id="birds", points=2, statement="Birds migrate southward early."),
    ),
    misconceptions=(Misconception(id="m", statement="Mars recedes annually.", correction="No."),),
)
TEXT = "Birds migrate southward early. Lakes freeze solid overnight. Mars recedes annually. Dogs bark loudly there."


def asked(text: str) -> list[tuple[str, list[int]]]:
    ready = prepare(RUBRIC, EMBEDDER.tokens(statements_of(RUBRIC)))
    return list(to_read(RUBRIC, ready, coverage(ready, EMBEDDER.tokens([text])[0], clauses(text))))


def test_each_statement_is_read_with_the_clause_that_speaks_of_it() -> None:
    spans = clauses(TEXT)
    first = {said: spans[rows[0]].of(TEXT) for said, rows in asked(TEXT)}

    assert first["Lakes freeze solid overnight."].startswith("Lakes freeze")
    assert first["Birds migrate southward early."].startswith("Birds migrate")
    assert "Mars recedes" in first["Mars recedes annually."]


@given(st.lists(st.sampled_from(TEXT.split()), max_size=40))
def test_few_clauses_are_read_and_none_twice(words: list[str]) -> None:
    for said, rows in asked(" ".join(words)):
        most = BELIEF_CLAUSES_READ if said.startswith("Mars") else CLAUSES_READ
        assert 1 <= len(rows) <= most
        assert len(rows) == len(set(rows))


def test_nothing_said_is_nothing_read() -> None:
    assert asked("") == []


def test_readings_are_cut_as_they_were_asked() -> None:
    rows = np.arange(9.0).reshape(3, 3)

    found = readings_of([("a", [4]), ("b", [7, 2])], rows)

    assert found["a"].clauses.tolist() == [4]
    assert found["b"].probabilities.tolist() == [[3, 4, 5], [6, 7, 8]]


READ = Reading(
    np.array([5, 2], dtype=np.intp), np.array([[0.2, 0.1, 0.7], [0.5, 0.4, 0.1]], dtype=np.float64)
)


def test_signals_worked_out() -> None:
    found = dict(zip(READING_SIGNALS, reading_signals(READ), strict=True))

    assert found["says_best"] == 0.5
    assert found["denies_best"] == 0.7
    assert found["says_near"] == 0.2
    assert found["denies_near"] == 0.7
    assert found["says_mean"] == pytest.approx(0.35)
    assert found["denies_mean"] == pytest.approx(0.4)
    # 0.2 - 0.7 is further from 0 than 0.5 - 0.1.
    assert found["balance"] == pytest.approx(-0.5)
    assert found["says_odds"] == 0.0
    assert found["denies_odds"] == pytest.approx(math.log(0.7 / 0.3) / 10)
    assert dict(zip(BELIEF_READING_SIGNALS, belief_reading_signals(READ), strict=True))[
        "states_mean"
    ] == pytest.approx(0.35)


def test_the_strongest_clause_of_each_side() -> None:
    assert READ.strongest(0) == (2, 0.5)
    assert READ.strongest(2) == (5, 0.7)


def test_nothing_read_gives_zeros() -> None:
    assert set(reading_signals(None)) == {0.0}
    assert set(belief_reading_signals(None)) == {0.0}


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=4))
def test_signals_are_bounded(rows: list[tuple[float, float]]) -> None:
    p = np.array([(a, 0.0, b) for a, b in rows])

    assert all(-1.0 <= v <= 1.0 for v in reading_signals(Reading(np.arange(len(p)), p)))
