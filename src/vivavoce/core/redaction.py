"""Names and addresses give way to placeholders before an answer is sent to a judge.

Plain patterns only: e-mail addresses, URLs, phone numbers, and the names that a user gives. It
finds no name by itself; a model that does weighs hundreds of megabytes and still misses some.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Redacted", "redact"]

SHORTEST_NAME = 2
FEWEST_DIGITS = 8
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ()/.-]{6,20}\d(?![\w.]?\d)")
_DECIMAL = re.compile(r"\d+\.\d+")


class Redacted(NamedTuple):
    """A text without names and addresses.

    Attributes:
        names: placeholder to the words it stands for.
    """

    text: str
    names: dict[str, str]


def redact(text: str, names: Sequence[str] = ()) -> Redacted:
    """The text with placeholders such as `[NAME-1]` and `[EMAIL-1]`.

    A name keeps its number wherever the same list is used; the same address gets the same
    placeholder within one text. Names match whole words, letter case ignored; the longest first.

    Args:
        names: of people and companies, as the user gave them.
    """
    found: dict[str, str] = {}
    given = _numbered(names)
    text = _replaced(_URL, "LINK", text, found)
    text = _replaced(_EMAIL, "EMAIL", text, found)
    text = _replaced(_PHONE, "PHONE", text, found)
    for name, number in sorted(given.items(), key=lambda pair: -len(pair[0])):
        words = r"\s+".join(re.escape(word) for word in name.split())
        pattern = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
        tag = _free(f"NAME-{number}", text, found)
        # A name may be a word that placeholders are made of: "Link", "Email".
        parts = re.split(f"({'|'.join(map(re.escape, found))})", text) if found else [text]
        first = next(filter(None, map(pattern.search, parts[::2])), None)
        if first:
            found[tag] = first.group()
            parts[::2] = [pattern.sub(tag, part) for part in parts[::2]]
            text = "".join(parts)
    return Redacted(text, found)


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
