"""Markdown: `**Interviewer:** words`, paragraphs, quotes and list items continuing a turn."""

from __future__ import annotations

import html
import re

from vivavoce.adapters.transcripts.labels import TIME, Label, seconds
from vivavoce.adapters.transcripts.plain import from_labels
from vivavoce.core.transcript import Turn
from vivavoce.errors import AnswerFileError

__all__ = ["has_labels", "parse"]

LABEL = re.compile(
    rf"\s{{0,8}}(?:>\s?)*(?:[-*+]\s+|\#{{1,6}}\s+)?(?:[\[(]?(?P<before>{TIME})[\])]?\s*)?"
    r"(?P<mark>\*\*|__)(?P<name>[^*_:\n(\[]{1,60}?)\s*"
    rf"(?:[\[(]?(?P<inside>{TIME})[\])]?\s*)?(?P<in>:?)\s*(?P=mark)\s*"
    rf"(?:[\[(]?(?P<after>{TIME})[\])]?\s*)?(?P<out>:?)(?:\s+|$)(?P<text>.*)"
)
# Markup that is not speech: headings, rules, fences, tables' rules, comments on their own line.
NOT_SPEECH = re.compile(r"\s*(?:#{1,6}(?:\s.*)?|(?:[-*_]\s*){3,}|(?:```|~~~).*|<!--.*-->)\s*")
PREFIX = re.compile(r"^\s*(?:>\s?)*(?:[-*+]\s+)?")
INLINE = (
    (re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)"), r"\1"),
    (re.compile(r"(?<!\\)(\*\*|__)(?=\S)([^*_\n]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\\*\w])\*(?=[^\s*])([^*\n]+)(?<=[^\s*\\])\*(?![*\w])"), r"\1"),
    (re.compile(r"(?<![\\_\w])_(?=[^\s_])([^_\n]+)(?<=[^\s_\\])_(?![_\w])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>~-])"), r"\1"),
)


def parse(name: str, text: str) -> tuple[Turn, ...]:
    """Turns of a Markdown transcript, emphasis and links reduced to their words.

    Raises:
        AnswerFileError: no paragraph has a speaker in bold.
    """
    turns = from_labels([(_label(line), _plain(line)) for line in text.split("\n")])
    if not turns:
        raise AnswerFileError(
            f"{name}: no speaker labels; begin every turn with who speaks in bold, "
            "as in '**Interviewer:** What is overfitting?'"
        )
    return turns


def has_labels(text: str) -> bool:
    """Whether a line begins with a speaker in bold."""
    return any(_label(line) is not None for line in text.split("\n"))


def _label(line: str) -> Label | None:
    match = LABEL.match(line)
    if match is None or not (match["in"] or match["out"]):
        return None
    name = " ".join(html.unescape(match["name"]).split())
    if not any(character.isalpha() for character in name):
        return None
    time = match["before"] or match["inside"] or match["after"]
    return Label(name, seconds(time) if time else None, None, _inline(match["text"]))


def _plain(line: str) -> str:
    return "" if NOT_SPEECH.fullmatch(line) else _inline(PREFIX.sub("", line))


def _inline(text: str) -> str:
    for pattern, words in INLINE:
        text = pattern.sub(words, text)
    return html.unescape(text)
