"""Turns as records: JSON Lines, a JSON list, CSV and TSV, with the usual names of the fields."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping

from vivavoce.adapters.transcripts.cues import Cue, fold, to_turns
from vivavoce.adapters.transcripts.json_values import load, share, time_of, trouble_with
from vivavoce.core.transcript import Turn
from vivavoce.errors import AnswerFileError

__all__ = ["is_json_turns", "is_table_of_turns", "parse_json", "parse_table"]

SPEAKER = ("speaker", "name", "speaker_name", "participant", "who", "role", "label")
TEXT = ("text", "utterance", "content", "transcript", "sentence", "words", "message")
START = ("start", "from", "start_s", "from_s", "start_time", "time", "timestamp", "begin")
END = ("end", "to", "end_s", "to_s", "end_time", "stop")
CONFIDENCE = ("confidence", "probability", "score")
DELIMITERS = ",;\t|"
ANSWERS = frozenset({"question", "answer"})
"""Fields of files of answers, which are no transcripts."""


def is_json_turns(text: str) -> bool:
    """Whether a text begins with a JSON object that says who spoke what."""
    first = text.lstrip()[:1]
    if first not in ("{", "["):
        return False
    # The first record as far as it stands on the first line, or the head of a pretty list.
    line = text.lstrip().split("\n", 1)[0].strip().rstrip(",")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        head = text.lstrip()[:4000].replace(" ", "").replace("\n", "")
        keys = {k for k in (*SPEAKER, *TEXT, *ANSWERS) if f'"{k}":' in head.casefold()}
        return head.startswith(("[{", "{")) and _names_turns(keys)
    if isinstance(found, list):
        found = next((one for one in found if isinstance(one, dict)), None)
    return isinstance(found, dict) and _names_turns(_folded(found))


def is_table_of_turns(text: str) -> bool:
    """Whether the first line is a header with a column for the words and one for the speaker."""
    return _header(text) is not None


def parse_json(name: str, text: str) -> tuple[Turn, ...]:
    """Turns of JSON Lines, or of a JSON list of objects.

    Raises:
        AnswerFileError: a line is no JSON object with words; names the line.
    """
    if text.lstrip().startswith("["):
        found = load(name, text)
        items = [
            (n, one, "item") for n, one in enumerate(found if isinstance(found, list) else [], 1)
        ]
    else:
        lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        items = [(n, _line(name, n, line), "line") for n, line in lines]
    cues: list[Cue] = []
    for number, record, kind in items:
        if not isinstance(record, dict):
            raise AnswerFileError(
                f"{name}, {kind} {number}: expected an object with 'speaker' and 'text'"
            )
        cues.append(_cue(name, f"{kind} {number}", number, _folded(record)))
    return to_turns(cues)


def parse_table(name: str, text: str) -> tuple[Turn, ...]:
    """Turns of a CSV or TSV file with a header line.

    Raises:
        AnswerFileError: no column holds the words, or the file is no CSV; names the line.
    """
    header = _header(text)
    if header is None:
        first = text.split("\n", 1)[0]
        raise AnswerFileError(
            f"{name}, line 1: no columns for who spoke and what, as 'speaker,text'; "
            f"found {first[:60]!r}"
        )
    names, delimiter = header
    reader = csv.reader(text.lstrip("\n").split("\n"), delimiter=delimiter, skipinitialspace=True)
    cues: list[Cue] = []
    try:
        next(reader)
        for row in reader:
            if any(field.strip() for field in row):
                record: dict[str, object] = {}
                for column, field in zip(names, row, strict=False):
                    record.setdefault(column, field)
                cues.append(_cue(name, f"line {reader.line_num}", reader.line_num, record))
    except csv.Error as exc:
        raise AnswerFileError(f"{name}, line {reader.line_num}: not valid CSV ({exc})") from exc
    return to_turns(cues)


def _cue(name: str, place: str, number: int, record: Mapping[str, object]) -> Cue:
    said = next((record[key] for key in TEXT if key in record), None)
    if not isinstance(said, str):
        raise AnswerFileError(
            f"{name}, {place}: no words; expected a text under one of {', '.join(TEXT[:3])}"
        )
    who = next((record[key] for key in SPEAKER if record.get(key) is not None), "")
    start = next((time_of(record[key]) for key in START if record.get(key) not in (None, "")), None)
    end = next((time_of(record[key]) for key in END if record.get(key) not in (None, "")), None)
    return Cue(
        fold(str(who))[:100],
        fold(said),
        start,
        end if start is not None and end is not None and end >= start else None,
        number,
        share(_numbers(record), *CONFIDENCE),
    )


def _numbers(record: Mapping[str, object]) -> dict[str, object]:
    """Confidences of a table are text."""
    return {
        k: time_of(record[k]) if isinstance(record.get(k), str) else record.get(k)
        for k in CONFIDENCE
    }


def _line(name: str, number: int, line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise AnswerFileError(
            f"{name}, line {number}: not valid JSON ({trouble_with(exc)})"
        ) from exc


def _header(text: str) -> tuple[list[str], str] | None:
    first = text.lstrip("\n").split("\n", 1)[0]
    for delimiter in DELIMITERS:
        try:
            row = next(csv.reader([first], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            continue
        names = [field.strip().casefold() for field in row]
        if _names_turns(names):
            return names, delimiter
    return None


def _names_turns(names: Iterable[str]) -> bool:
    found = set(names)
    return bool(found & set(TEXT)) and bool(found & set(SPEAKER)) and not found >= ANSWERS


def _folded(record: Mapping[str, object]) -> dict[str, object]:
    out: dict[str, object] = {}
    for key, value in record.items():
        out.setdefault(str(key).strip().casefold(), value)
    return out
