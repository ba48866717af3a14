"""What goes into a training run, and the figures of a scorer, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from vivavoce.core.claims import Claim, LabelledAnswer, Part, reading_key
from vivavoce.core.reading import Asked, Reading, Readings
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.errors import SettingsError
from vivavoce.services.scorer import assemble, known_rubrics, read_well


def rubric(name: str, number: int) -> Rubric:
    return Rubric(
        id=name,
        number=number,
        question=f"What of {name}?",
        category=Category.PROGRAMMING,
        reference="It is so.",
        criteria=(
            Criterion(id="one", points=1, statement=f"{name} one.", accept=("yes",)),
            Criterion(id="two", points=1, statement=f"{name} two.", reject=("nay",)),
        ),
    )


ONE, TWO = rubric("alpha", 1), rubric("beta", 2)


def labelled(text: str, name: str = "alpha", **claims: Claim) -> LabelledAnswer:
    return LabelledAnswer(name, (Part(text, claims),), {}, complete=False)


class Told:
    """A scorer that reads what the answer spells out: four probabilities."""

    name = "told"

    def knows(self, key: str) -> bool:
        return key == reading_key(ONE)

    def read(self, asked: Sequence[Asked]) -> list[Readings]:
        def reading(text: str) -> Reading:
            return Reading(np.array([float(x) for x in text.split()]), np.zeros((0, 4)))

        return [{c.statement: reading(a.text) for c in a.rubric.criteria} for a in asked]


def test_nothing_of_a_rubric_left_out_is_learned() -> None:
    answers = [labelled("aye", one=Claim.MET), labelled("no", "beta", one=Claim.MET)]

    learned = assemble(answers, [ONE, TWO], left_out={"beta"})

    assert {a.rubric for a in learned} == {"alpha"}
    assert {"alpha one.", "yes", "nay", "aye"} <= {a.text for a in learned}
    assert list(known_rubrics([ONE, TWO], {"beta"})) == ["alpha"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (labelled("aye", "gamma", one=Claim.MET), "no such rubric"),
        (labelled("aye", ten=Claim.MET), "ten"),
        (LabelledAnswer("alpha", (Part("aye", {}),), {"!x": Claim.MET}, True), "!x"),
    ],
)
def test_labels_without_a_place_are_refused(answer: LabelledAnswer, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        assemble([answer], [ONE])


def test_figures_worked_out() -> None:
    answers = [
        labelled("0.1 0.1 0.7 0.1", one=Claim.MET),
        labelled("0.4 0.3 0.1 0.2", one=Claim.MET),
        labelled("0.2 0.1 0.1 0.6", two=Claim.CONTRADICTED),
        labelled("0.5 0.2 0.2 0.1", one=Claim.NOTHING),
        labelled("0 0 1 0", "beta", one=Claim.NOTHING),
    ]

    found = read_well("x", Told(), answers, [ONE, TWO])

    # Beta is not known. Three of four right. F1: met 2*1/(1+2), contradicted 1, nothing 2*1/(2+1).
    assert found.verdicts == 4
    assert found.accuracy == 0.75
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    # Met less contradicted: 0.6 and -0.1 against -0.5: both above.
    assert found.met_above_contradicted == 1.0


def test_one_claim_alone_has_no_order() -> None:
    one = read_well("x", Told(), [labelled("0 0 1 0", one=Claim.MET)], [ONE])

    assert one.met_above_contradicted is None
    assert read_well("x", Told(), [], [ONE]).verdicts == 0
