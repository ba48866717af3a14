"""Names that tell the answers of a run apart, whatever file their results are in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded

__all__ = ["DIGITS", "Names", "digest", "names_of"]

DIGITS = 16


class Names:
    """Gives each answer a name of its own: the nth with the same parts is another one.

    Iterating gives the names in the order in which they were given.
    """

    def __init__(self) -> None:
        self._given: dict[str, None] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def of(self, *parts: str) -> str:
        """A new name, `DIGITS` hex digits."""
        nth = 0
        while (name := digest([*parts, nth])) in self._given:
            nth += 1
        self._given[name] = None
        return name

    def of_answer(self, answer: Answer) -> str:
        """A new name made of an answer's id, candidate and question."""
        return self.of("answer", answer.id, answer.candidate, answer.question)


def names_of(outcomes: Iterable[Grade | Ungraded]) -> list[str]:
    """The name of each answer, in order: that of its `key` in a file of results."""
    names = Names()
    return [names.of_answer(one.answer) for one in outcomes]


def digest(value: object) -> str:
    """Of a value made of plain JSON values: `DIGITS` hex digits of its SHA-256."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:DIGITS]
