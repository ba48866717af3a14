"""Pairs of grades and human scores, and the arithmetic on them, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.agreement import (
    HumanRow,
    is_constant,
    labels_of,
    leave_one_out_line,
    leave_one_out_means,
    pair_up,
    percentile_interval,
    quarters,
    resampled,
    terciles,
)
from vivavoce.core.answer import Answer
from vivavoce.core.grade import CriterionGrade, Grade, Interval, Signature, Ungraded
from vivavoce.core.results import Results
from vivavoce.core.rubric import Verdict

SCORES = st.lists(st.floats(0, 100), min_size=3, max_size=30)


def grade(id: str, total: float, *, question: str = "q", text: str = "", who: str = "") -> Grade:
    return Grade(
        question_id=question,
        question=f"What is {question}?",
        answer=Answer(question=question, text=text or f"words of {id}", id=id, candidate=who),
        total=total,
        interval=Interval(low=0, high=100),
        criteria=(
            CriterionGrade(id="c", statement="s", points=1, verdict=Verdict.MET, credit=1.0),
        ),
        signature=Signature(rubric="r", embedder="e", scorer="s", version="0"),
    )


def test_labels_round_half_up_on_the_whole_scale():
    scores = np.array([0.0, 4.9, 5.0, 14.9, 95.0, 100.0])
    assert labels_of(scores, 11).tolist() == [0, 0, 1, 1, 10, 10]
    assert labels_of(scores, 2).tolist() == [0, 0, 0, 0, 1, 1]


def test_quarters_have_their_border_above():
    groups = {g.name: g.members.tolist() for g in quarters(np.array([0.0, 25.0, 74.9, 75.0, 100]))}
    assert groups == {"0 to 25": [0], "25 to 50": [1], "50 to 75": [2], "75 to 100": [3, 4]}


def test_terciles_keep_equal_lengths_together():
    groups = terciles(np.array([5, 5, 5, 5, 9, 30]))
    assert [g.members.tolist() for g in groups] == [[0, 1, 2, 3], [], [4, 5]]


def test_a_line_through_all_other_answers():
    # Without the third the points are (0, 0) and (1, 10): the line says 20 at 2.
    line = leave_one_out_line(np.array([0.0, 1.0, 2.0]), np.array([0.0, 10.0, 50.0]))
    assert line[2] == pytest.approx(20.0)
    # Without the first: (1, 10), (2, 50), so -30 at 0, which is cut to the scale.
    assert line[0] == 0.0


def test_where_the_others_are_alike_the_line_is_their_mean():
    line = leave_one_out_line(np.array([1.0, 1.0, 7.0]), np.array([10.0, 30.0, 90.0]))
    assert line[2] == pytest.approx(20.0)


def test_means_leave_the_answer_itself_out():
    means = leave_one_out_means(["a", "a", "a", "b"], np.array([0.0, 30.0, 60.0, 90.0]))
    assert means.tolist() == pytest.approx([45.0, 30.0, 15.0, 30.0])


@given(SCORES, st.integers(0, 5), st.floats(0, 100))
def test_no_control_has_seen_the_score_that_it_foretells(scores, at, other):
    at %= len(scores)
    changed = [*scores]
    changed[at] = other
    feature = np.arange(len(scores), dtype=float) ** 2
    names = ["ab"[i % 2] for i in range(len(scores))]
    for method in (
        lambda y: leave_one_out_line(feature, np.array(y)),
        lambda y: leave_one_out_means(names, np.array(y)),
    ):
        assert method(scores)[at] == pytest.approx(method(changed)[at], abs=1e-6)


def test_resamples_are_seeded_and_of_full_size():
    one, same, other = ([m.tolist() for m in resampled(4, 3, seed)] for seed in (1, 1, 2))
    assert one == same != other
    assert all(len(m) == 4 and set(m) <= {0, 1, 2, 3} for m in one)
    assert percentile_interval(range(101)) == (2.5, 97.5)


def test_constant_values():
    assert is_constant(np.array([])) and is_constant(np.array([0.1 * 3, 0.3]))
    assert not is_constant(np.array([1, 2]))


def test_rows_find_their_answer_by_id_text_or_candidate():
    results = Results(
        grades=(
            grade("a", 10),
            grade("", 20, text="It shrinks  Weights."),
            grade("", 30, question="p", who="Ana"),
        )
    )
    rows = [
        HumanRow(40.0, id="a", rater="x"),
        HumanRow(60.0, id="a", rater="y"),
        HumanRow(50.0, question="Q", text="it shrinks weights."),
        HumanRow(70.0, question="What is p?", candidate="ana"),
    ]

    found = pair_up(results, rows)

    assert [p.human for p in found.pairs] == [50.0, 50.0, 70.0]
    assert [p.ratings for p in found.pairs] == [(40.0, 60.0), (50.0,), (70.0,)]
    assert not found.rows_without and not found.answers_without


def test_a_rater_who_scores_twice_counts_once():
    found = pair_up(
        Results(grades=(grade("a", 1),)), [HumanRow(s, id="a", rater="x") for s in (10.0, 30.0)]
    )
    assert found.pairs[0].ratings == (20.0,)
    assert found.repeated == 1


def test_whatever_finds_no_partner_is_named_with_the_reason():
    left = Ungraded(answer=Answer(question="q", text="hola", id="u"), reason="not English")
    results = Results(grades=(grade("a", 1), grade("twin", 1), grade("twin", 2)), ungraded=(left,))
    rows = [
        HumanRow(1.0, id="nobody", source="h.csv, line 2"),
        HumanRow(1.0, id="a", question="other", source="h.csv, line 3"),
        HumanRow(1.0, id="twin", source="h.csv, line 4"),
        HumanRow(1.0, id="u", source="h.csv, line 5"),
        HumanRow(None, id="a", source="h.csv, line 6"),
        HumanRow(1.0, source="h.csv, line 7"),
    ]

    found = pair_up(results, rows)

    assert not found.pairs
    assert [u.name for u in found.rows_without] == [f"h.csv, line {n}" for n in range(2, 8)]
    reasons = [u.reason for u in found.rows_without]
    for said, reason in zip(
        (
            "nobody",
            "not the row's question",
            "2 answers fit",
            "not English",
            "no score",
            "names no",
        ),
        reasons,
        strict=True,
    ):
        assert said in reason
    assert {u.reason for u in found.answers_without} == {"no human score"}
