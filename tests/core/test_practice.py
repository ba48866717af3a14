from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.grade import CriterionGrade, Grade, Interval, Signature
from vivavoce.core.practice import Attempt, Rating, choose_follow_up, mark_of, rating_of
from vivavoce.core.progress import mastery_of, progress_of, streak_of, trend_of
from vivavoce.core.rubric import Category, Criterion, Rubric, Verdict

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
RUBRIC = Rubric(
    id="q",
    number=1,
    question="What is a hash table?",
    category=Category.PROGRAMMING,
    reference="It maps keys.",
    criteria=(
        Criterion(id="buckets", points=3, statement="A function turns the key into a bucket."),
        Criterion(id="collide", points=2, statement="Collisions are resolved by chaining."),
    ),
    follow_ups=("How large is an index?", "What happens when chaining collisions pile up?"),
)


def grade(total=75.0, *, review=(), credits=(1.0, 0.0), wrong=False):
    found = Verdict.CONTRADICTED if wrong else Verdict.MISSED
    verdicts = [Verdict.UNSCORED if c is None else Verdict.MET if c else found for c in credits]
    return Grade(
        question_id="q",
        question=RUBRIC.question,
        answer=Answer(question="q", text="said"),
        total=total,
        interval=Interval(low=0, high=100),
        criteria=tuple(
            CriterionGrade(id=c.id, statement=c.statement, points=c.points, verdict=v, credit=x)
            for c, v, x in zip(RUBRIC.criteria, verdicts, credits, strict=True)
        ),
        review=review,
        signature=Signature(rubric="r", embedder="e", scorer="s", version="1"),
    )


def attempt(id="a", *, at=NOW, score=75.0, **changes):
    made = Attempt(
        id=id,
        question_id="q",
        asked=RUBRIC.question,
        topic="programming",
        at=at,
        answer=Answer(question="q", text="said"),
        grade=None if score is None else grade(score),
        finished=True,
    )
    return made.model_copy(update=changes)


@pytest.mark.parametrize(
    ("score", "rating"), [(0, 1), (49.9, 1), (50, 2), (69.9, 2), (70, 3), (89.9, 3), (90, 4)]
)
def test_the_rating_follows_the_thresholds(score, rating):
    assert rating_of(grade(score)) == rating


def test_doubt_costs_a_step_and_a_wrong_claim_is_hard_at_best():
    assert rating_of(grade(95, review=("look",))) is Rating.GOOD
    assert rating_of(grade(55, review=("look",))) is Rating.HARD
    assert rating_of(grade(95, wrong=True)) is Rating.HARD
    assert rating_of(grade(20, wrong=True)) is Rating.AGAIN


def test_what_has_no_score_does_not_count():
    assert rating_of(None) is None
    assert rating_of(grade(0, credits=(None, None))) is None
    assert mark_of(attempt(finished=False)).rating is None
    assert mark_of(attempt(follow_up_of="b")).rating is None
    assert mark_of(attempt(score=None)).score is None
    assert mark_of(attempt()).rating is Rating.GOOD


def test_the_follow_up_touches_what_was_missed():
    assert choose_follow_up(RUBRIC, grade()) == RUBRIC.follow_ups[1]
    assert choose_follow_up(RUBRIC, grade(100, credits=(1.0, 1.0))) is None
    assert choose_follow_up(RUBRIC, grade(), asked=RUBRIC.follow_ups) is None


def test_mastery_and_trend_by_hand():
    assert mastery_of([]) is None
    assert mastery_of([40]) == 40
    assert mastery_of([0, 30, 60, 90]) == pytest.approx((3 * 90 + 2 * 60 + 30) / 6)
    assert trend_of([10, 20, 30]) is None
    assert trend_of([10, 20, 50, 60]) == 40
    assert trend_of([10, 20, 99, 50, 60]) == 40


def test_a_streak_that_reaches_yesterday_stands():
    day = [date(2026, 3, d) for d in (1, 2, 3, 8, 9)]
    assert streak_of(day, date(2026, 3, 10)).days == 2
    assert streak_of(day, date(2026, 3, 11)).days == 0
    assert streak_of(day, date(2026, 3, 10)).longest == 3
    assert streak_of([], date(2026, 3, 10)).days == 0


@given(st.lists(st.floats(0, 100), min_size=1))
def test_mastery_stays_within_its_scores(scores):
    found = mastery_of(scores)
    assert found is not None
    assert min(scores[-3:]) - 1e-9 <= found <= max(scores[-3:]) + 1e-9


def test_progress_leaves_out_what_does_not_count():
    marks = [
        mark_of(attempt("a", at=NOW - timedelta(days=1), score=40.0)),
        mark_of(attempt("b", score=80.0)),
        mark_of(attempt("c", score=None)),
        mark_of(attempt("d", finished=False)),
        mark_of(attempt("e", follow_up_of="b", score=100.0)),
    ]
    found = progress_of(marks, [RUBRIC], {}, NOW)
    assert (found.attempts, found.counted, found.ungraded, found.unfinished) == (4, 2, 1, 1)
    assert found.questions[0].mastery == pytest.approx((3 * 80 + 2 * 40) / 5)
    assert found.topics[0].practised == 1
    assert found.streak.days == 2
