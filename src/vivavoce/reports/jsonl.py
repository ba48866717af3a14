"""Results as JSON Lines: an object a line, so that runs can be joined, filtered and streamed."""

from __future__ import annotations

from typing import Any

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Recorded, Results
from vivavoce.core.transcript import Alignment
from vivavoce.reports.json import SCHEMA, encode, grade_record

__all__ = ["line", "render"]


def render(results: Results) -> str:
    """A line for each grade, ungraded answer, alignment and recording, named by its `type`.

    The title is left out: a line stands for one answer, whatever run it came from.
    """
    lines = [line(grade) for grade in results.grades]
    lines += [line(left) for left in results.ungraded]
    lines += [line(alignment) for alignment in results.alignments]
    lines += [line(recorded) for recorded in results.recorded]
    return "".join(lines)


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
