"""A progress line on stderr, only where someone is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress", "training_bar"]

Step = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Step]:
    """Gives a function (file, graded, ungraded); silent unless stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda file, graded, ungraded: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    from vivavoce.cli.shared import console

    class Status(TextColumn):
        def render(self, task: object) -> Text:
            # Plain text: a file's name must not be read as markup.
            return Text(str(getattr(task, "description", "")))

    columns = (SpinnerColumn(), Status(""), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading")

        def step(file: str, graded: int, ungraded: int) -> None:
            left = f", {ungraded} left ungraded" if ungraded else ""
            bar.update(task, description=f"{file}: {graded} graded{left}")

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
