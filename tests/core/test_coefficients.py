"""The closed forms against the packages that give the figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vivavoce.core import coefficients

pytest.importorskip("krippendorff", reason="the extra evaluation is absent")
from vivavoce.adapters.agreement_statistics import AgreementStatistics

LABELS = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=2, max_size=30)
PACKAGES = AgreementStatistics()


@given(LABELS)
def test_they_are_those_of_the_packages(pairs: list[tuple[int, int]]) -> None:
    human, tool = np.array(pairs).T
    assume(np.ptp(human) > 0 and np.ptp(tool) > 0)
    assert coefficients.qwk(human, tool) == pytest.approx(PACKAGES.qwk(human, tool, 11))
    assert coefficients.pearson(human, tool) == pytest.approx(
        PACKAGES.pearson(human * 1.0, tool * 1.0)
    )
    assert coefficients.spearman(human, tool) == pytest.approx(
        PACKAGES.spearman(human * 1.0, tool * 1.0)
    )


def test_by_hand() -> None:
    human, tool = np.array([0, 1, 2, 3]), np.array([0, 1, 2, 1])
    # Squared differences 0, 0, 0, 4; variances 1.25 and 0.5; means 1.5 and 1.
    assert coefficients.qwk(human, tool) == pytest.approx(1 - 1.0 / (1.25 + 0.5 + 0.25))
    assert coefficients.spearman(human, tool) == pytest.approx(
        coefficients.pearson(np.array([1, 2, 3, 4]), np.array([1, 2.5, 4, 2.5]))
    )
