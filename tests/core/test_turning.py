"""Right claims that rules turn into wrong ones."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce import default_bank
from vivavoce.core.claim_examples import Examples
from vivavoce.core.claims import Claim, LabelledAnswer, Part
from vivavoce.core.turning import contrasted, denied, exchanged, reversed_direction, turned


def every(text: str, pair: tuple[str, str] | None = None) -> set[str | None]:
    """All that a text is turned into."""
    return {turned(text, pair, random.Random(seed)) for seed in range(60)}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Bias {is} the distance.", {"is": {"isn't", "is not", "is never"}}),
        ("A tree {tries} it.", {"tries": {"does not try", "doesn't try", "never tries"}}),
    ],
)
def test_a_verb_is_denied_in_its_plain_form(right: str, wrong: dict[str, set[str]]) -> None:
    ((verb, denials),) = wrong.items()
    text = right.format(**{verb: verb})
    found = {denied(text, random.Random(seed)) for seed in range(30)}

    assert found == {right.format(**{verb: one}) for one in denials}


@pytest.mark.parametrize(
    ("verb", "plain"),
    [("goes", "go"), ("raises", "raise"), ("applies", "apply"), ("pushes", ""), ("uses", "use")],
)
def test_plain_forms(verb: str, plain: str) -> None:
    found = {denied(f"It {verb} on.", random.Random(seed)) for seed in range(30)}

    assert (f"It does not {plain} on." in found) == bool(plain)


@pytest.mark.parametrize("text", ["It is not so.", "It doesn't matter.", "Without it, it is.", ""])
def test_what_denies_already_is_not_denied(text: str) -> None:
    assert denied(text, random.Random(1)) is None


def test_one_direction_is_turned() -> None:
    found = {
        reversed_direction("More data lowers variance.", random.Random(seed)) for seed in range(20)
    }

    assert found == {"More data raises variance."}


def test_of_two_directions_one_is_turned() -> None:
    text = "a simple model has high bias"
    found = {reversed_direction(text, random.Random(seed)) for seed in range(20)}

    assert found == {"a complex model has high bias", "a simple model has low bias"}


def test_two_things_are_exchanged() -> None:
    made = exchanged("Bias is high when it underfits; then variance is low.", ("bias", "variance"))

    assert made == "Variance is high when it underfits; then bias is low."


@pytest.mark.parametrize("text", ["Bias and variance trade off.", "The bias-variance tradeoff."])
def test_what_is_named_in_one_breath_stays(text: str) -> None:
    assert exchanged(text, ("bias", "variance")) is None


def test_what_names_neither_stays() -> None:
    assert exchanged("A model overfits.", ("bias", "variance")) is None
    assert every("Hello there") == {None}


@given(st.text(max_size=80), st.integers(0, 99))
def test_a_turned_text_is_another_one(text: str, seed: int) -> None:
    assert turned(text, ("bias", "variance"), random.Random(seed)) != text


@pytest.mark.parametrize(
    ("question", "pair"),
    [
        ("bias-variance", {"bias", "variance"}),
        ("precision-recall", {"precision", "recall"}),
        ("l1-l2", {"l1", "l2"}),
        ("xml-csv-size", {"xml", "csv"}),
        ("kernel-trick", None),
        ("type-i-type-ii", None),
    ],
)
def test_the_two_things_that_a_question_tells_apart(question: str, pair: set[str] | None) -> None:
    rubric = default_bank().get(question)
    assert rubric
    found = contrasted(rubric)

    assert (set(found) if found else None) == pair


RIGHT = LabelledAnswer(
    "lakes",
    (
        Part("Ice is light.", {"ice": Claim.MET}),
        Part("Lakes freeze.", {}),
        Part("Fish is warm.", {"fish": Claim.PARTLY}),
    ),
    {"ice": Claim.MET},
    True,
)
POINTS = {"lakes": ("ice", "fish", "!mars")}


WRONG = LabelledAnswer("lakes", (Part("ice sinks", {"ice": Claim.CONTRADICTED}),), {}, False)


class TestTurnedExamples:
    @given(st.integers(0, 10_000))
    def test_a_wrong_claim_is_labelled_wrong(self, seed: int) -> None:
        drawn = Examples([RIGHT, WRONG], POINTS, {"lakes": None}).draw(0, random.Random(seed))

        for at, part in enumerate(drawn.parts):
            said = part.text.lower()
            if "light" in said:
                denied = re.search(r"\b(?:not|never)\b|n't|isn t", said) is not None
                assert part.claims == {"ice": Claim.CONTRADICTED if denied else Claim.MET}
                assert (at in drawn.unsure) == denied
            elif "sinks" in said:
                assert part.claims == {"ice": Claim.CONTRADICTED}
                assert at in drawn.unsure
            elif "warm" in said:
                assert part.claims == {"fish": Claim.PARTLY}
        expected = Claim.CONTRADICTED if drawn.unsure else Claim.MET
        assert drawn.whole["ice"] is expected

    def test_right_and_wrong_may_stand_side_by_side(self) -> None:
        examples = Examples([RIGHT, WRONG], POINTS, {"lakes": None})
        drawn = [examples.draw(0, random.Random(seed)) for seed in range(400)]
        counts = Counter(len(one.parts) for one in drawn if one.unsure)

        assert set(counts) == {3, 4}
        assert counts[3] > counts[4]
        assert any("sinks" in part.text.lower() for one in drawn for part in one.parts)

    def test_nobody_knows_which_misconception_it_voices(self) -> None:
        examples = Examples([RIGHT], POINTS, {"lakes": None})
        drawn = [examples.draw(0, random.Random(seed)) for seed in range(200)]

        assert {"!mars" in one.whole for one in drawn if one.unsure} == {False}
        assert {"!mars" in one.whole for one in drawn if not one.unsure} == {True}

    def test_only_the_named_rubrics_are_turned(self) -> None:
        examples = Examples([RIGHT], POINTS)

        assert not any(examples.draw(0, random.Random(seed)).unsure for seed in range(200))
