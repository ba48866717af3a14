"""How far judges agree beyond chance, by the krippendorff package."""

from __future__ import annotations

from collections.abc import Sequence

from vivavoce.core.rubric import Verdict
from vivavoce.errors import MissingExtraError

__all__ = ["alpha"]

ORDER = (Verdict.CONTRADICTED, Verdict.MISSED, Verdict.PARTLY, Verdict.MET)


def alpha(votes: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for ordinal data (Krippendorff 2011), at most 1.

    Args:
        votes: for each criterion of each answer the verdicts of all raters, in one order of
            raters; `unscored` is a missing value.

    Returns:
        None where it is not defined: fewer than two raters, or only one verdict in use.

    Raises:
        MissingExtraError: krippendorff is not installed.
    """
    try:
        import krippendorff
    except ImportError as exc:
        raise MissingExtraError("krippendorff", "evaluation") from exc
    import numpy as np

    place = {verdict.value: float(i) for i, verdict in enumerate(ORDER)}
    raters = max((len(row) for row in votes), default=0)
    rows = [[place.get(v, np.nan) for v in row] for row in votes if len(row) == raters]
    data = np.array(rows, dtype=np.float64).reshape(len(rows), raters).T
    paired = [row for row in rows if np.isfinite(row).sum() > 1]
    used = {value for row in paired for value in row if np.isfinite(value)}
    if len(used) < 2:  # noqa: PLR2004
        return None
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal"))
