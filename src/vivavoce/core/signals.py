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
    Readings,
    belief_reading_signals,
    reading_signals,
)
from vivavoce.core.rubric import Criterion, Misconception, Rubric
from vivavoce.core.sides import (
    Side,
    best_of,
    mean_of,
    rows_or_zeros,
    side_of,
    strongest_clause,
)

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
    topic: NDArray[np.float64] | None = None,
) -> Signals:
    """Signals of one criterion; an answer without clauses gives zeros.

    Args:
        topic: `topic_signals`, which are the same for all criteria of an answer.
    """
    if not covered.spans:
        return Signals(np.zeros(len(SIGNALS)), (-1, criterion.statement), 0.0)
    yes, no = rubric.rows_of(criterion.affirmations), rubric.rows_of(criterion.reject)
    accept, reject = side_of(covered.recall, yes), side_of(covered.recall, no)
    cos_yes, cos_no = side_of(covered.cosine, yes), side_of(covered.cosine, no)
    here = int(np.maximum(accept.by_clause, reject.by_clause).argmax())
    about = topic_signals(rubric, covered) if topic is None else topic
    read = readings.get(criterion.statement)
    values = np.array(
        [
            accept.best,
            mean_of(np.sort(accept.by_sentence)[-2:]),
            accept.mean,
            accept.by_sentence[0],
            reject.best,
            reject.mean,
            accept.best - reject.best,
            accept.mean - reject.mean,
            mean_of(accept.matrix[:, here]) - mean_of(reject.matrix[:, here]),
            mean_of(covered.whole[yes]),
            mean_of(rows_or_zeros(covered.whole, no)),
            cos_yes.best,
            cos_no.best,
            cos_yes.mean - cos_no.mean,
            *about[:2],
            *_binding(covered, yes, no, (accept, reject), (cos_yes, cos_no)),
            *reading_signals(read),
        ],
        dtype=np.float64,
    )
    support = strongest_clause(covered.bound[yes], yes, covered, rubric, read, Claim.MET)
    if not len(no):
        return Signals(values, support[0], support[1])
    against = strongest_clause(covered.bound[no], no, covered, rubric, read, Claim.CONTRADICTED)
    return Signals(values, support[0], support[1], against[0], against[1])


def _binding(
    covered: Coverage,
    yes: NDArray[np.intp],
    no: NDArray[np.intp],
    recall: tuple[Side, Side],
    cosine: tuple[Side, Side],
) -> tuple[np.float32, ...]:
    """Whether the words stand in the right relation: accept against reject with all words.

    "Near" weighs every clause by how much it speaks of the criterion at all, right or wrong, so
    that the sides are compared where it matters.
    """
    accept, reject = side_of(covered.full, yes), side_of(covered.full, no)
    cos_yes, cos_no = cosine
    both_yes, both_no = recall[0].matrix * accept.matrix, recall[1].matrix * reject.matrix
    spoken_yes, spoken_no = best_of(both_yes, 0), best_of(both_no, 0)
    here = int(np.maximum(accept.by_clause, reject.by_clause).argmax())
    spoken = np.maximum(spoken_yes, spoken_no)
    there = int(spoken.argmax())
    near = np.exp(NEARNESS * (spoken - spoken[there]))
    near /= np.add.reduce(near)
    return (
        accept.best,
        accept.mean,
        reject.best,
        reject.mean,
        accept.best - reject.best,
        accept.mean - reject.mean,
        mean_of(accept.matrix[:, here]) - mean_of(reject.matrix[:, here]),
        best_of(spoken_yes, 0),
        best_of(spoken_no, 0),
        mean_of(both_yes[:, there]) - mean_of(both_no[:, there]),
        near @ (mean_of(accept.matrix) - mean_of(reject.matrix)),
        near @ (accept.by_clause - reject.by_clause),
        near @ (mean_of(cos_yes.matrix) - mean_of(cos_no.matrix)),
        near @ (cos_yes.by_clause - cos_no.by_clause),
        *_named(covered, yes, no, accept.mean, reject.mean),
    )


def _named(
    covered: Coverage,
    yes: NDArray[np.intp],
    no: NDArray[np.intp],
    full_yes: np.float32,
    full_no: np.float32,
) -> tuple[np.float32, ...]:
    """The same where only words said of the right thing count, and how much that takes away."""
    accept, reject = side_of(covered.bound, yes), side_of(covered.bound, no)
    return (
        accept.best,
        accept.mean,
        full_yes - accept.mean,
        reject.best,
        full_no - reject.mean,
        accept.best - reject.best,
        accept.mean - reject.mean,
    )


def belief_signals(
    misconception: Misconception,
    rubric: Rubric,
    vectors: RubricVectors,
    covered: Coverage,
    readings: Readings = NOTHING_READ,
) -> Signals:
    """Signals of one misconception: its own phrasings, against what is right in the same clause."""
    rows = vectors.rows_of(misconception.phrasings)
    if not covered.spans:
        return Signals(np.zeros(len(BELIEF_SIGNALS)), (-1, misconception.statement), 0.0)
    right = vectors.rows_of(s for c in rubric.criteria for s in c.affirmations)
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
    support, recall = strongest_clause(said, rows, covered, vectors, read, Claim.MET)
    return Signals(values, support, recall)
