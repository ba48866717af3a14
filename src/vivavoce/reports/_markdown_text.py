"""Text as Markdown that no renderer takes for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vivavoce.reports._text import one_line, visible

__all__ = ["broken", "bullets", "escape", "quote", "table"]

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$]")
# A backslash before the sign that makes a URL of it; renderers disagree on which ones they link.
_LINKED = re.compile(r"(?<=\w):(?=/)|(?<=[^\W\d_])\.(?=[^\W\d_])|(?<=www)\.", re.IGNORECASE)
_BLOCK = re.compile(r"^([-+=:]|\d+[.)])")
_JOINER = "\u2060"


def escape(text: str) -> str:
    """One line of text that no Markdown renderer takes for markup, at a line's start either.

    An `@` is followed by a word joiner (U+2060, invisible): GitHub makes mail links and mentions
    of escaped ones too.
    """
    line = _SPECIAL.sub(r"\\\g<0>", one_line(text))
    line = _LINKED.sub(r"\\\g<0>", line).replace("@", f"\\@{_JOINER}")
    return _BLOCK.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line)


def quote(text: str) -> str:
    """Text of several lines as a block quote, its line breaks kept."""
    lines = [escape(line) for line in visible(text).split("\n")]
    return "\n".join(
        f"> {line}\\" if line and following else f"> {line}".rstrip()
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
    )


def bullets(items: Iterable[str]) -> str:
    """A list, one item a line."""
    return "\n".join(f"- {item}" for item in items)


def broken(*lines: str) -> str:
    """Lines of one list item, with hard breaks between them."""
    return "\\\n  ".join(lines)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 0) -> str:
    """A table of escaped cells.

    Args:
        right: column, from 1, from which columns hold figures and stand to the right; 0 for none.
    """
    rules = [" ---: " if right and n >= right else " --- " for n in range(1, len(heads) + 1)]
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join(rules)}|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
