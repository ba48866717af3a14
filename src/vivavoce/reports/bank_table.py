"""What the check of a bank found, on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vivavoce.reports._text import counted, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from vivavoce.core.adversary import AttackResult, TrickSummary
    from vivavoce.core.bank_lint import CheckReport, Finding, Row

__all__ = ["print_adversarial", "print_check"]

STYLES = {"error": "bold red", "warning": "yellow"}
COUNTS = ("crit.", "accept", "reject", "misc.", "asked", "ex.", "err.", "warn")


def print_check(report: CheckReport, console: Console) -> None:
    """A line for each rubric, then the findings, errors before warnings, then a summary.

    Fits 80 columns. What a rubric says is printed as text: no markup, no control characters.
    """
    console.print(_table(report.rows))
    # Stable, so that a rubric's findings stay in the order of its fields.
    place = {row.id: i for i, row in enumerate(report.rows)}
    ordered = sorted(
        report.findings, key=lambda f: (place.get(f.rubric, len(place)), f.severity != "error")
    )
    for rubric, found in groupby(ordered, key=lambda f: f.rubric):
        console.print()
        console.print(Text(one_line(rubric) or "The bank as a whole", style="bold"))
        for finding in found:
            console.print(_line(finding))
    console.print()
    console.print(_summary(report))


def _table(rows: Iterable[Row]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("no", justify="right", no_wrap=True)
    table.add_column("id", overflow="fold")
    for name in COUNTS:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        holds = (
            row.criteria,
            row.accepts,
            row.rejects,
            row.misconceptions,
            row.asked_as,
            row.exemplars,
        )
        table.add_row(
            str(row.number),
            Text(one_line(row.id)),
            *(str(count) for count in holds),
            Text(str(row.errors), style=STYLES["error"] if row.errors else "dim"),
            Text(str(row.warnings), style=STYLES["warning"] if row.warnings else "dim"),
        )
    return table


def _line(finding: Finding) -> Padding:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    said = Text(f"{one_line(finding.field)}: ", style="cyan") + Text(
        one_line(finding.message), style="default"
    )
    grid.add_row(Text(finding.severity, style=STYLES[finding.severity]), said)
    return Padding(grid, (0, 0, 0, 2), expand=False)


def _summary(report: CheckReport) -> Text:
    errors = sum(finding.severity == "error" for finding in report.findings)
    warnings = len(report.findings) - errors
    exemplars = sum(row.exemplars for row in report.rows)
    return Text(
        f"{counted(len(report.rows), 'rubric')}, {counted(exemplars, 'exemplar')}: "
        f"{counted(errors, 'error') if errors else 'no error'}, "
        f"{counted(warnings, 'warning') if warnings else 'no warning'}.",
        style="red" if errors else "green",
    )


def print_adversarial(
    rows: Sequence[TrickSummary], fooled: Sequence[AttackResult], console: Console
) -> None:
    """A line for each trick, then the answers that fooled the grader most, worst first."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("trick", "expected"):
        table.add_column(name, no_wrap=True)
    for name in ("cases", "stood", "mean", "was", "highest"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.trick.value,
            row.expected,
            str(row.cases),
            Text(
                f"{row.stood / row.cases:.0%}",
                style="green" if row.stood == row.cases else STYLES["warning"],
            ),
            f"{row.mean_total:.0f}",
            "" if row.mean_base is None else f"{row.mean_base:.0f}",
            f"{row.highest:.0f}",
        )
    console.print(table)
    shown = sorted(fooled, key=lambda r: -abs(r.total - (r.base_total or 0.0)))[:FOOLED_SHOWN]
    for result in shown:
        was = "" if result.base_total is None else f" (was {result.base_total:.0f})"
        console.print()
        head = f"{result.attack.rubric}, {result.attack.trick.value}: {result.total:.0f}{was}"
        console.print(Text(one_line(head), style="bold"))
        console.print(Padding(Text(one_line(result.attack.text)[:300]), (0, 0, 0, 2)))


FOOLED_SHOWN = 5
