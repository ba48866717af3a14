"""What methods that understand nothing would give the same answers.

Each control is fitted to the human scores of all *other* answers, so that none of them has seen
the score that it foretells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vivavoce.core.agreement import (
    FloatVector,
    IntVector,
    Pair,
    is_constant,
    leave_one_out_line,
    leave_one_out_means,
)
from vivavoce.core.rubric import Rubric
from vivavoce.core.text import content_stems
from vivavoce.ports import Embedder

__all__ = ["CONTROLS", "foretold"]

CONTROLS = ("length", "question_mean", "word_coverage", "cosine")
FEWEST = 3
"""Answers needed: a line is fitted to all others, and takes two."""
NAMED = 3


def foretold(
    pairs: Sequence[Pair],
    human: FloatVector,
    words: IntVector,
    rubrics: Mapping[str, Rubric],
    embedder: Embedder,
) -> dict[str, FloatVector | str]:
    """Scores foretold by each control, or why it is left out."""
    if len(pairs) < FEWEST:
        few = f"fewer than {FEWEST} answers"
        return dict.fromkeys(CONTROLS, few)
    out: dict[str, FloatVector | str] = {"length": _line(words.astype(np.float64), human)}
    asked = [p.grade.question_id for p in pairs]
    # Not mapped by least squares: a mean without an answer falls as that answer's score rises,
    # and a line through such means would give the score away.
    single = len(set(asked)) == 1
    out["question_mean"] = (
        "all answers are to one question" if single else leave_one_out_means(asked, human)
    )
    missing = sorted({q for q in asked if q not in rubrics})
    if missing:
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        why = f"the bank has no rubric for {', '.join(missing[:NAMED])}{more}"
        return {**out, "word_coverage": why, "cosine": why}
    out["word_coverage"] = _line(_coverage(pairs, rubrics), human)
    out["cosine"] = _line(_cosine(pairs, rubrics, embedder), human)
    return out


def _line(feature: FloatVector, human: FloatVector) -> FloatVector | str:
    if is_constant(feature):
        return "it is the same for every answer"
    return leave_one_out_line(feature, human)


def _coverage(pairs: Sequence[Pair], rubrics: Mapping[str, Rubric]) -> FloatVector:
    """Share of the content words of reference and criteria that the answer holds, 0..1."""
    wanted: dict[str, set[str]] = {}
    out = []
    for pair in pairs:
        name = pair.grade.question_id
        if name not in wanted:
            statements = [c.statement for c in rubrics[name].criteria]
            wanted[name] = set(content_stems(" ".join([rubrics[name].reference, *statements])))
        said = set(content_stems(pair.grade.answer.text))
        out.append(len(said & wanted[name]) / max(1, len(wanted[name])))
    return np.array(out)


def _cosine(
    pairs: Sequence[Pair], rubrics: Mapping[str, Rubric], embedder: Embedder
) -> FloatVector:
    """Cosine of answer and reference, -1..1."""
    asked = list(dict.fromkeys(p.grade.question_id for p in pairs))
    references = dict(
        zip(asked, embedder.embed([rubrics[q].reference for q in asked]), strict=True)
    )
    answers = embedder.embed([p.grade.answer.text for p in pairs])
    return np.array(
        [float(v @ references[p.grade.question_id]) for p, v in zip(pairs, answers, strict=True)]
    )
