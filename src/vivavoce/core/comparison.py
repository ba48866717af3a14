"""Two runs over the same answers: which grades changed, by how much, and what made them change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vivavoce.core.agreement import percentile_interval, resampled
from vivavoce.core.answer_names import names_of
from vivavoce.core.grade import Grade, Signature, Ungraded
from vivavoce.core.results import Results
from vivavoce.core.rubric import Verdict

__all__ = ["Changed", "Comparison", "PartChange", "VerdictChange", "compare"]

OTHER_WORDS = "answer"
RESAMPLES, SEED = 2000, 0
SAME = 0.05
"""Points below which two totals, which have one decimal, are the same."""

Percent = Annotated[float, Field(ge=0, le=100)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class VerdictChange(_Model):
    """A criterion that is judged otherwise; None where one of the rubrics has it not."""

    criterion: str
    before: Verdict | None
    after: Verdict | None


class Changed(_Model):
    """One answer whose result is another one.

    Attributes:
        key: of the answer in files of results.
        before, after: 0..100; None where the answer was left ungraded.
        reasons: what differs: `answer` for its words, else parts of the signature; empty where
            nothing does.
    """

    key: str
    question_id: str
    candidate: str
    id: str
    before: Percent | None
    after: Percent | None
    verdicts: tuple[VerdictChange, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def change(self) -> float | None:
        """Points, above zero where it rose; None where a score is missing."""
        if self.before is None or self.after is None:
            return None
        return round(self.after - self.before, 1)


class PartChange(_Model):
    """A part of the signature that differs, with all values it has in either run."""

    part: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Comparison(_Model):
    """Two runs side by side.

    Attributes:
        answers: in both runs.
        scored: with a score in both.
        same: with the same score and the same verdicts in both.
        only_before, only_after: keys of answers that the other run has not.
        changed: the largest change first; those that lost or got a score come before them.
        mean_change: points over the scored answers; None without any.
        low, high: 95% percentile bootstrap of the mean change (Efron 1979); None with fewer than
            two scored answers.
        parts: of the signatures that differ.
    """

    before: str
    after: str
    answers: int
    scored: int
    same: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed: tuple[Changed, ...]
    mean_change: float | None
    low: float | None
    high: float | None
    parts: tuple[PartChange, ...]


def compare(before: Results, after: Results) -> Comparison:
    """What became of each answer of the first run in the second.

    Answers are told by id, candidate and question, as in the keys of files of results.
    """
    old, new = _by_name(before), _by_name(after)
    both = [name for name in old if name in new]
    changed = [c for name in both if (c := _changed(name, old[name], new[name]))]
    moves = [
        b.total - a.total
        for name in both
        if isinstance(a := old[name], Grade) and isinstance(b := new[name], Grade)
    ]
    low, high = _interval(moves)
    return Comparison(
        before=before.title,
        after=after.title,
        answers=len(both),
        scored=len(moves),
        same=len(both) - len(changed),
        only_before=tuple(name for name in old if name not in new),
        only_after=tuple(name for name in new if name not in old),
        changed=tuple(sorted(changed, key=_weight)),
        mean_change=round(sum(moves) / len(moves), 2) if moves else None,
        low=low,
        high=high,
        parts=_parts([old[n] for n in both], [new[n] for n in both]),
    )


def _by_name(results: Results) -> dict[str, Grade | Ungraded]:
    found: list[Grade | Ungraded] = [*results.grades, *results.ungraded]
    return dict(zip(names_of(found), found, strict=True))


def _changed(name: str, old: Grade | Ungraded, new: Grade | Ungraded) -> Changed | None:
    before, after = _total(old), _total(new)
    verdicts = _verdicts(old, new)
    if not verdicts and (
        before == after or (before is not None and after is not None and abs(before - after) < SAME)
    ):
        return None
    return Changed(
        key=name,
        question_id=new.question_id if isinstance(new, Grade) else new.answer.question,
        candidate=new.answer.candidate,
        id=new.answer.id,
        before=before,
        after=after,
        verdicts=verdicts,
        reasons=_reasons(old, new),
    )


def _total(result: Grade | Ungraded) -> float | None:
    return result.total if isinstance(result, Grade) else None


def _verdicts(old: Grade | Ungraded, new: Grade | Ungraded) -> tuple[VerdictChange, ...]:
    if not (isinstance(old, Grade) and isinstance(new, Grade)):
        return ()
    was: Mapping[str, Verdict] = {c.id: c.verdict for c in old.criteria}
    now: Mapping[str, Verdict] = {c.id: c.verdict for c in new.criteria}
    return tuple(
        VerdictChange(criterion=one, before=was.get(one), after=now.get(one))
        for one in dict.fromkeys([*was, *now])
        if was.get(one) != now.get(one)
    )


def _reasons(old: Grade | Ungraded, new: Grade | Ungraded) -> tuple[str, ...]:
    words = (OTHER_WORDS,) if old.answer.text != new.answer.text else ()
    if not (isinstance(old, Grade) and isinstance(new, Grade)):
        return words
    return (*words, *(p for p in _PARTS if _part(old, p) != _part(new, p)))


_PARTS = tuple(Signature.model_fields)


def _part(grade: Grade, name: str) -> str:
    return getattr(grade.signature, name) or "none"


def _parts(
    old: Sequence[Grade | Ungraded], new: Sequence[Grade | Ungraded]
) -> tuple[PartChange, ...]:
    found = []
    for part in _PARTS:
        was, now = (
            tuple(sorted({_part(g, part) for g in run if isinstance(g, Grade)}))
            for run in (old, new)
        )
        if was and now and was != now:
            found.append(PartChange(part=part, before=was, after=now))
    return tuple(found)


def _interval(moves: Sequence[float]) -> tuple[float | None, float | None]:
    if len(moves) < 2:  # noqa: PLR2004
        return None, None
    means = [
        sum(moves[i] for i in drawn) / len(moves)
        for drawn in resampled(len(moves), RESAMPLES, SEED)
    ]
    low, high = percentile_interval(means)
    return round(low, 2), round(high, 2)


def _weight(changed: Changed) -> tuple[float, str]:
    return (-abs(changed.change) if changed.change is not None else -101.0, changed.key)
