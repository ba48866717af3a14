"""Which questions a session draws, and what is kept when it is broken off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from vivavoce.core.answer import Answer
from vivavoce.core.grade import CriterionGrade, Grade, Interval, Signature
from vivavoce.core.practice import Attempt, Due, Mode, Review
from vivavoce.core.rubric import Bank, Category, Criterion, Rubric, Verdict
from vivavoce.errors import BackendError
from vivavoce.services.practice import Draw, Order, Practice
from vivavoce.testing import MemoryStore

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def rubric(name: str, number: int, **changes: object) -> Rubric:
    fields = {
        "id": name,
        "number": number,
        "question": f"What is {name}?",
        "category": Category.ALGORITHMS,
        "reference": f"It is {name}.",
        "criteria": (Criterion(id="c", points=1, statement=f"It is {name}."),),
    }
    return Rubric(**{**fields, **changes})


BANK = Bank(
    rubrics=(
        rubric("one", 1),
        rubric("two", 2, difficulty=3),
        rubric("three", 3, category=Category.PROGRAMMING),
        rubric("four", 4),
        rubric("five", 5),
    )
)


def grade(question: str, total: float, *, scored: bool = True) -> Grade:
    verdict = Verdict.PARTLY if scored else Verdict.UNSCORED
    return Grade(
        question_id=question,
        question="?",
        answer=Answer(question=question, text="said"),
        total=total,
        interval=Interval(low=0, high=100),
        criteria=(
            CriterionGrade(
                id="c", statement="s", points=1, verdict=verdict, credit=0.5 if scored else None
            ),
        ),
        signature=Signature(rubric="r", embedder="e", scorer="s", version="1"),
    )


class EveryThreeDays:
    """A `Schedule` without a memory: three days after the last review."""

    def due(self, reviews: Sequence[Review]) -> Due:
        return Due(reviews[-1].at + timedelta(days=3), 3.0)


class Session:
    """A practice session with a history that tests write."""

    def __init__(self, grader: object = None) -> None:
        self.store = MemoryStore()
        self.ids = 0
        self.practice = Practice(
            BANK, grader, self.store, EveryThreeDays(), clock=lambda: NOW, new_id=self.new_id
        )

    def new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids}"

    def answered(self, question: str, *scores: float, days_ago: float = 1, **changes: object):
        for n, score in enumerate(scores):
            attempt = Attempt(
                id=self.new_id(),
                question_id=question,
                asked="?",
                topic="algorithms",
                at=NOW - timedelta(days=days_ago) + timedelta(minutes=n),
                answer=Answer(question=question, text="said"),
                grade=grade(question, score),
                finished=True,
            )
            self.store.save(attempt.model_copy(update=changes))

    def drawn(self, order: Order = Order.WEAKEST, number: int = 9, **wanted: object) -> list[str]:
        draw = Draw(order, number=number, **wanted)
        return [r.id for r in self.practice.draw(draw)]


@pytest.fixture
def session() -> Session:
    return Session()


def test_the_weakest_come_first_and_what_was_never_answered_last(session):
    session.answered("four", 80)
    session.answered("two", 20)
    session.answered("five", 50)
    assert session.drawn() == ["two", "five", "four", "one", "three"]
    assert session.drawn(number=2) == ["two", "five"]


def test_weakness_is_mastery_and_not_the_last_score(session):
    session.answered("one", 90, 90, 40)  # (3 * 40 + 2 * 90 + 90) / 6 = 65
    session.answered("two", 60)
    session.answered("three", 10, 10, 100)  # (3 * 100 + 2 * 10 + 10) / 6 = 55
    assert session.drawn(number=3) == ["three", "two", "one"]


def test_a_zero_is_the_weakest_of_all_and_a_hundred_is_before_the_unknown(session):
    session.answered("five", 100)
    session.answered("four", 0)
    assert session.drawn()[:3] == ["four", "five", "one"]


def test_equals_keep_the_banks_order(session):
    for name in ("four", "two", "one"):
        session.answered(name, 50)
    assert session.drawn(number=3) == ["one", "two", "four"]


def test_what_does_not_count_does_not_make_a_question_weak(session):
    session.answered("two", 0, finished=False)
    session.answered("three", 0, follow_up_of="id-1")
    session.answered("four", 0, grade=grade("four", 0, scored=False))
    session.answered("five", 0, grade=None)
    session.answered("one", 99)
    assert session.drawn() == ["one", "two", "three", "four", "five"]


def test_a_question_that_left_the_bank_is_not_drawn(session):
    session.answered("gone", 0)
    session.answered("one", 50)
    assert session.drawn(number=1) == ["one"]
    assert "gone" not in session.drawn(Order.DUE)


@pytest.mark.parametrize("order", Order)
def test_topic_and_difficulty_hold_in_every_order(session, order):
    session.answered("one", 10, days_ago=9)
    assert session.drawn(order, topic="programming") == ["three"]
    assert session.drawn(order, difficulty=3) == ["two"]
    assert session.drawn(order, topic="programming", difficulty=3) == []
    assert session.drawn(order, number=0) == []


def test_what_is_due_longest_comes_first_then_what_is_new(session):
    session.answered("five", 80, days_ago=5)
    session.answered("four", 80, days_ago=9)
    session.answered("one", 80, days_ago=1)
    assert session.drawn(Order.DUE) == ["four", "five", "two", "three"]
    assert session.practice.next_due() == NOW - timedelta(days=6)


def test_a_seed_draws_the_same_and_each_question_once(session):
    session.answered("one", 0)
    first = session.drawn(Order.RANDOM, seed=7)
    assert sorted(first) == sorted(r.id for r in BANK.rubrics)
    assert session.drawn(Order.RANDOM, seed=7) == first
    assert session.drawn(Order.RANDOM, number=2, seed=7) == first[:2]
    assert len({tuple(session.drawn(Order.RANDOM, seed=s)) for s in range(20)}) > 5


# --- what is kept


class Breaking:
    """A grader that ends otherwise than with a grade."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def grade(self, rubric: Rubric, answer: Answer) -> Grade:
        raise self.error


def test_ctrl_c_while_grading_keeps_the_words():
    session = Session(Breaking(KeyboardInterrupt()))
    one = BANK.rubrics[0]
    attempt = session.practice.begin(one, Mode.TYPED)
    with pytest.raises(KeyboardInterrupt):
        session.practice.finish(attempt, one, Answer(question="one", text="all of it"))
    [kept] = session.store.attempts()
    assert (kept.answer.text, kept.finished, kept.grade) == ("all of it", True, None)
    assert kept.reason == "It was not graded yet."
    assert kept.id in {m.id for m in session.store.marks() if not m.counts}


def test_a_grader_that_fails_costs_no_words():
    session = Session(Breaking(BackendError("no weights")))
    one = BANK.rubrics[0]
    done = session.practice.finish(
        session.practice.begin(one, Mode.TYPED), one, Answer(question="one", text="all of it")
    )
    assert session.store.attempts() == [done]
    assert done.reason == "The grader failed: no weights"
    assert done.grade is None


def test_a_recording_is_known_before_a_word_of_it_is(session):
    begun = session.practice.begin(BANK.rubrics[0], Mode.SPOKEN, audio="a.wav")
    assert session.store.attempts() == [begun]
    assert (begun.reason, begun.finished) == ("It was broken off.", False)
    session.practice.begin(BANK.rubrics[0], Mode.TYPED)
    assert session.store.attempts() == [begun]
