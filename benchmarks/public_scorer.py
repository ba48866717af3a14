"""A scorer trained on a public set's train split, as a user would train one on graded answers.

    python benchmarks/public_scorer.py SET --work DIR [--epochs N] [--base FOLDER]

Each question becomes a rubric of one criterion, and `viva scorer train` learns the answers of the
train split but every sixth, which the logistic model is fitted on. Reported are answers to the same
questions that neither has seen, by the scorer; and answers to other questions, by late interaction
on the vectors of the scorer's encoder. DIR keeps rubrics, answers and the scorer; a second run goes
on from there.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from public_sets import best_cut, line
from public_sets import signals as signals_anew

from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.adapters.onnx_scorer import OnnxScorer
from vivavoce.core.calibration import fit_logistic
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.core.signals import SIGNALS, criterion_signals
from vivavoce.services.grader import Grader
from vivavoce.wiring import load_calibration

Row = dict[str, Any]
HELD = 6
VERDICTS = {1.0: "met", 0.5: "partly", 0.0: "missed"}
WRONG = "contradictory"


def rubric_of(name: str, number: int, row: Row) -> Rubric:
    """One criterion: the first reference, the others as accepted phrasings."""
    first, *others = dict.fromkeys(row["references"])
    return Rubric(
        id=f"{re.sub(r'[^a-z0-9]+', '-', name.lower())[-40:].strip('-')}-{number}",
        number=number,
        question=row["question"],
        category=Category.INTEREST,
        reference=first,
        criteria=(Criterion(id="it", points=1, statement=first, accept=tuple(others[:6])),),
    )


def verdict(row: Row) -> str:
    if row.get("label_3way") == WRONG:
        return "contradicted"
    return VERDICTS[min(VERDICTS, key=lambda score: abs(score - row["score"]))]


def export(rows: list[Row], rubrics: dict[str, Rubric], folder: Path) -> None:
    """Writes rubrics and the answers to learn as `viva scorer train` reads them."""
    (folder / "bank").mkdir(parents=True, exist_ok=True)
    for rubric in rubrics.values():
        plain = rubric.model_dump(mode="json", exclude_defaults=True)
        (folder / "bank" / f"{rubric.id}.yaml").write_text(
            yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
    with (folder / "graded.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            record = {
                "question": rubrics[row["question_id"]].id,
                "answer": row["answer"],
                "verdicts": {"it": verdict(row)},
            }
            file.write(json.dumps(record) + "\n")


def signals(grader: Grader, rubrics: dict[str, Rubric], rows: list[Row]) -> np.ndarray:
    out = []
    for row in rows:
        rubric = rubrics[row["question_id"]]
        vectors, covered, read, *_ = grader.measure(rubric, row["answer"])
        out.append(criterion_signals(rubric.criteria[0], vectors, covered, read).values)
    return np.array(out)


def train(rows: list[Row], given: argparse.Namespace) -> tuple[dict[str, Rubric], list[Row]]:
    """Trains the scorer; the rubrics by question, and the answers that were held back."""
    by_question: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["split"] in ("train", "training"):
            by_question[row["question_id"]].append(row)
    rubrics = {q: rubric_of(q, n, some[0]) for n, (q, some) in enumerate(by_question.items(), 1)}
    held = [row for some in by_question.values() for row in some[HELD - 1 :: HELD]]
    learned = [r for some in by_question.values() for n, r in enumerate(some, 1) if n % HELD]
    export(learned, rubrics, given.work)
    command = [sys.executable, "-m", "vivavoce", "scorer", "train"]
    command += [str(given.work / "graded.jsonl"), "--bank", str(given.work / "bank")]
    command += ["--out", str(given.work / "scorer"), "--epochs", str(given.epochs)]
    subprocess.run(command + (["--base", str(given.base)] if given.base else []), check=True)
    return rubrics, held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--base", type=Path, default=None)
    given = parser.parse_args()
    lines = given.set.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["answer"].strip()]
    rubrics, held = train(rows, given)
    scorer = OnnxScorer(given.work / "scorer")
    known = Grader(OnnxMiniLM(), scorer, load_calibration(), version="")
    general = Grader(scorer.embedder or OnnxMiniLM(), None, load_calibration(), version="")
    for split in [s for s in dict.fromkeys(r["split"] for r in rows) if "unseen" in s]:
        test = [row for row in rows if row["split"] == split]
        name = f"{given.set.stem} {split}"
        if all(row["question_id"] in rubrics for row in test):
            seen = [signals(known, rubrics, some) for some in (held, test)]
            report(name, "a scorer of its own", held, test, *seen)
        new = [signals_anew(general, some) for some in (held, test)]
        report(name, "late interaction, its encoder", held, test, *new)


def report(
    name: str, method: str, held: list[Row], test: list[Row], x: np.ndarray, new: np.ndarray
) -> None:
    """Prints a line of the table; the logistic model is fitted on what was held back."""
    y = np.array([row["score"] for row in held])
    model = fit_logistic(SIGNALS, x, y, ridge=3.0)
    p, fitted = (np.array([model.probability(v) for v in f]) for f in (new, x))
    print(line(name, method, test, p, best_cut(fitted, y >= 1.0)), flush=True)


if __name__ == "__main__":
    main()
