"""What a good answer to an open question has, whatever its content.

Opinion and experience decide there, so no reference can. What examiners look for besides is on
the surface and can be found by rule: a position, a reason for it, something specific (a number,
a name), an example of one's own, an order (structured-interview scales: Campion, Palmer &
Campion 1997). It is reported, not scored: a rule that scored it would be gamed by writing
"for example".
"""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["Quality", "missing", "qualities"]


class Quality(StrEnum):
    """Something a person looks for in an answer to an open question."""

    POSITION = "a position of its own"
    REASON = "a reason"
    NUMBER = "a number"
    NAME = "a name (a tool, a paper, a company)"
    EXAMPLE = "an example from one's own work"
    ORDER = "an order (first, then, finally)"


FOUND = {
    Quality.POSITION: (
        r"\b(?:i(?:'d| would| do)? (?:think|prefer|like|pick|choose|argue|recommend|suggest|start|"
        r"believe|use|say)|my (?:favou?rite|choice|pick|view|preference|approach|answer)|"
        r"in my (?:view|opinion|experience)|we should|you should|the best|the biggest)\b"
    ),
    Quality.REASON: (
        r"\b(?:because|since|so that|the reason|that's why|which is why|therefore|due to|as it)\b"
    ),
    Quality.NUMBER: (
        r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|"
        r"billion|half|percent|per cent)\b"
    ),
    Quality.EXAMPLE: (
        r"\b(?:i|we) (?:once |also |then |have |had |'ve )?(?:built|used|trained|worked|wrote|read|"
        r"shipped|ran|did|made|saw|tried|found|took|spent|implemented|deployed|learned|learnt|"
        r"started|moved|measured|cut|been)\b|\b(?:at my|in my|on my|my team|my last|last year)\b"
    ),
    Quality.ORDER: (
        r"\b(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|lastly|to start|to begin|"
        r"next|then|after that|on the one hand|on the other hand)\b"
    ),
}
PATTERNS = {quality: re.compile(pattern, re.IGNORECASE) for quality, pattern in FOUND.items()}
# A capital inside a sentence, or inside a word: "Kaggle", "PyTorch", "GPT-4".
NAME = re.compile(r"(?<![.!?\n])(?<!^)\s(?!I\b|I')[A-Z][\w-]+|\b[A-Za-z]+[A-Z][\w-]*|\b[A-Z]{2,}\b")


def qualities(text: str) -> frozenset[Quality]:
    """Those that the text shows a sign of.

    Speech that was written down without capitals shows no names; nothing else depends on case.
    """
    found = {quality for quality, pattern in PATTERNS.items() if pattern.search(text)}
    if NAME.search(text):
        found.add(Quality.NAME)
    return frozenset(found)


def missing(text: str) -> tuple[Quality, ...]:
    """Those that it shows no sign of, in the order of `Quality`.

    Names are not asked of a text without any capital letter: it is speech.
    """
    found = qualities(text)
    spoken = text == text.lower()
    return tuple(q for q in Quality if q not in found and not (spoken and q is Quality.NAME))
