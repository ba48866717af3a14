"""How a transcript was read: a table for the terminal and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from vivavoce.core.transcript import Alignment, Part
from vivavoce.reports._text import one_line

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["alignments_json", "print_alignment"]

STYLES = {Part.QUESTION: "bold cyan", Part.FOLLOW_UP: "cyan", Part.ANSWER: ""}
QUIET = "dim"


def print_alignment(
    found: Alignment, times: dict[int, str], texts: list[str], console: Console
) -> None:
    """A row for each stretch, then what a person should look at.

    Args:
        times: index of a turn -> when it begins; those without times left out.
        texts: the words of each piece.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(f"Transcript {one_line(found.transcript)}"), title_justify="left")
    for name in ("Time", "Speaker", "Part", "Question"):
        table.add_column(name, no_wrap=name == "Time")
    table.add_column("Words", ratio=1)
    for piece, text in zip(found.pieces, texts, strict=True):
        style = STYLES.get(piece.part, QUIET)
        outside = piece.part is Part.QUESTION and piece.question_id is None
        table.add_row(
            times.get(piece.turn, ""),
            Text(one_line(piece.speaker)),
            Text(piece.part.value),
            Text("not in the bank" if outside else piece.question_id or ""),
            Text(one_line(text)),
            style=style,
        )
    console.print(table)
    for line in _summary(found):
        console.print(Text(line))


def alignments_json(found: Iterable[Alignment]) -> str:
    """A JSON list of the alignments."""
    return json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=2)


def _summary(found: Alignment) -> list[str]:
    heard = f"{len(found.asked)} questions heard, {len(found.answers)} answers found"
    out = [f"{heard}, interviewer: {one_line(found.interviewer) or 'not known'}"]
    out += [f"Not in the bank: {one_line(a.text)}" for a in found.unmatched]
    out += [f"Not answered: {a.question_id}: {one_line(a.text)}" for a in found.unanswered]
    out += [
        f"Not sure ({a.similarity:.2f}): {a.question_id}: {one_line(a.text)}"
        for a in found.doubtful
    ]
    out += [
        f"Not to be graded: {a.question}: {a.unreadable}" for a in found.answers if a.unreadable
    ]
    return out + [f"Warning: {warning}" for warning in found.warnings]
