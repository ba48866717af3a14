"""A progress line on stderr, only where someone is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress"]

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
