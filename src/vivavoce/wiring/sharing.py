"""Where runs are kept: files, or runs of the store that a team shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Recorded, Results
from vivavoce.core.transcript import Alignment
from vivavoce.errors import InputError, OfflineError, SettingsError, StoreError
from vivavoce.wiring.choices import Settings, settings

if TYPE_CHECKING:
    from vivavoce.adapters.team_store import TeamResults, TeamReviews, TeamStore

__all__ = [
    "SharedRun",
    "find_shared",
    "is_file",
    "new_shared",
    "read_results",
    "store_in_use",
]

FILES = (".json", ".jsonl", ".ndjson", ".csv", ".tsv")


class SharedRun(NamedTuple):
    """A run of a store.

    Attributes:
        place: what messages call it.
    """

    results: TeamResults
    reviews: TeamReviews
    place: str


@contextmanager
def store_in_use(url: str | None, chosen: Settings | None = None) -> Iterator[TeamStore | None]:
    """The team's store; None where neither the flag nor the settings name one.

    Args:
        url: of the flag.

    Raises:
        OfflineError: it is on a server and `offline` is set.
        MissingExtraError: the extra `store` or `postgresql` is absent.
        SettingsError: the URL has no meaning.
        StoreError: it cannot be opened.
    """
    chosen = chosen or settings()
    if url is None and chosen.store is not None:
        url = chosen.store.get_secret_value()
    if url is None:
        yield None
        return
    if chosen.offline and not url.startswith("sqlite"):
        raise OfflineError(
            "--offline forbids a store on a server. Leave out --offline, or let --store name a "
            "sqlite file."
        )
    from vivavoce.adapters.team_store import TeamStore

    with TeamStore(url) as store:
        yield store


def is_file(name: Path) -> bool:
    """Whether a name of results means a file where a store is in use."""
    return name.suffix.lower() in FILES


def new_shared(store: TeamStore | None, results: Path | None, *, flag: bool) -> SharedRun | None:
    """The run that a batch adds to; None where it keeps its results in a file or not at all.

    Args:
        results: the name that was given.
        flag: whether the store was named for this very run, which then has to use it.

    Raises:
        SettingsError: the run has no name.
        StoreError: no run can be called so.
    """
    if store is not None and results is not None and not is_file(results):
        return _shared(store, str(results))
    if flag:
        raise SettingsError(
            "--store needs --results NAME: what the run is called in the store, such as autumn "
            "(no file name)."
        )
    return None


def find_shared(store: TeamStore | None, results: Path) -> SharedRun | None:
    """The run of the store that these results name; None where they name a file.

    Raises:
        StoreError: the store has no such run; the message names those that it has.
    """
    if store is None or is_file(results):
        return None
    shared = _shared(store, str(results))
    runs = store.runs()
    if str(results) not in runs:
        has = f"it has {', '.join(runs[:20])}" if runs else "it is empty"
        raise StoreError(f"{store.place}: has no run '{results}'; {has}.")
    return shared


def read_results(paths: Sequence[Path], store: TeamStore | None = None) -> Results:
    """Results of several files or runs, one after the other.

    Raises:
        InputError: a file or a run cannot be read or holds something else; names it.
    """
    found = [_read(path, store) for path in paths]
    return Results(
        grades=tuple(g for r in found for g in r.grades),
        ungraded=tuple(u for r in found for u in r.ungraded),
        alignments=tuple(a for r in found for a in r.alignments),
        recorded=tuple(a for r in found for a in r.recorded),
    )


def _read(path: Path, store: TeamStore | None) -> Results:
    from vivavoce.reports.json import load, load_line

    shared = find_shared(store, path)
    if shared is None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise InputError(f"{path}: cannot be read as UTF-8 text: {exc}") from exc
        return load(text, str(path))
    lines = shared.results.all_lines("grade", "ungraded", "alignment")
    ones = [load_line(line.text, shared.place, line.number) for line in lines]
    return Results(
        grades=tuple(o for o in ones if isinstance(o, Grade)),
        ungraded=tuple(o for o in ones if isinstance(o, Ungraded)),
        alignments=tuple(o for o in ones if isinstance(o, Alignment)),
        recorded=tuple(o for o in ones if isinstance(o, Recorded)),
    )


def _shared(store: TeamStore, name: str) -> SharedRun:
    results = store.results(name)
    return SharedRun(results, store.reviews(name), results.place)
