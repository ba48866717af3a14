"""Cuts an answer into overlapping clauses, each small enough to carry one claim.

Written text is cut at its punctuation and at conjunctions; speech without punctuation at the
words that begin a new claim ("but", "because", "whereas", "and then"). Neighbouring pieces are
also joined, because a claim may need two of them ("as complexity goes up, bias goes down").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vivavoce.core.answer import Span

__all__ = ["clauses", "pieces", "sentences", "words"]

WORD = re.compile(r"\w+(?:['’\-]\w+)*", re.UNICODE)  # noqa: RUF001
# A full stop inside a number or an abbreviation of letters ("e.g.", "0.5") ends nothing. A run of
# stops is taken whole, never in part, so that thousands of them take no longer than their number.
SENTENCE_END = re.compile(
    r"(?<![A-Za-z]\.[A-Za-z])(?<![.!?…])[.!?…]++[\"')\]]*+(?=\s|$)|[\n\r]+|[;:](?=\s)"
)
STARTERS = re.compile(
    r",\s+|\s[-–—]+\s|\s(?=(?:and|but|because|so|whereas|while|although|though|however|which|"  # noqa: RUF001
    r"since|unless|when|if|then|or|meaning|therefore|instead|otherwise|that's|it's)\s)",
    re.IGNORECASE,
)
SHORTEST = 4
"""Words below which a piece is joined to its neighbour."""
LONGEST = 24
"""Words above which a piece without any cutting place is cut anyway."""
JOINED = 3
"""Pieces joined into one clause at most."""
CLAUSE_WORDS = 48
"""Words of a joined clause at most."""


def words(text: str) -> list[Span]:
    """Each word's range."""
    return [Span(start=m.start(), end=m.end()) for m in WORD.finditer(text)]


def sentences(text: str) -> list[Span]:
    """Sentences as their punctuation or line ends divide them, white space trimmed."""
    return list(_split(text, 0, len(text), SENTENCE_END))


def pieces(text: str) -> list[Span]:
    """The smallest units, in order, without overlap; together they cover every word."""
    out: list[Span] = []
    for sentence in sentences(text):
        cut = list(_split(text, sentence.start, sentence.end, STARTERS))
        for span in _join_short(text, cut):
            out.extend(_cut_long(text, span))
    return out


def clauses(text: str) -> list[Span]:
    """Pieces, and runs of two and three of them, in order of start then of length."""
    small = pieces(text)
    sizes = [len(words(s.of(text))) for s in small]
    out: list[Span] = []
    for i, first in enumerate(small):
        total = 0
        for j in range(i, min(i + JOINED, len(small))):
            total += sizes[j]
            if j > i and total > CLAUSE_WORDS:
                break
            out.append(Span(start=first.start, end=small[j].end))
    return out


def _split(text: str, start: int, end: int, at: re.Pattern[str]) -> Iterator[Span]:
    """Ranges between the matches of `at`; a match's own characters stay with what is before."""
    begin = start
    for match in at.finditer(text, start, end):
        span = _trim(text, begin, match.end())
        if span is not None:
            yield span
        begin = match.end()
    span = _trim(text, begin, end)
    if span is not None:
        yield span


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start=start, end=end) if WORD.search(text, start, end) else None


def _join_short(text: str, cut: list[Span]) -> list[Span]:
    """Pieces of too few words joined to the one before, or to the next at a sentence's start."""
    out: list[Span] = []
    before = 0
    for span in cut:
        count = _count(text, span)
        if out and min(count, before) < SHORTEST:
            out[-1] = Span(start=out[-1].start, end=span.end)
            before += count
        else:
            out.append(span)
            before = count
    return out


def _cut_long(text: str, span: Span) -> Iterator[Span]:
    inside = [m.span() for m in WORD.finditer(text, span.start, span.end)]
    parts = -(-len(inside) // LONGEST)
    if parts <= 1:
        yield span
        return
    size = -(-len(inside) // parts)
    for k in range(0, len(inside), size):
        last = min(k + size, len(inside))
        end = span.end if last == len(inside) else inside[last - 1][1]
        start = span.start if k == 0 else inside[k][0]
        yield Span(start=start, end=end)


def _count(text: str, span: Span) -> int:
    return sum(1 for _ in WORD.finditer(text, span.start, span.end))
