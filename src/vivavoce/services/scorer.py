"""What the scorer is trained on, and how well it reads: pairs put together, and figures."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from vivavoce.core.pairs import CLAUSE_TARGET, Clause, Pair, bank_pairs, clause_pairs, reading_key
from vivavoce.core.rubric import Rubric
from vivavoce.errors import SettingsError
from vivavoce.ports import Scorer

__all__ = ["ReadingFigures", "assemble", "known_rubrics", "read_clauses_well", "read_pairs_well"]


BANK_EVERY = 4
"""Draws of the clauses for each draw of the bank's own sentences."""


class ReadingFigures(NamedTuple):
    """How well a scorer tells what was said from what was denied.

    Attributes:
        name: of the data.
        pairs: how many were read.
        accuracy: share whose most probable class is the labelled one.
        macro_f1: unweighted mean of F1 over the classes that occur.
        says_above_denies: share of (entailed, contradicted) couples of the data in which the
            entailed one has the higher P(entailed) - P(contradicted); AUC, 0.5 is chance. None
            where one of the classes does not occur.
    """

    name: str
    pairs: int
    accuracy: float
    macro_f1: float
    says_above_denies: float | None


def assemble(
    pairs: Sequence[Pair],
    clauses: Mapping[str, Sequence[Clause]],
    rubrics: Sequence[Rubric],
    *,
    seed: int,
    left_out: Collection[str] = (),
    repeat: int = 1,
) -> list[Pair]:
    """Everything that one training run reads.

    Args:
        clauses: by rubric id.
        left_out: rubrics of which nothing is to be learned.
        repeat: times that clauses and rubrics are gone through; each time they are joined and
            contrasted with others.

    Raises:
        SettingsError: clauses of a rubric or a criterion that is not there.
    """
    rng = random.Random(seed)  # noqa: S311
    by_id = {r.id: r for r in rubrics}
    for name, some in clauses.items():
        if name not in by_id:
            raise SettingsError(f"Clauses of '{name}', but the bank has no such rubric.")
        unknown = {c.criterion for c in some} - {c.id for c in by_id[name].criteria}
        if unknown:
            raise SettingsError(f"Clauses of '{name}' name no criterion of it: {sorted(unknown)}")
    out = list(pairs)
    for draw in range(repeat):
        for rubric in rubrics:
            if rubric.id in left_out:
                continue
            # There are fewer of them and they stay as they are: seen as often, they are learned
            # by heart.
            if draw % BANK_EVERY == 0:
                out += bank_pairs(rubric, rng)
            out += clause_pairs(rubric, clauses.get(rubric.id, ()), rng)
    return out


def known_rubrics(rubrics: Sequence[Rubric], left_out: Collection[str] = ()) -> dict[str, str]:
    """`reading_key` of each rubric that was learned, by id."""
    return {r.id: reading_key(r) for r in rubrics if r.id not in left_out}


def read_clauses_well(
    name: str, scorer: Scorer, clauses: Sequence[Clause], rubrics: Sequence[Rubric]
) -> ReadingFigures:
    """A scorer on labelled clauses; those met in part are left out, they have no one class."""
    said = {(r.id, c.id): c.statement for r in rubrics for c in r.criteria}
    pairs = [
        Pair(c.text, said[c.rubric, c.criterion], CLAUSE_TARGET[c.label])
        for c in clauses
        if (c.rubric, c.criterion) in said and c.label != "partly"
    ]
    return read_pairs_well(name, scorer, pairs)


def read_pairs_well(name: str, scorer: Scorer, pairs: Sequence[Pair]) -> ReadingFigures:
    """A scorer on pairs of which the class is known; the others are left out."""
    sure = [p for p in pairs if p.target is not None and max(p.target) > 0.9]  # noqa: PLR2004
    if not sure:
        return ReadingFigures(name, 0, 0.0, 0.0, None)
    truth = np.array([int(np.argmax(p.target or ())) for p in sure])
    read = scorer.read([(p.premise, p.hypothesis) for p in sure])
    found = read.argmax(axis=1)
    scores = []
    for k in np.unique(truth):
        hit = float(((found == k) & (truth == k)).sum())
        scores.append(2 * hit / max(1.0, float((found == k).sum() + (truth == k).sum())))
    balance = read[:, 0] - read[:, 2]
    says, denies = balance[truth == 0], balance[truth == 2]  # noqa: PLR2004
    above: float | None = None
    if len(says) and len(denies):
        gaps = says[:, None] - denies[None, :]
        above = float((gaps > 0).mean() + 0.5 * (gaps == 0).mean())
    return ReadingFigures(
        name, len(sure), float((found == truth).mean()), float(np.mean(scores)), above
    )
