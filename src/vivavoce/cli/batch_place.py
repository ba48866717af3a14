"""Where `viva batch` keeps its results: a file, a run of a team's store, or nowhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from vivavoce.cli.shared import check_outputs, check_place
from vivavoce.errors import SettingsError

if TYPE_CHECKING:
    from vivavoce.adapters.team_store import TeamResults, TeamStore
    from vivavoce.core.human_review import HumanReview
    from vivavoce.wiring.sharing import SharedRun

__all__ = [
    "AddressOption",
    "Counts",
    "EngineOption",
    "Place",
    "ResultsOption",
    "WorkersOption",
    "place_of",
]

ResultsOption = Annotated[
    Path | None,
    typer.Option(
        "--results",
        help="Keep results in this .jsonl as they come, and skip what it holds; otherwise the "
        "first -o that ends in .jsonl. With --store: the run's name there; with --engine ray a "
        "folder, too.",
        metavar="FILE",
    ),
]
EngineOption = Annotated[
    str,
    typer.Option(
        "--engine",
        help="local, or ray: many processes or machines, by Ray Data.",
        rich_help_panel="Beyond one process",
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        "--ray-address",
        help="Head of a Ray cluster; otherwise a Ray of this machine's own.",
        metavar="HOST:PORT",
        rich_help_panel="Beyond one process",
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--ray-workers",
        min=1,
        help="Processes that grade; otherwise one for each processor of this machine.",
        rich_help_panel="Beyond one process",
    ),
]


class Counts(NamedTuple):
    """Results made now, and those that were there before."""

    made: int
    skipped: int

    @property
    def done(self) -> int:
        return self.made + self.skipped


class Place(NamedTuple):
    """Where results are kept as they come, and what is written at the end."""

    file: Path | None
    shared: SharedRun | None
    reports: list[Path]

    @property
    def results(self) -> TeamResults | None:
        """The run of the store that takes them."""
        return self.shared.results if self.shared else None

    def reviews(self) -> list[HumanReview]:
        """What people said of these results, where a report will show it."""
        from vivavoce.wiring.reviewing import reviews_beside

        if not self.reports:
            return []
        if self.shared:
            return self.shared.reviews.reviews()
        return reviews_beside(self.file) if self.file else []

    def tell_how_to_go_on(self, counts: Counts) -> None:
        """Says what a stopped run has kept."""
        where = self.shared.place if self.shared else self.file
        kept = (
            f"{where} keeps them: give the same command again to go on."
            if where
            else "Reports hold these alone; with --results FILE.jsonl a run can go on."
        )
        sys.stderr.write(f"Stopped after {counts.done:,} answers. {kept}\n")

    def tell(self) -> None:
        """Says where the results are."""
        if self.shared:
            sys.stderr.write(f"Kept in {self.shared.place}\n")
        elif self.file:
            sys.stderr.write(f"Wrote {self.file}\n")


def place_of(
    store: TeamStore | None,
    results: Path | None,
    output: list[Path] | None,
    *,
    flag: bool,
    sharded: bool = False,
) -> Place:
    """Where this run's results go.

    Args:
        flag: whether the store was named on the command line, so that it has to be used.
        sharded: whether results may go into a new folder of files; into one that is there they
            may always.

    Raises:
        SettingsError: the name fits no place, or the file could not be written.
        StoreError: no run can be called so.
    """
    from vivavoce.wiring.sharing import new_shared

    outputs = list(output or ())
    shared = new_shared(store, results, flag=flag)
    if shared:
        return Place(None, shared, outputs)
    log = results or next((p for p in outputs if p.suffix.lower() == ".jsonl"), None)
    if log and not log.suffix and (sharded or log.is_dir()):
        # A new folder is made when it is needed; its own place has to be there.
        check_place(log / "part" if log.is_dir() else log)
        return Place(log, None, outputs)
    if log:
        if log.suffix.lower() != ".jsonl":
            raise SettingsError(
                f"{log}: --results is JSON Lines; end its name with .jsonl, or name a store with "
                "--store."
            )
        check_outputs([log])
    return Place(log, None, [p for p in outputs if p != log])
