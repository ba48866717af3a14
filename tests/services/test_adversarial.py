"""Whether the grader stood: the rules worked out, and a run with the doubles."""

from __future__ import annotations

import pytest

from vivavoce.core.adversary import Attack, AttackResult, Trick
from vivavoce.core.answer import Answer
from vivavoce.core.calibration import Calibration, KindModel, Logistic
from vivavoce.core.rubric import Category, Criterion, Exemplar, Kind, Level, Rubric
from vivavoce.core.signals import BELIEF_SIGNALS, SIGNALS, TOPIC_SIGNALS
from vivavoce.services.adversarial import _stood, adversarial, summaries
from vivavoce.services.grader import Grader
from vivavoce.testing import HashEmbedder, OverlapScorer


@pytest.mark.parametrize(
    ("trick", "total", "base", "stood"),
    [
        (Trick.KEYWORDS, 20.0, None, True),
        (Trick.KEYWORDS, 20.1, None, False),
        (Trick.NEGATED, 75.0, 80.0, True),
        (Trick.NEGATED, 76.0, 80.0, False),
        (Trick.SWAPPED, 18.0, 18.0, True),
        (Trick.SPOKEN, 68.0, 80.0, True),
        (Trick.SPOKEN, 93.0, 80.0, False),
        (Trick.WRONG_INSTRUCTED, 13.0, 10.0, True),
        (Trick.WRONG_INSTRUCTED, 14.0, 10.0, False),
    ],
)
def test_rules(trick: Trick, total: float, base: float | None, stood: bool) -> None:
    assert _stood(trick, total, base) is stood


def test_summaries_worked_out() -> None:
    def result(trick: Trick, total: float, base: float | None, stood: bool) -> AttackResult:
        return AttackResult(Attack("r", trick, "t", "b" if base else ""), total, base, stood)

    padded, keywords = (
        Trick.PADDED,
        Trick.KEYWORDS,
    )
    rows = summaries(
        [
            result(padded, 70, 80, True),
            result(keywords, 5, None, True),
            result(padded, 40, 60, False),
        ]
    )

    assert [r.trick for r in rows] == [keywords, padded]
    assert (rows[1].cases, rows[1].stood, rows[1].mean_total, rows[1].mean_base) == (2, 1, 55, 70)
    assert rows[1].highest == 70
    assert rows[0].mean_base is None


def level(names: tuple[str, ...], signal: str, weight: float, bias: float) -> Logistic:
    weights = tuple(weight if n == signal else 0.0 for n in names)
    return Logistic(
        signals=names,
        mean=(0.0,) * len(names),
        scale=(1.0,) * len(names),
        weights=weights,
        bias=bias,
    )


def test_a_run_grades_each_answer_beside_its_base() -> None:
    rubric = Rubric(
        id="winter",
        number=1,
        question="What of winter?",
        category=Category.PROGRAMMING,
        reference="Lakes freeze solid overnight.",
        criteria=(Criterion(id="l", points=1, statement="Lakes freeze solid overnight."),),
        exemplars=(
            Exemplar(
                level=Level.GOOD,
                score=100,
                answer="The lakes freeze solid overnight. It is cold outside there. The ice was thick.",
                verdicts={"l": "met"},
            ),
        ),
    )
    calibration = Calibration(
        name="steps",
        credit=level(SIGNALS, "clause_met", 60.0, -30.0),
        contradiction=level(SIGNALS, "clause_denied", 60.0, -30.0),
        belief=level(BELIEF_SIGNALS, "belief_best", 0.0, -9.0),
        off_topic=level(TOPIC_SIGNALS, "topic_recall", 0.0, -9.0),
        kinds=dict.fromkeys(Kind, KindModel()),
    )
    grader = Grader(HashEmbedder(512), OverlapScorer(), calibration, version="1")

    results = {r.attack.trick: r for r in adversarial(grader, [rubric])}

    alone = grader.grade(rubric, Answer(question="winter", text=rubric.exemplars[0].answer))
    assert results[Trick.SPOKEN].base_total == alone.total  # type: ignore[union-attr]
    assert alone.total > 90  # type: ignore[union-attr]
    assert results[Trick.PARROTED].total <= 20
    assert results[Trick.INSTRUCTED].total == 0.0
    assert Trick.OFF_TOPIC not in results
