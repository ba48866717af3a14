"""Sentences compared word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.wording import CopiedRuns, claim, folded

WORDS = [f"word{i}" for i in range(12)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bias, then  variance.", "bias then variance"), ('"Yes!"', '"yes'), ("A b?", "a B")],
)
def test_case_spacing_and_punctuation_are_folded(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1.5 of 3", "15 of 3"), ("a > b", "a < b"), ("f(x) y", "f x y")]
)
def test_numbers_and_symbols_are_not(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_claim_keeps_order_symbols_and_negation() -> None:
    assert claim("Well, the L1 is not > L2.") == ("l1", "not", ">", "l2")


def test_the_longest_run_is_told_with_its_name() -> None:
    runs = CopiedRuns([("a", " ".join(WORDS[:7])), ("b", " ".join(WORDS))])
    assert runs.first(f"so {' '.join(WORDS[1:11])} etc") == ("b", WORDS[1:11])


def test_no_run_across_two_texts() -> None:
    runs = CopiedRuns([("a", " ".join(WORDS[:6])), ("b", " ".join(WORDS[6:]))])
    assert runs.first(" ".join(WORDS)) is None
