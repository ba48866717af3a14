"""Timed cue blocks, as WebVTT and SubRip files both have them.

A parser of our own, because the libraries' drop broken cues without a word or give no line
numbers: here nothing that was said is lost silently, and an error names its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vivavoce.adapters.transcripts.cues import Cue, fold
from vivavoce.adapters.transcripts.decoding import excerpt
from vivavoce.adapters.transcripts.labels import is_name, real_labels, split_label
from vivavoce.errors import AnswerFileError

__all__ = ["Block", "blocks", "is_timing", "labelled"]

STAMP = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?"
# The end may be missing; what follows it are settings such as "align:start".
TIMING = re.compile(rf"\s*{STAMP}\s*-->(?:\s*{STAMP})?(?:\s+[A-Za-z]\S*)*\s*")
VOICE_MARK = re.compile(r"^\s*(?:>>+\s*|[-\u2013\u2014]\s+)(?=[^\s-])")
"""What captions begin a line with when somebody else speaks."""
COUNTER = re.compile(r"\s*\d{1,9}\s*")


class Block(NamedTuple):
    """A cue as it stands in the file.

    Attributes:
        line: line of its timing, from 1.
        from_s, to_s: seconds; `to_s` is None where it is missing or before `from_s`.
        payload: (line, text), line by line.
    """

    line: int
    from_s: float
    to_s: float | None
    payload: tuple[tuple[int, str], ...]


def is_timing(line: str) -> bool:
    """Whether a line gives the times of a cue."""
    return TIMING.fullmatch(line) is not None


def blocks(name: str, lines: Sequence[tuple[int, str]]) -> Iterator[Block]:
    """Cues in order; text after an empty line without times of its own continues the cue.

    Args:
        name: the file's, for messages.
        lines: (line number, text); headers and comments left out.

    Raises:
        AnswerFileError: a broken timing, or words before the first one; names the line.
    """
    timing: tuple[int, float, float | None] | None = None
    payload: list[tuple[int, str]] = []
    for position, (number, line) in enumerate(lines):
        if "-->" in line and (is_timing(line) or _looks_like_timing(lines, position)):
            if timing is not None:
                yield Block(*timing, tuple(payload))
            timing, payload = (number, *_times(name, number, line)), []
        elif line.strip() and not _is_identifier(lines, position):
            if timing is None:
                raise AnswerFileError(
                    f"{name}, line {number}: {excerpt(line.strip())} stands before the first cue; "
                    "expected a line like 00:00:01.000 --> 00:00:04.000"
                )
            payload.append((number, line.strip()))
    if timing is not None:
        yield Block(*timing, tuple(payload))


def labelled(found: Sequence[Block], plain: list[list[tuple[int, str]]]) -> list[Cue]:
    """Cues with the speakers that `Name: words` lines tell; without one, the last goes on.

    Args:
        found: the cues.
        plain: their payloads without markup, (line, text).
    """
    plain = _named_above(plain)
    split = [
        [(number, text, split_label(VOICE_MARK.sub("", text))) for number, text in payload]
        for payload in plain
    ]
    real = real_labels(
        [label.name for payload in split for _, _, label in payload if label is not None],
        "\n".join(text for payload in plain for _, text in payload),
    )
    cues: list[Cue] = []
    speaker = ""
    for block, payload in zip(found, split, strict=True):
        parts: list[tuple[str, list[str], int, bool]] = []
        for number, text, label in payload:
            bare = VOICE_MARK.sub("", text)
            if label is not None and label.name in real:
                speaker = label.name
                parts.append((speaker, [label.text], number, True))
            elif parts and bare == text:
                parts[-1][1].append(text)
            else:
                parts.append((speaker, [bare], number, bare != text))
        cues += [
            Cue(who, fold(" ".join(said)), block.from_s, block.to_s, number, opens=opens)
            for who, said, number, opens in parts
        ]
    return cues


def _named_above(plain: list[list[tuple[int, str]]]) -> list[list[tuple[int, str]]]:
    """Payloads whose first line is the speaker's name, as Teams writes them, with a colon to it.

    It is one where every cue has such a line above its words and few names are told.
    """
    spoken = [payload for payload in plain if payload]
    firsts = [payload[0][1].strip() for payload in spoken]
    named = bool(spoken) and all(len(payload) > 1 for payload in spoken)
    if not named or 2 * len(set(firsts)) > len(firsts) or not all(map(is_name, firsts)):
        return plain
    return [
        [(payload[1][0], f"{payload[0][1].strip()}: {payload[1][1]}"), *payload[2:]]
        if payload
        else payload
        for payload in plain
    ]


def _times(name: str, number: int, line: str) -> tuple[float, float | None]:
    match = TIMING.fullmatch(line)
    if match is None:
        raise AnswerFileError(
            f"{name}, line {number}: {excerpt(line.strip())} is no cue timing; "
            "expected one like 00:00:01.000 --> 00:00:04.000"
        )
    start = _seconds(match.groups()[:4])
    end = _seconds(match.groups()[4:]) if match.group(6) is not None else None
    return start, end if end is not None and end >= start else None


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, whole, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(whole) + float(f"0.{fraction}")


def _looks_like_timing(lines: Sequence[tuple[int, str]], position: int) -> bool:
    """Whether a line with an arrow was meant as a timing and not said ("A --> B")."""
    before = lines[position - 1][1].strip() if position else ""
    return (
        lines[position][1].lstrip()[:1].isdigit()
        or not before
        or COUNTER.fullmatch(before) is not None
    )


def _is_identifier(lines: Sequence[tuple[int, str]], position: int) -> bool:
    """Whether a line is the name of the cue whose timing follows, or a counter left alone."""
    line = lines[position][1]
    after = lines[position + 1][1] if position + 1 < len(lines) else ""
    before = lines[position - 1][1].strip() if position else ""
    if "-->" in after and after.lstrip()[:1].isdigit():
        return not before or COUNTER.fullmatch(line) is not None
    return not before and not after.strip() and COUNTER.fullmatch(line) is not None
