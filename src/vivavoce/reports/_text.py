"""Words and numbers that every report shares, and hostile text made visible."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from vivavoce.core.grade import Flag, Interval
from vivavoce.core.rubric import Verdict

__all__ = [
    "FLAGS",
    "VERDICTS",
    "FlagWords",
    "VerdictWords",
    "amount",
    "between",
    "clock",
    "counted",
    "one_line",
    "points",
    "signed",
    "visible",
    "whole",
]


class VerdictWords(NamedTuple):
    """How a verdict is shown: a symbol, one for ASCII terminals, and a word."""

    symbol: str
    ascii: str
    word: str


class FlagWords(NamedTuple):
    """A flag's name and what it means to someone who has never seen one."""

    title: str
    meaning: str


VERDICTS: dict[Verdict, VerdictWords] = {
    Verdict.MET: VerdictWords("✓", "+", "met"),
    Verdict.PARTLY: VerdictWords("◐", "~", "partly"),
    Verdict.MISSED: VerdictWords("○", "o", "missed"),
    Verdict.CONTRADICTED: VerdictWords("✗", "x", "contradicted"),
    Verdict.UNSCORED: VerdictWords("?", "?", "unscored"),
}

FLAGS: dict[Flag, FlagWords] = {
    Flag.EMPTY: FlagWords("Empty", "No words were given, so there is nothing to grade."),
    Flag.TOO_SHORT: FlagWords(
        "Too short", "A few words cannot show understanding; the score is capped."
    ),
    Flag.PARROTED: FlagWords(
        "Repeats the question",
        "Much of it only says the question back, which earns nothing; the score is capped.",
    ),
    Flag.KEYWORD_LIST: FlagWords(
        "List of keywords",
        "It names terms without saying anything about them; the score is capped.",
    ),
    Flag.OFF_TOPIC: FlagWords(
        "Off topic", "It is about something other than the question; the score is capped."
    ),
    Flag.INSTRUCTIONS: FlagWords(
        "Speaks to the grader",
        "It contains instructions meant for a grading program. They were not followed; "
        "the score is capped.",
    ),
    Flag.NOT_ENGLISH: FlagWords(
        "Not in English",
        "It does not seem to be in English, so the score is less certain.",
    ),
    Flag.CONTRADICTS_ITSELF: FlagWords(
        "Contradicts itself", "It says one thing and, elsewhere, the opposite."
    ),
    Flag.VERY_LONG: FlagWords("Very long", "It is far longer than a good answer needs to be."),
}

_HIDDEN = [
    *range(0x80, 0xA0),  # C1 controls: a terminal may take them for escape sequences
    *range(0x202A, 0x202F),  # bidirectional embeddings and overrides reorder what is read
    *range(0x2066, 0x206A),  # bidirectional isolates
    *range(0xD800, 0xE000),  # lone surrogates cannot be written as UTF-8
    *range(0xFFF9, 0xFFFC),  # interlinear annotation
    0xFFFE,
    0xFFFF,
    *range(0xE0000, 0xE0080),  # tags: ASCII that no font shows
]
_VISIBLE: dict[int, int] = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)},
    0x7F: 0x2421,
    **dict.fromkeys((0x2028, 0x2029), 0x0A),
    **dict.fromkeys(_HIDDEN, 0xFFFD),
}
_CARRIAGE = re.compile(r"\r(\n?)")


def visible(text: str) -> str:
    """The text with every control character replaced by one that can be seen.

    Offsets stay true: the result is as long as the text. Line breaks and tabs are kept; a
    carriage return becomes a line break, or a space where a line break follows it.
    """
    folded = _CARRIAGE.sub(lambda found: " \n" if found[1] else "\n", text)
    return folded.translate(_VISIBLE)


def one_line(text: str) -> str:
    """`visible`, with all white space folded to single spaces."""
    return " ".join(visible(text).split())


def clock(seconds: float | None) -> str:
    """Seconds as `mm:ss`, or `h:mm:ss` from an hour on; empty where the time is not known."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def whole(number: float) -> str:
    """A score without decimals."""
    return f"{number:.0f}"


def amount(number: float, decimals: int = 1) -> str:
    """Points or credit with as many decimals as they need, at most `decimals`."""
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(number: float) -> str:
    """A difference of scores with its sign, as `+4`; one below half a point is `0`."""
    text = f"{abs(number):.0f}"
    return text if text == "0" else f"{'−' if number < 0 else '+'}{text}"  # noqa: RUF001


def points(number: float) -> str:
    """`1 point`, `2.5 points`."""
    return f"{amount(number, 2)} {'point' if number == 1 else 'points'}"


def between(interval: Interval) -> str:
    """An interval as `61 to 81`."""
    return f"{whole(interval.low)} to {whole(interval.high)}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 answer`, `2 answers`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
