"""How well grades agree with examiners, each rubric graded by a calibration fitted on the others.

    python benchmarks/accuracy.py [--scorer DIR] [--only ID ...] [--write]

Three methods on every sample answer of the bank, of which nothing was trained on: plain cosine to
the reference; late interaction alone (new rubrics: nothing of the rubric is known but its own
sentences); and with the scorer (known rubrics, new answers: it has learned the bank's statements
and labelled answers by other writers). Whatever is fitted on sample answers is fitted on those of
other rubrics. `--write` saves both calibrations with the package and replaces the accuracy part of
benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.adapters.onnx_scorer import OnnxScorer
from vivavoce.adapters.resources import models_folder, resource
from vivavoce.adapters.rubric_files import load_bank
from vivavoce.core.grade import Grade
from vivavoce.core.rubric import VERDICT_CREDIT, Kind, Level
from vivavoce.services.calibrate import (
    Sample,
    collect,
    fit,
    held_out_grades,
    interval_model,
    is_doubtful,
    spread,
)
from vivavoce.services.grader import Grader
from vivavoce.wiring import load_calibration

NAME = "late-interaction-2"
RESULTS = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- accuracy -->", "<!-- /accuracy -->"


def cosine_scores(samples: Sequence[Sample]) -> np.ndarray:
    """Cosine to the reference, mapped to 0..100 by least squares on the other rubrics."""
    raw = np.array(
        [s.covered.overall[s.vectors.row_of(s.rubric.reference)] for s in samples], dtype=float
    )
    truth = np.array([s.exemplar.score for s in samples])
    ids = np.array([s.rubric.id for s in samples])
    out = np.zeros(len(samples))
    for name in dict.fromkeys(ids):
        slope, offset = np.polyfit(raw[ids != name], truth[ids != name], 1)
        # A falling line would turn the measure round; its sign is part of the method.
        out[ids == name] = np.clip(max(slope, 1e-6) * raw[ids == name] + offset, 0, 100)
    return out


def in_order(samples: Sequence[Sample], scores: np.ndarray, *levels: Level) -> float:
    """Share of tuples, one exemplar a level from the same rubric, that rise strictly."""
    right = total = 0
    for name in dict.fromkeys(s.rubric.id for s in samples):
        columns = [
            [
                x
                for s, x in zip(samples, scores, strict=True)
                if (s.rubric.id, s.exemplar.level) == (name, level)
            ]
            for level in levels
        ]
        for combination in np.array(np.meshgrid(*columns)).reshape(len(levels), -1).T:
            total += 1
            right += bool((np.diff(combination) > 0).all())
    return right / max(1, total)


def row(name: str, samples: Sequence[Sample], scores: np.ndarray) -> str:
    truth = np.array([s.exemplar.score for s in samples])
    levels = np.array([s.exemplar.level.value for s in samples])
    triples = in_order(samples, scores, Level.MISCONCEPTION, Level.PARTIAL, Level.GOOD)
    pairs = in_order(samples, scores, Level.MISCONCEPTION, Level.GOOD)
    worst = [f"{scores[levels == k].max():.0f}" for k in ("stuffed", "off-topic")]
    return (
        f"| {name} | {spearmanr(scores, truth)[0]:.2f} | {np.abs(scores - truth).mean():.1f} | "
        f"{triples:.0%} | {pairs:.0%} | {worst[0]} | {worst[1]} |"
    )


HEAD = (
    "| method | Spearman | MAE | misconception < partial < good | misconception < good | "
    "highest stuffed | highest off-topic |\n|---|---|---|---|---|---|---|"
)


def by_level(held: Sequence[tuple[Sample, Grade]]) -> list[str]:
    lines = ["| level | examiner, mean | vivavoce, mean | answers |", "|---|---|---|---|"]
    for level in Level:
        mine = [(s.exemplar.score, g.total) for s, g in held if s.exemplar.level is level]
        if mine:
            a, b = np.mean(mine, axis=0)
            lines.append(f"| {level.value} | {a:.0f} | {b:.0f} | {len(mine)} |")
    return lines


def coverage_line(
    held: Sequence[tuple[Sample, Grade]],
    every: Sequence[tuple[Sample, Grade]],
    samples: Sequence[Sample],
) -> str:
    """Share of held-out scores inside the interval when the scale is fitted on other rubrics."""
    inside = widths = 0.0
    for name in dict.fromkeys(s.rubric.id for s in samples):
        others = [(s.rubric.kind, s.exemplar.score, g) for s, g in every if s.rubric.id != name]
        for s, g in [(s, g) for s, g in held if s.rubric.id == name]:
            model = interval_model(others, s.rubric.kind)
            interval = model.around(g.total, spread(g), flagged=is_doubtful(g))
            inside += interval.low <= s.exemplar.score <= interval.high
            widths += interval.width
    n = len(held)
    share, width = inside / n, widths / n
    return (
        f"Coverage of the 90% interval on left-out rubrics: {share:.1%}; width {width:.0f} points."
    )


def near_own_level(held: Sequence[tuple[Sample, Grade]]) -> str:
    """How far right answers in few words and in speech stand from their examiner's score."""
    parts = []
    for level in (Level.TERSE, Level.SPOKEN):
        gaps = [g.total - s.exemplar.score for s, g in held if s.exemplar.level is level]
        parts.append(f"{level.value} {np.mean(gaps):+.1f}" if gaps else f"{level.value} none")
    return f"Mean distance from the examiner: {', '.join(parts)} points."


