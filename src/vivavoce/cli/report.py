"""`viva report`: stored results in any format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vivavoce.cli.shared import (
    JsonOption,
    OutOption,
    StoreOption,
    check_outputs,
    without_surrogates,
    write_outputs,
)
from vivavoce.cli.shown import show
from vivavoce.errors import SettingsError

__all__ = ["report"]


def report(
    results: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines or JSON that `viva batch` or `viva grade` wrote.", metavar="RESULTS"
        ),
    ],
    output: OutOption = None,
    reviews: Annotated[
        list[Path] | None,
        typer.Option(
            "--reviews",
            help="What `viva review` kept; otherwise what is beside RESULTS. Repeatable.",
            metavar="FILE",
        ),
    ] = None,
    store: StoreOption = None,
    title: Annotated[str, typer.Option("--title", help="Title of the report.")] = "",
    pass_mark: Annotated[
        float | None,
        typer.Option("--pass-mark", min=0, max=100, help="A lower score fails in JUnit XML (50)."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write reports of stored results again, in any format; nothing is graded."""
    from vivavoce.reports.run import PASS_MARK
    from vivavoce.wiring.reporting import stored_run
    from vivavoce.wiring.sharing import store_in_use

    check_outputs(output)
    for path in output or ():
        if path.absolute() == results.absolute():
            raise SettingsError(f"{path}: holds the results; name another file for -o.")
    with store_in_use(store) as team:
        stored = stored_run(
            results,
            without_surrogates(title),
            reviews or (),
            pass_mark=PASS_MARK if pass_mark is None else pass_mark,
            store=team,
        )
        if stored.torn:
            sys.stderr.write(f"{results}, line {stored.torn}: was cut off and is left out.\n")
        show(stored.run, json=json)
        write_outputs(stored.run, output)
