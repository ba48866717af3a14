"""A rubric on the terminal, as a card to study from."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from vivavoce.core.rubric import Rubric
from vivavoce.reports._text import amount, visible

__all__ = ["print_card"]

LEVELS = {1: "easy", 2: "medium", 3: "hard"}


def print_card(rubric: Rubric, console: Console) -> None:
    """Question, reference, criteria, misconceptions, follow-ups and reading."""
    console.print(Text(f"{rubric.number}. {visible(rubric.question)}", style="bold"))
    console.print(
        Text(
            f"{rubric.id} · {rubric.category.value} · {rubric.kind.value} · "
            f"{LEVELS[rubric.difficulty]} · about {rubric.seconds} s aloud",
            style="dim",
        )
    )
    _section(console, "A full answer", [" ".join(visible(rubric.reference).split())], mark="")
    _section(
        console,
        "What earns points",
        [f"({amount(c.points)}) {visible(c.statement)}" for c in rubric.criteria],
    )
    _section(
        console,
        "Commonly got wrong",
        [f"{visible(m.statement)}\n→ {visible(m.correction)}" for m in rubric.misconceptions],
    )
    _section(console, "May be asked next", [visible(q) for q in rubric.follow_ups])
    _section(console, "Read", [f"{visible(r.title)}\n{r.url}" for r in rubric.reading])


def _section(console: Console, title: str, items: Iterable[str], mark: str = "• ") -> None:
    lines = list(items)
    if not lines:
        return
    console.print()
    console.print(Text(title, style="bold"))
    for line in lines:
        indented = line.replace("\n", "\n" + " " * len(mark))
        console.print(Padding(Text(mark + indented), (0, 0, 0, 2)))
