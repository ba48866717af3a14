"""Names and addresses give way to placeholders before an answer is sent to a judge.

E-mail addresses, URLs and phone numbers by plain patterns, the names that a user gives, and those
that a `ports.NameFinder` has found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from vivavoce.core.rubric import Rubric, ThisRubric

__all__ = ["Redacted", "people_in", "redact"]

SHORTEST_NAME = 2
FEWEST_DIGITS = 8
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ()/.-]{6,20}\d(?![\w.]?\d)")
_WORDS = re.compile(r"\w+")
_DECIMAL = re.compile(r"\d+\.\d+")


class Redacted(NamedTuple):
    """A text without names and addresses.

    Attributes:
        names: placeholder to the words it stands for.
    """

    text: str
    names: dict[str, str]


def redact(text: str, names: Sequence[str] = (), people: Sequence[str] = ()) -> Redacted:
    """The text with placeholders such as `[NAME-1]`, `[PERSON-1]` and `[EMAIL-1]`.

    A name keeps its number wherever the same list is used; the same address and the same person
    get the same placeholder within one text. Names match whole words; the longest first.

    Args:
        names: of people and companies, as the user gave them; letter case is ignored.
        people: names found in this text, as they stand there: "Mark" hides no "mark".
    """
    found: dict[str, str] = {}
    given = _numbered(names)
    text = _replaced(_URL, "LINK", text, found)
    text = _replaced(_EMAIL, "EMAIL", text, found)
    text = _replaced(_PHONE, "PHONE", text, found)
    wanted = [(name, f"NAME-{number}", re.IGNORECASE) for name, number in given.items()]
    others = dict.fromkeys(p.strip() for p in people if p.strip().lower() not in given)
    wanted += [
        (name, f"PERSON-{number}", re.NOFLAG)
        for number, name in enumerate(others, 1)
        if len(name) >= SHORTEST_NAME
    ]
    for name, kind, flags in sorted(wanted, key=lambda one: -len(one[0])):
        words = r"\s+".join(re.escape(word) for word in name.split())
        pattern = re.compile(rf"(?<!\w){words}(?!\w)", flags)
        tag = _free(kind, text, found)
        # A name may be a word that placeholders are made of: "Link", "Email".
        parts = re.split(f"({'|'.join(map(re.escape, found))})", text) if found else [text]
        first = next(filter(None, map(pattern.search, parts[::2])), None)
        if first:
            found[tag] = first.group()
            parts[::2] = [pattern.sub(tag, part) for part in parts[::2]]
            text = "".join(parts)
    return Redacted(text, found)


def people_in(found: Sequence[str], rubric: Rubric) -> tuple[str, ...]:
    """Names without those that are words of the subject: "Lasso" in an answer about L1."""
    own = _words_of(ThisRubric(rubric))
    return tuple(
        name for name in found if not all(w.casefold() in own for w in _WORDS.findall(name))
    )


@lru_cache(maxsize=256)
def _words_of(this: ThisRubric) -> frozenset[str]:
    rubric = this.rubric
    texts = [rubric.question, *rubric.asked_as, rubric.reference]
    for one in rubric.criteria:
        texts += [one.statement, *one.accept, *one.reject]
    for belief in rubric.misconceptions:
        texts += [belief.statement, belief.correction]
    return frozenset(word.casefold() for text in texts for word in _WORDS.findall(text))


def _numbered(names: Sequence[str]) -> dict[str, int]:
    """Names, trimmed, with their number in the list; repeats and single letters left out."""
    out: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if len(name.strip()) >= SHORTEST_NAME:
            out.setdefault(name.strip().lower(), number)
    return out


def _replaced(pattern: re.Pattern[str], kind: str, text: str, found: dict[str, str]) -> str:
    tags: dict[str, str] = {}

    def tag_of(match: re.Match[str]) -> str:
        said = match.group()
        if kind == "PHONE" and not _is_phone(said):
            return said
        if said not in tags:
            tags[said] = _free(f"{kind}-{len(tags) + 1}", text, found)
            found[tags[said]] = said
        return tags[said]

    return pattern.sub(tag_of, text)


def _is_phone(said: str) -> bool:
    """Long enough, and no list of figures: an answer is full of numbers."""
    digits = sum(char.isdigit() for char in said)
    return digits >= FEWEST_DIGITS and not _DECIMAL.fullmatch(said)


def _free(name: str, text: str, found: dict[str, str]) -> str:
    """A placeholder that the candidate has not typed."""
    while f"[{name}]" in found or name.lower() in text.lower():
        name += "X"
    return f"[{name}]"
