"""Labels of answers: what follows from parts, and what a rubric says of itself."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.claim_examples import Examples
from vivavoce.core.claims import (
    Claim,
    LabelledAnswer,
    Part,
    as_speech,
    exemplar_answers,
    fold_of,
    points_of,
    reading_key,
    rubric_answers,
    whole_claim,
)
from vivavoce.core.rubric import Category, Criterion, Exemplar, Level, Misconception, Rubric

RUBRIC = Rubric(
    id="winter",
    number=1,
    question="What happens each winter?",
    asked_as=("and in winter?",),
    category=Category.PROGRAMMING,
    reference="Lakes freeze and birds leave.",
    criteria=(
        Criterion(
            id="lakes",
            points=3,
            statement="Lakes freeze.",
            accept=("Ponds turn to ice.",),
            reject=("Lakes boil.",),
        ),
        Criterion(id="birds", points=2, statement="Birds leave."),
    ),
    misconceptions=(Misconception(id="mars", statement="Earth is far out.", correction="No."),),
    exemplars=(
        Exemplar(
            level=Level.PARTIAL,
            score=60,
            answer="Ice on the lakes, and we are far from the sun.",
            verdicts={"lakes": "met"},
            misconceptions=("mars",),
        ),
    ),
)


def answer(*parts: Part, complete: bool = True, **whole: Claim) -> LabelledAnswer:
    return LabelledAnswer("winter", parts, whole, complete)


class TestWholeClaim:
    def test_the_best_part_counts(self) -> None:
        said = answer(Part("a", {"lakes": Claim.PARTLY}), Part("b", {"lakes": Claim.MET}))

        assert whole_claim(said, "lakes") is Claim.MET

    def test_a_wrong_claim_outweighs_a_right_one(self) -> None:
        said = answer(Part("a", {"lakes": Claim.CONTRADICTED}), Part("b", {"lakes": Claim.MET}))

        assert whole_claim(said, "lakes") is Claim.CONTRADICTED

    def test_what_is_given_for_the_whole_decides(self) -> None:
        said = answer(Part("a", {"lakes": Claim.CONTRADICTED}), lakes=Claim.MET)

        assert whole_claim(said, "lakes") is Claim.MET

    def test_what_is_not_named_is_missed_in_a_complete_answer_and_else_unknown(self) -> None:
        part = Part("a", {"lakes": Claim.MET})

        assert whole_claim(answer(part), "birds") is Claim.NOTHING
        assert whole_claim(answer(part, complete=False), "birds") is None


def test_criteria_come_before_misconceptions() -> None:
    assert points_of(RUBRIC) == ("lakes", "birds", "!mars")


def test_a_rubric_labels_its_own_sentences() -> None:
    found = {a.text: a for a in rubric_answers(RUBRIC)}

    assert whole_claim(found["Ponds turn to ice."], "lakes") is Claim.MET
    assert whole_claim(found["Lakes boil."], "lakes") is Claim.CONTRADICTED
    assert whole_claim(found["Lakes boil."], "birds") is None
    assert whole_claim(found["Earth is far out."], "!mars") is Claim.MET
    assert whole_claim(found["and in winter?"], "lakes") is Claim.NOTHING


def test_sample_answers_carry_verdicts_on_the_whole_alone() -> None:
    (only,) = exemplar_answers(RUBRIC)

    assert only.sole
    assert only.whole == {"lakes": Claim.MET, "birds": Claim.NOTHING, "!mars": Claim.MET}


@given(st.text(max_size=200), st.integers(0, 999))
def test_speech_has_no_capitals_and_no_full_stops(text: str, seed: int) -> None:
    said = as_speech(text, random.Random(seed))

    assert said == text or not set(said) & set(".,;:!?()")


def test_speech_keeps_the_words() -> None:
    said = as_speech("High bias: the model underfits.", random.Random(1)).split()

    assert [w for w in said if w in "high bias the model underfits".split()][:1] == ["high"]
    assert set("high bias the model underfits".split()) <= set(said)


@given(st.sets(st.text(min_size=1, max_size=4), min_size=1, max_size=60), st.integers(1, 7))
def test_folds_are_even_and_do_not_depend_on_the_order(names: set[str], folds: int) -> None:
    found = fold_of(sorted(names), folds)
    sizes = [sum(k == fold for k in found.values()) for fold in range(folds)]

    assert max(sizes) - min(sizes) <= 1
    assert found == fold_of(sorted(names, reverse=True), folds)


def test_a_rubric_is_known_by_its_points() -> None:
    other = RUBRIC.model_copy(update={"reference": "Something else.", "question": "Why?"})
    changed = RUBRIC.criteria[0].model_copy(update={"statement": "Lakes thaw."})

    assert reading_key(RUBRIC) == reading_key(other)
    assert reading_key(RUBRIC) != reading_key(
        RUBRIC.model_copy(update={"criteria": (changed, RUBRIC.criteria[1])})
    )


ANSWERS = [
    LabelledAnswer("winter", (Part("the lake is ice", {"lakes": Claim.MET}),), {}, False),
    LabelledAnswer(
        "winter", (Part("the lake is steam", {"lakes": Claim.CONTRADICTED}),), {}, False
    ),
    LabelledAnswer("winter", (Part("the geese are gone", {"birds": Claim.MET}),), {}, False),
    LabelledAnswer("summer", (Part("Bees hum.", {"bees": Claim.MET}),), {}, True),
]
POINTS = {"winter": ("lakes", "birds"), "summer": ("bees",)}


class TestExamples:
    @given(st.integers(0, 10_000))
    def test_what_is_joined_is_about_another_point(self, seed: int) -> None:
        drawn = Examples(ANSWERS, POINTS).draw(0, random.Random(seed))
        text = " ".join(p.text for p in drawn.parts).lower()
        if "ice" not in text:
            # Another question's answer in its place, which claims nothing here.
            assert set(drawn.whole.values()) == {Claim.NOTHING}
            return

        assert "steam" not in text
        assert drawn.whole["lakes"] is Claim.MET
        assert ("birds" in drawn.whole) == ("geese" in text)

    @given(st.integers(0, 10_000))
    def test_padding_changes_no_verdict(self, seed: int) -> None:
        drawn = Examples(ANSWERS, POINTS).draw(3, random.Random(seed))

        assert drawn.whole == {"bees": Claim.MET}
        assert [p.claims for p in drawn.parts if p.claims] == [{"bees": Claim.MET}]

    def test_the_same_seed_draws_the_same(self) -> None:
        one, two = (
            [Examples(ANSWERS, POINTS).draw(i, random.Random(5)) for i in range(4)] for _ in "ab"
        )

        assert one == two


@pytest.mark.parametrize("index", range(4))
def test_every_answer_can_be_drawn(index: int) -> None:
    examples = Examples(ANSWERS, POINTS)

    assert len(examples) == 4
    assert examples.draw(index, random.Random(2)).parts
