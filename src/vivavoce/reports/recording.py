"""A recording on a terminal and as JSON: words with times, delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vivavoce.core.delivery import Standing
from vivavoce.core.results import Recorded
from vivavoce.reports._delivery import heard, lines, rows, tokens
from vivavoce.reports._text import one_line
from vivavoce.reports.json import encode

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["SCHEMA", "print_delivery", "print_recording", "render_json"]

SCHEMA = "vivavoce.recording/1"
_STYLES = {
    Standing.WITHIN: "green",
    Standing.BELOW: "yellow",
    Standing.ABOVE: "yellow",
    Standing.UNKNOWN: "bright_black",
}
_A_LINE = 12


def render_json(recorded: Recorded) -> str:
    """The recording as an indented JSON document whose `schema` names its version."""
    plain = {"schema": SCHEMA, "text": recorded.speech.text, **recorded.model_dump(mode="json")}
    return encode(plain, indent=2) + "\n"


def print_recording(recorded: Recorded, console: Console) -> None:
    """Words, a dozen a line with the time of the first; doubtful ones in brackets with a `?`."""
    speech = recorded.speech
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, justify="right", style="dim")
    grid.add_column(overflow="fold")
    words = list(tokens(speech))
    for at in range(0, len(words), _A_LINE):
        line = Text(" ").join(
            Text(f"[{one_line(word.text)}?]", style="yellow")
            if unsure
            else Text(one_line(word.text))
            for word, unsure in words[at : at + _A_LINE]
        )
        grid.add_row(f"{words[at][0].from_s:.2f}", line)
    console.print(Text(f"{one_line(recorded.source)}: {heard(speech)}", style="bold"))
    console.print(grid)
    print_delivery(recorded, console)
    console.print()
    console.print(Text(one_line(f"transcriber:{speech.model}"), style="dim", overflow="fold"))


def print_delivery(recorded: Recorded, console: Console) -> None:
    """How it sounded: measures, targets and advice."""
    console.print()
    console.print(
        Text("Delivery", style="bold") + Text(" (no part of the score)", style="not bold")
    )
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        grid.add_column(overflow="fold")
    for row in rows(recorded.delivery):
        value = Text(row.value or row.note, style=_STYLES[row.standing])
        grid.add_row(Text(row.title), value, Text(row.target, style="dim"))
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))
    for line in recorded.delivery.advice:
        console.print(Padding(Text(f"- {line}"), (0, 0, 0, 2)))
    found = [one_line(line) for line in lines(recorded.delivery)]
    if found:
        console.print(Padding(Text("; ".join(found), style="dim"), (0, 0, 0, 2)))
