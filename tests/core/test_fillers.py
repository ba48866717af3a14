from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.fillers import FillerKind, SlipKind, fillers, slips
from vivavoce.testing import spoken


def filled(text: str) -> list[str]:
    return [f.text for f in fillers(spoken(text).words)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Um, the model, uh, underfits.", ["um", "uh"]),
        ("It is, you know, basically a tree.", ["you know", "basically"]),
        ("I mean, it was like really slow", ["i mean", "like"][:1]),
        ("so like we split the data", ["like"]),
        ("a tree is like a list", []),
        ("that kind of model is a sort of tree", []),
        ("it kind of works", ["kind of"]),
        ("as you know and if you know it", []),
        ("what I mean is", []),
        ("umbrella error number", []),
        ("", []),
    ],
)
def test_fillers_are_told_from_words_that_mean_something(text: str, found: list[str]) -> None:
    assert filled(text) == found


def test_a_filler_has_its_kind_and_its_time() -> None:
    one, two = fillers(spoken("so um you know").words)
    assert (one.kind, one.first, one.from_s, one.to_s) == (FillerKind.HESITATION, 1, 0.9, 1.2)
    assert (two.kind, two.first, two.words) == (FillerKind.PHRASE, 2, 2)
    assert (two.from_s, two.to_s) == (1.3, 2.0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the the model", ["the"]),
        ("it is, um, it is too simple", ["it is,"]),
        ("we split the we split the data", ["we split the"]),
        ("the the the model", ["the", "the"]),
        ("it is very very slow", []),
        ("This is it. It underfits.", []),
        ("a model and a tree", []),
        ("", []),
    ],
)
def test_repetitions(text: str, found: list[str]) -> None:
    heard = slips(spoken(text).words)
    assert [s.text for s in heard] == found
    assert {s.kind for s in heard} <= {SlipKind.REPETITION}


def test_a_word_cut_off_is_a_restart() -> None:
    (one,) = slips(spoken("it und- underfits the data").words)
    assert (one.kind, one.text, one.first) == (SlipKind.RESTART, "und-", 1)


WORDS = st.lists(
    st.sampled_from("um uh the model like you know i mean kind of is it very und- . ,".split())
)


@given(WORDS)
def test_spans_are_inside_and_in_order(words: list[str]) -> None:
    heard = spoken(" ".join(words)).words
    for found in (fillers(heard), slips(heard)):
        assert all(f.first >= 0 and f.first + f.words <= len(heard) for f in found)
        assert all(f.from_s <= f.to_s for f in found)
        assert [f.first for f in found] == sorted({f.first for f in found})


@given(WORDS)
def test_nothing_is_repeated_where_each_word_is_said_once(words: list[str]) -> None:
    once = list(dict.fromkeys(w for w in words if w.isalpha()))
    assert slips(spoken(" ".join(once)).words) == ()
