"""What the late interaction says of one criterion, as a handful of numbers a model can weigh.

None of them grows with the length of the answer by itself: recall of a clause is bounded by the
clause, and the answer's number of words is left out on purpose.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.claims import Claim
from vivavoce.core.coverage import Coverage, RubricVectors
from vivavoce.core.reading import (
    BELIEF_READING_SIGNALS,
    READING_SIGNALS,
    Reading,
    Readings,
    belief_reading_signals,
    reading_signals,
)
from vivavoce.core.rubric import Criterion, Misconception, Rubric

__all__ = [
    "BELIEF_SIGNALS",
    "SIGNALS",
    "TOPIC_SIGNALS",
    "Signals",
    "belief_signals",
    "criterion_signals",
    "topic_signals",
]

SIGNALS = (
    "accept_best",
    "accept_second",
    "accept_mean",
    "statement",
    "reject_best",
    "reject_mean",
    "margin_best",
    "margin_mean",
    "margin_here",
    "accept_whole",
    "reject_whole",
    "cosine_accept",
    "cosine_reject",
    "cosine_margin",
    "topic_whole",
    "topic_clauses",
    "full_accept_best",
    "full_accept_mean",
    "full_reject_best",
    "full_reject_mean",
    "full_margin_best",
    "full_margin_mean",
    "full_margin_here",
    "both_accept_best",
    "both_reject_best",
    "both_margin_here",
    "near_full_margin",
    "near_full_margin_best",
    "near_cosine_margin",
    "near_cosine_margin_best",
    "bound_accept_best",
    "bound_accept_mean",
    "bound_accept_lost",
    "bound_reject_best",
    "bound_reject_lost",
    "bound_margin_best",
    "bound_margin_mean",
    *READING_SIGNALS,
)
"""Names of a criterion's signals, in order. Recall and cosine, so each within -1..1."""

BELIEF_SIGNALS = (
    "belief_best",
    "belief_cosine",
    "belief_margin",
    "belief_cosine_margin",
    *BELIEF_READING_SIGNALS,
)
"""Names of a misconception's signals, in order."""

TOPIC_SIGNALS = (
    "topic_whole",
    "topic_clauses",
    "topic_recall",
    "topic_question",
    "topic_claimed",
    "topic_claimed_most",
)
"""Names of the signals that tell whether an answer is about the question at all, in order."""

NOTHING_READ: Readings = {}

NEARNESS = 12.0
"""How sharply `_binding` prefers the clauses that speak of the criterion."""
SURE = 0.5
"""Probability from which the scorer's choice of a clause is taken as evidence."""
NEAR_BEST = 0.03
"""A shorter clause within this of the best recall is the better evidence."""
NEAR_SURE = 0.1
"""The same for the scorer's probability."""


class Signals(NamedTuple):
    """Numbers for one criterion or misconception, and where in the answer they come from.

    Attributes:
        values: shape (s,), in the order of `SIGNALS` or `BELIEF_SIGNALS`.
        support: clause that speaks most for it, and the sentence of the rubric it matched.
        against: clause that speaks most against it, and its sentence; None for misconceptions.
        support_recall, against_recall: 0..1.
    """

    values: NDArray[np.float64]
    support: tuple[int, str]
    support_recall: float
    against: tuple[int, str] | None = None
    against_recall: float = 0.0


def topic_signals(
    vectors: RubricVectors, covered: Coverage, readings: Readings = NOTHING_READ
) -> NDArray[np.float64]:
    """How near an answer comes to anything its rubric says, right or wrong; shape (6,)."""
    if not covered.spans:
        return np.zeros(len(TOPIC_SIGNALS))
    question = len(vectors.sentences) - 1
    claimed = [1.0 - float(r.whole[Claim.NOTHING]) for r in readings.values()] or [0.0]
    return np.array(
        [
            np.sort(covered.overall)[-5:].mean(),
            np.sort(covered.cosine.max(axis=0))[-3:].mean(),
            np.sort(covered.whole)[-3:].mean(),
            covered.overall[question],
            sum(claimed) / len(claimed),
            max(claimed),
        ],
        dtype=np.float64,
    )


def criterion_signals(
    criterion: Criterion,
    rubric: RubricVectors,
    covered: Coverage,
    readings: Readings = NOTHING_READ,
) -> Signals:
    """Signals of one criterion; an answer without clauses gives zeros."""
    yes = np.array([rubric.row_of(s) for s in criterion.affirmations], dtype=np.intp)
    no = np.array([rubric.row_of(s) for s in criterion.reject], dtype=np.intp)
    if not covered.spans:
        return Signals(np.zeros(len(SIGNALS)), (-1, criterion.statement), 0.0)
    accept, reject = covered.recall[yes], _rows(covered.recall, no)
    cos_yes, cos_no = covered.cosine[yes], _rows(covered.cosine, no)
    here = int(np.maximum(accept.max(axis=0), reject.max(axis=0)).argmax())
    by_sentence = np.sort(accept.max(axis=1))
    means = accept.max(axis=1).mean(), reject.max(axis=1).mean()
    values = np.array(
        [
            accept.max(),
            by_sentence[-2:].mean(),
            means[0],
            accept[0].max(),
            reject.max(),
            means[1],
            accept.max() - reject.max(),
            means[0] - means[1],
            accept[:, here].mean() - reject[:, here].mean(),
            covered.whole[yes].mean(),
            _rows(covered.whole, no).mean(),
            cos_yes.max(),
            cos_no.max(),
            cos_yes.max(axis=1).mean() - cos_no.max(axis=1).mean(),
            *topic_signals(rubric, covered)[:2],
            *_binding(covered, yes, no),
            *reading_signals(readings.get(criterion.statement)),
        ],
        dtype=np.float64,
    )
    read = readings.get(criterion.statement)
    support = _evidence(covered.bound[yes], yes, covered, rubric, read, Claim.MET)
    if not len(no):
        return Signals(values, support[0], support[1])
    against = _evidence(covered.bound[no], no, covered, rubric, read, Claim.CONTRADICTED)
    return Signals(values, support[0], support[1], against[0], against[1])


