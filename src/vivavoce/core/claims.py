"""What answers claim of a rubric's points: the labels that a scorer learns from.

An answer is cut into parts, and each part carries, for the criteria it speaks of, what it claims.
A misconception is one more point, which a part states or does not. Labels of parts teach where a
point is made; the verdict on the whole answer follows from them, unless it is given.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from vivavoce.core.rubric import Rubric, Verdict

__all__ = [
    "BELIEF",
    "LABELS",
    "VERDICT_CLAIM",
    "Claim",
    "LabelledAnswer",
    "Part",
    "as_speech",
    "exemplar_answers",
    "fold_of",
    "points_of",
    "reading_key",
    "rubric_answers",
    "whole_claim",
]

BELIEF = "!"
"""Stands before a misconception's id where criteria and misconceptions are named together."""


class Claim(IntEnum):
    """What words claim of a point; a scorer gives a probability for each."""

    NOTHING = 0
    PARTLY = 1
    MET = 2
    CONTRADICTED = 3


LABELS: Mapping[str, Claim] = {
    "unrelated": Claim.NOTHING,
    "touch": Claim.NOTHING,
    "missed": Claim.NOTHING,
    "partly": Claim.PARTLY,
    "met": Claim.MET,
    "stated": Claim.MET,
    "contradicted": Claim.CONTRADICTED,
}
"""Labels as files name them. "touch" speaks of a point's topic and claims nothing of it."""

VERDICT_CLAIM: Mapping[Verdict, Claim] = {
    Verdict.MET: Claim.MET,
    Verdict.PARTLY: Claim.PARTLY,
    Verdict.MISSED: Claim.NOTHING,
    Verdict.CONTRADICTED: Claim.CONTRADICTED,
}


class Part(NamedTuple):
    """A stretch of an answer with what it claims.

    Attributes:
        claims: by point, as `points_of` names them.
    """

    text: str
    claims: Mapping[str, Claim]


class LabelledAnswer(NamedTuple):
    """An answer, or a clause of one, as an examiner labelled it.

    Attributes:
        rubric: id.
        parts: in order; joined by blanks they are the answer.
        whole: verdicts on the whole answer where they do not follow from the parts.
        complete: a part claims nothing of the points that it does not name; otherwise nothing is
            known of them.
        voice: how it is said, such as terse or spoken.
        sole: the parts carry no labels, only `whole` is known.
    """

    rubric: str
    parts: tuple[Part, ...]
    whole: Mapping[str, Claim]
    complete: bool
    voice: str = ""
    sole: bool = False

    @property
    def text(self) -> str:
        """The answer's words."""
        return " ".join(part.text for part in self.parts)


def points_of(rubric: Rubric) -> tuple[str, ...]:
    """Ids of the criteria, then of the misconceptions with `BELIEF` before them."""
    return (
        *(c.id for c in rubric.criteria),
        *(f"{BELIEF}{m.id}" for m in rubric.misconceptions),
    )


def whole_claim(answer: LabelledAnswer, point: str) -> Claim | None:
    """The verdict on the whole answer; None where it is not known.

    A wrong claim outweighs a right one about the same point; else the best of the parts counts.
    """
    if point in answer.whole:
        return answer.whole[point]
    found = [part.claims[point] for part in answer.parts if point in part.claims]
    if not found:
        return Claim.NOTHING if answer.complete else None
    return Claim.CONTRADICTED if Claim.CONTRADICTED in found else max(found)


def rubric_answers(rubric: Rubric) -> Iterator[LabelledAnswer]:
    """A rubric's own sentences: accepted ones meet their criterion, rejected ones contradict it.

    The question, however it is asked, claims nothing of any point.
    """

    def one(text: str, point: str, claim: Claim) -> LabelledAnswer:
        return LabelledAnswer(rubric.id, (Part(text, {point: claim}),), {}, complete=False)

    for criterion in rubric.criteria:
        for said in criterion.affirmations:
            yield one(said, criterion.id, Claim.MET)
        for said in criterion.reject:
            yield one(said, criterion.id, Claim.CONTRADICTED)
    for belief in rubric.misconceptions:
        for said in belief.phrasings:
            yield one(said, f"{BELIEF}{belief.id}", Claim.MET)
    for asked in rubric.questions:
        yield LabelledAnswer(rubric.id, (Part(asked, {}),), {}, complete=True)


def exemplar_answers(rubric: Rubric) -> Iterator[LabelledAnswer]:
    """A rubric's graded sample answers, with their verdicts on the whole, for measuring."""
    for exemplar in rubric.exemplars:
        whole = {c.id: VERDICT_CLAIM[exemplar.verdict(c.id)] for c in rubric.criteria}
        whole |= {
            f"{BELIEF}{m.id}": Claim.MET if m.id in exemplar.misconceptions else Claim.NOTHING
            for m in rubric.misconceptions
        }
        part = Part(exemplar.answer, {})
        yield LabelledAnswer(
            rubric.id, (part,), whole, complete=True, voice=exemplar.level.value, sole=True
        )


FILLERS = ("um", "uh", "like", "you know", "so", "well", "I mean", "basically")
FILLED, REPEATED = 0.06, 0.02
"""Shares of words that a filler stands before, and that are said twice."""
NOT_SPOKEN = re.compile(r"[^\w\s'%-]")


def as_speech(text: str, rng: random.Random) -> str:
    """The words as a recogniser may write them: no capitals, no punctuation, fillers, repeats."""
    out: list[str] = []
    for word in NOT_SPOKEN.sub(" ", text.lower()).split():
        if rng.random() < FILLED:
            out.append(rng.choice(FILLERS))
        if rng.random() < REPEATED:
            out.append(word)
        out.append(word)
    return " ".join(out) or text


def fold_of(rubric_ids: Sequence[str], folds: int) -> dict[str, int]:
    """Which fold each rubric is left out in: shuffled by a fixed seed, sizes even."""
    ids = sorted(rubric_ids)
    random.Random(folds).shuffle(ids)  # noqa: S311
    return {name: k % folds for k, name in enumerate(ids)}


def reading_key(rubric: Rubric) -> str:
    """What a scorer learns of a rubric, as 16 hex digits: its points and no more.

    A rubric that says something else is another one to the scorer; a new exemplar or accepted
    phrasing is not.
    """
    said = [f"{c.id}: {c.statement}" for c in rubric.criteria]
    said += [f"{BELIEF}{m.id}: {m.statement}" for m in rubric.misconceptions]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
