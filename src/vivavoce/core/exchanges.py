"""An interview as exchanges: what is asked or thrown in, and what is said to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from vivavoce.core.asking import is_acknowledgement, is_ask, is_clarifying, openers
from vivavoce.core.question_matching import (
    LONG_SENTENCE,
    OPENERS_A_SENTENCE,
    WORDS_FROM_OPENER,
)
from vivavoce.core.units import Unit

__all__ = ["Exchange", "Reach", "asked_back", "exchanges", "reaches", "runs"]

UNITS_A_REACH = 3
CLARIFYING_WORDS = 30
PAUSE_S = 0.3
"""Silence in seconds after which unpunctuated words are no longer the same question."""


class Reach(NamedTuple):
    """A run of units that may put one question.

    Attributes:
        start, end: positions among the units, half-open.
        asks: whether it has the form of a question.
        at: offset in the first unit from which it was read.
    """

    text: str
    start: int
    end: int
    asks: bool
    at: int = 0


class Exchange(NamedTuple):
    """Positions of units.

    Attributes:
        asking: what the one who asks says, in order; () before anybody asks.
        answering: what is said to it, without the back-channels of who asks.
        heard: those back-channels.
    """

    asking: tuple[int, ...]
    answering: tuple[int, ...] = ()
    heard: tuple[int, ...] = ()


def reaches(units: Sequence[Unit]) -> list[Reach]:
    """Runs of up to three units, and from each question opener of a long one on."""
    out: list[Reach] = []
    for i, unit in enumerate(units):
        for n in range(1, UNITS_A_REACH + 1):
            if i + n <= len(units) and units[i + n - 1].turn - unit.turn < UNITS_A_REACH:
                run = " ".join(u.text for u in units[i : i + n])
                asks = is_ask(units[i + n - 1].text) or (n > 1 and _runs_on(units[i : i + n]))
                out.append(Reach(run, i, i + n, asks))
        words = unit.text.split()
        if len(words) >= LONG_SENTENCE or _runs_on(units[i : i + 2]):
            # A recogniser's cue ends amid a question; the next ones say what it asks.
            on = sum(1 for n in (1, 2) if _runs_on(units[i : i + n + 1]))
            last = min(i + 1 + on, len(units))
            for at in openers(unit.text)[:OPENERS_A_SENTENCE]:
                said = " ".join([unit.text[at:], *(u.text for u in units[i + 1 : last])])
                tail = " ".join(said.split()[:WORDS_FROM_OPENER])
                out.append(Reach(tail, i, last, True, at))
    return out


def _runs_on(units: Sequence[Unit]) -> bool:
    """Whether a sentence without an end goes through all of them, and asks in its first."""
    return (
        len(units) > 1
        and is_ask(units[0].text)
        and all(u.text[-1] not in ".?!\u2026" for u in units[:-1])
        and not any(u.pause_s is not None and u.pause_s >= PAUSE_S for u in units[1:])
    )


def exchanges(units: Sequence[Unit], asks: Sequence[bool]) -> list[Exchange]:
    """Units by who says them, in exchanges; a mere "mm-hm" of who asks divides none."""
    out: list[Exchange] = []
    for by_asker, run in groupby(range(len(units)), key=lambda i: asks[i]):
        positions = tuple(run)
        if not by_asker:
            before = out.pop() if out else Exchange(())
            out.append(before._replace(answering=before.answering + positions))
        elif all(is_acknowledgement(units[i].text) for i in positions) and out:
            out[-1] = out[-1]._replace(heard=out[-1].heard + positions)
        else:
            out.append(Exchange(positions))
    return out


def asked_back(units: Sequence[Unit], said: Sequence[int], *, answered: bool) -> set[int]:
    """Positions of the questions about the question, and words around them that claim nothing.

    Args:
        said: positions of what one voice says without a break by the other.
        answered: whether the question has been answered before in part.
    """
    texts = [units[i].text for i in said]
    if not answered and any("?" in t for t in texts) and _is_mere_question(texts):
        return set(said)
    first, last = _head(texts), len(texts) - _head(texts[::-1])
    if first >= last or all(map(is_acknowledgement, texts[first:last])):
        return set(said) if first or last < len(texts) else set()
    return {i for n, i in enumerate(said) if n < first or n >= last}


def _is_mere_question(texts: Sequence[str]) -> bool:
    """Whether somebody who was asked says nothing but a question in return."""
    short = sum(len(text.split()) for text in texts) <= CLARIFYING_WORDS
    return short and all(t.endswith("?") or is_acknowledgement(t) for t in texts)


def _head(texts: Sequence[str]) -> int:
    """How many sentences at the beginning ask how the question is meant, "okay" between them."""
    count = 0
    for n, text in enumerate(texts, start=1):
        if is_clarifying(text) and len(text.split()) <= CLARIFYING_WORDS:
            count = n
        elif not is_acknowledgement(text):
            break
    return count


def runs(units: Sequence[Unit], positions: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Positions of one speaker that follow each other without a break."""
    group: list[int] = []
    for i in positions:
        if group and (i != group[-1] + 1 or units[i].speaker != units[group[-1]].speaker):
            yield tuple(group)
            group = []
        group.append(i)
    if group:
        yield tuple(group)
