"""An attempt in plain values, and the attempt before beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vivavoce import default_bank, default_grader
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade
from vivavoce.core.practice import Attempt
from vivavoce.reports.attempt_view import attempt_view

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FIRST = "High variance means that it follows the noise of the training data, so it overfits."
BOTH = f"High bias means that the model is too simple, so it underfits. {FIRST}"


@pytest.fixture(scope="module")
def graded():
    rubric, grader = default_bank().get("bias-variance"), default_grader()
    assert rubric is not None

    def attempt(id: str, text: str) -> Attempt:
        answer = Answer(question=rubric.id, text=text)
        grade = grader.grade(rubric, answer)
        return Attempt(
            id=id,
            question_id=rubric.id,
            asked=rubric.question,
            topic="algorithms",
            at=NOW + timedelta(hours=len(id)),
            answer=answer,
            grade=grade if isinstance(grade, Grade) else None,
            finished=True,
        )

    return attempt


def test_the_pieces_are_the_answer(graded):
    shown = attempt_view(graded("a", BOTH))
    assert "".join(p.text for p in shown.pieces) == shown.text == BOTH
    assert shown.low <= shown.score <= shown.high
    assert shown.earlier is None


def test_the_attempt_before_tells_which_points_moved(graded):
    before, now = graded("a", FIRST), graded("bb", BOTH)
    earlier = attempt_view(now, earlier=before).earlier
    assert (earlier.at, earlier.score) == (before.at, before.grade.total)
    assert "".join(p.text for p in earlier.pieces) == earlier.text == FIRST
    (bias,) = (c for c in earlier.changes if c.number == 1)
    assert bias.before in ("missed", "contradicted")
    assert bias.now == "met"
    assert bias.statement == now.grade.criteria[0].statement
    same = attempt_view(before, earlier=before).earlier
    assert same.changes == ()


def test_points_that_the_rubric_had_not_then_are_no_change(graded):
    before, now = graded("a", FIRST), graded("bb", BOTH)
    cut = before.grade.model_copy(update={"criteria": before.grade.criteria[1:]})
    moved = attempt_view(now, earlier=before.model_copy(update={"grade": cut})).earlier.changes
    assert all(c.number != 1 for c in moved)


def test_an_attempt_without_a_grade_has_nothing_to_compare(graded):
    ungraded = graded("a", FIRST).model_copy(update={"grade": None, "reason": "No words."})
    assert attempt_view(graded("bb", BOTH), earlier=ungraded).earlier is None
    shown = attempt_view(ungraded, earlier=graded("c", BOTH))
    assert shown.score is None
    assert shown.reason == "No words."
    assert shown.earlier.changes == ()
