"""A file of results to what reports are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.transcript import Alignment
from vivavoce.errors import InputError
from vivavoce.reports.run import PASS_MARK, Passes, Run
from vivavoce.wiring.reviewing import reviews_beside
from vivavoce.wiring.sharing import find_shared, read_results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vivavoce.adapters.result_lines import ResultLine
    from vivavoce.adapters.team_store import StoredLine, TeamStore
    from vivavoce.core.human_review import HumanReview
    from vivavoce.core.results import Recorded

    Lines = Callable[..., Iterator[ResultLine] | Iterator[StoredLine]]

__all__ = ["StoredRun", "stored_run"]

LONGEST_LINE = 50_000_000
"""Characters of a first line that is looked at."""


class StoredRun(NamedTuple):
    """Results as they are stored.

    Attributes:
        torn: number of a last line that was cut off and left out; 0 where there is none.
    """

    run: Run
    torn: int = 0


def stored_run(
    path: Path,
    title: str,
    reviews: Sequence[Path] = (),
    *,
    pass_mark: float = PASS_MARK,
    store: TeamStore | None = None,
) -> StoredRun:
    """What `viva batch` or `viva grade` wrote; JSON Lines and a store are not held in memory.

    Args:
        path: a file, or the name of a run where there is a store.
        reviews: files of reviews; the one beside the results, if there is one, where none is named.

    Raises:
        InputError: a file is not there, cannot be read or holds something else.
    """
    shared = find_shared(store, path)
    if shared:
        said = _named(reviews) if reviews else shared.reviews.reviews()
        lines = shared.results.all_lines
        return StoredRun(_run(lines, shared.place, title or path.name, said, pass_mark))
    said = _named(reviews) if reviews else reviews_beside(path)
    if not _is_lines(path):
        results = read_results([path])
        named = results.model_copy(update={"title": title or results.title})
        return StoredRun(Run.of(named, said, pass_mark))
    from vivavoce.adapters.result_lines import ResultLines

    found = ResultLines(path)
    run = _run(found.lines, str(path), title or path.name, said, pass_mark)
    return StoredRun(run, found.torn)


def _run(
    lines: Lines, place: str, title: str, said: Sequence[HumanReview], pass_mark: float
) -> Run:
    return Run(
        Passes(lambda: _outcomes(lines, place)),
        Passes(lambda: _others(lines, place)),
        title,
        said,
        pass_mark,
    )


def _is_lines(path: Path) -> bool:
    from vivavoce.reports.json import is_lines

    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            for line in iter(lambda: file.readline(LONGEST_LINE), ""):
                if line.strip():
                    return is_lines(line)
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({exc.strerror}).") from exc
    return False


def _outcomes(lines: Lines, place: str) -> Iterator[Grade | Ungraded]:
    """Grades, then what was left ungraded; a line of no known kind is an error on the way."""
    for kinds in (("grade", ""), ("ungraded",)):
        for one in _read(lines, place, *kinds):
            if isinstance(one, Grade | Ungraded):
                yield one


def _others(lines: Lines, place: str) -> Iterator[Alignment | Recorded]:
    for one in _read(lines, place, "alignment", "recorded"):
        if not isinstance(one, Grade | Ungraded):
            yield one


def _read(
    lines: Lines, place: str, *kinds: str
) -> Iterator[Grade | Ungraded | Alignment | Recorded]:
    from vivavoce.reports.json import load_line

    for line in lines(*kinds):
        yield load_line(line.text.removeprefix("\ufeff"), place, line.number)


def _named(paths: Sequence[Path]) -> list[HumanReview]:
    from vivavoce.adapters.review_file import ReviewFile

    said: list[HumanReview] = []
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path}: no such file of reviews; `viva review` writes them.")
        said += ReviewFile(path).reviews()
    return sorted(said, key=lambda review: review.at)
