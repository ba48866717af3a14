"""Rows of CSV and TSV files, read so that one bad row costs no other."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from vivavoce.adapters.transcripts.decoding import excerpt
from vivavoce.errors import AnswerFileError

__all__ = ["COLUMNS", "NEEDED", "Line", "read_header", "records"]

COLUMNS = ("question", "answer", "candidate", "id")
"""Columns or keys that are read; the first two are needed."""
NEEDED = COLUMNS[:2]


class Line(NamedTuple):
    """A line with its number in the file, from 1."""

    number: int
    text: str


def read_header(path: Path, line: Line, delimiters: str) -> tuple[list[str], str]:
    """Column names, folded, and the delimiter among `delimiters` that gives the needed ones.

    Raises:
        AnswerFileError: none does; names the columns found and wanted.
    """
    tried: list[tuple[list[str], str]] = []
    for delimiter in delimiters:
        try:
            row = next(csv.reader([line.text], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            continue
        names = [name.strip().casefold() for name in row]
        if all(name in names for name in NEEDED):
            return names, delimiter
        tried.append((row, delimiter))
    found = max((row for row, _ in tried), key=len, default=[])
    shown = ", ".join(excerpt(name.strip(), 30) for name in found[:12]) or "none"
    raise AnswerFileError(
        f"{path}, line {line.number}: the columns are {shown}; needed are "
        f"{' and '.join(NEEDED)}, optional {' and '.join(COLUMNS[2:])}"
    )


def records(lines: Iterable[Line], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Rows, or why a line is none. After a bad line, reading goes on with the next *line*: a
    quotation mark that is never closed costs one answer and not the rest of the file."""
    waiting: deque[Line] = deque()
    source = iter(lines)
    while True:
        taken: list[Line] = []

        def feed(taken: list[Line] = taken) -> Iterator[str]:
            while True:
                line = waiting.popleft() if waiting else next(source, None)
                if line is None:
                    return
                taken.append(line)
                yield line.text

        reader = csv.reader(feed(), delimiter=delimiter, skipinitialspace=True, strict=True)
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            waiting.extendleft(reversed(taken[1:]))
            yield taken[0].number, _csv_trouble(exc, len(taken))
        else:
            yield taken[0].number, row


def _csv_trouble(exc: csv.Error, lines: int) -> str:
    if lines > 1 or "unexpected end" in str(exc):
        return 'a quotation mark is opened here and not closed; double the " inside an answer'
    return f'not valid CSV ({exc}); put the answer in quotes and double each " inside it'
