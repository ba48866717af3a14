"""Points of the criteria become one total, here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vivavoce.core.grade import CriterionGrade, Flag, MisconceptionHeard
from vivavoce.core.integrity import CAP, CAPPING

__all__ = ["NO_CLAIMS", "is_capped", "total_of"]

NO_CLAIMS = frozenset({Flag.PARROTED, Flag.KEYWORD_LIST})
"""Flags of answers that say nothing of the terms they name: no criterion counts as met."""


def is_capped(flags: Collection[Flag]) -> bool:
    """Whether flags cap the total; credits of answers without claims are cut down one by one."""
    return bool(CAPPING & set(flags)) and not NO_CLAIMS & set(flags)


def total_of(
    criteria: Sequence[CriterionGrade], misconceptions: Sequence[MisconceptionHeard], cap: bool
) -> float:
    """0..100 to one decimal: points earned less deductions, over the points that were scored.

    Unscored criteria are left out of both sums. A capped answer keeps `CAP` percent of what it
    would have.
    """
    scored = [(c.points, c.credit) for c in criteria if c.credit is not None]
    possible = sum(points for points, _ in scored)
    if not possible:
        return 0.0
    earned = sum(points * credit for points, credit in scored)
    earned -= sum(m.deduct for m in misconceptions)
    share = min(1.0, max(0.0, earned / possible))
    return round(share * (CAP if cap else 100.0), 1)
