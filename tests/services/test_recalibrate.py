"""Refitting on a user's own scores: what strict graders do to the totals."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.calibration import Calibration, IntervalModel, KindModel, Logistic
from vivavoce.core.grade import Grade
from vivavoce.core.rubric import Category, Criterion, Kind, Rubric
from vivavoce.core.signals import BELIEF_SIGNALS, SIGNALS, TOPIC_SIGNALS
from vivavoce.errors import SettingsError
from vivavoce.services.grader import Grader
from vivavoce.services.recalibrate import FEWEST, HumanScore, recalibrate
from vivavoce.testing import HashEmbedder, OverlapScorer

WORDS = "lakes freeze solid overnight while birds migrate southward early each autumn".split()
RUBRIC = Rubric(
    id="winter",
    number=1,
    question="What of it?",
    category=Category.PROGRAMMING,
    reference=" ".join(WORDS),
    criteria=(
        Criterion(id="a", points=2, statement="Lakes freeze solid overnight."),
        Criterion(id="b", points=1, statement="Birds migrate southward early."),
    ),
)


def logistic(names: tuple[str, ...], signal: str, weight: float, bias: float) -> Logistic:
    return Logistic(
        signals=names,
        mean=(0.0,) * len(names),
        scale=(1.0,) * len(names),
        weights=tuple(weight if n == signal else 0.0 for n in names),
        bias=bias,
    )


def grader() -> Grader:
    calibration = Calibration(
        name="base",
        credit=logistic(SIGNALS, "clause_met", 4.0, -2.0),
        contradiction=logistic(SIGNALS, "clause_denied", 0.0, -9.0),
        belief=logistic(BELIEF_SIGNALS, "belief_best", 0.0, -9.0),
        off_topic=logistic(TOPIC_SIGNALS, "topic_recall", 0.0, -9.0),
        kinds=dict.fromkeys(Kind, KindModel(interval=IntervalModel(scale=1.0))),
    )
    return Grader(HashEmbedder(512), OverlapScorer(), calibration, version="1")


def answers(count: int) -> list[Answer]:
    rng = random.Random(7)
    texts = [
        " ".join(rng.sample(WORDS, rng.randint(4, len(WORDS)))) + f" x{i}" for i in range(count)
    ]
    return [Answer(question="winter", text=f"the {t} and so on it is") for t in texts]


def totals(some: list[Answer]) -> list[float]:
    out = []
    for answer in some:
        grade = grader().grade(RUBRIC, answer)
        assert isinstance(grade, Grade)
        out.append(grade.total)
    return out


def test_strict_graders_bring_the_totals_down() -> None:
    some = answers(40)
    scored = [
        HumanScore(RUBRIC, a, max(0.0, t - 25.0)) for a, t in zip(some, totals(some), strict=True)
    ]

    done = recalibrate(grader(), scored, name="strict")

    assert done.before.bias > 15
    assert abs(done.after.bias) < 5
    assert done.after.mae < done.before.mae
    assert done.calibration.name == "strict"
    assert done.calibration.kinds[Kind.KNOWLEDGE].shift < 0
    # Nothing was learned of open questions.
    assert done.calibration.kinds[Kind.OPEN] == grader().calibration_for(RUBRIC).kinds[Kind.OPEN]
    assert 0.8 <= done.after.inside <= 1.0


def test_graders_who_agree_change_nothing() -> None:
    some = answers(30)
    scored = [HumanScore(RUBRIC, a, t) for a, t in zip(some, totals(some), strict=True)]

    done = recalibrate(grader(), scored, name="same")

    model = done.calibration.kinds[Kind.KNOWLEDGE]
    assert (model.gain, model.shift) == (1.0, 0.0)
    assert done.before.mae == pytest.approx(0.0, abs=0.11)
    assert done.after.mae == pytest.approx(0.0, abs=0.11)


def test_few_answers_are_refused_with_the_number_needed() -> None:
    scored = [HumanScore(RUBRIC, a, 50.0) for a in answers(FEWEST - 1)]

    with pytest.raises(SettingsError, match=f"{FEWEST - 1} graded answers.*at least {FEWEST}"):
        recalibrate(grader(), scored, name="few")


def test_what_cannot_be_graded_is_counted() -> None:
    some = answers(25)
    scored = [HumanScore(RUBRIC, a, 50.0) for a in some]
    german = "Die Seen frieren im Winter ueber Nacht zu und die Voegel ziehen nach Sueden, weil es kalt ist."
    scored.append(HumanScore(RUBRIC, Answer(question="winter", text=german), 50.0))

    done = recalibrate(grader(), scored, name="own")

    assert (done.answers, done.ungraded) == (25, 1)
    assert done.after.spearman is None


@given(st.floats(0.02, 0.98), st.floats(0.5, 3.0), st.floats(-2, 2))
def test_the_raw_probability_is_found_again(p: float, gain: float, shift: float) -> None:
    model = KindModel(gain=gain, shift=shift)

    assert model.probability(model.credit(p)) == pytest.approx(p, abs=1e-2)
