"""`viva align`: who said what to which question."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vivavoce.cli.shared import (
    BankOption,
    EmbedderOption,
    JsonOption,
    OfflineOption,
    TranscriberOption,
    console,
    write_file,
    write_json,
)
from vivavoce.errors import InputError, SettingsError

if TYPE_CHECKING:
    from vivavoce.wiring.aligning import Aligned

__all__ = ["MapOption", "align"]

MapOption = Annotated[
    Path | None,
    typer.Option("--map", help="Corrected turns.csv, as `viva align -o` wrote it.", metavar="FILE"),
]


def align(
    inputs: Annotated[
        list[Path],
        typer.Argument(help="Transcripts or recordings of interviews.", metavar="FILE..."),
    ],
    bank: BankOption = None,
    embedder: EmbedderOption = None,
    format: Annotated[
        str | None, typer.Option("--format", help="Transcript format, if it is not recognised.")
    ] = None,
    interviewer: Annotated[
        str | None, typer.Option("--interviewer", help="Label of the person who asks.")
    ] = None,
    corrected: MapOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write turns.csv, to be corrected.", metavar="FILE"),
    ] = None,
    json: JsonOption = False,
    offline: OfflineOption = None,
    transcriber: TranscriberOption = None,
) -> None:
    """Show which words of a transcript answer which question, before anything is graded."""
    from vivavoce.core.turn_map import rows_of
    from vivavoce.reports.alignment import alignments_json, print_alignment
    from vivavoce.wiring import (
        build_embedder,
        build_sentences,
        build_transcriber,
        load_bank_in_use,
        settings,
    )
    from vivavoce.wiring.aligning import Aligned, align_with, load_map, read_as_transcript

    if output is not None and output.suffix.casefold() != ".csv":
        raise SettingsError(f"{output}: the turns are written as CSV; give -o a name in .csv.")
    chosen = settings(bank=bank, embedder=embedder, transcriber=transcriber, offline=offline)
    listener = cache(lambda: build_transcriber(chosen))
    rubrics, model, maps = (
        load_bank_in_use(chosen),
        build_sentences(chosen, build_embedder(chosen)),
        load_map(corrected, inputs),
    )
    done: list[Aligned] = []
    broken: list[str] = []
    for path in inputs:
        try:
            read = read_as_transcript(path, format, listener)
            found = align_with(read, rubrics, model, interviewer=interviewer, corrected=maps)
            done.append(Aligned(read, found))
        except InputError as exc:
            broken.append(str(exc))
    if broken and not done:
        raise InputError("\n".join(broken))
    for message in broken:
        sys.stderr.write(f"Skipped: {message}\n")
    if json:
        write_json(alignments_json(found for _, found in done))
    else:
        for read, found in done:
            rows = rows_of(read, found)
            times = {row.turn - 1: row.time for row in rows}
            print_alignment(found, times, [row.text for row in rows], console())
    if output is not None:
        _write(output, done)
    if broken:
        raise typer.Exit(3)


def _write(output: Path, done: list[Aligned]) -> None:
    from vivavoce.adapters.turn_maps import written_map
    from vivavoce.core.turn_map import rows_of

    text = written_map(row for read, found in done for row in rows_of(read, found))
    # The mark makes spreadsheets read UTF-8 as such.
    write_file(output, "\ufeff" + text)
