"""Sentences compared word for word: the same sentence, the same claim, a copied run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from vivavoce.core.text import tokenise

__all__ = ["CopiedRuns", "claim", "folded"]

COPIED_WORDS = 8
FEWEST_LONG_WORDS = 6
"""Words of two letters or more in a copied run: a formula can hardly be spelt in other words."""

PUNCTUATION = re.compile(r"[,.;:!?\"]+(?=\s|$)")
MARK = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s,.;:!?\"]", re.UNICODE)  # noqa: RUF001
# Words that can come or go without changing what is claimed. Quantities, negations, modals and
# prepositions are absent: they are what a false sentence differs by.
WEIGHTLESS = frozenset(
    """
    a an the is are be been being was were that which just really quite rather simply basically
    actually literally essentially so then well um uh er yeah okay also please
    """.split()
)


def folded(text: str) -> str:
    """A sentence without letter case, spacing and punctuation; symbols of formulas are kept."""
    return " ".join(PUNCTUATION.sub("", text.casefold()).split())


def claim(text: str) -> tuple[str, ...]:
    """A sentence's words and symbols in order, less the words that claim nothing.

    Order counts, so a sentence with its roles swapped is another claim.
    """
    return tuple(m for m in MARK.findall(text.casefold()) if m not in WEIGHTLESS)


class CopiedRuns:
    """Finds runs of at least 8 words that a text shares with known texts.

    Args:
        texts: pairs of a name and a text.
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._runs: dict[tuple[str, ...], str] = {}
        for name, text in texts:
            for run in _windows(tokenise(text)):
                if sum(len(word) > 1 for word in run) >= FEWEST_LONG_WORDS:
                    self._runs.setdefault(run, name)

    def first(self, text: str) -> tuple[str, list[str]] | None:
        """The name of the text that the first such run is from, and the run's words."""
        words = tokenise(text)
        names = [self._runs.get(run) for run in _windows(words)]
        start = next((i for i, name in enumerate(names) if name), None)
        if start is None:
            return None
        name, end = names[start], start
        while end + 1 < len(names) and names[end + 1] == name:
            end += 1
        return str(name), words[start : end + COPIED_WORDS]


def _windows(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1))
