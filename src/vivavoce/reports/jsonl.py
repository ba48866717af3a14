"""Results as JSON Lines: an object a line, so that runs can be joined, filtered and streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivavoce.core.results import Results
from vivavoce.reports.json import SCHEMA, encode, grade_record

__all__ = ["render"]


def render(results: Results) -> str:
    """A line for each grade, ungraded answer, alignment and recording, named by its `type`.

    The title is left out: a line stands for one answer, whatever run it came from.
    """
    return "".join(encode(record) + "\n" for record in _records(results))


def _records(results: Results) -> Iterator[dict[str, Any]]:
    for grade in results.grades:
        yield {"type": "grade", "schema": SCHEMA, **grade_record(grade)}
    for left in results.ungraded:
        yield {"type": "ungraded", "schema": SCHEMA, **left.model_dump(mode="json")}
    for alignment in results.alignments:
        yield {"type": "alignment", "schema": SCHEMA, **alignment.model_dump(mode="json")}
    for recording in results.recorded:
        yield {"type": "recorded", "schema": SCHEMA, **recording.model_dump(mode="json")}
