"""Intervals are as wide as it takes to cover nine new answers in ten, the doubtful ones too."""

from __future__ import annotations

import pytest

from vivavoce.core.answer import Answer
from vivavoce.core.calibration import IntervalModel
from vivavoce.core.grade import CriterionGrade, Flag, Grade, Interval, Signature
from vivavoce.core.rubric import Kind, Verdict
from vivavoce.services.calibrate import interval_model, is_doubtful, spread


def grade(total: float, *flags: Flag) -> Grade:
    """Two criteria of one point, each half earned: the total's spread is 35.4 points."""
    criterion = CriterionGrade(id="c", statement="s", points=1, verdict=Verdict.PARTLY, credit=0.5)
    return Grade(
        question_id="q",
        question="?",
        answer=Answer(question="q", text="said"),
        total=total,
        interval=Interval(low=0, high=100),
        criteria=(criterion, criterion),
        flags=flags,
        signature=Signature(rubric="r", embedder="e", scorer="s", version="1"),
    )


def fitted(held: list[tuple[float, Grade]]) -> IntervalModel:
    return interval_model([(Kind.KNOWLEDGE, *one) for one in held], Kind.KNOWLEDGE)


def half_width(held: list[tuple[float, Grade]], one: Grade) -> float:
    interval = fitted(held).around(50.0, spread(one), flagged=is_doubtful(one))
    return interval.high - 50.0


def test_the_widest_gap_of_nine_is_covered_and_no_more() -> None:
    held = [(50.0 + gap, grade(50.0)) for gap in (4, 5, 6, 7, 8, 9, 10, 11, 20)]
    assert half_width(held, grade(50.0)) == pytest.approx(20.0, abs=0.1)


def test_gaps_of_doubtful_answers_are_covered_by_their_wider_interval() -> None:
    # 1.5 times as wide: a gap of 30 points takes a half-width of 20 of the others.
    held = [(50.0 + gap, grade(50.0)) for gap in (4, 5, 6, 7, 8, 9, 10, 11)]
    held.append((80.0, grade(50.0, Flag.OFF_TOPIC)))
    assert half_width(held, grade(50.0)) == pytest.approx(20.0, abs=0.1)
    assert half_width(held, grade(50.0, Flag.OFF_TOPIC)) == pytest.approx(30.0, abs=0.1)


def test_gaps_within_the_least_width_ask_for_nothing() -> None:
    held = [(50.0 + gap, grade(50.0)) for gap in (-3, -2, -1, 0, 1, 2, 3)]
    assert fitted(held).scale == 0.0
    assert half_width(held, grade(50.0)) == 3.0


def test_an_empty_answer_is_not_in_doubt() -> None:
    assert not is_doubtful(grade(0.0, Flag.EMPTY))
    assert not is_doubtful(grade(50.0))
    assert is_doubtful(grade(50.0, Flag.OFF_TOPIC))


def test_without_graded_answers_nothing_is_known() -> None:
    assert fitted([]).around(50.0, 1.0) == Interval(low=0.0, high=100.0, level=0.9)


def test_an_open_question_s_interval_is_wider_even_where_its_answers_lie_nearer() -> None:
    held = [(Kind.KNOWLEDGE, 50.0 + gap, grade(50.0)) for gap in range(10, 20)]
    held += [(Kind.OPEN, 50.0 + gap, grade(50.0)) for gap in range(5, 15)]
    facts = interval_model(held, Kind.KNOWLEDGE).scale
    assert interval_model(held, Kind.OPEN).scale == pytest.approx(1.05 * facts, abs=0.001)
    held += [(Kind.OPEN, 90.0, grade(50.0))] * 5
    assert interval_model(held, Kind.OPEN).scale == pytest.approx(
        40.0 / spread(grade(50.0)), abs=0.001
    )
