"""Cues, the timed or labelled pieces that transcript files are made of, joined into turns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vivavoce.adapters.transcripts.decoding import clean
from vivavoce.core.answer import Segment
from vivavoce.core.transcript import Turn

__all__ = ["Cue", "fold", "to_turns", "without_repeats"]

SENTENCE_END = re.compile(r"[.?!…][\"')\]”]*$")
CUES_A_TURN = 6
"""Cues without speaker and sentence end that are joined at most."""
PAUSE_S = 1.5
"""A pause that ends a turn where speakers are not known."""
TOUCHING_S = 0.1
REPEATED_WORDS = 4
"""Words at the end of a cue that the next one repeats no more by chance."""
LONGEST_OVERLAP = 60


class Cue(NamedTuple):
    """One piece of a transcript file.

    Attributes:
        text: the words, white space folded.
        from_s, to_s: seconds; None where not known.
        line: line of the file, from 1.
        confidence: 0..1 as the recogniser gave it; None where it gave none.
        words: its words with their own times, offsets in `text`; () where only the cue has them.
        opens: whether somebody else begins to speak, though nobody is named.
    """

    speaker: str
    text: str
    from_s: float | None
    to_s: float | None
    line: int
    confidence: float | None = None
    words: tuple[Segment, ...] = ()
    opens: bool = False


def fold(text: str) -> str:
    """White space of every kind folded to single spaces, control characters too."""
    return " ".join(clean(text).split())


def to_turns(cues: Iterable[Cue]) -> tuple[Turn, ...]:
    """Joins neighbours of one speaker; cues without a speaker up to the end of a sentence."""
    groups: list[list[Cue]] = []
    for cue in cues:
        if not cue.text:
            continue
        if groups and _belongs(cue, groups[-1]):
            groups[-1].append(cue)
        else:
            groups.append([cue])
    return tuple(_turn(group) for group in groups)


def without_repeats(cues: Sequence[Cue]) -> list[Cue]:
    """Drops what rolling captions say again: words that the cue before already ended with."""
    out: list[Cue] = []
    before: Cue | None = None
    for cue in cues:
        said = _said_again(before, cue)
        words = cue.text.split()
        if said < len(words):
            out.append(cue._replace(text=" ".join(words[said:])))
        elif out and cue.to_s is not None:
            out[-1] = out[-1]._replace(to_s=cue.to_s)
        before = cue
    return out


def _said_again(before: Cue | None, cue: Cue) -> int:
    """How many words at the beginning of a cue repeat the end of the one before."""
    if before is None or before.speaker != cue.speaker or not _touch(before, cue):
        return 0
    old, new = before.text.split(), cue.text.split()
    if new[: len(old)] == old:
        return len(old)
    if len(new) <= len(old) and old[-len(new) :] == new:
        return len(new)
    longest = min(len(old), len(new), LONGEST_OVERLAP)
    sizes = range(longest, REPEATED_WORDS - 1, -1)
    return next((n for n in sizes if old[-n:] == new[:n]), 0)


def _touch(before: Cue, cue: Cue) -> bool:
    if before.from_s is None or cue.from_s is None:
        return False
    end = before.from_s if before.to_s is None else before.to_s
    return before.from_s <= cue.from_s <= end + TOUCHING_S


def _belongs(cue: Cue, group: list[Cue]) -> bool:
    last = group[-1]
    if cue.speaker or last.speaker:
        return cue.speaker == last.speaker
    if cue.opens:
        return False
    if len(group) >= CUES_A_TURN or SENTENCE_END.search(last.text):
        return False
    return cue.from_s is None or last.to_s is None or cue.from_s - last.to_s < PAUSE_S


def _turn(group: list[Cue]) -> Turn:
    segments: list[Segment] = []
    start = 0
    for cue in group:
        end = start + len(cue.text)
        if cue.words:
            segments += [
                word.model_copy(update={"start": word.start + start, "end": word.end + start})
                for word in cue.words
            ]
        elif cue.from_s is not None or cue.confidence is not None:
            segments.append(
                Segment(
                    start=start,
                    end=end,
                    from_s=cue.from_s,
                    to_s=cue.to_s,
                    confidence=cue.confidence,
                )
            )
        start = end + 1
    return Turn(
        speaker=group[0].speaker,
        text=" ".join(cue.text for cue in group),
        from_s=group[0].from_s,
        to_s=next((cue.to_s for cue in reversed(group) if cue.to_s is not None), None),
        line=group[0].line,
        segments=tuple(segments),
    )
