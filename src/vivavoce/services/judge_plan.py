"""How judges are asked, and what a run of theirs came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from vivavoce.core.grade import Grade
from vivavoce.core.judged import JUDGE_WEIGHT

__all__ = ["JudgePlan", "Tally", "is_uncertain"]


class JudgePlan(NamedTuple):
    """How judges are asked.

    Attributes:
        samples: independent readings by each judge.
        per_criterion: a call for each criterion instead of one for all.
        when: ask about every answer, the uncertain ones, or none.
        weight: of the judges beside the local grader, 0..1.
        wide: width in points from which an interval is uncertain.
        pass_mark: an interval with this score inside is uncertain.
        seed: of the criteria's order in all samples but the first.
        redact: hide addresses and names before a call.
        names: of people and companies to hide.
        in_flight: calls at once, those that wait for their turn included; those of one answer
            stay together.
        timeout: seconds for the whole run; None for no limit.
    """

    samples: int = 1
    per_criterion: bool = False
    when: Literal["always", "uncertain", "never"] = "always"
    weight: float = JUDGE_WEIGHT
    wide: float = 40.0
    pass_mark: float = 50.0
    seed: int = 1
    redact: bool = False
    names: tuple[str, ...] = ()
    in_flight: int = 64
    timeout: float | None = None


@dataclass
class Tally:
    """What a run came to.

    Attributes:
        asked, spared: answers that judges were asked about, and that the plan left to the local
            grader.
        calls, saved: calls made, repairs included, and calls that spared answers would have cost.
        cached: calls that a cache answered.
        failed: calls that failed or whose reply could not be read.
        quotes, real: quotes given, and those of them that stand in the answer.
        stopped: why the run stopped asking; empty if it did not.
        denied: why no call can work; empty where calls can.
    """

    asked: int = 0
    spared: int = 0
    calls: int = 0
    saved: int = 0
    cached: int = 0
    failed: int = 0
    quotes: int = 0
    real: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    stopped: str = ""
    denied: str = ""
    reasons: dict[str, int] = field(default_factory=dict)


def is_uncertain(grade: Grade, plan: JudgePlan) -> bool:
    """Whether a local grade leaves something for a judge to decide."""
    interval = grade.interval
    return bool(
        grade.flags
        or grade.review
        or interval.width > plan.wide
        or interval.low <= plan.pass_mark <= interval.high
    )
