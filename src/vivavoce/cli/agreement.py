"""`viva agreement`: how far grades agree with people's scores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vivavoce.cli.shared import (
    BankOption,
    JsonOption,
    OfflineOption,
    StoreOption,
    check_place,
    console,
    write_file,
    write_json,
)

__all__ = ["agreement"]


def agreement(
    results: Annotated[
        list[Path],
        typer.Argument(
            help="JSON or JSON Lines that `viva grade` or `viva batch` wrote.", metavar="RESULTS..."
        ),
    ],
    human: Annotated[
        Path | None,
        typer.Option(
            "--human",
            help="CSV with a row for each answer and rater: score, and id or question with "
            "answer or candidate; rater if there are several.",
            metavar="FILE",
        ),
    ] = None,
    reviews: Annotated[
        list[Path] | None,
        typer.Option(
            "--reviews",
            help="Scores that `viva review` kept, instead of or besides --human. Repeatable.",
            metavar="FILE",
        ),
    ] = None,
    store: StoreOption = None,
    full: Annotated[
        float, typer.Option("--max", min=1e-9, help="The score that stands for full marks.")
    ] = 100.0,
    labels: Annotated[
        int,
        typer.Option("--labels", min=2, max=101, help="Equal steps of the whole scale, for kappa."),
    ] = 11,
    resamples: Annotated[
        int, typer.Option("--resamples", min=100, max=100_000, help="Of the bootstrap.")
    ] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the bootstrap.")] = 1,
    bank: BankOption = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="Write a report; format from the ending (.html .md .json). Repeatable.",
            metavar="FILE",
        ),
    ] = None,
    json: JsonOption = False,
    offline: OfflineOption = None,
) -> None:
    """Compare grades with people's scores, beside what methods that understand nothing reach."""
    from vivavoce.reports.agreement import format_of, render
    from vivavoce.reports.agreement_terminal import print_agreement
    from vivavoce.wiring import settings
    from vivavoce.wiring.agreement import agreement_with
    from vivavoce.wiring.sharing import store_in_use

    for path in output or ():
        format_of(path)
        check_place(path)
    chosen = settings(bank=bank, offline=offline)
    with store_in_use(store, chosen) as team:
        found = agreement_with(
            chosen,
            results,
            human,
            reviews or (),
            store=team,
            full=full,
            labels=labels,
            resamples=resamples,
            seed=seed,
        )
    if json:
        write_json(render(found, "json"))
    else:
        print_agreement(found, console())
    for path in output or ():
        write_file(path, render(found, format_of(path)))
