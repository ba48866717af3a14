"""A run's results on the terminal, in full or in figures."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from vivavoce.cli.judge_stage import is_judged
from vivavoce.cli.shared import console, write_json

if TYPE_CHECKING:
    from vivavoce.reports.run import Run

__all__ = ["SHOWN", "Found", "show"]

SHOWN = 500
"""Answers up to which they are listed on the terminal; of more only the figures are printed."""


class Found(NamedTuple):
    """What a run's results come to.

    Attributes:
        graded, ungraded: answers with and without a grade.
        lowest, mean: scores; None where nothing was graded.
        unjudged: answers without the judge's verdict.
    """

    graded: int
    ungraded: int
    lowest: float | None
    mean: float | None
    unjudged: int


def show(run: Run, *, json: bool, stopped: bool = False) -> Found:
    """Prints JSON, the answers, or the figures alone where there are too many.

    Args:
        stopped: print nothing: the run was stopped and says so itself.
    """
    found = _found(run)
    small = found.graded + found.ungraded <= SHOWN
    if stopped:
        return found
    if json:
        from vivavoce.reports import render

        write_json(render(run.whole(), "json"))
    elif small:
        from vivavoce.reports.terminal import print_results

        print_results(run.whole(), console(), run.reviews)
    else:
        mean = "" if found.mean is None else f"; mean {found.mean:.1f} of 100"
        sys.stdout.write(
            f"{found.graded:,} answers graded, {found.ungraded:,} left ungraded{mean}\n"
        )
    return found


def _found(run: Run) -> Found:
    from vivavoce.core.grade import Grade

    lowest, graded, ungraded, unjudged, summed = 101.0, 0, 0, 0, 0.0
    for one in run.outcomes:
        if isinstance(one, Grade):
            graded, summed, lowest = graded + 1, summed + one.total, min(lowest, one.total)
            unjudged += not is_judged(one)
        else:
            ungraded += 1
    if not graded:
        return Found(0, ungraded, None, None, unjudged)
    return Found(graded, ungraded, lowest, summed / graded, unjudged)
