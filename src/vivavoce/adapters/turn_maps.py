"""The CSV file in which a person corrects an alignment."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from vivavoce.adapters.transcripts.decoding import read_text
from vivavoce.core.turn_map import COLUMNS, MapRow
from vivavoce.errors import AnswerFileError

__all__ = ["read_map", "written_map"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run instead of show; such fields get an apostrophe in front."""
DELIMITERS = ",;\t"


def written_map(rows: Iterable[MapRow]) -> str:
    """CSV text, one row a stretch, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        fields = [str(getattr(row, column)) for column in COLUMNS]
        writer.writerow(["'" + f if f.startswith((*FORMULA, "'")) else f for f in fields])
    return out.getvalue()


def read_map(path: Path) -> dict[str, list[MapRow]]:
    """Corrected rows by the name of their transcript, in the file's order.

    Raises:
        AnswerFileError: the file cannot be read, a column is missing or a turn is no number;
            names file and line.
    """
    lines = read_text(path).split("\n")
    delimiter = max(DELIMITERS, key=lines[0].count)
    reader = csv.reader(lines, delimiter=delimiter)
    out: dict[str, list[MapRow]] = {}
    try:
        header = [name.strip().casefold() for name in next(reader)]
        missing = [name for name in COLUMNS if name not in header and name != "time"]
        if missing:
            raise AnswerFileError(
                f"{path}, line 1: no column {', '.join(missing)}; write the file with "
                "`viva align TRANSCRIPT -o turns.csv`"
            )
        for fields in reader:
            if any(field.strip() for field in fields):
                row = _row(path, reader.line_num, dict(zip(header, fields, strict=False)))
                out.setdefault(row.transcript, []).append(row)
    except csv.Error as exc:
        raise AnswerFileError(f"{path}, line {reader.line_num}: not valid CSV ({exc})") from exc
    return out


def _row(path: Path, number: int, fields: dict[str, str]) -> MapRow:
    place = f"{path}, line {number}"
    values = {name: _plain(fields.get(name, "")) for name in COLUMNS}
    turn = values.pop("turn").strip()
    if not turn.isdecimal() or len(turn) > len("1000000"):
        raise AnswerFileError(f"{place}: 'turn' is {turn[:20]!r}, expected a number from 1")
    text = values.pop("text")
    named = {name: value.strip() for name, value in values.items()}
    return MapRow(turn=int(turn), text=text, place=place, **named)


def _plain(field: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running it."""
    return field[1:] if field.startswith("'") and field[1:].startswith((*FORMULA, "'")) else field
