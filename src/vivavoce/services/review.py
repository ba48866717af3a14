"""A person's review of stored results: what waits, what was said, and what is added to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum

from vivavoce.core.grade import CriterionGrade
from vivavoce.core.results import Results
from vivavoce.core.review import Item, Judgement, find, human_total, items_of, queue, review_of
from vivavoce.core.rubric import VERDICT_CREDIT, Verdict
from vivavoce.errors import InputError
from vivavoce.ports import ReviewStore

__all__ = ["SIGNS", "Move", "ReviewDesk", "Walk", "read_verdict"]

SIGNS = {
    "+": Verdict.MET,
    "~": Verdict.PARTLY,
    "o": Verdict.MISSED,
    "x": Verdict.CONTRADICTED,
}
"""One key for each verdict that a person can give."""


class ReviewDesk:
    """The answers of a run with their reviews, for one author.

    Args:
        now: the time of a review, with its time zone.

    Raises:
        InputError: the results hold no answer, or the reviews cannot be read.
    """

    def __init__(
        self, results: Results, store: ReviewStore, author: str, now: Callable[[], datetime]
    ) -> None:
        if not results.grades and not results.ungraded:
            raise InputError(f"{results.title}: holds no answer, so there is nothing to review.")
        self.author = author
        self._store = store
        self._now = now
        self._items = items_of(results, store.reviews())

    @property
    def items(self) -> tuple[Item, ...]:
        """Every answer, in the order of the results."""
        return self._items

    def queue(self, *, everything: bool = False) -> list[Item]:
        """What waits for a person; see `core.review.queue`."""
        return queue(self._items, everything=everything)

    def find(self, name: str) -> Item:
        """The answer with this key or id.

        Raises:
            InputError: there is none, or there are several.
        """
        return find(self._items, name)

    def save(self, key: str, said: Judgement) -> Item:
        """Adds a judgement to the store; the answer as it stands now.

        Raises:
            InputError: the judgement cannot be kept, or makes no sense for this answer.
        """
        review = review_of(self.find(key), said, self.author, self._now())
        self._store.add(review)
        self._items = tuple(
            i._replace(reviews=(*i.reviews, review)) if i.key == key else i for i in self._items
        )
        return self.find(key)


class Move(Enum):
    """What a line asked for."""

    NEXT = "another answer, or none"
    NOTED = "the draft changed"
    HELP = "help"
    STOP = "the end"


class Walk:
    """Goes through answers one by one, a line of input at a time.

    What is entered for an answer is a draft until the walk goes on, stops, or is told to `keep`.

    Attributes:
        draft: what was entered for the present answer.
        saved: reviews that were kept.
    """

    def __init__(self, desk: ReviewDesk, items: Sequence[Item]) -> None:
        self._desk = desk
        self._keys = [i.key for i in items]
        self._at = 0
        self.draft = Judgement()
        self.saved = 0

    @property
    def item(self) -> Item | None:
        """The present answer; None at the end."""
        return self._desk.find(self._keys[self._at]) if self._at < len(self._keys) else None

    @property
    def place(self) -> tuple[int, int]:
        """The present answer's number, from 1, and how many there are."""
        return self._at + 1, len(self._keys)

    @property
    def total(self) -> float | None:
        """What the draft comes to."""
        if self.draft.total is not None or not self.draft.verdicts:
            return self.draft.total
        grade = self.item.grade if self.item else None
        return human_total(grade, self.draft.verdicts) if grade else None

    def keep(self) -> bool:
        """Saves the draft, if there is one, and empties it.

        Raises:
            InputError: it could not be kept; the draft stays.
        """
        said = self.draft
        if self.item is None or (said.total is None and not said.verdicts and not said.comment):
            return False
        self._desk.save(self.item.key, said)
        self.draft = Judgement()
        self.saved += 1
        return True

    def enter(self, line: str) -> Move:
        """Does what a line says; nothing at all where it is not understood.

        Raises:
            InputError: the line has no meaning here; the message says what has.
        """
        word, _, rest = line.strip().partition(" ")
        if word in ("q", "b", ""):
            self.keep()
            if word != "q":
                self._at = max(0, self._at - 1) if word == "b" else self._at + 1
            return Move.STOP if word == "q" else Move.NEXT
        if word in ("?", "h"):
            return Move.HELP
        if word == "u":
            self.draft = Judgement()
        elif word == "c":
            self.draft = self.draft._replace(comment=rest.strip())
        elif word == "a":
            self._accept()
        else:
            self._judge(line.split())
        return Move.NOTED

    def _accept(self) -> None:
        grade = self.item.grade if self.item else None
        if grade is None or all(c.credit is None for c in grade.criteria):
            raise InputError("There is no machine's total to accept; enter one.")
        self.draft = self.draft._replace(total=grade.total)

    def _judge(self, words: Sequence[str]) -> None:
        draft = self.draft
        criteria = self.item.grade.criteria if self.item and self.item.grade else ()
        for word in words:
            name, sign, verdict = word.partition("=")
            if sign:
                said = {_criterion(name, criteria): read_verdict(verdict)}
                draft = draft._replace(verdicts={**draft.verdicts, **said})
            else:
                draft = draft._replace(total=_total(word))
        self.draft = draft


def read_verdict(text: str) -> Verdict:
    """A verdict from its sign, its name, or an unmistakable beginning of it.

    Raises:
        InputError: it is none that a person can give.
    """
    word = text.strip().casefold()
    found = [v for v in VERDICT_CREDIT if word and v.value.startswith(word)]
    if word in SIGNS:
        return SIGNS[word]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{v.value} ({sign})" for sign, v in SIGNS.items())
    raise InputError(f"'{text}' is no verdict; expected {names}.")


def _criterion(name: str, criteria: Sequence[CriterionGrade]) -> str:
    """A criterion's id from its number in the grade or its id."""
    if not criteria:
        raise InputError("The answer was left ungraded, so it has no criteria: give it a total.")
    if name.isdecimal() and 1 <= int(name) <= len(criteria):
        return criteria[int(name) - 1].id
    if name in [c.id for c in criteria]:
        return name
    raise InputError(
        f"There is no criterion '{name}'; expected a number from 1 to {len(criteria)}, or one of "
        f"{', '.join(c.id for c in criteria)}."
    )


def _total(word: str) -> float:
    try:
        value = float(word.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not 0.0 <= value <= 100.0:  # noqa: PLR2004 - full marks
        raise InputError(
            f"'{word}' is not understood; enter a total from 0 to 100, a verdict such as 1=met, "
            "or ? for help."
        )
    return value
