"""WebVTT as Zoom (`Name: words`), Teams (`<v Name>words</v>`) and caption tools write it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from vivavoce.adapters.transcripts.blocks import Block, blocks, labelled
from vivavoce.adapters.transcripts.cues import Cue, fold, to_turns, without_repeats
from vivavoce.adapters.transcripts.decoding import excerpt
from vivavoce.core.transcript import Turn
from vivavoce.errors import AnswerFileError

__all__ = ["parse"]

HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
COMMENT = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>|</?[A-Za-z]?>|<[\d:.]{1,20}>")
VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?[ \t]+([^<>\n]{1,100})>")


def parse(name: str, text: str) -> tuple[Turn, ...]:
    """Turns of a WebVTT file; words that rolling captions repeat are dropped.

    Raises:
        AnswerFileError: no header, a broken timing or no cue; names the line.
    """
    lines = text.split("\n")
    if HEADER.fullmatch(lines[0].rstrip()) is None:
        raise AnswerFileError(
            f"{name}, line 1: a WebVTT file begins with the line WEBVTT, "
            f"this one with {excerpt(lines[0])}"
        )
    found = list(blocks(name, list(_cue_lines(lines))))
    if not found:
        raise AnswerFileError(f"{name}: no cue in the file; is the transcript complete?")
    if any(VOICE.search(line) for block in found for _, line in block.payload):
        cues = list(_voices(found))
    else:
        cues = labelled(found, [[(n, _plain(line)) for n, line in b.payload] for b in found])
    return to_turns(without_repeats([cue for cue in cues if cue.text]))


def _cue_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines without the header and without comment, style and region blocks."""
    skipping = True
    for number, line in enumerate(lines, start=1):
        starts = not lines[number - 2].strip() if number > 1 else False
        if not line.strip():
            skipping = False
        elif "-->" in line or (starts and COMMENT.fullmatch(line.rstrip())):
            # A timing ends a header or comment whose empty line was lost.
            skipping = "-->" not in line
        if not skipping:
            yield number, line


def _voices(found: list[Block]) -> Iterator[Cue]:
    """One cue for each voice of each block; without a tag the last voice goes on."""
    speaker = ""
    for block in found:
        text = "\n".join(line for _, line in block.payload)
        number = block.payload[0][0] if block.payload else block.line
        pieces = VOICE.split(text)
        for i, piece in enumerate(pieces[::2]):
            if i:
                speaker = fold(html.unescape(pieces[2 * i - 1]))
            if said := fold(_plain(piece)):
                yield Cue(speaker, said, block.from_s, block.to_s, number)


def _plain(text: str) -> str:
    return html.unescape(TAG.sub("", text))
