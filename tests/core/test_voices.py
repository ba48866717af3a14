"""Who says a sentence, by its form, by labels and by turn taking."""

from __future__ import annotations

import pytest

from vivavoce.core.units import Unit
from vivavoce.core.voices import asking_speakers, form_log_odds, roles


def units(*said: tuple[str, str]) -> list[Unit]:
    return [Unit(n, 0, len(t), who, t, 0.0) for n, (who, t) in enumerate(said)]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("How would you prune a tree?", "I'd cut it from below."),
        ("Explain recall to me.", "Explaining recall is what I did all year at my last job."),
        ("Tell me about a project.", "It was a model for ships, and I trained it."),
        ("What is a hash table?", "Do you mean the data structure?"),
        ("Great, next question.", "Well, it depends on the data."),
    ],
)
def test_forms_of_asking_and_of_answering(asked: str, answered: str) -> None:
    assert form_log_odds(asked) > 0 > form_log_odds(answered)


def test_question_words_without_marks_count_where_nothing_is_marked() -> None:
    said = "so what is a hash table"
    assert form_log_odds(said, punctuated=False) > form_log_odds(said)


def test_who_asks_is_a_sum_over_all_that_somebody_says() -> None:
    said = units(("a", "?"), ("b", ""), ("a", ""), ("c", ""))
    assert asking_speakers(said, [2.0, -1.0, -1.5, 0.2]) == ("a", "c")
    # Somebody is left to answer.
    assert asking_speakers(said, [2.0, 1.0, 1.0, 1.0]) == ("a", "b")
    assert asking_speakers([], []) == ()


def test_a_label_holds_against_weak_evidence_and_gives_way_to_strong() -> None:
    said = units(("host", "x"), ("guest", "y"), ("guest", "z"))
    assert roles(said, [2.0, -1.0, 2.0], ["host"], paragraphs=False) == [True, False, False]
    assert roles(said, [2.0, -1.0, 9.0], ["host"], paragraphs=False) == [True, False, True]
    assert roles([], [], ["host"], paragraphs=False) == []


def test_paragraphs_alternate() -> None:
    said = units(("", "x"), ("", "y"), ("", "z"))
    assert roles(said, [2.0, 0.5, 2.0], [], paragraphs=True) == [True, False, True]
    assert roles(said, [2.0, 0.5, 2.0], [], paragraphs=False) == [True, True, True]
