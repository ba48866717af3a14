"""Finds a quote in an answer, so that a judge cannot make up what was said."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from vivavoce.core.answer import Span
from vivavoce.core.text import content_stems

__all__ = ["locate"]

MOST_PARTS = 4
FARTHEST = 300
"""Characters between two parts of a quote at most: an ellipsis leaves out words, not pages."""
PART_WORDS = 2
"""Words in each part of a quote with an ellipsis: single words can be put together to anything."""
_ELLIPSIS = re.compile(r"\[\s*(?:\.{3,}|…)\s*\]|\(\s*(?:\.{3,}|…)\s*\)|\.{3,}|…|\.\s\.\s\.")
_WORD = re.compile(r"\w+")
# These stand for brackets that were made plain before the judge saw the answer.
_BRACKETS = frozenset("<>‹›«»〈〉《》⟨⟩≪≫|")


def locate(quote: str, text: str) -> tuple[Span, ...]:
    """Where the quote stands in the text; empty where it does not.

    Letter case, white space, punctuation and ellipsis may differ, nothing else. A quote with an
    ellipsis gives a span for each of its parts, in order and not far from each other.
    """
    parts = [p for p in _ELLIPSIS.split(quote) if _WORD.search(p)]
    if not parts or len(parts) > MOST_PARTS or not _says_something(quote):
        return ()
    if len(parts) > 1 and any(len(_WORD.findall(p)) < PART_WORDS for p in parts):
        return ()
    plain, back = _plain(text)
    wanted = [_plain(part)[0] for part in parts]
    at = 0
    while True:
        found, first = _in_order(wanted, plain, back, text, at)
        if found or first < 0:
            return found
        at = first + 1


def _in_order(
    wanted: list[str], plain: str, back: list[int], text: str, at: int
) -> tuple[tuple[Span, ...], int]:
    """Spans of the parts from `at` on, and where the first one was; -1 where it is nowhere."""
    out: list[Span] = []
    first = -1
    for part in wanted:
        start = _at_words(part, plain, back, text, at)
        if start < 0:
            return (), first
        span = Span(start=back[start], end=back[start + len(part) - 1] + 1)
        if out and span.start - out[-1].end > FARTHEST:
            return (), first
        first = start if first < 0 else first
        out.append(span)
        at = start + len(part)
    return tuple(out), first


def _at_words(part: str, plain: str, back: list[int], text: str, at: int) -> int:
    """Where a part stands with whole words at both ends; -1 where nowhere."""
    start = plain.find(part, at)
    while start >= 0:
        begin, end = back[start], back[start + len(part) - 1] + 1
        if not (_joined(text, begin) or _joined(text, end)):
            return start
        start = plain.find(part, start + 1)
    return -1


def _joined(text: str, at: int) -> bool:
    """Whether a word goes on across this offset."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


# Every quote of a reply is looked for in the same answer.
@lru_cache(maxsize=256)
def _plain(text: str) -> tuple[str, list[int]]:
    """Letters, digits and signs in lower case, and the offset that each came from."""
    kept: list[str] = []
    back: list[int] = []
    for i, char in enumerate(text):
        if char.isalnum() or _is_sign(text, i):
            for small in char.casefold():
                kept.append(small)
                back.append(i)
    return "".join(kept), back


def _is_sign(text: str, i: int) -> bool:
    """A mathematical sign, or the point of a number: they decide what is said."""
    char = text[i]
    if char in ".,":
        return 0 < i < len(text) - 1 and text[i - 1].isdigit() and text[i + 1].isdigit()
    return unicodedata.category(char) == "Sm" and char not in _BRACKETS


def _says_something(quote: str) -> bool:
    return bool(content_stems(quote)) or any(char.isdigit() for char in quote)
