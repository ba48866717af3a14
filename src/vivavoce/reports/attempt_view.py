"""A practice attempt as a page shows it: plain values, every piece of text still to be escaped."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict

from vivavoce.core.delivery import Delivery
from vivavoce.core.grade import Grade
from vivavoce.core.practice import Attempt, is_scored
from vivavoce.core.speech import Speech
from vivavoce.reports._delivery import STANDINGS, heard, rows, ticks
from vivavoce.reports._highlight import cut, marks_of
from vivavoce.reports._text import FLAGS, visible

__all__ = [
    "AttemptView",
    "ChangeView",
    "DeliveryView",
    "EarlierView",
    "FlagView",
    "MeasureView",
    "PieceView",
    "TickView",
    "WordView",
    "attempt_view",
    "delivery_view",
    "earlier_view",
    "word_views",
]


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PieceView(_View):
    """Part of the answer; the pieces put together are the answer.

    Attributes:
        kind: `met`, `partly`, `missed`, `contradicted`, `unscored`, `misconception`, or empty.
        labels: of the criteria (`1`) and misconceptions (`M1`) that rest on it.
        statements: the rubric's sentences for these labels.
    """

    text: str
    kind: str
    labels: tuple[str, ...]
    statements: tuple[str, ...]


class WordView(_View):
    """A word as it was heard, in seconds of the recording."""

    text: str
    from_s: float
    to_s: float
    unsure: bool


class MeasureView(_View):
    """One measure of the delivery; `value` is empty where it was not measurable."""

    title: str
    value: str
    target: str
    standing: str
    note: str


class TickView(_View):
    """A pause, filler or slip on the time line: percent of its length, and seconds."""

    kind: str
    left: float
    width: float
    label: str
    from_s: float


class DeliveryView(_View):
    """How a recording sounded; no part of the score."""

    summary: str
    duration_s: float
    measures: tuple[MeasureView, ...]
    ticks: tuple[TickView, ...]
    advice: tuple[str, ...]
    words: tuple[WordView, ...]


class FlagView(_View):
    """A flag of the grade in words."""

    name: str
    meaning: str


class ChangeView(_View):
    """A criterion whose verdict is another than the time before.

    Attributes:
        number: its place among the criteria, from 1.
        before, now: verdicts.
    """

    number: int
    statement: str
    before: str
    now: str


class EarlierView(_View):
    """The attempt before, to compare with.

    Attributes:
        pieces: its answer, marked; put together they are the text.
        changes: what moved since; empty where the new attempt has no grade.
    """

    at: AwareDatetime
    score: float
    text: str
    pieces: tuple[PieceView, ...]
    changes: tuple[ChangeView, ...]


class AttemptView(_View):
    """One attempt with all that the page shows.

    Attributes:
        text: the graded text; for a follow-up both answers together.
        score: 0..100; None where there is none, with the reason in `reason`.
        low, high: where the examiner's score probably lies.
        follow_up: whether this answered a follow-up.
        ask_next: the follow-up to ask now; None where none is left.
    """

    id: str
    question_id: str
    asked: str
    at: AwareDatetime
    mode: str
    follow_up: bool
    text: str
    score: float | None
    low: float | None
    high: float | None
    needs_review: bool
    reason: str
    flags: tuple[FlagView, ...]
    pieces: tuple[PieceView, ...]
    grade: Grade | None
    delivery: DeliveryView | None
    ask_next: str | None
    earlier: EarlierView | None


def attempt_view(
    attempt: Attempt,
    *,
    delivery: DeliveryView | None = None,
    ask_next: str | None = None,
    earlier: Attempt | None = None,
) -> AttemptView:
    """The attempt in plain values; control characters in it are made visible."""
    grade = attempt.grade
    scored = grade if is_scored(grade) else None
    answer = grade.answer if grade else attempt.answer
    return AttemptView(
        id=attempt.id,
        question_id=attempt.question_id,
        asked=attempt.asked,
        at=attempt.at,
        mode=attempt.mode.value,
        follow_up=attempt.follow_up_of is not None,
        text=visible(answer.text),
        score=scored.total if scored else None,
        low=scored.interval.low if scored else None,
        high=scored.interval.high if scored else None,
        needs_review=bool(grade and grade.needs_review),
        reason=attempt.reason,
        flags=tuple(
            FlagView(name=FLAGS[f].title, meaning=FLAGS[f].meaning)
            for f in (grade.flags if grade else ())
        ),
        pieces=_pieces(grade) if grade else (),
        grade=grade,
        delivery=delivery,
        ask_next=ask_next,
        earlier=earlier_view(earlier, grade) if earlier else None,
    )


def earlier_view(attempt: Attempt, now: Grade | None) -> EarlierView | None:
    """An attempt to compare with; None where it has no score."""
    grade = attempt.grade
    if grade is None or not is_scored(grade):
        return None
    return EarlierView(
        at=attempt.at,
        score=grade.total,
        text=visible(grade.answer.text),
        pieces=_pieces(grade),
        changes=_changes(grade, now) if now else (),
    )


def _changes(before: Grade, now: Grade) -> tuple[ChangeView, ...]:
    """By id: between the two attempts the rubric may have been edited."""
    verdicts = {c.id: c.verdict for c in before.criteria}
    return tuple(
        ChangeView(
            number=number,
            statement=criterion.statement,
            before=verdicts[criterion.id].value,
            now=criterion.verdict.value,
        )
        for number, criterion in enumerate(now.criteria, 1)
        if verdicts.get(criterion.id, criterion.verdict) is not criterion.verdict
    )


def delivery_view(speech: Speech, delivery: Delivery) -> DeliveryView:
    """Measures, time line and words of a recording."""
    return DeliveryView(
        summary=heard(speech),
        duration_s=speech.duration_s,
        measures=tuple(
            MeasureView(
                title=row.title,
                value=row.value,
                target=row.target,
                standing=STANDINGS[row.standing],
                note=row.note,
            )
            for row in rows(delivery)
        ),
        ticks=tuple(TickView(**tick._asdict()) for tick in ticks(speech, delivery)),
        advice=tuple(delivery.advice),
        words=word_views(speech),
    )


def word_views(speech: Speech) -> tuple[WordView, ...]:
    """The words with their times and doubt."""
    return tuple(
        WordView(text=visible(w.text), from_s=w.from_s, to_s=w.to_s, unsure=w.unsure)
        for w in speech.words
    )


def _pieces(grade: Grade) -> tuple[PieceView, ...]:
    return tuple(
        PieceView(
            text=piece.text,
            kind=piece.kind,
            labels=tuple(m.label for m in piece.marks),
            statements=tuple(m.statement for m in piece.marks),
        )
        for piece in cut(visible(grade.answer.text), marks_of(grade))
    )
