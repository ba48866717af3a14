"""Two runs side by side: on a terminal, as JSON, and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from vivavoce.core.comparison import Changed, Comparison
from vivavoce.core.rubric import Verdict
from vivavoce.reports._text import VERDICTS, amount, counted, one_line
from vivavoce.reports.csv import spreadsheet_cell
from vivavoce.reports.json import encode

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["SCHEMA", "print_comparison", "render_csv", "render_json"]

SCHEMA = "vivavoce.comparison/1"
COLUMNS = ("key", "question", "candidate", "id", "before", "after", "change", "verdicts", "reasons")
SHOWN = 20
"""Changed answers on a terminal at most; all of them are in JSON and CSV."""
SHORT = 12


def render_json(found: Comparison) -> str:
    """Everything in it, with the name of the schema."""
    return encode({"schema": SCHEMA, **found.model_dump(mode="json")}, indent=2) + "\n"


def render_csv(found: Comparison) -> str:
    """A row for each changed answer; no score is an empty cell, not a zero."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found.changed:
        row: list[str | float] = [
            *(one.key, one.question_id, one.candidate, one.id),
            *("" if v is None else v for v in (one.before, one.after, one.change)),
            _verdicts(one),
            " ".join(one.reasons),
        ]
        writer.writerow([spreadsheet_cell(value) for value in row])
    return out.getvalue()


def print_comparison(found: Comparison, console: Console) -> None:
    """The sum of it, what differs in the signatures, and the largest changes."""
    title = f"{one_line(found.before)} → {one_line(found.after)}"
    console.print(Text(title, style="bold", overflow="fold"))
    console.print(Text(_sum(found)))
    for missing, where in ((found.only_before, "first"), (found.only_after, "second")):
        if missing:
            console.print(Text(f"{counted(len(missing), 'answer')} only in the {where} run."))
    for part in found.parts:
        change = f"  {part.part}: {_values(part.before)} → {_values(part.after)}"
        console.print(Text(one_line(change), style="dim", overflow="fold"))
    if found.changed:
        console.print()
        console.print(_table(found))
    if len(found.changed) > SHOWN:
        console.print(Text(f"{len(found.changed) - SHOWN} more; see --json or -o FILE.csv."))


def _sum(found: Comparison) -> str:
    told = (
        f"{counted(found.answers, 'answer')} in both, {found.same} unchanged, "
        f"{len(found.changed)} changed."
    )
    if found.mean_change is None:
        return told
    told += f" Mean change {found.mean_change:+.1f} points"
    if found.low is None or found.high is None:
        return told + "."
    return told + f" (95% interval {found.low:+.1f} to {found.high:+.1f})."


def _values(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - 1} more" if len(values) > 1 else ""
    return values[0] + more


def _table(found: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("Question", "Candidate", "Before", "After", "Change", "Verdicts", "Because of"):
        table.add_column(name, overflow="fold", justify="right" if name == "Change" else "left")
    for one in found.changed[:SHOWN]:
        change = "" if one.change is None else f"{one.change:+.1f}"
        cells = (
            *(one.question_id, one.candidate or one.id or one.key[:SHORT]),
            *(_score(one.before), _score(one.after), change, _verdicts(one)),
            ", ".join(one.reasons) or "nothing that is signed",
        )
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    return table


def _score(score: float | None) -> str:
    return "ungraded" if score is None else amount(score)


def _verdicts(one: Changed) -> str:
    return "; ".join(f"{v.criterion}: {_word(v.before)} → {_word(v.after)}" for v in one.verdicts)


def _word(verdict: Verdict | None) -> str:
    return VERDICTS[verdict].word if verdict else "not there"
