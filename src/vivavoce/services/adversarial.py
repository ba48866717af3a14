"""Grades made answers beside those they were made from, and says which of them fooled it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vivavoce.core.adversary import AttackResult, Trick, TrickSummary, attacks
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade
from vivavoce.core.integrity import CAP
from vivavoce.core.rubric import Rubric
from vivavoce.services.grader import Grader

__all__ = ["STRICT", "adversarial", "summaries"]

STRICT = frozenset({Trick.PARROTED, Trick.KEYWORDS, Trick.OFF_TOPIC, Trick.INSTRUCTED})
"""Tricks that must never earn more than the cap."""
LOWER = frozenset({Trick.BOTH_SIDES, Trick.NEGATED, Trick.SWAPPED})
"""Tricks that make a right answer wrong, or partly so: the grade must fall by `FALL` points."""
SAME = frozenset({Trick.PADDED, Trick.SPOKEN, Trick.SECOND_LANGUAGE})
"""Tricks that leave a right answer right: the grade must stay within `NEAR` points."""
FALL, NEAR, GAIN = 5.0, 12.0, 3.0


def adversarial(
    grader: Grader, rubrics: Sequence[Rubric], *, seed: int = 1
) -> Iterator[AttackResult]:
    """Every made answer of every rubric, graded; answers that cannot be graded stood.

    An answer that is left ungraded earns nothing, which is all that a trick can be denied.
    """
    for rubric in rubrics:
        made = list(attacks(rubric, rubrics, seed=seed))
        texts = list(dict.fromkeys(t for a in made for t in (a.text, a.base) if t))
        answers = [(rubric, Answer(question=rubric.id, text=t)) for t in texts]
        graded = zip(texts, grader.grade_all(answers), strict=True)
        totals = {t: (g.total if isinstance(g, Grade) else 0.0) for t, g in graded}
        for attack in made:
            base = totals[attack.base] if attack.base else None
            total = totals[attack.text]
            yield AttackResult(attack, total, base, _stood(attack.trick, total, base))


def summaries(results: Sequence[AttackResult]) -> list[TrickSummary]:
    """One row a trick, in the order of `Trick`."""
    out: list[TrickSummary] = []
    for trick in Trick:
        some = [r for r in results if r.attack.trick is trick]
        if not some:
            continue
        bases = [r.base_total for r in some if r.base_total is not None]
        out.append(
            TrickSummary(
                trick=trick,
                expected=_expected(trick),
                cases=len(some),
                stood=sum(r.stood for r in some),
                mean_total=sum(r.total for r in some) / len(some),
                mean_base=sum(bases) / len(bases) if bases else None,
                highest=max(r.total for r in some),
            )
        )
    return out


def _stood(trick: Trick, total: float, base: float | None) -> bool:
    if trick in STRICT or base is None:
        return total <= CAP
    if trick in LOWER:
        # A right answer that earned next to nothing cannot fall any further.
        return total <= max(base - FALL, 0.0) or total <= CAP
    if trick in SAME:
        return abs(total - base) <= NEAR
    return total <= base + GAIN


def _expected(trick: Trick) -> str:
    if trick in STRICT:
        return f"at most {CAP:g}"
    if trick in LOWER:
        return f"at least {FALL:g} lower"
    if trick in SAME:
        return f"within {NEAR:g}"
    return "no higher"
