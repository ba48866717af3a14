"""`viva doctor`: is everything here and does it work."""

from __future__ import annotations

import json as json_module

import typer

from vivavoce.cli.shared import BankOption, JsonOption, console, write_json

__all__ = ["doctor"]


def doctor(bank: BankOption = None, json: JsonOption = False) -> None:
    """Check the installation: weights, bank, calibration, cache, extras."""
    from vivavoce.services.doctor import FAILED
    from vivavoce.wiring import checkup, settings

    checks = checkup(settings(bank=bank))
    if json:
        rows = [check._asdict() for check in checks]
        write_json(json_module.dumps(rows, indent=2))
    else:
        from rich.table import Table
        from rich.text import Text

        table = Table("check", "state", "detail", box=None)
        for check in checks:
            table.add_row(Text(check.name), Text(check.state), Text(check.detail))
        console().print(table)
    if any(check.state == FAILED for check in checks):
        raise typer.Exit(1)
