"""A progress line on stderr, only where someone is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress", "training_bar"]

Step = Callable[[str, int, int, int], None]


@contextmanager
def progress() -> Iterator[Step]:
    """Gives a function (file, done, ungraded, expected in all); silent unless on a terminal."""
    if not sys.stderr.isatty():
        yield lambda file, done, ungraded, expected: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, Task, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    from vivavoce.cli.shared import console

    class Status(TextColumn):
        def render(self, task: Task) -> Text:
            # Plain text: a file's name must not be read as markup.
            return Text(str(task.description))

    class Figures(TextColumn):
        def render(self, task: Task) -> Text:
            of = f" of {task.total:,.0f}" if task.total else ""
            rate = f", {task.speed:.1f}/s" if task.speed else ""
            left = task.fields["ungraded"]
            return Text(f"{task.completed:,.0f}{of}{rate}{f', {left} ungraded' if left else ''}")

    columns = (SpinnerColumn(), Status(""), BarColumn(), Figures(""), Remaining())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, ungraded=0)

        def step(file: str, done: int, ungraded: int, expected: int) -> None:
            total = max(expected, done) or None
            bar.update(task, description=file, completed=done, total=total, ungraded=ungraded)

        yield step


@contextmanager
def training_bar() -> Iterator[Callable[[int, int, float], None]]:
    """Gives a function (steps done, steps in all, loss): a bar, or a line now and then."""
    if not sys.stderr.isatty():

        def line(done: int, steps: int, loss: float) -> None:
            if done % LINE_EVERY == 0 or done == steps:
                sys.stderr.write(f"step {done} of {steps}, loss {loss:.3f}\n")

        yield line
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from vivavoce.cli.shared import console

    columns = (
        TextColumn("loss {task.fields[loss]:.3f}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task("training", loss=0.0, total=None)

        def step(done: int, steps: int, loss: float) -> None:
            bar.update(task, completed=done, total=steps, loss=loss)

        yield step


LINE_EVERY = 50
"""Steps between two lines of a log."""
