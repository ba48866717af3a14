"""How well grades agree with examiners, on rubrics that the fitted numbers have not seen.

    python benchmarks/accuracy.py [--bank PATH] [--only ID ...] [--write]

Every exemplar of every rubric is graded by a calibration fitted on all other rubrics, beside
plain cosine to the reference answer (mapped to a score by a line fitted on the other rubrics).
`--write` fits on everything, saves the calibration with the package and replaces the accuracy
part of benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.adapters.resources import models_folder, resource
from vivavoce.adapters.rubric_files import load_bank
from vivavoce.core.grade import Grade
from vivavoce.core.rubric import Kind, Level
from vivavoce.services.calibrate import (
    Sample,
    collect,
    fit,
    held_out_grades,
    interval_model,
    spread,
)
from vivavoce.services.grader import Grader

NAME = "late-interaction-1"
TWELVE = (
    "bias-variance supervised-unsupervised knn-kmeans roc-curve precision-recall bayes-theorem "
    "l1-l2 type-i-type-ii probability-likelihood overfitting kernel-trick hash-table"
).split()
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


def table(samples: Sequence[Sample], held: Sequence[tuple[Sample, Grade]]) -> list[str]:
    grades = {id(s): g.total for s, g in held}
    ours = np.array([grades[id(s)] for s in samples])
    return [
        HEAD,
        row("cosine to the reference", samples, cosine_scores(samples)),
        row("vivavoce", samples, ours),
    ]


def by_level(held: Sequence[tuple[Sample, Grade]]) -> list[str]:
    lines = ["| level | examiner, mean | vivavoce, mean | answers |", "|---|---|---|---|"]
    for level in Level:
        mine = [(s.exemplar.score, g.total) for s, g in held if s.exemplar.level is level]
        if mine:
            a, b = np.mean(mine, axis=0)
            lines.append(f"| {level.value} | {a:.0f} | {b:.0f} | {len(mine)} |")
    return lines


def coverage_line(held: Sequence[tuple[Sample, Grade]], samples: Sequence[Sample]) -> str:
    """Share of held-out scores inside the interval when the scale is fitted on other rubrics."""
    inside = widths = 0.0
    for name in dict.fromkeys(s.rubric.id for s in samples):
        others = [(s, g) for s, g in held if s.rubric.id != name]
        for s, g in [(s, g) for s, g in held if s.rubric.id == name]:
            model = interval_model([(a, b) for a, b in others if a.rubric.kind is s.rubric.kind])
            interval = model.around(g.total, spread(g))
            inside += interval.low <= s.exemplar.score <= interval.high
            widths += interval.width
    n = len(held)
    share, width = inside / n, widths / n
    return (
        f"Coverage of the 90% interval on left-out rubrics: {share:.1%}; width {width:.0f} points."
    )


def report(samples: list[Sample], command: str) -> str:
    out = [f"Made by `{command}`.", ""]

    def section(title: str, keep: Callable[[Sample], bool]) -> None:
        chosen = [s for s in samples if keep(s)]
        if not chosen:
            return
        held = held_out_grades(chosen, name=NAME)
        rubrics = len({s.rubric.id for s in chosen})
        out.extend(
            [
                f"### {title}: {rubrics} rubrics, {len(chosen)} exemplars",
                "",
                *table(chosen, held),
                "",
            ]
        )
        out.extend([*by_level(held), "", coverage_line(held, chosen), ""])

    section("The first twelve, leave one rubric out", lambda s: s.rubric.id in TWELVE)
    held = held_out_grades(samples, name=NAME)
    for kind in Kind:
        some = [(s, g) for s, g in held if s.rubric.kind is kind]
        if some:
            chosen = [s for s, _ in some]
            rubrics = len({s.rubric.id for s in chosen})
            title = f"{kind.value.capitalize()} questions of the whole bank, leave one rubric out"
            out.extend([f"### {title}: {rubrics} rubrics, {len(chosen)} exemplars", ""])
            out.extend([*table(chosen, some), "", *by_level(some), ""])
            out.extend([coverage_line(some, chosen), ""])
    return "\n".join(out)


def replace_part(text: str) -> None:
    old = (
        RESULTS.read_text() if RESULTS.exists() else f"# Results\n\n## Accuracy\n\n{BEGIN}\n{END}\n"
    )
    before, rest = old.split(BEGIN, 1)
    RESULTS.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bank", type=Path, default=None)
    parser.add_argument("--only", nargs="*", default=None, help="rubric ids")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rubrics = load_bank(options.bank or resource("rubrics") / "machine-learning").rubrics
    if options.only:
        rubrics = tuple(r for r in rubrics if r.id in options.only)
    samples = collect(Grader(OnnxMiniLM(), None, version=""), rubrics)  # type: ignore[arg-type]
    text = report(samples, "python benchmarks/accuracy.py --write")
    print(text)
    if options.write:
        replace_part(text)
        calibration = fit(samples, name=NAME)
        target = models_folder() / "calibration.json"
        target.write_text(calibration.model_dump_json(indent=1) + "\n")
        print(f"Wrote {target} and {RESULTS}")


if __name__ == "__main__":
    main()