def section(samples: list[Sample], unread: list[Sample]) -> list[str]:
    """Tables of the three methods, knowledge and open questions apart.

    Args:
        unread: the same answers without a scorer: late interaction alone.
    """
    read = held_out_grades(samples, name=NAME)
    plain = held_out_grades(unread, name=NAME)
    out: list[str] = []
    for kind in Kind:
        chosen = [s for s in samples if s.rubric.kind is kind]
        if not chosen:
            continue
        plainly = [s for s in unread if s.rubric.kind is kind]
        rubrics = len({s.rubric.id for s in chosen})
        some = [(s, g) for s, g in read if s.rubric.kind is kind]
        floor = [(s, g) for s, g in plain if s.rubric.kind is kind]
        out += [
            f"### {kind.value.capitalize()} questions: {rubrics} rubrics, {len(chosen)} answers",
            "",
            HEAD,
            row("cosine to the reference", chosen, cosine_scores(plainly)),
            row(
                "new rubrics: late interaction",
                [s for s, _ in floor],
                np.array([g.total for _, g in floor]),
            ),
            row(
                "known rubrics: with the scorer",
                [s for s, _ in some],
                np.array([g.total for _, g in some]),
            ),
            "",
            *by_level(some),
            "",
            coverage_line(some, read, chosen),
            near_own_level(some),
            calibration_line(some),
            "",
        ]
    return out


def totals(held: Sequence[tuple[Sample, Grade]]) -> np.ndarray:
    return np.array([g.total for _, g in held])


def calibration_line(held: Sequence[tuple[Sample, Grade]]) -> str:
    """Expected calibration error of credits, ten bins, against what examiners gave."""
    pairs = np.array(
        [
            (c.credit or 0.0, VERDICT_CREDIT[s.exemplar.verdict(c.id)])
            for s, g in held
            for c in g.criteria
        ]
    )
    bins = np.minimum((pairs[:, 0] * 10).astype(int), 9)
    cells, error = [], 0.0
    for k in range(10):
        inside = pairs[bins == k]
        if len(inside):
            said, was = inside.mean(axis=0)
            error += len(inside) / len(pairs) * abs(said - was)
            cells.append(f"{said:.2f} -> {was:.2f} ({len(inside)})")
    return f"Credit given -> credit by the examiner: {', '.join(cells)}. ECE {error:.3f}."


def replace_part(text: str) -> None:
    old = (
        RESULTS.read_text() if RESULTS.exists() else f"# Results\n\n## Accuracy\n\n{BEGIN}\n{END}\n"
    )
    before, rest = old.split(BEGIN, 1)
    RESULTS.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bank", type=Path, default=None)
    parser.add_argument("--scorer", type=Path, default=models_folder() / "scorer")
    parser.add_argument("--only", nargs="*", default=None, help="rubric ids")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rubrics = load_bank(options.bank or resource("rubrics") / "machine-learning").rubrics
    if options.only:
        rubrics = tuple(r for r in rubrics if r.id in options.only)
    scorer = OnnxScorer(options.scorer)
    embedder = OnnxMiniLM()
    samples = collect(Grader(embedder, scorer, load_calibration(), version=""), rubrics)
    unread = collect(Grader(embedder, None, load_calibration(), version=""), rubrics)
    text = "\n".join(section(samples, unread))
    print(text)
    if options.write:
        replace_part(f"Made by `python benchmarks/accuracy.py --write`.\n\n{text}")
        plain = fit(unread, name=NAME)
        (models_folder() / "calibration.json").write_text(plain.model_dump_json(indent=1) + "\n")
        fitted = fit(samples, name=scorer.name.partition("@")[0])
        (options.scorer / "calibration.json").write_text(fitted.model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main()
