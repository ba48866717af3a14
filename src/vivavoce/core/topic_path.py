"""Which question each exchange of an interview is about: the likeliest path through all of them.

An exchange asks a question of the bank anew, goes on with the running one, asks something that is
not in the bank, or belongs to none. Each of these has a log-probability; the path with the
greatest sum is taken (Viterbi 1967), so that an answer, a follow-up and the question after it all
have a say in what was asked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vivavoce.core.vectors import FloatArray

__all__ = ["Evidence", "Step", "likeliest"]


class Evidence(NamedTuple):
    """Log-probabilities of one exchange, one column a state.

    The states are the bank's questions, then "outside the bank", then "nothing is asked".

    Attributes:
        anew: that it puts this question, shape (states,).
        goes_on: that it goes on with this question where that is running, shape (states,).
        answer: what is said to it, given that it answers this question, shape (states,).
    """

    anew: FloatArray
    goes_on: FloatArray
    answer: FloatArray


class Step(NamedTuple):
    """What the path has for one exchange.

    Attributes:
        state: column of the evidence.
        anew: whether the question is put here, and not only gone on with.
        margin: by how much (natural log) this beats the best path through any other state.
    """

    state: int
    anew: bool
    margin: float


def likeliest(evidence: list[Evidence]) -> list[Step]:
    """The path's step for each exchange, from "nothing is asked" on."""
    if not evidence:
        return []
    states = len(evidence[0].anew)
    start = np.full(states, -np.inf)
    start[-1] = 0.0
    reached, before = [], start
    for one in evidence:
        before = np.maximum(before + one.goes_on, before.max() + one.anew) + one.answer
        reached.append(before)
    ahead = [np.zeros(states)]
    for one in reversed(evidence[1:]):
        after = one.answer + ahead[-1]
        ahead.append(np.maximum(one.goes_on + after, (one.anew + after).max()))
    through = [there + on for there, on in zip(reached, reversed(ahead), strict=True)]
    return _steps(evidence, start, reached, through)


def _steps(
    evidence: list[Evidence],
    start: FloatArray,
    reached: list[FloatArray],
    through: list[FloatArray],
) -> list[Step]:
    """Back from the best end, each time by the better of the two ways to be where it is."""
    out: list[Step] = []
    state = int(reached[-1].argmax())
    for n in range(len(evidence) - 1, -1, -1):
        before = reached[n - 1] if n else start
        others = np.delete(through[n], state)
        margin = float(through[n][state] - others.max()) if len(others) else np.inf
        stays = before[state] + evidence[n].goes_on[state]
        anew = bool(before.max() + evidence[n].anew[state] > stays)
        # Put again while it is running: the same state, yet a question of its own.
        again = bool(evidence[n].anew[state] > evidence[n].goes_on[state])
        out.append(Step(state, anew or again, margin))
        state = int(before.argmax()) if anew else state
    return out[::-1]
