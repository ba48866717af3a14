"""What the local grader and the judges each found on a criterion."""

from __future__ import annotations

from typing import NamedTuple

from vivavoce.core.grade import CriterionGrade
from vivavoce.reports._text import VERDICTS, amount

__all__ = ["Source", "sources"]


class Source(NamedTuple):
    """One line beside a criterion.

    Attributes:
        who: `local grader` or `judge`.
        found: verdict, credit and how many readings agreed.
        why: the judge's reason, or why it has no verdict.
        quote: the words that the judge quoted, where the report does not show them as evidence.
    """

    who: str
    found: str
    why: str = ""
    quote: str = ""


def sources(criterion: CriterionGrade) -> tuple[Source, ...]:
    """Both sources side by side; none where no judge was asked."""
    local, judge = criterion.local, criterion.judge
    if local is None or judge is None:
        return ()
    found = VERDICTS[judge.verdict].word + _credit(judge.credit)
    if judge.agreement is not None and len(judge.votes) > 1:
        said = sum(v.verdict is judge.verdict for v in judge.votes)
        found += f", {said} of {len(judge.votes)} readings"
    shown = {e.quote for e in criterion.evidence}
    quote = " … ".join(e.quote for e in judge.evidence if e.quote not in shown)
    return (
        Source("local grader", VERDICTS[local.verdict].word + _credit(local.credit)),
        Source("judge", found, judge.reason or judge.problem, quote),
    )


def _credit(credit: float | None) -> str:
    return "" if credit is None else f" ({amount(credit, 2)})"
