"""Clauses lie in the text, cover every word, and stay quick on hostile text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Span
from vivavoce.core.clauses import (
    CLAUSE_WORDS,
    JOINED,
    LONGEST,
    SHORTEST,
    clauses,
    pieces,
    sentences,
    words,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)
PROSE = st.lists(
    st.sampled_from(
        [
            "bias",
            "is",
            "high",
            "and",
            "because",
            "but",
            "it's",
            "so",
            "e.g.",
            "0.5",
            "k-NN",
            ",",
            ".",
            ";",
            "\n",
            "...",
            "—",
            "(",
            ")",
            "?",
            "\t",
            "’",
            "😀",
            "что",
            "偏差",
        ]
    ),
    max_size=120,
).map(" ".join)
TEXTS = st.one_of(ANY_TEXT, PROSE)


def parts(spans: list[Span], text: str) -> list[str]:
    return [span.of(text) for span in spans]


@given(TEXTS)
def test_pieces_cover_every_word_and_never_overlap(text: str) -> None:
    found = pieces(text)

    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    for word in words(text):
        assert sum(p.start <= word.start and word.end <= p.end for p in found) == 1


@given(TEXTS)
def test_clauses_lie_in_the_text_in_order(text: str) -> None:
    found = clauses(text)

    assert all(0 <= c.start < c.end <= len(text) for c in found)
    assert all(words(c.of(text)) for c in found)
    assert [(c.start, c.end) for c in found] == sorted({(c.start, c.end) for c in found})


@given(TEXTS)
def test_a_clause_is_a_run_of_at_most_three_pieces(text: str) -> None:
    small = pieces(text)
    runs = {
        (small[i].start, small[j].end)
        for i in range(len(small))
        for j in range(i, min(i + JOINED, len(small)))
    }

    found = {(c.start, c.end) for c in clauses(text)}

    assert found <= runs
    assert {(p.start, p.end) for p in small} <= found


@given(TEXTS)
def test_no_clause_grows_past_its_bounds(text: str) -> None:
    assert all(len(words(p.of(text))) <= LONGEST for p in pieces(text))
    assert all(len(words(c.of(text))) <= CLAUSE_WORDS for c in clauses(text))


@given(TEXTS)
def test_sentences_cover_every_word_without_white_space_at_the_ends(text: str) -> None:
    found = parts(sentences(text), text)

    assert found == [s.strip() for s in found]
    assert sum(len(words(s)) for s in found) == len(words(text))


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "...", "?!", "😀😀", "\u200b\u200c", "\x00", "—"]
)
def test_text_without_words_has_no_clauses(text: str) -> None:
    assert clauses(text) == pieces(text) == sentences(text) == []


def test_one_word_is_one_clause() -> None:
    assert clauses("  underfitting! ") == [Span(start=2, end=15)]


def test_written_text_is_cut_at_its_punctuation() -> None:
    text = "High bias underfits the data. High variance overfits it; both cost accuracy!\nMore data helps"

    assert parts(sentences(text), text) == [
        "High bias underfits the data.",
        "High variance overfits it;",
        "both cost accuracy!",
        "More data helps",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "A rate of 0.5 is high",
        "Penalties, e.g. ridge, shrink weights",
        "It lives at scikit-learn.org today",
        "Version 1.2.3 has it",
    ],
)
def test_a_stop_inside_a_number_or_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert parts(sentences(text), text) == [text]


def test_closing_quotes_and_brackets_do_not_hide_the_end() -> None:
    text = 'They call it "underfitting." It is simple (too simple!) So it fails'

    assert [s.split()[0] for s in parts(sentences(text), text)] == ["They", "It", "So"]


def test_speech_without_punctuation_is_cut_where_a_claim_begins() -> None:
    text = (
        "bias is when the model is too simple and variance is the other side of that because it "
        "memorises the training set so you get a different model every time"
    )

    assert parts(pieces(text), text) == [
        "bias is when the model is too simple",
        "and variance is the other side of that",
        "because it memorises the training set",
        "so you get a different model every time",
    ]


def test_short_pieces_join_the_one_before() -> None:
    text = "Bias falls, variance rises, so you look for the best point in the middle"

    assert parts(pieces(text), text) == [
        "Bias falls, variance rises,",
        "so you look for the best point in the middle",
    ]
    assert SHORTEST == 4


def test_a_long_run_without_any_cutting_place_is_cut_into_even_parts() -> None:
    text = " ".join(f"word{i}" for i in range(50))

    assert [len(words(p)) for p in parts(pieces(text), text)] == [17, 17, 16]


def test_neighbours_are_joined_into_clauses_by_start_then_length() -> None:
    text = "one two three four. five six seven eight. nine ten eleven twelve. a b c d."
    first, second, third, fourth = parts(sentences(text), text)

    assert parts(clauses(text), text) == [
        first,
        f"{first} {second}",
        f"{first} {second} {third}",
        second,
        f"{second} {third}",
        f"{second} {third} {fourth}",
        third,
        f"{third} {fourth}",
        fourth,
    ]


def test_long_neighbours_are_joined_up_to_the_bound() -> None:
    """Of three sentences of twenty words two make forty; three would make sixty."""
    text = " ".join(" ".join(["word"] * 20) + "." for _ in range(3))

    assert sorted(len(words(c.of(text))) for c in clauses(text)) == [20, 20, 20, 40, 40]


@pytest.mark.parametrize(
    "text",
    [
        "." * 100_000 + "x",
        "." + ")" * 100_000 + "x",
        "a, " * 33_000,
        "x" + " " * 100_000 + "y",
        " " + "-" * 100_000 + "x",
        "a'" * 50_000,
    ],
    ids=["stops", "brackets", "list", "spaces", "dashes", "apostrophes"],
)
def test_hostile_runs_of_characters_take_no_quadratic_time(text: str) -> None:
    """Each of these took minutes when the cutting looked at every run from each of its places."""
    assert sum(len(words(p.of(text))) for p in pieces(text)) == len(words(text))
