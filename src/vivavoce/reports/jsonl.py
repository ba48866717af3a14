"""Results as JSON Lines: an object a line, so that runs can be joined, filtered and streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Recorded
from vivavoce.core.transcript import Alignment
from vivavoce.reports.json import SCHEMA, encode, grade_record
from vivavoce.reports.run import Run

__all__ = ["line", "lines"]


def lines(run: Run) -> Iterator[str]:
    """A line for each grade, ungraded answer, alignment and recording, named by its `type`.

    The title is left out: a line stands for one answer, whatever run it came from.
    """
    for one in run.outcomes:
        yield line(one)
    for other in run.others:
        yield line(other)


def line(result: Grade | Ungraded | Alignment | Recorded, key: str = "") -> str:
    """One result as a line of its own, its line break included.

    Args:
        key: names the answer and what decided its result; `json.load` keeps the newest line of
            an answer. The line has no key where it is empty.
    """
    record: dict[str, Any] = {"type": KINDS[type(result)], "schema": SCHEMA}
    if key:
        record["key"] = key
    plain = grade_record(result) if isinstance(result, Grade) else result.model_dump(mode="json")
    return encode({**record, **plain}) + "\n"


KINDS: dict[type, str] = {
    Grade: "grade",
    Ungraded: "ungraded",
    Alignment: "alignment",
    Recorded: "recorded",
}
