"""Interview transcripts from files, one format a module, told by content."""

from __future__ import annotations

from pathlib import Path

from vivavoce.adapters.transcripts import docx, markdown, plain, srt, turn_records, webvtt, whisper
from vivavoce.adapters.transcripts.blocks import is_timing
from vivavoce.adapters.transcripts.decoding import read_bytes, text_of
from vivavoce.core.transcript import Transcript
from vivavoce.errors import AnswerFileError

__all__ = ["ENDINGS", "FORMATS", "is_transcript_text", "read_transcript"]

PARSERS = {
    "webvtt": webvtt.parse,
    "srt": srt.parse,
    "markdown": markdown.parse,
    "plain": plain.parse,
    "whisper": whisper.parse,
    "jsonl": turn_records.parse_json,
    "csv": turn_records.parse_table,
}
FORMATS = (*PARSERS, "docx")
"""What `read_transcript(format=...)` takes."""
ENDINGS = {
    ".vtt": "webvtt",
    ".srt": "srt",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".json": "whisper",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".docx": "docx",
}
"""File endings of transcripts, and the format each stands for."""
HEAD_LINES = 200


def read_transcript(path: Path, *, format: str | None = None) -> Transcript:
    """The turns of a transcript file, named after the file.

    Args:
        format: one of `FORMATS`; where None the content tells, and the ending where it does not.

    Raises:
        AnswerFileError: the file cannot be read, or not as this format; names file and line.
        MissingExtraError: a Word document needs the extra `documents`.
    """
    if format is not None and format not in FORMATS:
        raise AnswerFileError(
            f"{path}: no transcript format is called {format!r}; there are {', '.join(FORMATS)}"
        )
    data = read_bytes(path)
    if format == "docx" or (format is None and docx.is_docx(data)):
        text = docx.text_of(str(path), data)
        format = "srt" if any(is_timing(line) for line in _head(text)) else "plain"
    else:
        text = text_of(path, data)
    turns = PARSERS[format or _detect(path, text)](str(path), text)
    if not turns:
        raise AnswerFileError(f"{path}: nobody says anything in this transcript")
    return Transcript(name=path.name, turns=turns)


def is_transcript_text(text: str) -> bool:
    """Whether the head of a JSON or table file is that of a transcript, not of answers."""
    return (
        turn_records.is_json_turns(text)
        or whisper.is_whisper(text)
        or turn_records.is_table_of_turns(text)
    )


def _detect(path: Path, text: str) -> str:
    ending = ENDINGS.get(path.suffix.casefold(), "plain")
    head = _head(text)
    if head[0].startswith("WEBVTT"):
        return "webvtt"
    if turn_records.is_json_turns(text):
        return "jsonl"
    if whisper.is_whisper(text):
        return "whisper"
    if any(is_timing(line) for line in head):
        return "srt"
    if ending in ("webvtt", "srt", "whisper", "jsonl"):
        return ending
    if turn_records.is_table_of_turns(text):
        return "csv"
    if markdown.has_labels(text):
        return "markdown"
    if plain.labels_in(text):
        return "plain"
    return "plain" if ending == "docx" else ending


def _head(text: str) -> list[str]:
    return text.split("\n", HEAD_LINES)[:HEAD_LINES]
