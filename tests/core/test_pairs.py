"""What the scorer is taught: pairs of words and statement, and their targets."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.pairs import (
    Clause,
    answer_pair,
    bank_pairs,
    clause_pairs,
    fold_of,
    reading_key,
)
from vivavoce.core.rubric import Category, Criterion, Kind, Misconception, Rubric

RUBRIC = Rubric(
    id="winter",
    number=1,
    question="What happens each winter?",
    category=Category.PROGRAMMING,
    reference="Lakes freeze and birds migrate.",
    criteria=(
        Criterion(
            id="lakes",
            points=3,
            statement="Lakes freeze.",
            accept=("Ponds turn to ice.",),
            reject=("Lakes boil.",),
        ),
        Criterion(
            id="birds",
            points=2,
            statement="Birds leave.",
            accept=("Geese fly south.",),
            reject=("Birds arrive.",),
        ),
    ),
    misconceptions=(
        Misconception(
            id="mars",
            statement="Earth is far out.",
            heard_as=("we drift off",),
            correction="It tilts.",
        ),
    ),
)


def clause(label: str, text: str = "the lake is ice now", criterion: str = "lakes") -> Clause:
    return Clause("winter", criterion, label, "terse", text)


class TestAnswerPair:
    def test_the_reference_with_most_of_its_words_said_is_taken(self) -> None:
        references = ["Water evaporated.", "The salt was left behind in the dish."]

        pair = answer_pair("the salt stays in the dish", references, 1.0, False)

        assert pair.hypothesis == references[1]
        assert pair.target == (1.0, 0.0, 0.0)

    def test_half_marks_are_half_entailed_and_never_denied(self) -> None:
        assert answer_pair("salt", ["Salt stays."], 0.5, False).target == (0.5, 0.5, 0.0)

    def test_a_contradiction_is_denied_whatever_its_score(self) -> None:
        assert answer_pair("no salt", ["Salt stays."], 0.0, True).target == (0.0, 0.0, 1.0)


class TestClausePairs:
    @pytest.mark.parametrize(
        ("label", "target"),
        [
            ("met", (1.0, 0.0, 0.0)),
            ("partly", (0.5, 0.5, 0.0)),
            ("contradicted", (0.0, 0.0, 1.0)),
            ("unrelated", (0.0, 1.0, 0.0)),
        ],
    )
    def test_a_clause_stands_with_its_own_statement(
        self, label: str, target: tuple[float, float, float]
    ) -> None:
        pairs = list(clause_pairs(RUBRIC, [clause(label)], random.Random(1)))

        assert pairs[0].hypothesis == "Lakes freeze."
        assert pairs[0].target == target

    def test_it_is_neutral_to_another_criterion(self) -> None:
        own, other = list(clause_pairs(RUBRIC, [clause("met")], random.Random(1), elsewhere=1.0))

        assert other.hypothesis == "Birds leave."
        assert other.target is not None and other.target[1] > 0.8
        assert own.premise == other.premise

    @given(st.integers(0, 10_000))
    def test_what_is_joined_to_it_is_about_something_else(self, seed: int) -> None:
        some = [
            clause("met", "the lake is ice"),
            clause("contradicted", "the lake is steam"),
            clause("met", "the geese are gone", "birds"),
        ]

        for pair in clause_pairs(RUBRIC, some, random.Random(seed)):
            assert not ("ice" in pair.premise and "steam" in pair.premise)


class TestBankPairs:
    def test_accepted_entails_and_rejected_denies(self) -> None:
        pairs = {(p.premise, p.hypothesis): p.target for p in bank_pairs(RUBRIC, random.Random(1))}

        assert pairs["Ponds turn to ice.", "Lakes freeze."] == (1.0, 0.0, 0.0)
        assert pairs["Lakes boil.", "Lakes freeze."] == (0.0, 0.0, 1.0)
        assert pairs["What happens each winter?", "Birds leave."] == (0.0, 1.0, 0.0)
        assert pairs["we drift off", "Earth is far out."] == (1.0, 0.0, 0.0)

    def test_what_an_open_question_rejects_is_not_plainly_false(self) -> None:
        rubric = RUBRIC.model_copy(update={"kind": Kind.OPEN})
        pairs = {(p.premise, p.hypothesis): p.target for p in bank_pairs(rubric, random.Random(1))}

        target = pairs["Lakes boil.", "Lakes freeze."]
        assert target is not None and target[2] == 0.5

    @given(st.integers(0, 10_000))
    def test_targets_are_probabilities(self, seed: int) -> None:
        for pair in bank_pairs(RUBRIC, random.Random(seed)):
            assert pair.target is not None
            assert sum(pair.target) == pytest.approx(1.0)
            assert min(pair.target) >= 0.0


@given(st.sets(st.text(min_size=1, max_size=4), min_size=1, max_size=60), st.integers(1, 7))
def test_folds_are_even_and_do_not_depend_on_the_order(names: set[str], folds: int) -> None:
    found = fold_of(sorted(names), folds)
    sizes = [sum(k == fold for k in found.values()) for fold in range(folds)]

    assert max(sizes) - min(sizes) <= 1
    assert found == fold_of(sorted(names, reverse=True), folds)


def test_a_rubric_is_known_by_what_it_states() -> None:
    other = RUBRIC.model_copy(update={"reference": "Something else.", "question": "Why?"})
    changed = RUBRIC.criteria[0].model_copy(update={"statement": "Lakes thaw."})

    assert reading_key(RUBRIC) == reading_key(other)
    assert reading_key(RUBRIC) != reading_key(RUBRIC.model_copy(update={"criteria": (changed,)}))
