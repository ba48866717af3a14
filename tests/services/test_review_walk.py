"""The walk through answers, a line of input at a time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vivavoce.core.answer import Answer
from vivavoce.core.grade import CriterionGrade, Grade, Interval, Signature, Ungraded
from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Results
from vivavoce.core.rubric import Verdict
from vivavoce.errors import InputError
from vivavoce.services.review import Move, ReviewDesk, Walk, read_verdict
from vivavoce.testing import MemoryReviews

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def grade(id: str) -> Grade:
    return Grade(
        question_id="q",
        question="Why?",
        answer=Answer(question="q", text="words", id=id),
        total=50.0,
        interval=Interval(low=0, high=100),
        criteria=tuple(
            CriterionGrade(id=c, statement=c, points=2, verdict=Verdict.PARTLY, credit=0.5)
            for c in ("bias", "noise")
        ),
        review=("look",),
        signature=Signature(rubric="q@1", embedder="e", scorer="s", version="1"),
    )


LEFT = Ungraded(answer=Answer(question="?", text="x", id="left"), reason="why")


def walk(store: MemoryReviews) -> Walk:
    results = Results(grades=(grade("1"), grade("2")), ungraded=(LEFT,))
    desk = ReviewDesk(results, store, "ann", lambda: NOW)
    return Walk(desk, desk.queue())


def ids(found: list[HumanReview]) -> list[tuple[str, float | None, str]]:
    return [(r.answer_id, r.total, r.comment) for r in found]


def test_totals_verdicts_and_comments_are_kept_when_the_walk_goes_on() -> None:
    store = MemoryReviews()
    one = walk(store)
    assert [one.enter(line) for line in ("1=met noise=x", "c why  not", "2=+")] == [Move.NOTED] * 3
    assert one.total == 100.0
    assert store.reviews() == []
    assert one.enter("") is Move.NEXT
    assert one.place == (2, 3)
    one.enter("a")
    one.enter("b")
    assert one.place == (1, 3)
    assert one.item is not None and one.item.latest is not None
    one.enter("")
    one.enter("")
    one.enter("72,5\n")
    assert one.enter("q") is Move.STOP
    assert ids(store.reviews()) == [("1", 100.0, "why  not"), ("2", 50.0, ""), ("left", 72.5, "")]
    assert store.reviews()[0].verdicts == {"bias": Verdict.MET, "noise": Verdict.MET}
    assert one.saved == 3


def test_what_was_entered_is_kept_wherever_the_walk_ends() -> None:
    store = MemoryReviews()
    one = walk(store)
    one.enter("30")
    assert one.keep() and not one.keep()
    one.enter("40")
    one.enter("u")
    assert not one.keep()
    assert ids(store.reviews()) == [("1", 30.0, "")]


@pytest.mark.parametrize("line", ["101", "-1", "nan", "3=met", "zz=met", "1=m", "1=", "hello"])
def test_a_line_that_is_not_understood_changes_nothing(line: str) -> None:
    one = walk(MemoryReviews())
    one.enter("2=partly")
    before = one.draft
    with pytest.raises(InputError):
        one.enter(line)
    assert one.draft == before


def test_half_a_line_is_not_taken() -> None:
    one = walk(MemoryReviews())
    with pytest.raises(InputError):
        one.enter("1=met 2=wrong")
    assert not one.draft.verdicts


def test_an_ungraded_answer_has_nothing_to_accept() -> None:
    one = walk(MemoryReviews())
    one.enter("")
    one.enter("")
    with pytest.raises(InputError, match="no machine's total"):
        one.enter("a")
    with pytest.raises(InputError, match="no criteria"):
        one.enter("1=met")


def test_help_and_the_end() -> None:
    one = walk(MemoryReviews())
    assert one.enter("?") is Move.HELP
    assert [one.enter("") for _ in range(3)] == [Move.NEXT] * 3
    assert one.item is None


def test_results_without_an_answer_are_refused() -> None:
    with pytest.raises(InputError, match="holds no answer"):
        ReviewDesk(Results(title="r.jsonl"), MemoryReviews(), "ann", lambda: NOW)


def test_verdicts_by_sign_name_or_beginning() -> None:
    assert [read_verdict(v) for v in ("+", "~", "o", "x", "MET", "con", "mis")] == [
        Verdict.MET,
        Verdict.PARTLY,
        Verdict.MISSED,
        Verdict.CONTRADICTED,
        Verdict.MET,
        Verdict.CONTRADICTED,
        Verdict.MISSED,
    ]
    with pytest.raises(InputError, match="unscored"):
        read_verdict("unscored")
