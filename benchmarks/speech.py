"""What mishearing costs, and how long feedback takes, on speech made by espeak-ng.

    python benchmarks/speech.py --model FOLDER [--seconds 60] [--write]

Six questions' sample answers (good, partial, misconception) are spoken, recognised and graded,
and the same text is graded as if typed. Then one answer of about `--seconds` is timed from the
end of speech to the grade, models loaded, best and worst of three. `--write` replaces the
speech part of benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from parts import replace_part

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


def table(grader: Grader, ears: FasterWhisper, folder: Path) -> Iterator[str]:
    """Lines of Markdown, each as soon as it is known."""
    yield "| question | answer | words | misheard | typed | spoken | recognised |"
    yield "|---|---|---|---|---|---|---|"
    costs, all_words, all_errors = [], 0, 0
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
            all_words, all_errors = all_words + words, all_errors + errors
            yield (
                f"| {name} | {kind} | {words} | {errors / words:.0%} | {typed:.0f} | {got:.0f} | "
                f"{heard.replace('|', ' ')} |"
            )
    yield ""
    yield (
        f"Misheard: {all_errors / all_words:.1%} of all words. Score moved by "
        f"{statistics.mean(costs):.1f} points on average, {statistics.median(costs):.1f} in the "
        f"middle, {max(costs):.1f} at most."
    )


def timing(grader: Grader, folder: Path, seconds: float, model: str) -> str:
    """The line about the time; every turn has a recogniser of its own, which remembers nothing."""
    rubric = default_bank().get("bias-variance")
    assert rubric is not None
    words = rubric.reference.split()
    wanted = int(seconds / 60 * WORDS_A_MINUTE)
    file = folder / "long.wav"
    say(" ".join((words * (wanted // len(words) + 1))[:wanted]), file)
    walls = []
    for _ in range(3):
        ears = FasterWhisper(model)
        ears.prepare()
        began = time.perf_counter()
        _, recorded = grade_recording(rubric, file, ears, grader)
        walls.append(time.perf_counter() - began)
    length = recorded.speech.duration_s
    return (
        f"{length:.0f} s of speech: {min(walls):.1f} to {max(walls):.1f} s from the end of speech "
        "to the grade, models loaded, nothing heard along the way."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="name or folder of a Whisper model")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    grader, ears = default_grader(), FasterWhisper(options.model)
    lines = [f"Made by `python benchmarks/speech.py --model FOLDER --write`: {ears.name}, int8,"]
    lines += [f"espeak-ng en-us, {WORDS_A_MINUTE} words a minute.", ""]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as made:
        for line in table(grader, ears, Path(made)):
            lines.append(line)
            print(line, flush=True)
        lines += ["", timing(grader, Path(made), options.seconds, options.model)]
        print("\n".join(lines[-2:]))
    if options.write:
        replace_part("speech", "\n".join(lines))


if __name__ == "__main__":
    main()
