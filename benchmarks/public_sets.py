"""The shipped grader on public short-answer sets, against the figures published for them.

    python benchmarks/public_sets.py SCIENTSBANK BEETLE SAF [--limit N] [--write]

Each question is a rubric of one criterion: its reference answers. The scorer does not know these
rubrics, so they are graded as any new rubric is: by late interaction. The logistic model on its
signals is fitted on a sample of the train split, as a bank's calibration is on its sample answers.
Beside it trees that learn from the whole train split how to weigh these signals and shared words.
Only the test splits are reported. Beside it cosine to the nearest reference, mapped likewise.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from public_trees import fit_trees, shared_words
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import f1_score

from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.core.calibration import fit_logistic
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.core.signals import SIGNALS, criterion_signals
from vivavoce.core.text import content_stems
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
    said = set(content_stems(row["answer"]))

    def shared(reference: str) -> float:
        words = set(content_stems(reference))
        return len(said & words) / max(1, len(words))

    nearest = max(row["references"], key=shared)
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
        vectors, covered, read, *_ = grader.measure(rubric, row["answer"] or "-")
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


METHODS = {
    "cosine": [SIGNALS.index("cosine_accept")],
    "late interaction": list(range(len(SIGNALS))),
}


def report(grader: Grader, path: Path, limit: int) -> list[str]:
    rows = [json.loads(x) for x in path.read_text(encoding="utf-8").splitlines()]
    train = [r for r in rows if r["split"] in ("train", "training")]
    tests = {
        split: drawn([r for r in rows if r["split"] == split], limit)
        for split in dict.fromkeys(r["split"] for r in rows)
        if "unseen" in split
    }
    x, features = signals(grader, train), {k: signals(grader, some) for k, some in tests.items()}
    trees, tree_cut = by_trees(train, x, tests, features)
    sample = random.Random(1).sample(range(len(train)), min(TRAIN_SAMPLE, len(train)))
    x, y = x[sample], np.array([train[i]["score"] for i in sample])
    out = []
    for split, some in tests.items():
        name = f"{path.stem} {split}"
        for method, columns in METHODS.items():
            names = [SIGNALS[k] for k in columns]
            model = fit_logistic(names, x[:, columns], y, ridge=3.0)
            fitted = np.array([model.probability(v) for v in x[:, columns]])
            p = np.array([model.probability(v) for v in features[split][:, columns]])
            out.append(line(name, method, some, p, best_cut(fitted, y >= 1.0)))
        out.append(line(name, "the same and words, by trees", some, trees[split], tree_cut))
        print(*out[-3:], sep="\n", flush=True)
    return out


def by_trees(
    train: list[dict[str, Any]],
    x: np.ndarray,
    tests: dict[str, list[dict[str, Any]]],
    features: dict[str, np.ndarray],
) -> tuple[dict[str, np.ndarray], float]:
    """Probabilities for each test split, and the cut."""
    right = np.array([r["score"] >= 1.0 for r in train])
    questions = [str(r["question_id"]) for r in train]
    columns = np.hstack([x, [shared_words(r) for r in train]])
    beside = [
        np.hstack([features[k], [shared_words(r) for r in some]]) for k, some in tests.items()
    ]
    found, left_out = fit_trees(columns, right, questions, beside)
    return dict(zip(tests, found, strict=True)), best_cut(left_out, right)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=0, help="answers of each test split; 0: all")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    grader = Grader(OnnxMiniLM(), None, load_calibration(), version="")
    sample = f" --limit {options.limit}" if options.limit else ""
    lines = [
        f"Made by `python benchmarks/public_sets.py SCIENTSBANK BEETLE SAF{sample} --write`.",
        "",
        HEAD,
        "|---|---|---|---|---|---|---|---|",
    ]
    for path in options.sets:
        lines += report(grader, path, options.limit)
    if options.write:
        replace_part(RESULTS, "\n".join(lines))


def replace_part(path: Path, text: str) -> None:
    old = path.read_text()
    if BEGIN not in old:
        old += f"\n## Public sets\n\n{BEGIN}\n{END}\n"
    before, rest = old.split(BEGIN, 1)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}")


if __name__ == "__main__":
    main()
