"""Two runs compared, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.comparison import compare
from vivavoce.core.grade import (
    CriterionGrade,
    Feedback,
    Grade,
    Interval,
    Signature,
    Ungraded,
)
from vivavoce.core.results import Results
from vivavoce.core.rubric import Verdict

SIGNED = Signature(rubric="r1", embedder="e", scorer="s", version="1")


def grade(
    name: str, total: float, verdict: Verdict = Verdict.MET, text: str = "x", **signed: str
) -> Grade:
    return Grade(
        question_id="q",
        question="Why?",
        answer=Answer(question="q", text=text, id=name),
        total=total,
        interval=Interval(low=0, high=100),
        criteria=(CriterionGrade(id="c", statement="s", points=1, verdict=verdict, credit=0.5),),
        misconceptions=(),
        flags=(),
        review=(),
        feedback=Feedback(),
        signature=SIGNED.model_copy(update=signed),
    )


def run(*grades: Grade, ungraded: tuple[Ungraded, ...] = (), title: str = "run") -> Results:
    return Results(title=title, grades=grades, ungraded=ungraded)


def test_the_same_run_twice_has_not_changed() -> None:
    one = run(grade("a", 40), grade("b", 60))
    found = compare(one, one)
    assert (found.answers, found.same, found.changed) == (2, 2, ())
    assert (found.mean_change, found.low, found.high, found.parts) == (0.0, 0.0, 0.0, ())


def test_changes_are_told_the_largest_first_with_their_reasons() -> None:
    before = run(grade("a", 40), grade("b", 60), grade("c", 50), title="old")
    after = run(
        grade("c", 50, text="y"),
        grade("b", 30, Verdict.MISSED, rubric="r2"),
        grade("a", 50, version="2"),
        title="new",
    )
    found = compare(before, after)
    assert (found.before, found.after) == ("old", "new")
    assert [(c.id, c.change, c.reasons) for c in found.changed] == [
        ("b", -30.0, ("rubric",)),
        ("a", 10.0, ("version",)),
    ]
    (verdict,) = found.changed[0].verdicts
    assert (verdict.before, verdict.after) == (Verdict.MET, Verdict.MISSED)
    assert found.same == 1
    assert found.mean_change == pytest.approx(-6.67)  # (10 - 30 + 0) / 3
    assert [(p.part, p.before, p.after) for p in found.parts] == [
        ("rubric", ("r1",), ("r1", "r2")),
        ("version", ("1",), ("1", "2")),
    ]


def test_a_verdict_that_changed_is_a_change_even_at_the_same_score() -> None:
    found = compare(run(grade("a", 40)), run(grade("a", 40, Verdict.PARTLY)))
    assert [c.change for c in found.changed] == [0.0]
    assert found.changed[0].reasons == ()


def test_lost_scores_come_first_and_are_no_zeros() -> None:
    before = run(grade("a", 90), grade("b", 10))
    lost = Ungraded(answer=Answer(question="q", text="x", id="b"), reason="too long")
    found = compare(before, run(grade("a", 20), ungraded=(lost,)))
    assert [(c.id, c.before, c.after, c.change) for c in found.changed] == [
        ("b", 10.0, None, None),
        ("a", 90.0, 20.0, -70.0),
    ]
    assert (found.scored, found.mean_change) == (1, -70.0)
    assert found.low is None


def test_answers_of_one_run_only_are_counted_apart() -> None:
    found = compare(run(grade("a", 1), grade("b", 2)), run(grade("b", 2), grade("c", 3)))
    assert (found.answers, len(found.only_before), len(found.only_after)) == (1, 1, 1)


def test_nothing_in_common_has_no_mean() -> None:
    found = compare(run(grade("a", 1)), run())
    assert (found.answers, found.mean_change, found.changed) == (0, None, ())


SCORES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 100), max_size=6)


@given(SCORES, SCORES)
def test_turned_round_the_changes_are_the_same_with_the_other_sign(
    first: dict[str, int], second: dict[str, int]
) -> None:
    one = run(*(grade(n, s) for n, s in first.items()))
    two = run(*(grade(n, s) for n, s in second.items()))
    there, back = compare(one, two), compare(two, one)
    assert {c.key: c.change for c in there.changed} == {
        c.key: -c.change for c in back.changed if c.change is not None
    }
    assert (there.only_before, there.only_after) == (back.only_after, back.only_before)
    assert there.same + len(there.changed) == there.answers == len(first.keys() & second.keys())
