"""What the scorer is trained on, and how well it reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from vivavoce.core.claims import (
    Claim,
    LabelledAnswer,
    points_of,
    reading_key,
    rubric_answers,
    whole_claim,
)
from vivavoce.core.clauses import clauses
from vivavoce.core.reading import Asked
from vivavoce.core.rubric import Rubric
from vivavoce.errors import SettingsError
from vivavoce.ports import Scorer

__all__ = ["ReadingFigures", "assemble", "known_rubrics", "read_well"]


class ReadingFigures(NamedTuple):
    """How well a scorer tells what answers claim.

    Attributes:
        name: of the data.
        verdicts: how many were compared.
        accuracy: share whose most probable claim is the labelled one.
        macro_f1: unweighted mean of F1 over the claims that occur.
        met_above_contradicted: share of (met, contradicted) couples in which the met one has the
            higher P(met) - P(contradicted); AUC, 0.5 is chance. None where one does not occur.
    """

    name: str
    verdicts: int
    accuracy: float
    macro_f1: float
    met_above_contradicted: float | None


def assemble(
    answers: Sequence[LabelledAnswer], rubrics: Sequence[Rubric], *, left_out: Collection[str] = ()
) -> list[LabelledAnswer]:
    """Everything that one training run reads: labelled answers and the rubrics' own sentences.

    Args:
        left_out: rubrics of which nothing is to be learned.

    Raises:
        SettingsError: answers to a rubric, or labels of a point, that is not there.
    """
    by_id = {r.id: r for r in rubrics}
    for answer in answers:
        _check(answer, by_id)
    own = [a for r in rubrics if r.id not in left_out for a in rubric_answers(r)]
    return own + [a for a in answers if a.rubric not in left_out]


def _check(answer: LabelledAnswer, rubrics: Mapping[str, Rubric]) -> None:
    if answer.rubric not in rubrics:
        raise SettingsError(
            f"Labelled answers of '{answer.rubric}', but the bank has no such rubric."
        )
    named = {*answer.whole, *(point for part in answer.parts for point in part.claims)}
    unknown = named - set(points_of(rubrics[answer.rubric]))
    if unknown:
        raise SettingsError(
            f"Labelled answers of '{answer.rubric}' name what is neither a criterion nor a "
            f"misconception of it: {sorted(unknown)}"
        )


def known_rubrics(rubrics: Sequence[Rubric], left_out: Collection[str] = ()) -> dict[str, str]:
    """`reading_key` of each rubric that was learned, by id."""
    return {r.id: reading_key(r) for r in rubrics if r.id not in left_out}


def read_well(
    name: str, scorer: Scorer, answers: Sequence[LabelledAnswer], rubrics: Sequence[Rubric]
) -> ReadingFigures:
    """A scorer's verdicts on the criteria of whole answers, against their labels.

    Answers to rubrics that the scorer or the bank does not know are left out.
    """
    by_id = {r.id: r for r in rubrics if scorer.knows(reading_key(r))}
    known = [a for a in answers if a.rubric in by_id]
    asked = [Asked(by_id[a.rubric], a.text, tuple(clauses(a.text))) for a in known]
    truth: list[Claim] = []
    read: list[np.ndarray] = []
    for answer, one, readings in zip(known, asked, scorer.read(asked), strict=True):
        for criterion in one.rubric.criteria:
            label = whole_claim(answer, criterion.id)
            if label is not None and criterion.statement in readings:
                truth.append(label)
                read.append(readings[criterion.statement].whole)
    return _figures(name, np.array(truth, dtype=int), np.array(read).reshape(-1, len(Claim)))


def _figures(name: str, truth: np.ndarray, read: np.ndarray) -> ReadingFigures:
    if not len(truth):
        return ReadingFigures(name, 0, 0.0, 0.0, None)
    found = read.argmax(axis=1)
    scores = []
    for k in np.unique(truth):
        hit = float(((found == k) & (truth == k)).sum())
        scores.append(2 * hit / max(1.0, float((found == k).sum() + (truth == k).sum())))
    balance = read[:, Claim.MET] - read[:, Claim.CONTRADICTED]
    met, denied = balance[truth == Claim.MET], balance[truth == Claim.CONTRADICTED]
    above: float | None = None
    if len(met) and len(denied):
        gaps = met[:, None] - denied[None, :]
        above = float((gaps > 0).mean() + 0.5 * (gaps == 0).mean())
    return ReadingFigures(
        name, len(truth), float((found == truth).mean()), float(np.mean(scores)), above
    )
