"""Answers that a person should look at, in which order, and what that person's verdicts come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from vivavoce.core.agreement import HumanRow, name_of
from vivavoce.core.answer_names import Names, digest
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Results
from vivavoce.core.rubric import VERDICT_CREDIT, Verdict
from vivavoce.core.totals import is_capped, total_of
from vivavoce.errors import InputError

__all__ = [
    "Item",
    "Judgement",
    "Standing",
    "find",
    "human_rows",
    "human_total",
    "items",
    "items_of",
    "queue",
    "rests_on",
    "review_of",
]

UNSCORED_WIDTH = 100.0
OUTDATED = "the review is outdated: the answer, its rubric or its grade has changed since"


class Standing(StrEnum):
    """Whether a person has judged an answer, and whether that still holds."""

    OPEN = "open"
    REVIEWED = "reviewed"
    OUTDATED = "outdated"


class Judgement(NamedTuple):
    """What a person says of an answer: verdicts by criterion, a total 0..100, a comment."""

    verdicts: Mapping[str, Verdict] = {}
    total: float | None = None
    comment: str = ""


class Item(NamedTuple):
    """An answer of a run and all that people said of it, the oldest first.

    Attributes:
        key: the answer's name.
    """

    key: str
    outcome: Grade | Ungraded
    reviews: tuple[HumanReview, ...] = ()

    @property
    def grade(self) -> Grade | None:
        """The machine's grade; None where the answer was left ungraded."""
        return self.outcome if isinstance(self.outcome, Grade) else None

    @property
    def latest(self) -> HumanReview | None:
        """The newest review that comes to a total."""
        return next((r for r in reversed(self.reviews) if r.total is not None), None)

    @property
    def standing(self) -> Standing:
        """A comment alone leaves it open."""
        if self.latest is None:
            return Standing.OPEN
        return Standing.REVIEWED if self.holds(self.latest) else Standing.OUTDATED

    @property
    def width(self) -> float:
        """Points between the ends of the interval; all of them where there is no score."""
        if self.grade is None or all(c.credit is None for c in self.grade.criteria):
            return UNSCORED_WIDTH
        return self.grade.interval.width

    @property
    def needs_person(self) -> bool:
        """Whether the machine asked for a person, or could not grade it."""
        return self.grade is None or self.grade.needs_review

    def holds(self, review: HumanReview) -> bool:
        """Whether what the review rests on is still what it was."""
        return review.rests_on == rests_on(self.outcome, review.verdicts, review.given)


def items_of(results: Results, reviews: Iterable[HumanReview] = ()) -> tuple[Item, ...]:
    """Every answer of a run in order, graded ones first, with its reviews."""
    return tuple(items([*results.grades, *results.ungraded], reviews))


def items(
    outcomes: Iterable[Grade | Ungraded], reviews: Iterable[HumanReview] = ()
) -> Iterator[Item]:
    """Answers in the order given, one at a time, each with its reviews.

    Args:
        outcomes: graded ones first, so that answers of the same name have the same keys as in
            `items_of`.
    """
    by_key: dict[str, list[HumanReview]] = defaultdict(list)
    for review in reviews:
        by_key[review.key].append(review)
    names = Names()
    for one in outcomes:
        key = names.of_answer(one.answer)
        yield Item(key, one, tuple(by_key.get(key, ())))


def queue(items: Iterable[Item], *, everything: bool = False) -> list[Item]:
    """The items that wait for a person, the least certain first.

    First what the machine flagged and what was reviewed but is outdated, the widest interval
    first; then answers left ungraded; then, with `everything`, all others, reviewed or not.
    Equal ones keep their order.
    """
    waiting = [
        item
        for item in items
        if everything
        or item.standing is Standing.OUTDATED
        or (item.standing is Standing.OPEN and item.needs_person)
    ]
    return sorted(waiting, key=lambda item: (_rank(item), -item.width))


def _rank(item: Item) -> int:
    if item.standing is Standing.REVIEWED:
        return 3
    if item.grade is None:
        return 1
    return 0 if item.needs_person or item.standing is Standing.OUTDATED else 2


