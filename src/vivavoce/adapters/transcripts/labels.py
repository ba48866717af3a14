"""Speaker labels at the beginning of a line, and which of them really are speakers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["TIME", "Label", "is_name", "real_labels", "seconds", "split_label", "stamp_of"]

TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
STAMP = re.compile(
    rf"\s*(?:[\[(]\s*)?(?P<start>{TIME})(?:\s*(?:-->|[-–])\s*(?P<end>{TIME}))?"  # noqa: RUF001
    r"(?:\s*[\])])?(?=[\s:\[(]|$)\s*(?:[-–]\s+)?"  # noqa: RUF001
)
LABEL = re.compile(
    rf"(?P<name>[^:\n]{{1,60}}?)\s*(?:[\[(]?(?P<time>{TIME})[\])]?\s*)?"
    r"(?:(?P<colon>:)(?:\s+(?P<text>.*)|$)|$)"
)
LONE_STAMP = re.compile(rf"[\[(]?\s*(?P<time>{TIME})\s*[\])]?")
MOST_WORDS = 6
NAME_WORD = re.compile(r"[\w(\[#][\w.'’()\[\]#/&+-]*,?", re.UNICODE)  # noqa: RUF001
ROLES_TEXT = """
a answer applicant candidate examinee examiner guest host interviewee interviewer moderator
panelist panellist q question recruiter speaker student unknown
"""
ROLES = frozenset(ROLES_TEXT.split())
LEAD_INS_TEXT = """
also and attendees because but caution conclusion date definition duration e.g edit example
examples finally first firstly formula hint http https i.e important location nb note notes or
participants ps reason recording remember result results second secondly so solution step
subject summary then third thirdly time tip title topic transcript update warning well
"""
LEAD_INS = frozenset(LEAD_INS_TEXT.split())

PARTICLES_TEXT = """
al bin da de del den der di la le of van von y
"""
PARTICLES = frozenset(PARTICLES_TEXT.split())


class Label(NamedTuple):
    """A line's speaker, time and words.

    Attributes:
        from_s, to_s: seconds; None where the line carries no time.
        text: what follows the label.
    """

    name: str
    from_s: float | None
    to_s: float | None
    text: str


def seconds(stamp: str) -> float:
    """`1:02:03.5`, `02:03` or `02:03,500` in seconds."""
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def stamp_of(text: str) -> str | None:
    """The time that a text is and nothing else, brackets taken off; None where it is none."""
    match = LONE_STAMP.fullmatch(text.strip())
    return match["time"] if match else None


def split_label(line: str) -> Label | None:
    """`Name: words`, with a time before or after the name; None where there is no label.

    A line that is nothing but a name and a time ("Maya Chen  0:12") is a label too.
    """
    start, end, rest = _stamp(line)
    match = LABEL.match(rest)
    if match is None or not is_name(match["name"]):
        return None
    if match["time"] is not None:
        start, end = seconds(match["time"]), None
    elif match["colon"] is None:
        return None
    return Label(_bare(match["name"]), start, end, (match["text"] or "").strip())


def real_labels(found: Iterable[str], text: str) -> frozenset[str]:
    """Which of the labels found in a file are speakers.

    A name whose words occur uncapitalised more often than it heads a line ("Precision: ...")
    is a word of the speech and not a speaker.
    """
    counts = Counter(found)
    words = Counter(re.findall(r"\w+", text)) if counts else Counter[str]()
    return frozenset(name for name, count in counts.items() if _is_real(name, count, words))


def _is_real(name: str, count: int, words: Counter[str]) -> bool:
    plain = re.sub(r"[\W_]+", " ", name.casefold()).split()
    if plain and plain[0].strip("0123456789") in ROLES:
        return True
    if not plain or name.casefold().rstrip(".") in LEAD_INS or plain[0] in LEAD_INS:
        return False
    if name[0].islower():
        return count > 1 and len(plain) == 1 and words[name] < 2 * count
    return min(words[word] for word in plain) < count


def _stamp(line: str) -> tuple[float | None, float | None, str]:
    match = STAMP.match(line)
    if match is None:
        return None, None, line.strip()
    end = match["end"]
    return seconds(match["start"]), seconds(end) if end else None, line[match.end() :].strip()


def is_name(text: str) -> bool:
    """Whether it is short and made of words that a name is made of."""
    text = text.strip()
    if not any(character.isalpha() for character in text):
        return False
    words = text.split()
    if len(words) > MOST_WORDS or not all(NAME_WORD.fullmatch(word) for word in words):
        return False
    if len(words[1:]) == 1 and words[0].casefold() in ROLES:
        return True
    return len(words) == 1 or all(
        not word[0].islower() or word in PARTICLES or word.casefold() in ROLES for word in words
    )


def _bare(name: str) -> str:
    """Without the brackets that diarisation tools put around names, white space folded."""
    name = " ".join(name.split())
    inside = name[1:-1].strip()
    return inside if inside and name[0] + name[-1] in ("[]", "()") else name
