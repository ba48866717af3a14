"""Words, stems and function words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.text import FUNCTION_WORDS, content_stems, stem, tokenise

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)


@given(ANY_TEXT)
def test_words_of_any_text_are_lower_case_and_whole(text: str) -> None:
    found = tokenise(text)

    assert all(word and word == word.lower() and " " not in word for word in found)


@given(ANY_TEXT)
def test_content_is_what_is_left_of_the_words(text: str) -> None:
    assert len(content_stems(text)) <= len(tokenise(text))


@given(ANY_TEXT, ANY_TEXT)
def test_stems_of_two_texts_are_those_of_both_together(a: str, b: str) -> None:
    assert content_stems(f"{a}\n{b}") == content_stems(a) + content_stems(b)


def test_words_keep_their_apostrophes_and_lose_hyphens_and_underscores() -> None:
    assert tokenise("It's the model's k-NN, snake_case") == [
        "it's",
        "the",
        "model's",
        "k",
        "nn",
        "snake",
        "case",
    ]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("overfitting", "overfit"),
        ("overfits", "overfit"),
        ("regularisation", "regularis"),
        ("model's", "model"),
        ("model’s", "model"),
        ("bias", "bias"),
        ("偏差", "偏差"),
    ],
)
def test_stems_are_those_of_porter2(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_function_words_carry_no_content() -> None:
    assert content_stems("well it is what it is, you know, and so on") == ["know"]


@pytest.mark.parametrize(
    "text", ["it's", "that's what we'll do", "I'm", "they’ve", "you'd", "let's"]
)
def test_contractions_of_function_words_carry_none_either(text: str) -> None:
    assert content_stems(text) == []


@pytest.mark.parametrize("text", ["can't", "don't", "won’t", "isn't", "not", "no", "never"])
def test_negations_carry_content(text: str) -> None:
    assert len(content_stems(text)) == 1


def test_a_name_of_a_thing_is_not_taken_for_a_contraction() -> None:
    assert content_stems("the model's bias") == ["model", "bias"]


def test_function_words_are_lower_case_words() -> None:
    assert all(tokenise(word) == [word] for word in FUNCTION_WORDS)
    assert not {"not", "no", "never"} & FUNCTION_WORDS