def find(items: Sequence[Item], name: str) -> Item:
    """The item with this key, the only one whose key begins so, or the only one with this id.

    Raises:
        InputError: there is none, or there are several.
    """
    exact = [i for i in items if i.key == name] or [i for i in items if i.outcome.answer.id == name]
    found = exact or [i for i in items if name and i.key.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(i.key for i in found[:5])
        raise InputError(f"'{name}' fits {len(found)} answers; name one by its key: {keys}.")
    raise InputError(
        f"No answer has the key or the id '{name}'. `viva review RESULTS --list --all` shows them."
    )


def human_total(grade: Grade, verdicts: Mapping[str, Verdict]) -> float | None:
    """The total, 0..100, with a person's verdicts in place of the machine's.

    The arithmetic is the grade's own: deductions and caps stay, criteria without a verdict keep
    the machine's credit. None where no criterion has a credit.
    """
    criteria = [
        c.model_copy(update={"verdict": verdicts[c.id], "credit": VERDICT_CREDIT[verdicts[c.id]]})
        if c.id in verdicts
        else c
        for c in grade.criteria
    ]
    if all(c.credit is None for c in criteria):
        return None
    return total_of(criteria, grade.misconceptions, is_capped(grade.flags))


def rests_on(
    outcome: Grade | Ungraded, verdicts: Mapping[str, Verdict], given: float | None
) -> str:
    """Digest of what a person's total rests on.

    A total that was given rests on the words and the rubric alone, so it outlives a new grade of
    the same words. One made of verdicts rests on the rest of the machine's grade, too.
    """
    if isinstance(outcome, Ungraded):
        return digest([outcome.answer.text, outcome.answer.question])
    parts: list[object] = [
        outcome.answer.text,
        outcome.signature.rubric,
        [[c.id, c.points] for c in outcome.criteria],
    ]
    if given is None:
        parts += [
            [[c.id, c.credit] for c in outcome.criteria if c.id not in verdicts],
            [[m.id, m.deduct] for m in outcome.misconceptions],
            is_capped(outcome.flags),
        ]
    return digest(parts)


def review_of(item: Item, said: Judgement, author: str, at: datetime) -> HumanReview:
    """The record of a judgement.

    Raises:
        InputError: it says nothing, its total is none, or a verdict has no criterion or no credit.
    """
    answer, grade = item.outcome.answer, item.grade
    _check(item, said)
    total = said.total
    if total is None and said.verdicts and grade is not None:
        total = human_total(grade, said.verdicts)
    scored = grade is not None and any(c.credit is not None for c in grade.criteria)
    return HumanReview(
        key=item.key,
        question=grade.question_id if grade else answer.question,
        answer_id=answer.id,
        candidate=answer.candidate,
        source=answer.source,
        rests_on=rests_on(item.outcome, said.verdicts, said.total),
        author=author,
        at=at,
        verdicts=dict(said.verdicts),
        given=said.total,
        total=total,
        machine=grade.total if grade and scored else None,
        comment=said.comment.strip(),
    )


def _check(item: Item, said: Judgement) -> None:
    if said.total is None and not said.verdicts and not said.comment.strip():
        raise InputError("A review needs a total, a verdict or a comment.")
    if said.total is not None and not 0.0 <= said.total <= 100.0:  # noqa: PLR2004 - full marks
        raise InputError(f"The total is {said.total:g}; expected a number from 0 to 100.")
    known = [c.id for c in item.grade.criteria] if item.grade else []
    for criterion, verdict in said.verdicts.items():
        if not known:
            raise InputError(
                f"'{name_of(item.outcome.answer)}' was left ungraded, so it has no criteria: give "
                "it a total."
            )
        if criterion not in known:
            raise InputError(
                f"'{name_of(item.outcome.answer)}' has no criterion '{criterion}'; it has "
                f"{', '.join(known)}."
            )
        if verdict not in VERDICT_CREDIT:
            raise InputError(
                f"{criterion}: a person's verdict is one of "
                f"{', '.join(v.value for v in VERDICT_CREDIT)}."
            )


def human_rows(runs: Sequence[Results], reviews: Sequence[HumanReview]) -> list[HumanRow]:
    """Reviews as human scores: each author's newest total of each answer.

    Reviews that are outdated, or whose answer is in none of the runs, say so in `unusable`.
    """
    known: dict[str, list[Item]] = defaultdict(list)
    for run in runs:
        for item in items_of(run):
            known[item.key].append(item)
    newest = {(r.key, r.author): r for r in reviews if r.total is not None}
    rows: list[HumanRow] = []
    for review in newest.values():
        held = next((i for i in known[review.key] if i.holds(review)), None)
        reason = OUTDATED if known[review.key] else "no answer of the results has its key"
        rows.append(
            HumanRow(
                score=review.total,
                question=review.question,
                text=held.outcome.answer.text if held else "",
                candidate=review.candidate,
                id=review.answer_id,
                rater=review.author,
                source=f"review of {review.answer_id or review.key} by {review.author}",
                unusable="" if held else reason,
            )
        )
    return rows
