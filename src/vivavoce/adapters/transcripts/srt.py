"""SubRip, with `Name: words` or without names."""

from __future__ import annotations

import html
import re

from vivavoce.adapters.transcripts.blocks import blocks, labelled
from vivavoce.adapters.transcripts.cues import to_turns, without_repeats
from vivavoce.core.transcript import Turn
from vivavoce.errors import AnswerFileError

__all__ = ["parse"]

TAG = re.compile(r"</?(?:[biu]|font)(?:\s[^<>\n]{0,200})?>|\{\\[^{}\n]{0,100}\}", re.IGNORECASE)


def parse(name: str, text: str) -> tuple[Turn, ...]:
    """Turns of a SubRip file; without any names, each turn is about a sentence.

    Raises:
        AnswerFileError: a broken timing or no cue; names the line.
    """
    found = list(blocks(name, list(enumerate(text.split("\n"), start=1))))
    if not found:
        raise AnswerFileError(
            f"{name}: no cue in the file; expected timings like 00:00:01,000 --> 00:00:04,000"
        )
    cues = labelled(found, [[(n, _plain(line)) for n, line in b.payload] for b in found])
    return to_turns(without_repeats([cue for cue in cues if cue.text]))


def _plain(text: str) -> str:
    return html.unescape(TAG.sub("", text))
