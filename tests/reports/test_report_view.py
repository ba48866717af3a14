"""The figures of a batch, worked out by hand."""

from __future__ import annotations

import pytest

from vivavoce.core.grade import Grade
from vivavoce.core.results import Results
from vivavoce.reports._view import (
    BINS,
    earned,
    is_scored,
    is_single,
    name_of,
    overview,
    spoken,
    summary,
    tally,
)


def with_total(grade: Grade, total: float, candidate: str = "") -> Grade:
    answer = grade.answer.model_copy(update={"candidate": candidate})
    return grade.model_copy(update={"total": total, "answer": answer})


def test_ungraded_and_unscored_enter_no_figure(batch: Results) -> None:
    view = overview(batch)
    # 94.4, 0 and 3; the unscored one's total of 0 is left out.
    assert view.mean == pytest.approx(97.4 / 3)
    assert view.median == 3
    assert (view.scored, view.unscored, view.ungraded) == (3, 1, 1)
    assert summary(view) == "3 answers graded, 1 unscored, 1 left ungraded, 3 to review"


def test_bins_hold_their_lower_end_and_the_last_one_100(excellent: Grade) -> None:
    totals = [0, 9.99, 10, 89.9, 90, 100]
    view = overview(Results(grades=tuple(with_total(excellent, t) for t in totals)))
    assert view.bins == (2, 1, 0, 0, 0, 0, 0, 0, 1, 2)
    assert len(BINS) == len(view.bins)


def test_no_scores_no_mean(unscored: Grade) -> None:
    view = overview(Results(grades=(unscored, unscored)))
    assert view.mean is None
    assert view.median is None
    assert sum(view.bins) == 0


def test_criteria_missed_most(batch: Results) -> None:
    missed = overview(batch).missed
    bias = next(m for m in missed if m.statement.startswith("Bias is error"))
    assert (bias.lost, bias.contradicted, bias.scored) == (1, 1, 2)
    assert bias.share == "1 of 2 (1 contradicted)"
    # Unscored in one grade, partly met in the other: missed by nobody.
    assert not [m for m in missed if m.statement.startswith("More data")]


def test_grid_places_an_ungraded_answer_with_its_question(batch: Results) -> None:
    grid = overview(batch).grid
    assert grid.corner == "Question"
    assert grid.columns[:2] == ("Amara Okafor", "Jonas Weber")
    row = dict(grid.rows)["What is the F1 score, and how would you use it?"]
    assert [(len(cell.grades), cell.ungraded) for cell in row] == [(0, 1), (1, 0), (0, 0)]


def test_many_candidates_go_down_the_page(excellent: Grade) -> None:
    grades = tuple(with_total(excellent, 50, f"c{n}") for n in range(7))
    grid = overview(Results(grades=grades)).grid
    assert grid.corner == "Candidate"
    assert [head for head, _ in grid.rows] == [f"c{n}" for n in range(7)]
    assert grid.columns == (excellent.question,)


def test_unscored_criteria_are_out_of_both_sides_of_the_sum(wrong: Grade) -> None:
    got, worth = earned(wrong.criteria)
    assert got == pytest.approx(0.45 * 3)
    assert worth == 3 + 3 + 3 + 2
    assert [(v.value, n) for v, n in tally(wrong)] == [
        ("partly", 1),
        ("missed", 1),
        ("contradicted", 2),
        ("unscored", 1),
    ]


def test_names_and_times(excellent: Grade, wrong: Grade) -> None:
    assert spoken(excellent.answer) == "01:05 to 02:03"
    assert spoken(wrong.answer) == ""
    nameless = wrong.answer.model_copy(update={"candidate": " \n"})
    assert name_of(nameless) == "a-12"
    assert name_of(nameless.model_copy(update={"id": ""})) == "Unnamed"


def test_single_means_nothing_else_to_tell(single: Results, leftovers: Results) -> None:
    assert is_single(single)
    assert not is_single(leftovers.model_copy(update={"grades": single.grades}))
    assert not is_single(Results())


def test_scored_needs_one_credit(wrong: Grade, unscored: Grade) -> None:
    assert is_scored(wrong)
    assert not is_scored(unscored)
