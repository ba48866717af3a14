"""What waits for a person, and what that person's verdicts come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.answer_names import names_of
from vivavoce.core.grade import (
    CriterionGrade,
    Evidence,
    Flag,
    Grade,
    Interval,
    MisconceptionHeard,
    Signature,
    Ungraded,
)
from vivavoce.core.results import Results
from vivavoce.core.review import (
    Judgement,
    Standing,
    find,
    human_rows,
    human_total,
    items_of,
    queue,
    review_of,
)
from vivavoce.core.rubric import VERDICT_CREDIT, Verdict
from vivavoce.core.totals import total_of
from vivavoce.errors import InputError

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def criterion(id: str, points: float, credit: float | None) -> CriterionGrade:
    verdict = Verdict.UNSCORED if credit is None else Verdict.PARTLY
    return CriterionGrade(id=id, statement=id, points=points, verdict=verdict, credit=credit)


def grade(id: str, *, low: float = 40, high: float = 60, review: str = "", **more: object) -> Grade:
    made = Grade(
        question_id="q",
        question="Why?",
        answer=Answer(question="q", text=f"words of {id}", id=id),
        total=50.0,
        interval=Interval(low=low, high=high),
        criteria=(criterion("a", 3, 0.5), criterion("b", 1, 0.5)),
        review=(review,) if review else (),
        signature=Signature(rubric="q@1", embedder="e", scorer="s", version="1"),
    )
    return made.model_copy(update=more)


LEFT = Ungraded(answer=Answer(question="?", text="x", id="left"), reason="no such question")


def test_verdicts_take_the_place_of_the_machines_in_the_grades_own_arithmetic() -> None:
    one = grade("1")
    # 3 * 1 + 1 * 0.5 of 4 points
    assert human_total(one, {"a": Verdict.MET}) == 87.5
    assert human_total(one, {"a": Verdict.CONTRADICTED, "b": Verdict.PARTLY}) == 12.5
    wrong = MisconceptionHeard(
        id="m",
        statement="s",
        correction="c",
        deduct=1,
        evidence=Evidence(start=0, end=1, quote="w", statement="s", similarity=1),
    )
    both = {"a": Verdict.MET, "b": Verdict.MET}
    assert human_total(one.model_copy(update={"misconceptions": (wrong,)}), both) == 75.0
    assert human_total(one.model_copy(update={"flags": (Flag.OFF_TOPIC,)}), both) == 20.0
    nothing = one.model_copy(update={"criteria": (criterion("a", 3, None),)})
    assert human_total(nothing, {}) is None
    assert human_total(nothing, {"a": Verdict.PARTLY}) == 50.0


@given(st.dictionaries(st.sampled_from("ab"), st.sampled_from(list(VERDICT_CREDIT))))
def test_a_better_verdict_never_lowers_the_total(verdicts: dict[str, Verdict]) -> None:
    one = grade("1")
    total = human_total(one, verdicts)
    assert total is not None and 0 <= total <= 100
    assert human_total(one, {**verdicts, "a": Verdict.MET}) >= total
    assert human_total(one, {}) == total_of(one.criteria, (), False)


def test_the_queue_is_flagged_first_then_widest() -> None:
    results = Results(
        grades=(
            grade("calm"),
            grade("narrow", review="look", low=45, high=55),
            grade("wide", review="look", low=0, high=100),
            grade("unscored", review="look", criteria=(criterion("a", 1, None),)),
        ),
        ungraded=(LEFT,),
    )
    items = items_of(results)
    ids = [i.outcome.answer.id for i in queue(items)]
    assert ids == ["wide", "unscored", "narrow", "left"]
    assert [i.outcome.answer.id for i in queue(items, everything=True)] == [*ids, "calm"]

    said = review_of(items[2], Judgement(total=70), "ann", NOW)
    after = items_of(results, [said])
    assert [i.outcome.answer.id for i in queue(after)] == ["unscored", "narrow", "left"]
    assert queue(after, everything=True)[-1].latest == said


def test_the_newest_review_counts_and_the_others_are_kept() -> None:
    item = items_of(Results(grades=(grade("1"),)))[0]
    first = review_of(item, Judgement(total=10), "ann", NOW)
    second = review_of(item, Judgement({"a": Verdict.MET}), "bo", NOW + timedelta(hours=1))
    note = review_of(item, Judgement(comment=" hm "), "ann", NOW + timedelta(hours=2))
    item = item._replace(reviews=(first, second, note))
    assert item.latest == second
    assert (second.total, second.given, second.machine) == (87.5, None, 50.0)
    assert (note.total, note.comment) == (None, "hm")
    assert item._replace(reviews=(note,)).standing is Standing.OPEN


def test_what_a_review_rests_on() -> None:
    before = grade("1", review="look")
    item = items_of(Results(grades=(before,)))[0]
    total = review_of(item, Judgement(total=10), "ann", NOW)
    partial = review_of(item, Judgement({"a": Verdict.MET}), "ann", NOW)
    full = review_of(item, Judgement({"a": Verdict.MET, "b": Verdict.MET}), "ann", NOW)

    def standings(after: Grade) -> list[str]:
        return [
            items_of(Results(grades=(after,)), [r])[0].standing.value
            for r in (total, partial, full)
        ]

    regraded = before.model_copy(
        update={"criteria": (criterion("a", 3, 0.2), criterion("b", 1, 0.9)), "total": 9.0}
    )
    assert standings(before) == ["reviewed"] * 3
    assert standings(regraded) == ["reviewed", "outdated", "reviewed"]
    other_words = before.answer.model_copy(update={"text": "other words"})
    assert standings(before.model_copy(update={"answer": other_words})) == ["outdated"] * 3
    other_rubric = before.signature.model_copy(update={"rubric": "q@2"})
    assert standings(before.model_copy(update={"signature": other_rubric})) == ["outdated"] * 3
    # What is outdated waits again, and is no score.
    changed = Results(grades=(regraded,))
    assert [i.standing for i in queue(items_of(changed, [partial]))] == [Standing.OUTDATED]
    (row,) = human_rows([changed], [partial])
    assert "outdated" in row.unusable


def test_reviews_are_scores_of_each_author() -> None:
    item, other = items_of(Results(grades=(grade("1"), grade("2"))))
    said = [
        review_of(item, Judgement(total=10), "ann", NOW),
        review_of(item, Judgement(total=20), "bo", NOW),
        review_of(item, Judgement(total=30), "ann", NOW),
        review_of(other, Judgement(comment="later"), "bo", NOW),
        review_of(other, Judgement(total=90), "bo", NOW).model_copy(update={"key": "f" * 16}),
    ]
    rows = human_rows([Results(grades=(item.grade,) if item.grade else ())], said)
    assert [(r.rater, r.score, bool(r.unusable)) for r in rows] == [
        ("ann", 30, False),
        ("bo", 20, False),
        ("bo", 90, True),
    ]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (Judgement(), "needs a total"),
        (Judgement(total=101), "0 to 100"),
        (Judgement(total=float("nan")), "0 to 100"),
        (Judgement({"zz": Verdict.MET}), "it has a, b"),
        (Judgement({"a": Verdict.UNSCORED}), "met, partly"),
    ],
)
def test_what_makes_no_sense_is_refused(said: Judgement, message: str) -> None:
    item = items_of(Results(grades=(grade("1"),)))[0]
    with pytest.raises(InputError, match=message):
        review_of(item, said, "ann", NOW)


def test_an_ungraded_answer_takes_a_total_and_no_verdict() -> None:
    item = items_of(Results(ungraded=(LEFT,)))[0]
    assert review_of(item, Judgement(total=40), "ann", NOW).machine is None
    with pytest.raises(InputError, match="give it a total"):
        review_of(item, Judgement({"a": Verdict.MET}), "ann", NOW)


def test_an_answer_is_found_by_key_beginning_or_id() -> None:
    items = items_of(Results(grades=(grade("1"), grade("2"), grade("2"))))
    assert find(items, items[1].key) is items[1]
    assert find(items, items[2].key[:8]) is items[2]
    assert find(items, "1") is items[0]
    with pytest.raises(InputError, match="fits 2 answers"):
        find(items, "2")
    for name in ("nobody", ""):
        with pytest.raises(InputError):
            find(items, name)


def test_the_nth_of_a_name_is_another_answer() -> None:
    one, two, three = names_of([grade("1"), grade("1"), grade("2")])
    assert len({one, two, three}) == 3
    assert names_of([grade("1", total=3.0)]) == [one]
