"""Answers made to fool the grader: each does what its name says, and nothing else."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from vivavoce.core.adversary import INSTRUCTION, Attack, Trick, attacks
from vivavoce.core.rubric import Category, Criterion, Exemplar, Kind, Level, Rubric

GOOD = (
    "High bias underfits. The variance is what overfits, and it raises the error. A sum is found."
)
WRONG = "High bias is good."
RUBRIC = Rubric(
    id="trade",
    number=1,
    question="How do bias and variance differ?",
    category=Category.ALGORITHMS,
    reference="Bias underfits and variance overfits.",
    criteria=(
        Criterion(id="b", points=1, statement="High bias underfits.", reject=("Bias overfits.",)),
        Criterion(
            id="v", points=1, statement="High variance overfits.", reject=("Variance underfits.",)
        ),
    ),
    exemplars=(
        Exemplar(level=Level.GOOD, score=90, answer=GOOD, verdicts={"b": "met", "v": "met"}),
        Exemplar(level=Level.MISCONCEPTION, score=0, answer=WRONG, verdicts={}),
    ),
)
STRANGER = Rubric(
    id="lakes",
    number=2,
    question="What happens in winter?",
    category=Category.PROGRAMMING,
    reference="Lakes freeze. Birds leave. Nights are long.",
    criteria=(Criterion(id="l", points=1, statement="Lakes freeze."),),
    exemplars=(
        Exemplar(
            level=Level.EXCELLENT, score=95, answer="The lakes freeze over.", verdicts={"l": "met"}
        ),
    ),
)


@pytest.fixture(scope="module")
def made() -> dict[Trick, list[Attack]]:
    out: dict[Trick, list[Attack]] = defaultdict(list)
    for attack in attacks(RUBRIC, [RUBRIC, STRANGER]):
        out[attack.trick].append(attack)
    return out


def test_every_trick_is_made(made: dict[Trick, list[Attack]]) -> None:
    assert set(made) == set(Trick)


def test_the_same_seed_makes_the_same() -> None:
    assert list(attacks(RUBRIC, [STRANGER], seed=4)) == list(attacks(RUBRIC, [STRANGER], seed=4))


def test_swapping_says_each_of_the_other(made: dict[Trick, list[Attack]]) -> None:
    assert made[Trick.SWAPPED][0].text == (
        "High variance underfits. The bias is what overfits, and it raises the error. A sum is found."
    )


def test_negating_turns_one_verb_a_sentence(made: dict[Trick, list[Attack]]) -> None:
    text = "The variance is large. The error means trouble. Nothing else."
    rubric = RUBRIC.model_copy(
        update={"exemplars": (RUBRIC.exemplars[0].model_copy(update={"answer": text}),)}
    )
    turned = [a.text for a in attacks(rubric, []) if a.trick is Trick.NEGATED]

    assert turned == ["The variance is not large. The error never means trouble. Nothing else."]
    # One sentence alone that can be turned changes too little to say what must follow.
    one = rubric.exemplars[0].model_copy(update={"answer": "The variance is large. Nothing else."})
    few = attacks(rubric.model_copy(update={"exemplars": (one,)}), [])
    assert not any(a.trick is Trick.NEGATED for a in few)
    assert made[Trick.NEGATED][0].base == GOOD


def test_speech_has_no_marks_and_keeps_the_words_in_order(made: dict[Trick, list[Attack]]) -> None:
    text = made[Trick.SPOKEN][0].text

    assert not re.search(r"[.,;:!?]", text)
    assert text == text.lower()
    wanted = iter(text.split())
    assert all(word in wanted for word in re.findall(r"\w+", GOOD.lower()))


def test_a_second_language_drops_articles_alone(made: dict[Trick, list[Attack]]) -> None:
    assert made[Trick.SECOND_LANGUAGE][0].text == (
        "High bias underfits. variance is what overfits, and it raises error. sum is found."
    )


def test_padding_adds_what_is_true_elsewhere(made: dict[Trick, list[Attack]]) -> None:
    assert made[Trick.PADDED][0].text == f"{GOOD} Lakes freeze. Birds leave."


def test_both_sides_adds_every_criterion_s_opposite(made: dict[Trick, list[Attack]]) -> None:
    assert made[Trick.BOTH_SIDES][0].text == f"{GOOD} Bias overfits. Variance underfits."


def test_the_question_the_terms_and_the_order_to_the_grader(
    made: dict[Trick, list[Attack]],
) -> None:
    assert made[Trick.PARROTED][0].text.count(RUBRIC.question) == 2
    terms = made[Trick.KEYWORDS][0].text.split(", ")
    assert sorted(terms) == ["bias", "high", "overfits", "underfits", "variance"]
    assert made[Trick.INSTRUCTED][0].text == INSTRUCTION
    assert made[Trick.WRONG_INSTRUCTED][0].base == WRONG
    assert made[Trick.OFF_TOPIC][0].text == "The lakes freeze over."


def test_an_open_question_has_no_wrong_side() -> None:
    rubric = RUBRIC.model_copy(update={"kind": Kind.OPEN})
    tricks = {a.trick for a in attacks(rubric, [STRANGER])}

    assert not tricks & {Trick.BOTH_SIDES, Trick.NEGATED, Trick.SWAPPED}
    assert {Trick.KEYWORDS, Trick.PADDED} <= tricks
