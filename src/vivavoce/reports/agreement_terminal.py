"""Agreement with people's scores on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table as Grid
from rich.text import Text

from vivavoce.core.agreement_results import Agreement
from vivavoce.reports.agreement import Table, alphas, bands, figures, headline, left_out, unpaired

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_agreement"]


def print_agreement(found: Agreement, console: Console) -> None:
    """Figures beside their controls, bias by part of the scale, and what found no partner."""
    console.print(Text(headline(found), style="bold"))
    for rows in (figures(found), bands(found), alphas(found)):
        console.print(_grid(rows))
    for line in [*left_out(found), *unpaired(found)]:
        console.print(Text(line, style="dim"))


def _grid(rows: Table) -> Grid:
    head, *body = rows
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, title in enumerate(head):
        grid.add_column(Text(title), justify="left" if i == 0 else "right")
    for row in body:
        grid.add_row(*map(Text, row))
    return grid
