"""Reads what a scorer learns from: answers and clauses with labels, one JSON object a line.

Known by their fields, gzipped or not; a file is named after its rubric, or its rows name it as
`question`:

- answers in parts: `parts`, a list of [text, {point: label}], and where needed `overall`, {point:
  label} of the whole answer; `voice`;
- clauses: `criterion`, `label`, `text`, `voice`;
- graded answers: `answer`, `verdicts` {criterion: met, partly, missed or contradicted}, and where
  known `misconceptions`, a list of ids.

Labels are met, partly, contradicted, touch, unrelated and missed; a misconception is named with
"!" before its id, its label is "stated". `PATH@N` takes the first N lines of a file.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vivavoce.core.claims import BELIEF, LABELS, Claim, LabelledAnswer, Part
from vivavoce.errors import AnswerFileError

__all__ = ["read_labelled"]

EXPECTED = (
    "Expected parts; or criterion, label, text; or answer and verdicts. Labels: "
    f"{', '.join(LABELS)}."
)


def read_labelled(named: Sequence[str]) -> list[tuple[str, list[LabelledAnswer]]]:
    """Each file's name and its answers, in the order given; folders give their `*.jsonl*`.

    Raises:
        AnswerFileError: a file is missing or a line is of none of the kinds; names the line.
    """
    out: list[tuple[str, list[LabelledAnswer]]] = []
    for one in named:
        path, limit = _limit(one)
        paths = sorted(path.glob("*.jsonl*")) if path.is_dir() else [path]
        if not paths:
            raise AnswerFileError(f"{path}: no file there ends in .jsonl or .jsonl.gz.")
        out += [(p.name, list(_read(p, limit))) for p in paths]
    return out


def _limit(named: str) -> tuple[Path, int | None]:
    name, _, most = named.rpartition("@")
    return (Path(name), int(most)) if name and most.isdigit() else (Path(named), None)


def _read(path: Path, limit: int | None) -> Iterator[LabelledAnswer]:
    for number, row in _rows(path, limit):
        try:
            yield _labelled(path.name.split(".")[0], row)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise AnswerFileError(
                f"{path}, line {number}: no labelled answer ({type(exc).__name__}: {exc}). "
                f"{EXPECTED}"
            ) from exc


def _labelled(rubric: str, row: Mapping[str, Any]) -> LabelledAnswer:
    rubric, voice = _whole(row.get("question", rubric)), _whole(row.get("voice", ""))
    if "parts" in row:
        parts = tuple(Part(_text(text), _claims(labels)) for text, labels in row["parts"])
        if not parts:
            raise ValueError("no parts")
        return LabelledAnswer(rubric, parts, _claims(row.get("overall", {})), True, voice)
    if "verdicts" in row:
        beliefs = {f"{BELIEF}{_whole(name)}": Claim.MET for name in row.get("misconceptions", ())}
        part = Part(_text(row["answer"]), {})
        whole = _claims(row["verdicts"]) | beliefs
        return LabelledAnswer(rubric, (part,), whole, True, voice, sole=True)
    claims = {_whole(row["criterion"]): LABELS[row["label"]]}
    return LabelledAnswer(rubric, (Part(_text(row["text"]), claims),), {}, False, voice)


def _claims(labels: Mapping[str, str]) -> dict[str, Claim]:
    return {_whole(point): LABELS[label] for point, label in labels.items()}


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"no text: {value!r}")
    return _whole(value)


def _whole(value: object) -> str:
    """Text without halves of surrogate pairs, which no model and no file takes."""
    text = str(value)
    text.encode()
    return text


def _rows(path: Path, limit: int | None) -> Iterator[tuple[int, dict[str, Any]]]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if limit is not None and number > limit:
                    return
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise AnswerFileError(f"{path}, line {number}: no JSON object. {EXPECTED}")
                    yield number, row
    # ValueError: no UTF-8, no JSON, or a number of thousands of digits.
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as exc:
        raise AnswerFileError(f"{path}: cannot be read as JSON lines: {exc}") from exc
