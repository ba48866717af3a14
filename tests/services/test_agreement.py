"""Agreement, with figures that can be worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from vivavoce.adapters.agreement_statistics import AgreementStatistics
from vivavoce.core.agreement import HumanRow
from vivavoce.core.agreement_results import Agreement
from vivavoce.core.answer import Answer
from vivavoce.core.grade import CriterionGrade, Grade, Interval, Signature
from vivavoce.core.results import Results
from vivavoce.core.rubric import Category, Criterion, Rubric, Verdict
from vivavoce.errors import InputError
from vivavoce.services.agreement import compare
from vivavoce.testing import HashEmbedder

pytest.importorskip("krippendorff", reason="the extra evaluation is absent")

RUBRIC = Rubric(
    id="q",
    number=1,
    question="What is it?",
    category=Category.ALGORITHMS,
    reference="A penalty shrinks the weights.",
    criteria=(Criterion(id="c", points=1, statement="The penalty shrinks weights."),),
)


def results(totals: list[float], words: list[int] | None = None) -> Results:
    lengths = words or [3 + i for i in range(len(totals))]
    return Results(
        grades=tuple(
            Grade(
                question_id="q",
                question=RUBRIC.question,
                answer=Answer(question="q", text="weights " * n, id=str(i)),
                total=total,
                interval=Interval(low=max(0, total - 10), high=min(100, total + 10)),
                criteria=(
                    CriterionGrade(
                        id="c", statement="s", points=1, verdict=Verdict.PARTLY, credit=0.5
                    ),
                ),
                signature=Signature(rubric=RUBRIC.digest, embedder="e", scorer="s", version="0"),
            )
            for i, (total, n) in enumerate(zip(totals, lengths, strict=True))
        )
    )


def compared(totals: list[float], human: list[list[float]], **more: int) -> Agreement:
    rows = [
        HumanRow(score, id=str(i), rater=str(r))
        for i, scores in enumerate(human)
        for r, score in enumerate(scores)
    ]
    return compare(
        results(totals),
        rows,
        rubrics={"q": RUBRIC},
        embedder=HashEmbedder(),
        statistics=AgreementStatistics(),
        resamples=100,
        **more,
    )


def value(found: Agreement, name: str) -> float:
    figure = found.figures[name].value
    assert figure is not None
    return figure


def test_figures_worked_by_hand():
    # Gaps: +10, -20, 0, +30.
    found = compared([10, 30, 60, 100], [[0], [50], [60], [70]], labels=11)

    assert value(found, "mae") == 15.0
    assert value(found, "rmse") == pytest.approx(math.sqrt(350), abs=1e-4)
    assert value(found, "bias") == 5.0
    assert value(found, "exact") == 0.25
    assert value(found, "adjacent") == 0.5
    assert value(found, "spearman") == 1.0
    # Within ten points of the total: the first (0 in 0..20) and the third.
    assert value(found, "inside") == 0.5


def test_kappa_takes_the_whole_scale_and_not_the_labels_seen():
    # Labels 1, 2 against 2, 3 of 0..4. Quadratic weights d^2: seen 1 + 1; by chance the four
    # crossings cost (1 + 4 + 0 + 1) / 2 = 3. Kappa is 1 - 2/3, however many labels are unused.
    found = compared([50, 75], [[25], [50]], labels=5)
    assert value(found, "qwk") == pytest.approx(1 / 3, abs=1e-4)


def test_alpha_of_two_raters_by_hand():
    # Units (0, 0), (100, 100), (0, 100). Observed: 2 * 100^2 of 6 values / 1 = 20000 / 6.
    # Expected: of the values 0, 0, 0, 100, 100, 100 the 18 ordered unlike pairs of 30.
    # alpha = 1 - (20000 / 6) / (18 * 10000 / 30) = 1 - 3333.3 / 6000.
    found = compared([0, 100, 50], [[0, 0], [100, 100], [0, 100]])
    assert found.alpha_raters.value == pytest.approx(1 - (20000 / 6) / 6000, abs=1e-4)
    assert found.alpha_raters.answers == 3
    assert found.ratings == 6


def test_what_is_not_defined_says_why():
    found = compared([40, 40, 40], [[10], [20], [30]])
    assert found.figures["pearson"].value is None
    assert "equal" in found.figures["pearson"].reason
    assert value(found, "mae") == 20.0
    one = compared([40], [[10]])
    assert one.figures["spearman"].value is None
    assert one.figures["mae"].low is None and "one answer" in one.figures["mae"].reason
    assert one.alpha_raters.value is None
    assert all("fewer" in c.left_out for c in one.controls)


def test_bias_by_score_and_by_length():
    found = compared([10, 30, 60, 100], [[0], [50], [60], [70]])
    by_score = {b.name: (b.answers, b.bias) for b in found.by_score}
    assert by_score == {
        "0 to 25": (1, 10.0),
        "25 to 50": (0, None),
        "50 to 75": (3, pytest.approx(10 / 3, abs=1e-3)),
        "75 to 100": (0, None),
    }
    assert [b.answers for b in found.by_length] == [2, 1, 1]


def test_controls_stand_beside_the_figures():
    # The score is ten times the number of words, so length alone foretells it.
    totals = [30.0, 40.0, 50.0, 60.0, 70.0]
    found = compared([50, 20, 70, 30, 60], [[t] for t in totals])
    controls = {c.name: c for c in found.controls}
    assert controls["length"].figures["mae"].value == pytest.approx(0.0, abs=1e-4)
    assert "one question" in controls["question_mean"].left_out
    assert "same for every answer" in controls["word_coverage"].left_out


def test_no_partner_at_all_is_an_error_that_says_what_to_do():
    with pytest.raises(InputError, match="Give each row the answer's id") as caught:
        compare(
            results([1.0]),
            [HumanRow(3.0, id="x", source="h.csv, line 2")],
            rubrics={},
            embedder=HashEmbedder(),
            statistics=AgreementStatistics(),
        )
    assert "h.csv, line 2" in str(caught.value)


@hypothesis_settings(max_examples=25)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=12))
def test_perfect_agreement_is_perfect(scores):
    found = compared([float(s) for s in scores], [[float(s)] for s in scores])
    assert value(found, "mae") == value(found, "bias") == 0.0
    assert value(found, "exact") == value(found, "inside") == 1.0
    qwk = found.figures["qwk"].value
    assert qwk is None or qwk == pytest.approx(1.0)


@hypothesis_settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=3, max_size=12, unique=True
    )
)
def test_bounds(pairs):
    found = compared([float(t) for t, _ in pairs], [[float(h)] for _, h in pairs])
    for name, figure in found.figures.items():
        if figure.value is None:
            assert figure.reason
        elif name in ("qwk", "pearson", "spearman"):
            assert -1.0001 <= figure.value <= 1.0001
        elif figure.low is not None and figure.high is not None:
            assert figure.low <= figure.high
    assert value(found, "rmse") >= value(found, "mae") - 1e-3
