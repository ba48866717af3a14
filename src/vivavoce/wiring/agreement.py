"""What `viva agreement` compares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vivavoce.errors import SettingsError
from vivavoce.wiring.choices import Settings
from vivavoce.wiring.objects import build_embedder, load_bank_in_use
from vivavoce.wiring.sharing import is_file, read_results

if TYPE_CHECKING:
    from vivavoce.adapters.team_store import TeamStore
    from vivavoce.core.agreement_results import Agreement

__all__ = ["agreement_with"]


def agreement_with(
    chosen: Settings,
    results: Sequence[Path],
    human: Path | None,
    reviews: Sequence[Path] = (),
    *,
    store: TeamStore | None = None,
    full: float,
    labels: int,
    resamples: int,
    seed: int,
) -> Agreement:
    """How far stored grades agree with people's scores, in a CSV file, in reviews or both.

    Args:
        store: holds the results that are no files, and their reviews, which are read where no
            other scores are named.

    Raises:
        SettingsError: there is neither.
        InputError: a file cannot be read, or no score belongs to a grade.
        MissingExtraError: the extra `evaluation` is not installed.
    """
    from vivavoce.adapters.agreement_statistics import AgreementStatistics
    from vivavoce.adapters.human_scores import read_human_scores
    from vivavoce.services.agreement import compare
    from vivavoce.wiring.reviewing import review_rows

    kept = store is not None and human is None and any(not is_file(path) for path in results)
    if human is None and not reviews and not kept:
        raise SettingsError(
            "People's scores are missing: give --human FILE.csv, or --reviews FILE that "
            "`viva review` wrote."
        )
    statistics = AgreementStatistics()
    stored = read_results(results, store)
    rows = read_human_scores(human, full=full) if human else []
    rows += review_rows(results, reviews, store) if reviews or kept else []
    return compare(
        stored,
        rows,
        rubrics={r.id: r for r in load_bank_in_use(chosen).rubrics},
        embedder=build_embedder(chosen),
        statistics=statistics,
        labels=labels,
        results_name=", ".join(p.name for p in results),
        human_name=", ".join(p.name for p in [*([human] if human else []), *reviews])
        or "the store's reviews",
        resamples=resamples,
        seed=seed,
    )
