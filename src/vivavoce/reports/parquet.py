"""Results as Apache Parquet, for data frames and warehouses: typed columns, nested criteria."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from vivavoce.core.grade import CriterionGrade, Grade
from vivavoce.core.review import Item
from vivavoce.reports._answers import is_scored
from vivavoce.reports.json import SCHEMA
from vivavoce.reports.run import Run, human_score

if TYPE_CHECKING:
    import pyarrow

__all__ = ["schema", "write"]

ROWS_A_GROUP = 4096
"""Answers held at once; each such group can be read alone."""


def write(run: Run, file: BinaryIO) -> None:
    """A row for each answer, in order, some thousands at a time; zstd.

    A figure that is not there is null. Text is the text as it was, but for lone surrogates, which
    UTF-8 cannot hold: they become U+FFFD, so that offsets stay true.

    Raises:
        OSError: the file cannot be written.
    """
    import pyarrow
    import pyarrow.parquet

    fields = schema(run.title)
    with pyarrow.parquet.ParquetWriter(file, fields, compression="zstd") as writer:
        for rows in _groups(run):
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=fields))


def schema(title: str = "") -> pyarrow.Schema:
    """Columns and their types; the file's metadata name the schema of results and the title."""
    import pyarrow as pa

    text = pa.string()
    texts = pa.list_(text)
    evidence = pa.list_(
        pa.struct(
            [
                ("start", pa.int32()),
                ("end", pa.int32()),
                ("quote", text),
                ("statement", text),
                ("similarity", pa.float64()),
                ("from_s", pa.float64()),
                ("to_s", pa.float64()),
            ]
        )
    )
    criteria = pa.struct(
        [
            ("id", text),
            ("statement", text),
            ("points", pa.float64()),
            ("verdict", text),
            ("credit", pa.float64()),
            ("evidence", evidence),
        ]
    )
    misconceptions = pa.struct(
        [("id", text), ("statement", text), ("correction", text), ("deduct", pa.float64())]
    )
    signature = [(name, text) for name in ("rubric", "embedder", "scorer", "judge", "prompt")]
    human = [
        ("total", pa.float64()),
        ("author", text),
        ("at", pa.timestamp("us", tz="UTC")),
        ("comment", text),
    ]
    return pa.schema(
        [
            ("candidate", text),
            ("answer_id", text),
            ("question_id", text),
            ("question", text),
            ("answer", text),
            ("source", text),
            ("status", text),
            ("reason", text),
            ("total", pa.float64()),
            ("low", pa.float64()),
            ("high", pa.float64()),
            ("level", pa.float64()),
            ("needs_review", pa.bool_()),
            ("review", texts),
            ("flags", texts),
            ("criteria", pa.list_(criteria)),
            ("misconceptions", pa.list_(misconceptions)),
            ("next_step", text),
            ("signature", pa.struct([*signature, ("version", text)])),
            ("human", pa.struct(human)),
        ],
        metadata={"schema": SCHEMA, "title": _sound(title)},
    )


def _groups(run: Run) -> Iterator[list[dict[str, Any]]]:
    rows = (_sound(_row(item)) for item in run.items())
    while group := list(islice(rows, ROWS_A_GROUP)):
        yield group


def _row(item: Item) -> dict[str, Any]:
    one, person = item.outcome, human_score(item)
    row: dict[str, Any] = {
        "candidate": one.answer.candidate,
        "answer_id": one.answer.id,
        "question": one.answer.question,
        "answer": one.answer.text,
        "source": one.answer.source,
        "needs_review": True,
    }
    if isinstance(one, Grade):
        row |= _graded(one)
    else:
        row |= {"status": "ungraded", "reason": one.reason}
    if person is not None:
        row["human"] = {
            "total": person.total,
            "author": person.author,
            "at": person.at,
            "comment": person.comment,
        }
    return row


def _graded(grade: Grade) -> dict[str, Any]:
    row: dict[str, Any] = {
        "question_id": grade.question_id,
        "question": grade.question,
        "status": "graded" if is_scored(grade) else "unscored",
        "needs_review": grade.needs_review,
        "review": list(grade.review),
        "flags": [flag.value for flag in grade.flags],
        "criteria": [_criterion(c) for c in grade.criteria],
        "misconceptions": [
            m.model_dump(include={"id", "statement", "correction", "deduct"})
            for m in grade.misconceptions
        ],
        "next_step": grade.feedback.next_step,
        "signature": grade.signature.model_dump(),
    }
    if is_scored(grade):
        row |= {"total": grade.total, **grade.interval.model_dump()}
    return row


def _criterion(criterion: CriterionGrade) -> dict[str, Any]:
    plain = criterion.model_dump(include={"id", "statement", "points", "credit"})
    return {
        **plain,
        "verdict": criterion.verdict.value,
        "evidence": [evidence.model_dump() for evidence in criterion.evidence],
    }


def _sound(value: Any) -> Any:
    """The value with every lone surrogate in it replaced by one character."""
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _sound(item) for key, item in value.items()}
    return [_sound(item) for item in value] if isinstance(value, list) else value


_SURROGATE = re.compile("[\ud800-\udfff]")
