"""`viva compare`: two runs over the same answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vivavoce.cli.shared import (
    JsonOption,
    StoreOption,
    check_place,
    console,
    write_file,
    write_json,
)
from vivavoce.errors import SettingsError

__all__ = ["compare"]


def compare(
    before: Annotated[
        Path, typer.Argument(help="Results of the first run, .jsonl or .json.", metavar="A")
    ],
    after: Annotated[Path, typer.Argument(help="Results of the second run.", metavar="B")],
    store: StoreOption = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o", "--output", help="Write it as .json or .csv. Repeatable.", metavar="FILE"
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compare two runs: which grades changed, by how much, and because of what."""
    from vivavoce.core.comparison import compare as compared
    from vivavoce.reports import comparison as report
    from vivavoce.wiring.sharing import read_results, store_in_use

    writers = {".json": report.render_json, ".csv": report.render_csv}
    for path in output or ():
        if path.suffix.lower() not in writers:
            raise SettingsError(f"{path}: end its name with .json or .csv.")
        check_place(path)
    with store_in_use(store) as team:
        runs = [
            read_results([p], team).model_copy(update={"title": p.name}) for p in (before, after)
        ]
    found = compared(*runs)
    for path in output or ():
        write_file(path, writers[path.suffix.lower()](found))
    if json:
        write_json(report.render_json(found))
    else:
        report.print_comparison(found, console())
