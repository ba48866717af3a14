"""Files of answers, read as a stream: JSON Lines, JSON, CSV, TSV and Parquet."""

from __future__ import annotations

import io
import json
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from vivavoce.adapters.answer_tables import COLUMNS, NEEDED, Line, read_header, records
from vivavoce.adapters.parquet_answers import ENDING as PARQUET
from vivavoce.adapters.parquet_answers import parquet_records
from vivavoce.adapters.transcripts import is_transcript_text
from vivavoce.adapters.transcripts.decoding import (
    Encoding,
    EncodingGuess,
    clean,
    excerpt,
    read_text,
    refuse_binary,
    trouble,
)
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Ungraded
from vivavoce.errors import AnswerFileError

__all__ = ["COLUMNS", "is_answers_file", "read_answer_text", "read_answers"]

TABLES = {".csv": ",;\t|", ".tsv": "\t"}
LINES = (".jsonl", ".ndjson", ".json")
CHUNK = 1 << 20
LONGEST_LINE = 2_000_000
"""Characters of a line from which it is not read: no answer is that long."""
SNIFFED = 65536

Read = Answer | Ungraded


class _Bad(NamedTuple):
    """Why a record is no answer, with what of it could be read."""

    reason: str
    record: Mapping[str, object]


def read_answers(path: Path) -> Iterator[Read]:
    """The answers of a file in order; what cannot be read of it as `Ungraded`, with the reason.

    The file is read as a stream, whatever its size; a `.json` file holds one object or a list
    of them. Column names and keys may be in any case; CSV may use commas, semicolons, tabs.

    Raises:
        AnswerFileError: at once when the file or its header cannot be read; at the end, and
            before anything else is given out, when there is no answer in the file at all.
    """
    ending = path.suffix.casefold()
    if ending == PARQUET:
        return _at_least_one(path, _parquet(path))
    encoding = _encoding(path)
    delimiters = TABLES.get(ending)
    if delimiters is None and ending not in LINES:
        delimiters = None if _first_character(path, encoding) in ("{", "[") else TABLES[".csv"]
    if delimiters is not None:
        return _at_least_one(path, _table(path, encoding, delimiters))
    if ending == ".json" or _first_character(path, encoding) == "[":
        return _at_least_one(path, _documents(path))
    return _at_least_one(path, _json_lines(path, encoding))


def read_answer_text(path: Path) -> str:
    """One answer as plain text: its line ends normalised, its control characters spaces.

    Raises:
        AnswerFileError: the file is missing, a folder, empty, binary or over 20 MB.
    """
    return read_text(path)


def is_answers_file(path: Path) -> bool:
    """Whether a file holds answers, by its ending and its first record; a transcript does not.

    A file that cannot be read is taken by its ending alone, so that reading it gives the error.
    """
    ending = path.suffix.casefold()
    if ending == PARQUET:
        return True
    try:
        encoding = _encoding(path)
        with _opened(path) as file:
            head = clean(file.read(SNIFFED).decode(encoding.name, "replace"))
    except (AnswerFileError, OSError, ValueError):
        return ending in LINES or ending in TABLES
    if ending in TABLES or ending in (".jsonl", ".ndjson"):
        return not is_transcript_text(head)
    # Keys of the first record; a record may be longer than what was read of it.
    if head.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return all(re.search(rf'"{name}"\s*:', head, re.IGNORECASE) for name in NEEDED)
    return ending in LINES


def _at_least_one(path: Path, read: Iterator[Read]) -> Iterator[Read]:
    """Holds bad records back until the first answer, so that a wrong file is refused whole."""
    held: list[Ungraded] = []
    for one in read:
        if isinstance(one, Answer):
            yield from held
            yield one
            break
        held.append(one)
    else:
        raise AnswerFileError(_nothing(path, held))
    yield from read


def _nothing(path: Path, held: list[Ungraded]) -> str:
    if not held:
        return f"{path}: no answers in the file; needed are {' and '.join(NEEDED)}"
    first = f"{held[0].answer.source}: {held[0].reason}"
    return (
        f"{path}: none of the {len(held)} records is an answer; the first: {first}. "
        f"Each needs {' and '.join(NEEDED)}"
    )


def _opened(path: Path) -> BinaryIO:
    """The file for reading; a pipe is refused, as it could not be read twice."""
    try:
        if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise AnswerFileError(f"{path}: not a regular file; save the answers to a file first")
        return path.open("rb")
    except (OSError, ValueError) as exc:
        raise trouble(path, exc) from exc


def _encoding(path: Path) -> Encoding:
    """Reads the file once for its encoding, in chunks."""
    guess = EncodingGuess()
    with _opened(path) as file:
        head = file.read(CHUNK)
        if not head.strip():
            raise AnswerFileError(f"{path}: the file is empty")
        refuse_binary(path, head[:8192])
        while head:
            guess.feed(head)
            head = file.read(CHUNK)
    return guess.result()


def _first_character(path: Path, encoding: Encoding) -> str:
    for line in _lines(path, encoding):
        if text := line.text.strip():
            return text[0]
    return ""


