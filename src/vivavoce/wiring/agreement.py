"""What `viva agreement` compares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vivavoce.core.results import Results
from vivavoce.errors import InputError, SettingsError
from vivavoce.wiring.choices import Settings
from vivavoce.wiring.objects import build_embedder, load_bank_in_use

if TYPE_CHECKING:
    from vivavoce.core.agreement_results import Agreement

__all__ = ["agreement_with", "read_results"]


def read_results(paths: Sequence[Path]) -> Results:
    """Results of several files, one after the other.

    Raises:
        InputError: a file cannot be read or holds something else; names it.
    """
    from vivavoce.reports.json import load

    found: list[Results] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise InputError(f"{path}: cannot be read as UTF-8 text: {exc}") from exc
        found.append(load(text, str(path)))
    return Results(
        grades=tuple(g for r in found for g in r.grades),
        ungraded=tuple(u for r in found for u in r.ungraded),
        alignments=tuple(a for r in found for a in r.alignments),
        recorded=tuple(a for r in found for a in r.recorded),
    )


def agreement_with(
    chosen: Settings,
    results: Sequence[Path],
    human: Path | None,
    reviews: Sequence[Path] = (),
    *,
    full: float,
    labels: int,
    resamples: int,
    seed: int,
) -> Agreement:
    """How far stored grades agree with people's scores, in a CSV file, in reviews or both.

    Raises:
        SettingsError: there is neither.
        InputError: a file cannot be read, or no score belongs to a grade.
        MissingExtraError: the extra `evaluation` is not installed.
    """
    from vivavoce.adapters.agreement_statistics import AgreementStatistics
    from vivavoce.adapters.human_scores import read_human_scores
    from vivavoce.services.agreement import compare
    from vivavoce.wiring.reviewing import review_rows

    if human is None and not reviews:
        raise SettingsError(
            "People's scores are missing: give --human FILE.csv, or --reviews FILE that "
            "`viva review` wrote."
        )
    statistics = AgreementStatistics()
    stored = read_results(results)
    rows = read_human_scores(human, full=full) if human else []
    rows += review_rows(results, reviews) if reviews else []
    return compare(
        stored,
        rows,
        rubrics={r.id: r for r in load_bank_in_use(chosen).rubrics},
        embedder=build_embedder(chosen),
        statistics=statistics,
        labels=labels,
        results_name=", ".join(p.name for p in results),
        human_name=", ".join(p.name for p in [*([human] if human else []), *reviews]),
        resamples=resamples,
        seed=seed,
    )
