"""Settings to what is done now and then: training, evaluating and refitting the scorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vivavoce.errors import SettingsError
from vivavoce.wiring import (
    Settings,
    build_embedder,
    build_grader,
    build_scorer,
    build_sentences,
    load_bank_in_use,
    load_calibration,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from vivavoce.adapters.team_store import TeamStore
    from vivavoce.core.rubric import Rubric
    from vivavoce.services.recalibrate import Recalibration
    from vivavoce.services.scorer import ReadingFigures

__all__ = ["calibrate_on", "evaluate_scorer", "train_scorer"]


def train_scorer(
    chosen: Settings,
    data: Sequence[str],
    out: Path,
    *,
    base: Path | None,
    epochs: int,
    rate: float,
    seed: int,
    fold: str | None,
    name: str,
    progress: Callable[[int, int, float], None] | None = None,
) -> str:
    """Trains a scorer and writes it as `OnnxScorer` reads it; sha256 of its encoder.

    Raises:
        AnswerFileError: a line of the data is of no known kind.
        SettingsError: a package, the base weights or a rubric is missing.
    """
    from vivavoce.adapters.claim_files import read_labelled
    from vivavoce.adapters.onnx_export import export_scorer
    from vivavoce.adapters.scorer_network import base_weights
    from vivavoce.adapters.scorer_training import ScorerTrainer
    from vivavoce.services.scorer import assemble, known_rubrics

    bank = load_bank_in_use(chosen).rubrics
    left_out = _left_out(fold, [r.id for r in bank])
    rubrics = [r for r in bank if r.id not in left_out]
    labelled = [a for _, answers in read_labelled(data) for a in answers]
    answers = assemble(labelled, bank, left_out=left_out)
    trainer = ScorerTrainer(base or base_weights(), rubrics, seed=seed)
    trainer.fit(answers, out, epochs=epochs, rate=rate, progress=progress)
    known = {
        rubric: (key, min(trainer.heads[rubric].values()), 1 + max(trainer.heads[rubric].values()))
        for rubric, key in known_rubrics(rubrics).items()
    }
    digest = export_scorer(out, out, name=name, known=known)
    _fit_calibration(chosen, out, [r for r in rubrics if r.exemplars], name)
    return digest


def _left_out(fold: str | None, ids: Sequence[str]) -> set[str]:
    """Rubrics of the fold K of K/N."""
    from vivavoce.core.claims import fold_of

    if not fold:
        return set()
    which, _, of = fold.partition("/")
    if not (which.isdigit() and of.isdigit() and 1 <= int(which) <= int(of)):
        raise SettingsError(f"--fold {fold}: expected K/N with K from 1 to N, such as 1/5.")
    return {r for r, k in fold_of(ids, int(of)).items() if k == int(which) - 1}


def _fit_calibration(chosen: Settings, out: Path, rubrics: Sequence[Rubric], name: str) -> None:
    """Weighs what the scorer reads, on the bank's sample answers, beside the other signals."""
    from vivavoce.adapters.onnx_scorer import OnnxScorer
    from vivavoce.services.calibrate import collect, fit
    from vivavoce.services.grader import Grader

    if len(rubrics) < FEWEST_RUBRICS:
        return
    grader = Grader(build_embedder(chosen), OnnxScorer(out), load_calibration(), version="")
    fitted = fit(collect(grader, rubrics), name=name)
    (out / "calibration.json").write_text(fitted.model_dump_json(indent=1) + "\n")


FEWEST_RUBRICS = 2
"""Rubrics with sample answers that a calibration is fitted on; each is left out once."""


def evaluate_scorer(chosen: Settings, data: Sequence[str]) -> list[ReadingFigures]:
    """Figures for each file of labelled answers; without data, for the bank's sample answers."""
    from vivavoce.adapters.claim_files import read_labelled
    from vivavoce.core.claims import exemplar_answers
    from vivavoce.services.scorer import read_well

    scorer = build_scorer(chosen)
    if scorer is None:
        raise SettingsError("No scorer is in use: give --scorer DIR, or set VIVA_SCORER.")
    rubrics = load_bank_in_use(chosen).rubrics
    if not data:
        own = [a for r in rubrics for a in exemplar_answers(r)]
        return [read_well("sample answers of the bank", scorer, own, rubrics)]
    return [read_well(name, scorer, answers, rubrics) for name, answers in read_labelled(data)]


def calibrate_on(
    chosen: Settings,
    path: Path,
    reviews: Sequence[Path] = (),
    store: TeamStore | None = None,
    *,
    full: float,
    name: str,
) -> Recalibration:
    """A calibration refitted on people's scores, with both fits.

    Args:
        path: a CSV file of graded answers; with reviews, the results that they are of.
        store: holds results and reviews, unless the path ends like a file.

    Raises:
        AnswerFileError: the file cannot be read.
        UnknownQuestionError: a row's question is not in the bank.
        SettingsError: too few answers.
    """
    from vivavoce.adapters.graded_answers import read_graded
    from vivavoce.services.lookup import BankIndex
    from vivavoce.services.recalibrate import HumanScore, recalibrate
    from vivavoce.wiring.reviewing import graded_by_reviews
    from vivavoce.wiring.sharing import is_file

    embedder = build_embedder(chosen)
    index = BankIndex(load_bank_in_use(chosen), build_sentences(chosen, embedder))
    found: dict[str, Rubric] = {}
    scored: list[HumanScore] = []
    reviewed = reviews or (store is not None and not is_file(path))
    graded = graded_by_reviews(path, reviews, store) if reviewed else read_graded(path, full=full)
    for answer, score in graded:
        if answer.question not in found:
            found[answer.question] = index.find(answer.question)
        scored.append(HumanScore(found[answer.question], answer, score))
    return recalibrate(build_grader(chosen, embedder), scored, name=name)