def _lines(path: Path, encoding: Encoding) -> Iterator[Line]:
    """Clean lines with their numbers, from 1; of an endless line only the beginning."""
    with _opened(path) as file:
        text = io.TextIOWrapper(file, encoding.name, encoding.errors, newline=None)
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            kept = clean(line)
            while not line.endswith("\n") and len(kept) >= LONGEST_LINE - 1:
                line = text.readline(LONGEST_LINE)
                if not line:
                    break
            yield Line(number, kept)


def _json_lines(path: Path, encoding: Encoding) -> Iterator[Read]:
    for line in _lines(path, encoding):
        if not line.text.strip():
            continue
        place = f"line {line.number}"
        if len(line.text) >= LONGEST_LINE - 1:
            yield _read(path, place, _Bad("the line is longer than two million characters", {}))
            continue
        yield _read(path, place, _parsed(line.text))


def _documents(path: Path) -> Iterator[Read]:
    """A JSON file: one object, or a list of them."""
    text = read_text(path)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as exc:
        if isinstance(exc, json.JSONDecodeError) and exc.msg == "Extra data":
            yield from _json_lines(path, _encoding(path))
            return
        raise AnswerFileError(f"{path}: not valid JSON ({_json_trouble(exc)})") from exc
    for number, record in enumerate(found if isinstance(found, list) else [found], start=1):
        yield _read(path, f"item {number}", _record(record))


def _parsed(text: str) -> dict[str, object] | _Bad:
    try:
        return _record(json.loads(text.strip()))
    except (ValueError, RecursionError) as exc:
        return _Bad(f"not valid JSON ({_json_trouble(exc)}): {excerpt(text.strip())}", {})


def _json_trouble(exc: ValueError | RecursionError) -> str:
    if isinstance(exc, json.JSONDecodeError):
        line = f"line {exc.lineno} " if exc.lineno > 1 else ""
        return f"{exc.msg} at {line}column {exc.colno}"
    return "nested too deeply" if isinstance(exc, RecursionError) else str(exc)


def _record(found: object) -> dict[str, object] | _Bad:
    if not isinstance(found, dict):
        return _Bad(f"expected an object with {' and '.join(NEEDED)}, found {_kind(found)}", {})
    record: dict[str, object] = {}
    for key, value in found.items():
        record.setdefault(str(key).strip().casefold(), value)
    return record


def _kind(value: object) -> str:
    names: dict[type, str] = {
        type(None): "null", bool: "true or false", int: "a number", float: "a number",
        str: "a string", list: "a list", dict: "an object",
    }  # fmt: skip
    return names.get(type(value), "something else")


def _parquet(path: Path) -> Iterator[Read]:
    for number, record in enumerate(parquet_records(path), start=1):
        yield _read(path, f"row {number}", record)


def _table(path: Path, encoding: Encoding, delimiters: str) -> Iterator[Read]:
    """Checks the header at once; the rows follow as a stream."""
    lines = _lines(path, encoding)
    first = next((line for line in lines if line.text.strip()), Line(1, ""))
    header, delimiter = read_header(path, first, delimiters)
    return _rows(path, lines, header, delimiter)


def _rows(path: Path, lines: Iterable[Line], header: list[str], delimiter: str) -> Iterator[Read]:
    for number, row in records(lines, delimiter):
        if isinstance(row, str):
            yield _read(path, f"line {number}", _Bad(row, {}))
            continue
        if not any(field.strip() for field in row):
            continue
        record: dict[str, object] = {}
        for name, field in zip(header, row, strict=False):
            record.setdefault(name, field)
        if len(row) > len(header):
            reason = f"{len(row)} fields where the header has {len(header)}; quote the answer"
            yield _read(path, f"line {number}", _Bad(reason, record))
        else:
            yield _read(path, f"line {number}", record)


def _read(path: Path, place: str, record: Mapping[str, object] | _Bad) -> Read:
    """The record as an answer, or as one left ungraded that keeps what could be read."""
    reason = ""
    if isinstance(record, _Bad):
        reason, record = record.reason, record.record
    values: dict[str, str] = {}
    for name in COLUMNS:
        value = record.get(name)
        text = _text(name, value)
        if text is None:
            missing = "is missing" if value is None else f"must be text, not {_kind(value)}"
            reason = reason or f"'{name}' {missing}"
        values[name] = text or ""
    if not reason and not values["question"]:
        reason = "'question' is empty; give a question's id, number or wording"
    answer = Answer(
        question=values["question"],
        text=values["answer"],
        id=values["id"] or f"{path.name}#{place.rpartition(' ')[2]}",
        candidate=values["candidate"],
        source=f"{path.name}, {place}",
    )
    return Ungraded(answer=answer, reason=reason) if reason else answer


def _text(name: str, value: object) -> str | None:
    """The value of a field as clean text; None where it cannot be that."""
    if value is None and name not in NEEDED:
        return ""
    if isinstance(value, str):
        text = clean(value)
        return text if name == "answer" else " ".join(text.split())
    if isinstance(value, int) and not isinstance(value, bool) and name != "answer":
        return str(value)
    return None
