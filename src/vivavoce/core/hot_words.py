"""Words that a recogniser may expect: the question's, never the reference answer's."""

from __future__ import annotations

import re

from vivavoce.core.text import content_stems

__all__ = ["hot_words"]

TERM = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")  # noqa: RUF001
MOST = 24
"""Words of a question that are passed on; a recogniser reads only a short prompt."""
ASKING = frozenset(
    """
    answer compare define describe detail difference differences discuss does example examples
    explain favourite give list mention name question talk tell think understand versus walk work
    works write
    """.split()
)
"""Words that ask, and tell a recogniser nothing about the subject."""


def hot_words(question: str) -> str:
    """The question's content words in their order, each once, joined by spaces.

    Only the question is read. A recogniser that is told the expected answer would put its terms
    into a candidate's mouth. A whole sentence is not passed on either: Whisper repeats it where
    the speech ends.
    """
    kept: dict[str, str] = {}
    for word in TERM.findall(re.sub(r"['’]s\b", "", question)):  # noqa: RUF001
        stems = content_stems(word)
        if stems and word.lower() not in ASKING:
            kept.setdefault(word.lower(), word)
    return " ".join(list(kept.values())[:MOST])
