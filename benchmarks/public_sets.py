"""The shipped grader on public short-answer sets, against the figures published for them.

    python benchmarks/public_sets.py SCIENTSBANK BEETLE SAF [--scorer DIR] [--write]

Each question is a rubric of one criterion: its reference answers. Signals are those of any other
grade; the logistic model on them is fitted on a sample of the train split, as a bank's calibration
is on its exemplars. Only the test splits are reported. The scorer has read the train splits.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import f1_score
from vivavoce.core.pairs import answer_pair

from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.adapters.onnx_scorer import OnnxScorer
from vivavoce.core.calibration import fit_logistic
from vivavoce.core.reading import READING_SIGNALS
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.core.signals import SIGNALS, criterion_signals
from vivavoce.services.grader import Grader
from vivavoce.wiring import load_calibration

RESULTS = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- public -->", "<!-- /public -->"
TRAIN_SAMPLE = 1500
"""Answers of the train split that the logistic model is fitted on."""
PUBLISHED = {
    "scientsbank test-unseen-answers": "F1 .77",
    "scientsbank test-unseen-questions": "F1 .74",
    "scientsbank test-unseen-domains": "F1 .71",
    "beetle test-unseen-answers": "F1 .83",
    "beetle test-unseen-questions": "F1 .70",
}

HEAD = (
    "| split | method | answers | 2-way macro-F1 | Pearson | Spearman | "
    "Spearman within a question | best of SemEval-2013 |"
)


def rubric_for(row: dict[str, Any]) -> Rubric:
    """One criterion: the reference nearest to the answer, the others as accepted phrasings."""
    nearest = answer_pair(row["answer"], row["references"], row["score"], False).hypothesis
    others = tuple(r for r in dict.fromkeys(row["references"]) if r != nearest)[:6]
    return Rubric(
        id="public",
        number=1,
        question=row["question"],
        category=Category.INTEREST,
        reference=nearest,
        criteria=(Criterion(id="it", points=1, statement=nearest, accept=others),),
    )


def signals(grader: Grader, rows: list[dict[str, Any]]) -> np.ndarray:
    out = []
    for row in rows:
        rubric = rubric_for(row)
        vectors, covered, read = grader.measure(rubric, row["answer"] or "-")
        out.append(criterion_signals(rubric.criteria[0], vectors, covered, read).values)
    return np.array(out)


def within_questions(rows: list[dict[str, Any]], predicted: np.ndarray) -> float:
    """Mean of Spearman within each question of ten answers or more."""
    places = defaultdict(list)
    for i, row in enumerate(rows):
        places[row["question_id"]].append(i)
    found = []
    for at in places.values():
        truth = [rows[i]["score"] for i in at]
        if len(at) >= 10 and len(set(truth)) > 1:
            found.append(spearmanr(predicted[at], truth)[0])
    return float(np.nanmean(found)) if found else float("nan")


def line(name: str, method: str, rows: list[dict[str, Any]], p: np.ndarray, cut: float) -> str:
    truth = np.array([r["score"] for r in rows])
    f1 = f1_score(truth >= 1.0, p >= cut, average="macro")
    return (
        f"| {name} | {method} | {len(rows)} | {f1:.3f} | {pearsonr(p, truth)[0]:.2f} | "
        f"{spearmanr(p, truth)[0]:.2f} | {within_questions(rows, p):.2f} | "
        f"{PUBLISHED.get(name, '')} |"
    )


def best_cut(p: np.ndarray, right: np.ndarray) -> float:
    cuts = np.arange(0.2, 0.8, 0.02)
    return float(max(cuts, key=lambda c: f1_score(right, p >= c, average="macro")))


def drawn(rows: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """Whole questions, in a seeded order, until there are as many answers as the limit."""
    by_question = defaultdict(list)
    for row in rows:
        by_question[row["question_id"]].append(row)
    names = sorted(by_question, key=str)
    random.Random(1).shuffle(names)
    out: list[dict[str, Any]] = []
    for name in names:
        if limit and len(out) >= limit:
            break
        out += by_question[name]
    return out


def report(grader: Grader, path: Path, reads: bool, limit: int) -> list[str]:
    rows = [json.loads(x) for x in path.read_text(encoding="utf-8").splitlines()]
    train = [r for r in rows if r["split"] in ("train", "training")]
    train = random.Random(1).sample(train, min(TRAIN_SAMPLE, len(train)))
    x, y = signals(grader, train), np.array([r["score"] for r in train])
    out = []
    tests = [s for s in dict.fromkeys(r["split"] for r in rows) if "unseen" in s]
    measured = {s: drawn([r for r in rows if r["split"] == s], limit) for s in tests}
    features = {s: signals(grader, some) for s, some in measured.items()}
    methods = [("late interaction", len(SIGNALS) - len(READING_SIGNALS))]
    if reads:
        methods.append(("with the scorer", len(SIGNALS)))
    for method, width in methods:
        model = fit_logistic(SIGNALS[:width], x[:, :width], y, ridge=3.0)
        fitted = np.array([model.probability(v) for v in x[:, :width]])
        cut = best_cut(fitted, y >= 1.0)
        for split, some in measured.items():
            p = np.array([model.probability(v) for v in features[split][:, :width]])
            out.append(line(f"{path.stem} {split}", method, some, p, cut))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--scorer", type=Path, default=None)
    parser.add_argument("--limit", type=int, default=0, help="answers of each test split; 0: all")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    scorer = OnnxScorer(options.scorer) if options.scorer else None
    grader = Grader(OnnxMiniLM(), scorer, load_calibration(), version="")
    sample = f" --limit {options.limit}" if options.limit else ""
    lines = [
        f"Made by `python benchmarks/public_sets.py SCIENTSBANK BEETLE SAF{sample} --write`.",
        "",
        HEAD,
        "|---|---|---|---|---|---|---|---|",
    ]
    for path in options.sets:
        lines += report(grader, path, scorer is not None, options.limit)
    text = "\n".join(lines)
    print(text)
    if options.write:
        old = RESULTS.read_text()
        if BEGIN not in old:
            old += f"\n## Public sets\n\n{BEGIN}\n{END}\n"
        before, rest = old.split(BEGIN, 1)
        RESULTS.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}")


if __name__ == "__main__":
    main()
