"""Human scores and grades brought together, and the plain arithmetic on the pairs.

Scores are points of 100 throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.agreement_results import Unpaired
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results

__all__ = [
    "QUARTERS",
    "FloatVector",
    "Group",
    "HumanRow",
    "IntVector",
    "Pair",
    "Pairing",
    "is_constant",
    "labels_of",
    "leave_one_out_line",
    "leave_one_out_means",
    "name_of",
    "pair_up",
    "percentile_interval",
    "quarters",
    "resampled",
    "terciles",
]

FloatVector = NDArray[np.float64]
IntVector = NDArray[np.int64]

QUARTERS = ("0 to 25", "25 to 50", "50 to 75", "75 to 100")
SAME = 1e-9
"""Difference, in points or standard deviations, below which values count as equal."""
SHOWN = 60


class HumanRow(NamedTuple):
    """One score that one person gave, and what the row says of the answer.

    Attributes:
        score: 0..100; None where the cell is empty.
        question, text, candidate, id: of the answer; empty where the row does not say.
        rater: who scored; empty where unknown.
        source: file and line, for messages.
        unusable: why the score must not be used; empty where it may.
    """

    score: float | None
    question: str = ""
    text: str = ""
    candidate: str = ""
    id: str = ""
    rater: str = ""
    source: str = ""
    unusable: str = ""


class Pair(NamedTuple):
    """A grade and the scores of its raters, one each."""

    grade: Grade
    ratings: tuple[float, ...]

    @property
    def human(self) -> float:
        """The reference: the mean over raters."""
        return sum(self.ratings) / len(self.ratings)


class Pairing(NamedTuple):
    """Pairs in the order of the results, and what has no partner on either side.

    Attributes:
        repeated: scores that a named rater gave an answer that he had scored already.
    """

    pairs: tuple[Pair, ...]
    rows_without: tuple[Unpaired, ...]
    answers_without: tuple[Unpaired, ...]
    repeated: int = 0


class Group(NamedTuple):
    """A named part of the answers; `members` are positions, shape (k,)."""

    name: str
    members: IntVector


def pair_up(results: Results, rows: Sequence[HumanRow]) -> Pairing:
    """Gives each row its answer.

    A row's id decides where an answer has it; else its question and answer text; else, for a
    row without id and text, its question and candidate. A question that the row names has to be
    the answer's, by rubric id or by wording. A row that fits several answers fits none. Several
    scores of one named rater for one answer count as their mean.
    """
    known = _Known([*results.grades, *results.ungraded])
    given: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    touched: set[int] = set()
    lost: list[Unpaired] = []
    for number, row in enumerate(rows):
        found = row.unusable or known.find(row)
        if isinstance(found, str):
            lost.append(Unpaired(name=row.source or _called(row), reason=found))
            continue
        touched.add(found)
        reason = known.unusable(found) or ("" if row.score is not None else "it holds no score")
        if row.score is None or reason:
            lost.append(Unpaired(name=row.source or _called(row), reason=reason))
            continue
        given[found][row.rater or f"\0{number}"].append(row.score)
    pairs = [
        Pair(one, tuple(sum(s) / len(s) for s in given[i].values()))
        for i, one in enumerate(results.grades)
        if i in given
    ]
    alone = [
        Unpaired(name=name_of(one.answer), reason=known.unusable(i) or "no human score")
        for i, one in enumerate(known.outcomes)
        if i not in touched
    ]
    repeated = sum(len(s) - 1 for raters in given.values() for s in raters.values())
    return Pairing(tuple(pairs), tuple(lost), tuple(alone), repeated)


class _Known:
    """The answers of a run, graded or not, by what a row may call them."""

    def __init__(self, outcomes: Sequence[Grade | Ungraded]) -> None:
        self.outcomes = outcomes
        self._questions = [_questions(one) for one in outcomes]
        self._ids: dict[str, list[int]] = defaultdict(list)
        self._texts: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._candidates: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, one in enumerate(outcomes):
            if one.answer.id:
                self._ids[_line(one.answer.id)].append(i)
            for question in self._questions[i]:
                self._texts[question, _folded(one.answer.text)].append(i)
                if one.answer.candidate:
                    self._candidates[question, _folded(one.answer.candidate)].append(i)

    def find(self, row: HumanRow) -> int | str:
        """Position of the answer, or why there is none."""
        question = _folded(row.question)
        named = self._ids.get(_line(row.id), [])
        if named:
            found = [i for i in named if not question or question in self._questions[i]]
            if not found:
                other = _short(self.outcomes[named[0]].answer.question)
                return f"the answer '{_short(row.id)}' is to '{other}', not the row's question"
        elif question and row.text.strip():
            found = self._texts.get((question, _folded(row.text)), [])
        elif row.id.strip():
            return f"no answer has the id '{_short(row.id)}'"
        elif question and row.candidate.strip():
            found = self._candidates.get((question, _folded(row.candidate)), [])
        else:
            return "it names no answer: give id, or question with answer or candidate"
        return self._one_of(found, row)

    def _one_of(self, found: Sequence[int], row: HumanRow) -> int | str:
        if len(found) > 1 and row.text.strip():
            wanted = _folded(row.text)
            found = [i for i in found if _folded(self.outcomes[i].answer.text) == wanted]
        if len(found) > 1 and row.candidate.strip():
            wanted = _folded(row.candidate)
            found = [i for i in found if _folded(self.outcomes[i].answer.candidate) == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            return f"{len(found)} answers fit it; give each its own id"
        return f"no answer fits {_called(row)}"

    def unusable(self, at: int) -> str:
        """Why this outcome has no score to compare; empty where it has one."""
        one = self.outcomes[at]
        if isinstance(one, Ungraded):
            return f"the answer was left ungraded: {one.reason}"
        if all(c.credit is None for c in one.criteria):
            return "no criterion of the answer could be scored"
        return ""


def name_of(answer: Answer) -> str:
    """What a report calls an answer: its id, or where it is from, or who gave it."""
    return answer.id or answer.source or answer.candidate or _short(answer.question)


def _questions(one: Grade | Ungraded) -> set[str]:
    names = {_folded(one.answer.question)}
    if isinstance(one, Grade):
        names |= {_folded(one.question_id), _folded(one.question)}
    return names - {""}


def _called(row: HumanRow) -> str:
    """What a row calls its answer, for messages."""
    parts = (("id", row.id), ("question", row.question), ("answer", row.text))
    said = [f"{label} '{_short(value)}'" for label, value in parts if value.strip()]
    if row.candidate.strip():
        said.append(f"candidate '{_short(row.candidate)}'")
    return ", ".join(said) or "a row that names nothing"


def _line(text: str) -> str:
    return " ".join(text.split())


def _folded(text: str) -> str:
    return _line(text).casefold()


def _short(text: str) -> str:
    line = _line(text)
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def labels_of(scores: FloatVector, labels: int) -> IntVector:
    """Scores, 0..100, rounded to the labels 0..labels-1; a half goes up. Shape kept."""
    return np.floor(scores * (labels - 1) / 100.0 + 0.5).astype(np.int64)


def quarters(human: FloatVector) -> list[Group]:
    """Answers by quarter of the scale; a score on a border belongs to the quarter above."""
    at = np.minimum((human // 25.0).astype(np.int64), 3)
    return [Group(name, np.flatnonzero(at == k)) for k, name in enumerate(QUARTERS)]


def terciles(words: IntVector) -> list[Group]:
    """Answers by tercile of length; equal lengths stay together, so a group may be empty.

    Borders are the lengths at ranks n/3 and 2n/3, rounded up, of the sorted lengths.
    """
    ordered = np.sort(words)
    low, high = (int(ordered[-(-k * len(ordered) // 3) - 1]) for k in (1, 2))
    return [
        Group(f"short, up to {low} words", np.flatnonzero(words <= low)),
        Group(f"middle, up to {high} words", np.flatnonzero((words > low) & (words <= high))),
        Group(f"long, over {high} words", np.flatnonzero(words > high)),
    ]


def is_constant(values: FloatVector | IntVector) -> bool:
    """Whether all values are equal, less what adding and dividing them costs."""
    return len(values) == 0 or float(np.ptp(values)) <= SAME


def resampled(answers: int, count: int, seed: int) -> Iterator[IntVector]:
    """Positions drawn with replacement, shape (answers,), `count` times (Efron 1979)."""
    draw = np.random.default_rng(seed)
    return (draw.integers(0, answers, answers) for _ in range(count))


def percentile_interval(values: Sequence[float]) -> tuple[float, float]:
    """The middle 95% of resampled figures."""
    low, high = np.percentile(np.array(values), [2.5, 97.5])
    return float(low), float(high)


def leave_one_out_line(feature: FloatVector, scores: FloatVector) -> FloatVector:
    """Each score as the least-squares line through all *other* answers foretells it, 0..100.

    Where the others do not differ in the feature, it is their mean. At least 3 answers.
    """
    x = (feature - feature.mean()) / max(float(feature.std()), SAME)
    middle = scores.mean()
    y = scores - middle
    others = len(x) - 1
    mean_x, mean_y = (x.sum() - x) / others, (y.sum() - y) / others
    spread = (x @ x - x * x) - others * mean_x**2
    shared = (x @ y - x * y) - others * mean_x * mean_y
    slope = np.where(spread > SAME, shared / np.maximum(spread, SAME), 0.0)
    foretold = middle + mean_y + slope * (x - mean_x)
    return np.asarray(np.clip(foretold, 0.0, 100.0), dtype=np.float64)


def leave_one_out_means(groups: Sequence[str], scores: FloatVector) -> FloatVector:
    """Each score as the mean of the group's *other* answers; alone in it, of all others."""
    names = np.array(groups)
    out: FloatVector = (scores.sum() - scores) / max(1, len(scores) - 1)
    for name in dict.fromkeys(groups):
        inside = names == name
        if inside.sum() > 1:
            out[inside] = (scores[inside].sum() - scores[inside]) / (inside.sum() - 1)
    return out
