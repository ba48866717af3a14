"""Pairs of a candidate's words and a statement, with what the one says of the other.

The targets are probabilities of entailment, neutrality and contradiction, in that order, as in
natural-language inference (Bowman et al. 2015): the words are the premise, the rubric's
statement the hypothesis.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from vivavoce.core.rubric import Kind, Rubric
from vivavoce.core.text import content_stems

__all__ = [
    "CLAUSE_TARGET",
    "Clause",
    "Pair",
    "answer_pair",
    "bank_pairs",
    "clause_pairs",
    "fold_of",
    "reading_key",
]

Target = tuple[float, float, float]
ENTAILED, NEUTRAL, DENIED = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
CLAUSE_TARGET: Mapping[str, Target] = {
    "met": ENTAILED,
    "partly": (0.5, 0.5, 0.0),
    "contradicted": DENIED,
    "unrelated": NEUTRAL,
}
ELSEWHERE: Target = (0.05, 0.9, 0.05)
"""A clause about another criterion; it may say something of this one by the way."""
JOINED = 0.4
"""Share of clauses that are given with another clause of the same rubric beside them."""


class Pair(NamedTuple):
    """One training example.

    Attributes:
        target: probabilities of entailment, neutral, contradiction; None where it is only known
            not to be entailed.
    """

    premise: str
    hypothesis: str
    target: Target | None


class Clause(NamedTuple):
    """A labelled clause, as `training/clauses` holds them."""

    rubric: str
    criterion: str
    label: str
    voice: str
    text: str


def answer_pair(answer: str, references: Sequence[str], score: float, denied: bool) -> Pair:
    """A graded short answer with the reference whose words it shares most.

    Args:
        score: 0..1 of full marks.
        denied: the grader said that it contradicts the reference.
    """
    said = set(content_stems(answer))

    def shared(reference: str) -> float:
        words = set(content_stems(reference))
        return len(said & words) / max(1, len(words))

    best = max(references, key=shared)
    return Pair(answer, best, DENIED if denied else (score, 1.0 - score, 0.0))


def clause_pairs(
    rubric: Rubric, clauses: Sequence[Clause], rng: random.Random, *, elsewhere: float = 0.4
) -> Iterator[Pair]:
    """Each clause with its own criterion, a share of them with another one too, as neutral.

    Some clauses are joined to another one, before or after, because that is how a clause stands
    in an answer; the label stays that of the first.
    """
    statements = {c.id: c.statement for c in rubric.criteria}
    for clause in clauses:
        text = clause.text
        if rng.random() < JOINED:
            other = rng.choice(clauses)
            # What says the same or the opposite of the same point would change the label.
            if other.criterion != clause.criterion:
                text = rng.choice([f"{text} {other.text}", f"{other.text} {text}"])
                yield Pair(text, statements[clause.criterion], CLAUSE_TARGET[clause.label])
                continue
        yield Pair(text, statements[clause.criterion], CLAUSE_TARGET[clause.label])
        others = [i for i in statements if i != clause.criterion]
        if others and rng.random() < elsewhere:
            yield Pair(text, statements[rng.choice(others)], ELSEWHERE)


def bank_pairs(rubric: Rubric, rng: random.Random) -> Iterator[Pair]:
    """A rubric's own sentences: accepted ones entail their statement, rejected ones deny it.

    The question alone says nothing of any criterion, whatever words it shares with it.
    """
    everything = [(c.id, s) for c in rubric.criteria for s in (*c.accept, *c.reject)]
    for criterion in rubric.criteria:
        for said in criterion.accept:
            yield Pair(said, criterion.statement, ENTAILED)
            yield Pair(criterion.statement, said, (0.8, 0.2, 0.0))
        # Of an open question many answers are right, so that what is rejected is only weak.
        against = DENIED if rubric.kind is Kind.KNOWLEDGE else (0.0, 0.5, 0.5)
        for said in criterion.reject:
            yield Pair(said, criterion.statement, against)
            for right in rng.sample(criterion.accept, min(1, len(criterion.accept))):
                yield Pair(right, said, against)
                yield Pair(said, right, against)
        yield Pair(rubric.question, criterion.statement, NEUTRAL)
        others = [s for i, s in everything if i != criterion.id]
        for said in rng.sample(others, min(3, len(others))):
            yield Pair(said, criterion.statement, ELSEWHERE)
        words = " ".join(dict.fromkeys(criterion.statement.lower().strip(".").split()[::-1]))
        yield Pair(words, criterion.statement, NEUTRAL)
    for belief in rubric.misconceptions:
        for said in belief.heard_as:
            yield Pair(said, belief.statement, ENTAILED)
        criterion = rng.choice(rubric.criteria)
        yield Pair(
            rng.choice([criterion.statement, *criterion.accept]), belief.statement, (0.0, 0.6, 0.4)
        )


def fold_of(rubric_ids: Sequence[str], folds: int) -> dict[str, int]:
    """Which fold each rubric is left out in: shuffled by a fixed seed, sizes even."""
    ids = sorted(rubric_ids)
    random.Random(folds).shuffle(ids)  # noqa: S311
    return {name: k % folds for k, name in enumerate(ids)}


def reading_key(rubric: Rubric) -> str:
    """What a scorer learns of a rubric, as 16 hex digits: its statements and no more.

    A rubric that says something else is another one to the scorer; a new exemplar is not.
    """
    said = [c.statement for c in rubric.criteria] + [m.statement for m in rubric.misconceptions]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
