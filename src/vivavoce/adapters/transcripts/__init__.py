"""Interview transcripts from files: WebVTT, SubRip, Markdown and plain text, told by content."""

from __future__ import annotations

from pathlib import Path

from vivavoce.adapters.transcripts import markdown, plain, srt, webvtt
from vivavoce.adapters.transcripts.blocks import is_timing
from vivavoce.adapters.transcripts.decoding import read_text
from vivavoce.core.transcript import Transcript
from vivavoce.errors import AnswerFileError

__all__ = ["ENDINGS", "FORMATS", "read_transcript"]

PARSERS = {
    "webvtt": webvtt.parse,
    "srt": srt.parse,
    "markdown": markdown.parse,
    "plain": plain.parse,
}
FORMATS = tuple(PARSERS)
"""What `read_transcript(format=...)` takes."""
ENDINGS = {
    ".vtt": "webvtt",
    ".srt": "srt",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
}
"""File endings of transcripts, and the format each stands for."""
HEAD_LINES = 200


def read_transcript(path: Path, *, format: str | None = None) -> Transcript:
    """The turns of a transcript file, named after the file.

    Args:
        format: one of `FORMATS`; where None the content tells, and the ending where it does not.

    Raises:
        AnswerFileError: the file cannot be read, or not as this format; names file and line.
    """
    if format is not None and format not in PARSERS:
        raise AnswerFileError(
            f"{path}: no transcript format is called {format!r}; there are {', '.join(FORMATS)}"
        )
    text = read_text(path)
    turns = PARSERS[format or _detect(path, text)](str(path), text)
    if not turns:
        raise AnswerFileError(f"{path}: nobody says anything in this transcript")
    return Transcript(name=path.name, turns=turns)


def _detect(path: Path, text: str) -> str:
    ending = ENDINGS.get(path.suffix.casefold(), "plain")
    head = text.split("\n", HEAD_LINES)[:HEAD_LINES]
    if head[0].startswith("WEBVTT"):
        return "webvtt"
    if any(is_timing(line) for line in head):
        return "srt"
    if ending in ("webvtt", "srt"):
        return ending
    if markdown.has_labels(text):
        return "markdown"
    return "plain" if plain.labels_in(text) else ending
