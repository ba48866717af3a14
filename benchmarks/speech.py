"""What mishearing costs, and how long feedback takes, on speech made by espeak-ng.

    python benchmarks/speech.py --model FOLDER [--seconds 60]

Six questions' sample answers (good, partial, misconception) are spoken, recognised and graded,
and the same text is graded as if typed. Then one answer of about `--seconds` is timed from the
end of speech to the grade, models loaded, best and worst of three.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vivavoce import default_bank, default_grader
from vivavoce.adapters.faster_whisper import FasterWhisper
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade
from vivavoce.core.rubric import Level, Rubric
from vivavoce.core.text import tokenise
from vivavoce.services.grader import Grader
from vivavoce.services.spoken import grade_recording

QUESTIONS = "bias-variance hash-table l1-l2 overfitting precision-recall supervised-unsupervised"
LEVELS = {"good": Level.GOOD, "partial": Level.PARTIAL, "wrong": Level.MISCONCEPTION}
WORDS_A_MINUTE = 150


def say(text: str, file: Path) -> None:
    subprocess.run(
        ["espeak-ng", "-v", "en-us", "-s", str(WORDS_A_MINUTE), "-w", str(file), text], check=True
    )


def distance(said: list[str], heard: list[str]) -> int:
    """Words to insert, leave out or exchange (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, a in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def total(grader: Grader, rubric: Rubric, text: str) -> float:
    grade = grader.grade(rubric, Answer(question=rubric.id, text=text))
    return grade.total if isinstance(grade, Grade) else float("nan")


def table(grader: Grader, ears: FasterWhisper, folder: Path) -> None:
    print("| question | answer | words | misheard | typed | spoken | recognised |")
    print("|---|---|---|---|---|---|---|")
    costs = []
    for name in QUESTIONS.split():
        rubric = default_bank().get(name)
        assert rubric is not None, name
        for kind, level in LEVELS.items():
            text = " ".join(next(e.answer for e in rubric.exemplars if e.level is level).split())
            file = folder / f"{name}-{kind}.wav"
            say(text, file)
            spoken, recorded = grade_recording(rubric, file, ears, grader)
            heard = recorded.speech.text
            errors = distance(tokenise(text), tokenise(heard))
            typed = total(grader, rubric, text)
            got = spoken.total if isinstance(spoken, Grade) else float("nan")
            costs.append(abs(typed - got))
            words = len(tokenise(text))
            print(
                f"| {name} | {kind} | {words} | {errors / words:.0%} | {typed:.0f} | {got:.0f} | "
                f"{heard.replace('|', ' ')} |",
                flush=True,
            )
    mean = sum(costs) / len(costs)
    print(f"\nScore moved by {mean:.1f} points on average, {max(costs):.1f} at most.", flush=True)


def timing(grader: Grader, ears: FasterWhisper, folder: Path, seconds: float) -> None:
    rubric = default_bank().get("bias-variance")
    assert rubric is not None
    words = rubric.reference.split()
    wanted = int(seconds / 60 * WORDS_A_MINUTE)
    file = folder / "long.wav"
    say(" ".join((words * (wanted // len(words) + 1))[:wanted]), file)
    walls = []
    for _ in range(3):
        began = time.perf_counter()
        _, recorded = grade_recording(rubric, file, ears, grader)
        walls.append(time.perf_counter() - began)
    length = recorded.speech.duration_s
    print(f"\n{length:.0f} s of speech: {min(walls):.1f} to {max(walls):.1f} s to the grade.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="name or folder of a Whisper model")
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    grader, ears = default_grader(), FasterWhisper(options.model)
    print(f"{ears.name}, espeak-ng en-us, {WORDS_A_MINUTE} words a minute\n", file=sys.stderr)
    with tempfile.TemporaryDirectory() as made:
        table(grader, ears, Path(made))
        timing(grader, ears, Path(made), options.seconds)


if __name__ == "__main__":
    main()
