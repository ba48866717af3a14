"""A practice session: draws questions, grades answers, asks on, and saves every step at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade
from vivavoce.core.practice import Attempt, Due, Mark, Mode, Review, choose_follow_up
from vivavoce.core.progress import Progress, mastery_of, progress_of
from vivavoce.core.rubric import Bank, Rubric
from vivavoce.errors import BackendError
from vivavoce.ports import HistoryStore, Schedule
from vivavoce.services.grader import Grader

__all__ = ["Draw", "Order", "Practice", "due_of", "progress"]


class Order(StrEnum):
    """By what questions are drawn."""

    DUE = "due"
    WEAKEST = "weakest"
    RANDOM = "random"


class Draw(NamedTuple):
    """Which questions to draw.

    Attributes:
        topic: of the bank's categories; all where None.
        difficulty: 1..3; all where None.
        seed: of the order `random`; another order each time where None.
        number: at most so many.
    """

    order: Order = Order.DUE
    topic: str | None = None
    difficulty: int | None = None
    seed: int | None = None
    number: int = 3


def due_of(marks: Sequence[Mark], schedule: Schedule) -> dict[str, Due]:
    """When each practised question comes back; those without a counted attempt are left out."""
    reviews: dict[str, list[Review]] = {}
    for mark in sorted(marks, key=lambda m: m.at):
        if mark.rating is not None:
            reviews.setdefault(mark.question_id, []).append(Review(mark.rating, mark.at))
    return {question: schedule.due(told) for question, told in reviews.items()}


def progress(store: HistoryStore, bank: Bank, schedule: Schedule, now: datetime) -> Progress:
    """What the history adds up to; days are counted in the time zone of `now`.

    Raises:
        HistoryError: the history could not be read.
    """
    marks = store.marks()
    return progress_of(marks, bank.rubrics, due_of(marks, schedule), now)


class Practice:
    """Questions, answers and what is kept of them.

    An attempt is saved when its question is put, again whenever words of it are known, and again
    when it is graded: whatever ends the process, what was said is there.

    Args:
        clock: the time now, with its zone.
        new_id: an id that no attempt has.
    """

    def __init__(
        self,
        bank: Bank,
        grader: Grader,
        store: HistoryStore,
        schedule: Schedule,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._bank = bank
        self._grader = grader
        self._store = store
        self._schedule = schedule
        self._clock = clock
        self._new_id = new_id

    def draw(self, wanted: Draw) -> list[Rubric]:
        """Questions to ask, at most `wanted.number`; none where none fits, or none is due.

        `due`: those that are due, the longest overdue first, then those never answered, in the
        bank's order. `weakest`: the lowest mastery first, then those never answered. `random`:
        any, and the same for the same seed and bank.

        Raises:
            HistoryError: the history could not be read.
        """
        fitting = [
            r
            for r in self._bank.rubrics
            if wanted.topic in (None, r.category.value)
            and wanted.difficulty in (None, r.difficulty)
        ]
        if wanted.order is Order.RANDOM:
            chance = random.Random(wanted.seed)  # noqa: S311
            return chance.sample(fitting, min(wanted.number, len(fitting)))
        marks = self._store.marks()
        if wanted.order is Order.WEAKEST:
            level = _levels(marks)
            ranked = sorted(fitting, key=lambda r: level.get(r.id, 101.0))
        else:
            ranked = _due_first(fitting, due_of(marks, self._schedule), self._clock())
        return ranked[: wanted.number]

    def next_due(self) -> datetime | None:
        """The earliest time at which a practised question of the bank comes back."""
        due = due_of(self._store.marks(), self._schedule)
        return min((d.at for q, d in due.items() if self._bank.get(q)), default=None)

    def begin(
        self,
        rubric: Rubric,
        mode: Mode,
        *,
        audio: str | None = None,
        follows: Attempt | None = None,
        asked: str | None = None,
    ) -> Attempt:
        """Puts a question: an attempt without words, saved at once where there is a recording.

        Args:
            audio: path that the recording is written to.
            follows: the attempt that a follow-up is asked after.
            asked: the follow-up's words.
        """
        attempt = Attempt(
            id=self._new_id(),
            question_id=rubric.id,
            asked=asked or rubric.question,
            topic=rubric.category.value,
            at=self._clock(),
            mode=mode,
            answer=Answer(question=rubric.id, text=""),
            reason="It was broken off.",
            follow_up_of=follows.id if follows else None,
            audio=audio,
        )
        if audio is not None:
            self._store.save(attempt)
        return attempt

    def keep(self, attempt: Attempt, text: str) -> Attempt:
        """Saves the words said so far; the attempt stays unfinished."""
        answer = attempt.answer.model_copy(update={"text": text})
        return self._saved(attempt, answer=answer)

    def finish(
        self,
        attempt: Attempt,
        rubric: Rubric,
        answer: Answer,
        *,
        follows: Attempt | None = None,
        delivery: Mapping[str, Any] | None = None,
    ) -> Attempt:
        """Saves the words, then grades them and saves the grade.

        The answer to a follow-up is graded together with the one that it follows, for the
        rubric holds for both. What cannot be graded stays without a grade, with the reason.

        Raises:
            HistoryError: it could not be saved.
        """
        told = self._saved(
            attempt,
            answer=answer,
            finished=True,
            reason="It was not graded yet.",
            delivery=dict(delivery) if delivery is not None else None,
        )
        whole = _together(follows.answer, answer) if follows else answer
        try:
            result = self._grader.grade(rubric, whole)
        except BackendError as exc:
            return self._saved(told, reason=f"The grader failed: {exc}")
        if isinstance(result, Grade):
            return self._saved(told, grade=result, reason="")
        return self._saved(told, reason=result.reason)

    def leave(self, attempt: Attempt, reason: str) -> Attempt:
        """Saves an attempt that has no words to grade, with the reason; it counts for nothing."""
        return self._saved(attempt, finished=True, reason=reason)

    def without_audio(self, attempt: Attempt) -> Attempt:
        """Saves that the recording is no longer kept."""
        return self._saved(attempt, audio=None)

    def follow_up(
        self, rubric: Rubric, attempt: Attempt, asked: Collection[str] = ()
    ) -> str | None:
        """A question about what the attempt missed; None where it was not graded."""
        return choose_follow_up(rubric, attempt.grade, asked) if attempt.grade else None

    def _saved(self, attempt: Attempt, **changes: Any) -> Attempt:
        changed = attempt.model_copy(update=changes)
        self._store.save(changed)
        return changed


def _levels(marks: Sequence[Mark]) -> dict[str, float]:
    scores: dict[str, list[float]] = {}
    for mark in sorted(marks, key=lambda m: m.at):
        if mark.counts and mark.score is not None:
            scores.setdefault(mark.question_id, []).append(mark.score)
    return {question: mastery_of(told) or 0.0 for question, told in scores.items()}


def _due_first(rubrics: Sequence[Rubric], due: Mapping[str, Due], now: datetime) -> list[Rubric]:
    overdue = [r for r in rubrics if r.id in due and due[r.id].at <= now]
    new = [r for r in rubrics if r.id not in due]
    return [*sorted(overdue, key=lambda r: due[r.id].at), *new]


def _together(first: Answer, second: Answer) -> Answer:
    """Two answers as one. Times are left out: they belong to two recordings."""
    text = "\n\n".join(part for part in (first.text, second.text) if part.strip())
    return second.model_copy(update={"text": text, "segments": ()})
