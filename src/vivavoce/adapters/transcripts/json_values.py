"""Values of JSON records, read so that a wrong one is an error with its place or is nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from vivavoce.adapters.transcripts.decoding import clean
from vivavoce.adapters.transcripts.labels import seconds, stamp_of
from vivavoce.errors import AnswerFileError

__all__ = ["load", "share", "time_of", "trouble_with"]

LONGEST_S = 1e6
"""Seconds, some eleven days: a greater number is no time."""


def load(name: str, text: str) -> object:
    """The document of a JSON text.

    Raises:
        AnswerFileError: it is none; names file, line and column.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise AnswerFileError(f"{name}: not valid JSON ({trouble_with(exc)})") from exc


def trouble_with(exc: ValueError | RecursionError) -> str:
    """What was wrong with JSON, in words."""
    if isinstance(exc, json.JSONDecodeError):
        return f"{exc.msg} at line {exc.lineno} column {exc.colno}"
    return "nested too deeply" if isinstance(exc, RecursionError) else str(exc)


def time_of(value: object) -> float | None:
    """Seconds from a number or from `1:02:03.5`; None where it is neither."""
    if isinstance(value, str):
        text = clean(value).strip()
        if (stamp := stamp_of(text)) is not None:
            return seconds(stamp)
        try:
            value = float(text.removesuffix("s"))
        except ValueError:
            return None
    return _number(value, LONGEST_S)


def share(record: Mapping[str, object], *keys: str) -> float | None:
    """The first of some fields that holds a number from 0 to 1."""
    for key in keys:
        if (found := _number(record.get(key), 1.0)) is not None:
            return found
    return None


def _number(value: object, most: float) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
        return None
    return float(value) if math.isfinite(value) else None
