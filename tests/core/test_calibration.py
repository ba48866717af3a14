"""From signals to credits and intervals: closed forms, a fit that recovers its source."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.calibration import (
    Calibration,
    IntervalModel,
    KindModel,
    Logistic,
    conformal_scale,
    fit_logistic,
    spread_of,
)
from vivavoce.core.rubric import Kind
from vivavoce.errors import SettingsError

PROBABILITY = st.floats(0, 1)
CREDITS = st.floats(0, 1)


def line(weight: float, bias: float) -> Logistic:
    return Logistic(signals=("x",), mean=(0.0,), scale=(1.0,), weights=(weight,), bias=bias)


class TestLogistic:
    @pytest.mark.parametrize(
        ("x", "expected"),
        [(0.0, 0.5), (math.log(3), 0.75), (-math.log(3), 0.25), (math.log(9), 0.9)],
    )
    def test_probability_is_the_logistic_function(self, x: float, expected: float) -> None:
        assert line(1.0, 0.0).probability(np.array([x])) == pytest.approx(expected)

    def test_signals_are_standardised(self) -> None:
        model = Logistic(
            signals=("a", "b"), mean=(1.0, 2.0), scale=(2.0, 0.5), weights=(1.0, -1.0), bias=0.5
        )

        # (5 - 1) / 2 - (3 - 2) / 0.5 + 0.5 = 0.5
        expected = 1 / (1 + math.exp(-0.5))
        assert model.probability(np.array([5.0, 3.0])) == pytest.approx(expected)

    @pytest.mark.parametrize("x", [1e9, -1e9])
    @pytest.mark.filterwarnings("error")
    def test_extreme_signals_overflow_nothing(self, x: float) -> None:
        assert line(1.0, 0.0).probability(np.array([x])) == pytest.approx(float(x > 0))

    def test_another_number_of_signals_is_named(self) -> None:
        with pytest.raises(SettingsError, match=r"weighs 1 signals.*measures 3.*Fit it again"):
            line(1.0, 0.0).probability(np.zeros(3))


class TestFit:
    def test_it_recovers_the_model_its_targets_come_from(self) -> None:
        rows = np.random.default_rng(7).normal(size=(4000, 2))
        targets = 1 / (1 + np.exp(-(2.0 * rows[:, 0] - 1.0 * rows[:, 1] + 0.5)))

        model = fit_logistic(("a", "b"), rows, targets, ridge=1e-6)

        fitted = np.array([model.probability(row) for row in rows[:200]])
        assert fitted == pytest.approx(targets[:200], abs=1e-3)

    def test_without_signal_it_gives_the_mean_target(self) -> None:
        rows = np.zeros((8, 1))
        targets = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0])

        assert fit_logistic(("a",), rows, targets).probability(np.zeros(1)) == pytest.approx(0.75)

    def test_a_signal_that_was_constant_weighs_nothing(self) -> None:
        rows = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 1.0], [1.0, 1.0]])

        model = fit_logistic(("a", "b"), rows, np.array([0.0, 1.0, 0.0, 1.0]))

        assert model.probability(np.array([1.0, 1.0])) > 0.5
        assert model.probability(np.array([1.0, 9.0])) == pytest.approx(
            model.probability(np.array([1.0, 1.0]))
        )

    def test_separable_targets_stay_finite(self) -> None:
        rows = np.array([[-1.0], [-0.9], [0.9], [1.0]])

        model = fit_logistic(("a",), rows, np.array([0.0, 0.0, 1.0, 1.0]))

        assert 0.5 < model.probability(np.array([1.0])) < 1.0

    def test_more_ridge_pulls_towards_the_mean(self) -> None:
        rows, targets = np.array([[-1.0], [1.0]] * 5), np.array([0.0, 1.0] * 5)

        loose, tight = (
            fit_logistic(("a",), rows, targets, ridge=r).probability(np.array([1.0]))
            for r in (0.1, 100.0)
        )

        assert 0.5 < tight < loose

    def test_the_same_rows_give_the_same_model(self) -> None:
        rows = np.random.default_rng(1).normal(size=(50, 3))
        targets = (rows[:, 0] > 0).astype(float)

        assert fit_logistic("abc", rows, targets) == fit_logistic("abc", rows, targets)


class TestCredit:
    @given(PROBABILITY)
    def test_the_plain_model_changes_nothing(self, p: float) -> None:
        assert KindModel().credit(p) == pytest.approx(p, abs=2e-6)

    @given(PROBABILITY, PROBABILITY, st.floats(0.1, 5), st.floats(-3, 3))
    def test_credit_is_bounded_and_keeps_the_order(
        self, a: float, b: float, gain: float, shift: float
    ) -> None:
        low, high = (KindModel(gain=gain, shift=shift).credit(p) for p in sorted((a, b)))

        assert 0.0 <= low <= high <= 1.0

    def test_gain_stretches_the_log_odds(self) -> None:
        # odds 3 to the power 2 are 9: 0.9; moved by log(2) they are 18: 18 / 19
        assert KindModel(gain=2.0).credit(0.75) == pytest.approx(0.9)
        assert KindModel(gain=2.0, shift=math.log(2)).credit(0.75) == pytest.approx(18 / 19)


class TestInterval:
    @pytest.mark.parametrize(
        ("total", "spread", "expected"),
        [
            (50.0, 5.0, (40.0, 60.0)),
            (50.0, 0.0, (47.0, 53.0)),
            (3.0, 5.0, (0.0, 13.0)),
            (98.0, 5.0, (88.0, 100.0)),
            (0.0, 0.0, (0.0, 3.0)),
        ],
    )
    def test_worked_out(self, total: float, spread: float, expected: tuple[float, float]) -> None:
        interval = IntervalModel(scale=2.0, floor=3.0).around(total, spread)

        assert (interval.low, interval.high) == expected

    def test_a_flagged_answer_has_half_as_wide_again(self) -> None:
        interval = IntervalModel(scale=2.0).around(50.0, 5.0, flagged=True)

        assert (interval.low, interval.high) == (35.0, 65.0)

    @given(st.integers(0, 1000), st.floats(0, 100), st.floats(0, 50), st.floats(0, 100))
    def test_it_holds_the_total_within_0_to_100(
        self, tenths: int, spread: float, scale: float, floor: float
    ) -> None:
        total = tenths / 10

        interval = IntervalModel(scale=scale, floor=floor).around(total, spread)

        assert 0.0 <= interval.low <= total <= interval.high <= 100.0
        assert interval.width == interval.high - interval.low


class TestSpread:
    def test_worked_out(self) -> None:
        # 100 * sqrt(9 * 0.25 + 4 * 0.25) / 5
        assert spread_of([3, 2], [0.5, 0.5]) == pytest.approx(100 * math.sqrt(3.25) / 5)

    def test_certain_credits_have_none(self) -> None:
        assert spread_of([3, 2, 1], [1.0, 0.0, 1.0]) == 0.0

    @given(st.lists(st.tuples(st.floats(0.1, 10), CREDITS), min_size=1, max_size=8))
    def test_it_is_at_most_fifty_points(self, marks: list[tuple[float, float]]) -> None:
        assert 0.0 <= spread_of(*zip(*marks, strict=True)) <= 50.0 + 1e-9


class TestConformal:
    def test_it_is_the_conservative_quantile(self) -> None:
        residuals = np.array([1.0, -2.0, 3.0, -4.0, 5.0, 6.0, -7.0, 8.0, 9.0])

        # rank ceil(0.8 * 10) = 8 of the nine |residual| / 2
        assert conformal_scale(residuals, np.full(9, 2.0), level=0.8) == 4.0

    def test_too_few_answers_give_the_largest(self) -> None:
        assert conformal_scale(np.array([1.0, -5.0]), np.ones(2), level=0.9) == 5.0

    @given(st.lists(st.floats(-100, 100), min_size=10, max_size=60), st.sampled_from([0.5, 0.9]))
    def test_it_covers_its_share(self, residuals: list[float], level: float) -> None:
        values = np.array(residuals)

        scale = conformal_scale(values, np.ones(len(values)), level)

        assert (np.abs(values) <= scale).mean() >= level


def test_off_topic_depends_on_the_kind_of_question() -> None:
    calibration = Calibration(
        name="t",
        credit=line(1, 0),
        contradiction=line(1, 0),
        belief=line(1, 0),
        off_topic=line(1.0, 0.0),
        kinds={Kind.KNOWLEDGE: KindModel(off_topic_at=0.5), Kind.OPEN: KindModel(off_topic_at=0.9)},
    )
    probably = np.array([math.log(3)])  # 0.75

    assert calibration.is_off_topic(probably, Kind.KNOWLEDGE)
    assert not calibration.is_off_topic(probably, Kind.OPEN)


def test_a_calibration_survives_its_file() -> None:
    calibration = Calibration(
        name="t",
        credit=line(0.1, 1 / 3),
        contradiction=line(1, 0),
        belief=line(1, 0),
        off_topic=line(1, 0),
        kinds={kind: KindModel() for kind in Kind},
    )

    assert Calibration.model_validate_json(calibration.model_dump_json()) == calibration
