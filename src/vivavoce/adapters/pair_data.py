"""Reads what the local scorer learns from: pairs of a text and a statement, with a label.

Known by their fields, one JSON object a line, gzipped or not:

- inference pairs: `premise`, `hypothesis`, `label` (entailment, neutral, contradiction,
  not_entailment);
- graded short answers: `answer`, `references`, `score` (0..1), and where given `label_3way`;
- labelled clauses of a rubric, in a file named after it: `criterion`, `label` (met, partly,
  contradicted, unrelated), `voice`, `text`.

Graded answers whose `split` says test or unseen are left out. `PATH@N` takes the first N lines
of a file.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vivavoce.core.pairs import CLAUSE_TARGET, Clause, Pair, answer_pair
from vivavoce.errors import AnswerFileError

__all__ = ["TrainingFile", "read_clauses", "read_pairs", "read_training_files"]

NLI_TARGET = {
    "entailment": (1.0, 0.0, 0.0),
    "neutral": (0.0, 1.0, 0.0),
    "contradiction": (0.0, 0.0, 1.0),
    "not_entailment": None,
}


class TrainingFile(NamedTuple):
    """What one file gave: pairs as they stand, or clauses that need their rubric."""

    path: Path
    pairs: tuple[Pair, ...]
    clauses: tuple[Clause, ...]


def read_training_files(named: Sequence[str]) -> list[TrainingFile]:
    """Every file, in the order given.

    Raises:
        AnswerFileError: a file is missing or a line is of none of the kinds; names the line.
    """
    return [_read(one) for one in named]


def read_pairs(path: Path, most: int | None = None) -> list[Pair]:
    """The pairs of one file of inference pairs or graded answers."""
    return list(_read(f"{path}@{most}" if most else str(path)).pairs)


def read_clauses(path: Path) -> list[Clause]:
    """The labelled clauses of one rubric; the file is named after it."""
    return list(_read(str(path)).clauses)


def _read(named: str) -> TrainingFile:
    name, _, most = named.rpartition("@")
    path, limit = (Path(name), int(most)) if name and most.isdigit() else (Path(named), None)
    pairs: list[Pair] = []
    clauses: list[Clause] = []
    for number, row in _rows(path, limit):
        try:
            if "hypothesis" in row:
                pairs.append(Pair(row["premise"], row["hypothesis"], NLI_TARGET[row["label"]]))
            elif "references" in row:
                if "test" in row.get("split", "") or "unseen" in row.get("split", ""):
                    continue  # published for reporting, not for learning
                pairs.append(
                    answer_pair(
                        row["answer"],
                        row["references"],
                        float(row["score"]),
                        row.get("label_3way") == "contradictory",
                    )
                )
            else:
                _ = CLAUSE_TARGET[row["label"]]
                clauses.append(
                    Clause(
                        path.name.split(".")[0],
                        row["criterion"],
                        row["label"],
                        row["voice"],
                        row["text"],
                    )
                )
        except (KeyError, TypeError, ValueError) as exc:
            raise AnswerFileError(
                f"{path}, line {number}: not a training row ({type(exc).__name__}: {exc}). "
                "Expected premise, hypothesis, label; or answer, references, score; or "
                "criterion, label, voice, text."
            ) from exc
    return TrainingFile(path, tuple(pairs), tuple(clauses))


def _rows(path: Path, limit: int | None) -> Iterator[tuple[int, dict[str, Any]]]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if limit is not None and number > limit:
                    return
                if line.strip():
                    yield number, json.loads(line)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise AnswerFileError(f"{path}: cannot be read as JSON lines: {exc}") from exc
