"""Practice on a terminal: the question, the level meter, and what an attempt brought."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.text import Text

from vivavoce.core.practice import Attempt, is_scored
from vivavoce.core.rubric import Rubric
from vivavoce.reports._text import clock, one_line, whole
from vivavoce.reports.terminal import print_grade

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_attempt", "print_question", "show_level"]

METER = 30


def print_question(rubric: Rubric, number: int, of: int, console: Console) -> None:
    """A question with its place in the session and the time that a good answer takes."""
    console.print()
    about = f"Question {number} of {of} · {rubric.category.value} · about {rubric.seconds} s"
    console.print(Text(about, style="dim"))
    console.print(Text(one_line(rubric.question), style="bold"))


def show_level(seconds: float, level: float) -> None:
    """One line on standard error, written over itself: time and loudness, 0..1."""
    filled = round(level * METER)
    sys.stderr.write(f"\r{clock(seconds)} [{'#' * filled}{' ' * (METER - filled)}]")
    sys.stderr.flush()


def print_attempt(attempt: Attempt, follows: Attempt | None, console: Console) -> None:
    """The grade, or why there is none. A follow-up's is that of both answers together."""
    console.print()
    if attempt.grade is None:
        console.print(Text("Not graded (this is no zero): ", style="bold magenta"), end="")
        console.print(Text(one_line(attempt.reason)))
        return
    print_grade(attempt.grade, console)
    before = follows.grade if follows else None
    if before is not None and is_scored(before) and is_scored(attempt.grade):
        gained = f"{whole(attempt.grade.total)} of 100; {whole(before.total)} before the follow-up"
        console.print(Text(f"Both answers together: {gained}.", style="bold"))
    for advice in _advice(attempt):
        console.print(Text(f"Delivery: {one_line(advice)}"))


def _advice(attempt: Attempt) -> list[str]:
    measures = (attempt.delivery or {}).get("measures")
    if not isinstance(measures, list):
        return []
    told = [m.get("advice") for m in measures if isinstance(m, dict)]
    return [t for t in told if isinstance(t, str) and t]