def _binding(covered: Coverage, yes: NDArray[np.intp], no: NDArray[np.intp]) -> tuple[float, ...]:
    """Whether the words stand in the right relation: accept against reject with all words.

    "Near" weighs every clause by how much it speaks of the criterion at all, right or wrong, so
    that the sides are compared where it matters.
    """
    accept, reject = covered.full[yes], _rows(covered.full, no)
    cos_yes, cos_no = covered.cosine[yes], _rows(covered.cosine, no)
    both_yes = covered.recall[yes] * accept
    both_no = _rows(covered.recall, no) * reject
    here = int(np.maximum(accept.max(axis=0), reject.max(axis=0)).argmax())
    spoken = np.maximum(both_yes.max(axis=0), both_no.max(axis=0))
    there = int(spoken.argmax())
    near = np.exp(NEARNESS * (spoken - spoken.max()))
    near /= near.sum()
    means = accept.max(axis=1).mean(), reject.max(axis=1).mean()
    return (
        accept.max(),
        means[0],
        reject.max(),
        means[1],
        accept.max() - reject.max(),
        means[0] - means[1],
        accept[:, here].mean() - reject[:, here].mean(),
        both_yes.max(),
        both_no.max(),
        both_yes[:, there].mean() - both_no[:, there].mean(),
        near @ (accept.mean(axis=0) - reject.mean(axis=0)),
        near @ (accept.max(axis=0) - reject.max(axis=0)),
        near @ (cos_yes.mean(axis=0) - cos_no.mean(axis=0)),
        near @ (cos_yes.max(axis=0) - cos_no.max(axis=0)),
        *_named(covered, yes, no),
    )


def _named(covered: Coverage, yes: NDArray[np.intp], no: NDArray[np.intp]) -> tuple[float, ...]:
    """The same where only words said of the right thing count, and how much that takes away."""
    accept, reject = covered.bound[yes], _rows(covered.bound, no)
    means = accept.max(axis=1).mean(), reject.max(axis=1).mean()
    return (
        accept.max(),
        means[0],
        covered.full[yes].max(axis=1).mean() - means[0],
        reject.max(),
        _rows(covered.full, no).max(axis=1).mean() - means[1],
        accept.max() - reject.max(),
        means[0] - means[1],
    )


def belief_signals(
    misconception: Misconception,
    rubric: Rubric,
    vectors: RubricVectors,
    covered: Coverage,
    readings: Readings = NOTHING_READ,
) -> Signals:
    """Signals of one misconception: its own phrasings, against what is right in the same clause."""
    rows = np.array([vectors.row_of(s) for s in misconception.phrasings], dtype=np.intp)
    if not covered.spans:
        return Signals(np.zeros(len(BELIEF_SIGNALS)), (-1, misconception.statement), 0.0)
    right = np.array(
        [vectors.row_of(s) for c in rubric.criteria for s in c.affirmations], dtype=np.intp
    )
    said, cosine = covered.recall[rows], covered.cosine[rows]
    at = int(said.max(axis=0).argmax())
    near = int(cosine.max(axis=0).argmax())
    values = np.array(
        [
            said.max(),
            cosine.max(),
            said[:, at].max() - covered.recall[right, at].max(),
            cosine[:, near].max() - covered.cosine[right, near].max(),
            *belief_reading_signals(readings.get(misconception.statement)),
        ],
        dtype=np.float64,
    )
    read = readings.get(misconception.statement)
    support, recall = _evidence(said, rows, covered, vectors, read, Claim.MET)
    return Signals(values, support, recall)


def _rows(matrix: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Rows of a matrix; one row of zeros where there are none."""
    return matrix[rows] if len(rows) else np.zeros_like(matrix[:1])


def _evidence(
    recall: NDArray[np.float32],
    rows: NDArray[np.intp],
    covered: Coverage,
    rubric: RubricVectors,
    read: Reading | None,
    claim: Claim,
) -> tuple[tuple[int, str], float]:
    """The clause that the scorer finds strongest, if it is sure; else the best covering one.

    Among those that do about as well as any the shortest is taken: a joined clause covers at least
    what its parts do, so the plain best is always a long one.
    """
    if read is not None and len(read.clauses) and read.strongest(claim)[1] >= SURE:
        found = read.clauses[:, claim]
        sure = _shortest(covered, np.flatnonzero(found >= found.max() - NEAR_SURE))
        said = int(recall[:, sure].argmax())
        return (sure, rubric.sentences[int(rows[said])]), float(recall[said, sure])
    sentence, _ = np.unravel_index(int(recall.argmax()), recall.shape)
    best = recall[sentence].max()
    clause = _shortest(covered, np.flatnonzero(recall[sentence] >= best - NEAR_BEST))
    return (clause, rubric.sentences[int(rows[sentence])]), float(recall[sentence, clause])


def _shortest(covered: Coverage, among: NDArray[np.intp]) -> int:
    return int(min(among, key=lambda j: covered.spans[j].end - covered.spans[j].start))
