from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.hot_words import hot_words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is a hash table?", "hash table"),
        ("Explain the difference between L1 and L2 regularisation.", "L1 L2 regularisation"),
        ("How does Bayes' theorem work, and what is Bayes's prior?", "Bayes theorem prior"),
        ("What is it?", ""),
        ("", ""),
    ],
)
def test_content_words_of_the_question_each_once(question: str, words: str) -> None:
    assert hot_words(question) == words


@given(st.text())
def test_nothing_but_words_of_the_question(question: str) -> None:
    assert all(word in question for word in hot_words(question).split())
    assert len(hot_words(question).split()) <= 24
