"""Begins a new rubric: a commented file that loads as it is and says what belongs where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from vivavoce.adapters.rubric_files import HEAD, HEAD_CHARS, find_file
from vivavoce.core.bank_lint import EXEMPLARS, PLACEHOLDER
from vivavoce.core.rubric import Level
from vivavoce.errors import RubricError, SettingsError

__all__ = ["new_rubric", "next_number", "skeleton"]

IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 60
ENDINGS = (".yaml", ".yml")
ACCEPT = ("a terse true sentence", "as people say it aloud, in lower case", "formal", "an example")
REJECT = ("roles swapped", "negated", "confused with a neighbouring idea")

TOP = """\
# A rubric: one question, and everything its answers are graded against.
# Replace every text that begins with "{fill}", then run: viva bank check --bank THIS-FILE
# Quote a text that holds ": " or begins with a sign such as - * & % @.

id: {id}  # unique in the bank; the name of the file
number: {number}  # position in the bank
question: "{fill}: the question as it is printed."
# Other ways to ask it. Transcripts and `viva grade` find the question by these, so ask for
# this question and no other of the bank; write the last two as clumsy speech.
asked_as:
{asked_as}
category: algorithms  # algorithms | programming | company | interest
kind: knowledge  # knowledge: facts decide; open: judgement and experience decide
difficulty: 2  # 1 easy, 2 medium, 3 hard
seconds: 90  # how long a good spoken answer takes
# A complete, correct answer in 60 to 200 words. It covers every criterion below.
reference: |
  {fill}: the answer you would give yourself.

# The 4 to 7 things a good answer says. They must not overlap: no sentence earns two of them.
#   points     what it is worth, relative to the other criteria
#   statement  the one true sentence; it names its subject and needs no other sentence
#   accept     at least 4 TRUE sentences, each enough to meet the criterion, in varied words
#   reject     at least 3 FALSE sentences about the same idea that sound right; as long and as
#              fluent as the true ones, so that nothing but the claim tells them apart
criteria:
{criteria}

# Wrong beliefs that real candidates have. Stating one takes its points off the total.
#   heard_as    at least 2 other ways people say it
#   correction  what is right, in a sentence or two a learner can use
misconceptions:
{misconceptions}

# What you would ask next.
follow_ups:
{follow_ups}

# Where to read more: a textbook chapter, the original paper, the official documentation.
reading:
{reading}

# Sample answers with the marks a fair examiner gives. They test the rubric and fit the
# calibration, so write them in words of their own and let length give nothing away.
#   score           0..100, within 10 of what verdicts and misconceptions add up to
#   verdicts        {{first-point: met, second-point: partly}}: met, partly, missed or contradicted;
#                   a criterion that is left out counts as missed
#   misconceptions  ids of the ones it states: [first-belief]
exemplars:
{exemplars}
"""

ADVICE: dict[Level, tuple[int, str]] = {
    Level.EXCELLENT: (95, "makes every point; one of the two in 60 words or fewer"),
    Level.GOOD: (80, "makes the main points and leaves some out"),
    Level.TERSE: (70, "correct in 15 to 35 words"),
    Level.SPOKEN: (75, "raw speech, lower case, fillers, restarts, no punctuation"),
    Level.PARTIAL: (35, "one point made, the rest vague or missing; one of the two long"),
    Level.MISCONCEPTION: (10, "fluent, confident and wrong"),
    Level.STUFFED: (0, "the keywords in a row, claiming nothing; no verdicts"),
    Level.OFF_TOPIC: (0, "a fluent answer to another question; no verdicts"),
}


def skeleton(rubric_id: str, number: int) -> str:
    """The text of a new rubric, in YAML. It passes the loader; the bank's check it does not."""
    places = ("first", "second", "third", "fourth")
    return TOP.format(
        fill=PLACEHOLDER,
        id=_scalar(rubric_id),
        number=number,
        asked_as=_items(2, [*["another way to ask it"] * 4, *["as clumsy speech"] * 2]),
        criteria="\n".join(_criterion(f"{place}-point") for place in places),
        misconceptions="\n".join(_misconception(f"{place}-belief") for place in places[:3]),
        follow_ups=_items(2, [f"a deeper question, the {place}?" for place in places[:3]]),
        reading="\n".join(
            f'  - title: "{PLACEHOLDER}: a stable source, chapter or section"\n'
            "    url: https://example.org/"
            for _ in range(2)
        ),
        exemplars="\n".join(_exemplars()),
    )


def next_number(folder: Path, *, apart_from: Path | None = None) -> int:
    """One more than the highest number of the rubrics below a folder; 1 where there is none."""
    highest = 0
    for path in folder.rglob("*"):
        if path.suffix not in ENDINGS or not path.is_file() or path == apart_from:
            continue
        try:
            with path.open(encoding="utf-8-sig", errors="replace") as lines:
                number = dict(HEAD.findall(lines.read(HEAD_CHARS))).get("number", "")
        except OSError:
            continue
        highest = max(highest, int(number) if number.isdecimal() else 0)
    return highest + 1


def new_rubric(
    rubric_id: str, *, bank: Path | None = None, output: Path | None = None, force: bool = False
) -> Path:
    """Writes a skeleton and says where: `output`, else `bank`/ID.yaml, else ./ID.yaml.

    The number is the next free one of the folder that it is written to; a bank that is not
    there yet is made.

    Raises:
        SettingsError: the id is none, the file exists and `force` is not given, or the place
            cannot be one of a rubric.
        RubricError: another file of the bank has this id.
    """
    if not IDENTIFIER.fullmatch(rubric_id) or len(rubric_id) > LONGEST_ID:
        raise SettingsError(
            f"'{rubric_id}' is no id: use lower-case letters, digits and single hyphens, at most "
            f"{LONGEST_ID} characters, such as gradient-descent."
        )
    path = _target(rubric_id, bank, output)
    if path.exists() and not force:
        raise SettingsError(f"{path}: exists already. Give another id, or --force to replace it.")
    folder = bank if bank and output is None else path.parent
    _refuse_second(rubric_id, folder, path)
    text = skeleton(rubric_id, next_number(folder, apart_from=path) if folder.is_dir() else 1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # "x" refuses a file that came into being since the look above.
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as exc:
        raise SettingsError(f"{path}: cannot be written ({exc.strerror}).") from exc
    return path


def _target(rubric_id: str, bank: Path | None, output: Path | None) -> Path:
    if output is None:
        folder = bank or Path()
        if folder.is_file():
            raise SettingsError(f"{folder}: is a file; a new rubric needs a folder, or -o FILE.")
        return folder / f"{rubric_id}.yaml"
    if output.is_dir():
        raise SettingsError(f"{output}: is a folder; give -o a file name, or use --bank.")
    if output.suffix not in ENDINGS:
        raise SettingsError(f"{output}: a rubric's file ends in .yaml, or no bank will find it.")
    if not output.absolute().parent.is_dir():
        raise SettingsError(f"{output.parent}: no such folder; make it first.")
    return output


def _refuse_second(rubric_id: str, folder: Path, path: Path) -> None:
    try:
        other = find_file(folder, rubric_id)
    except RubricError:  # no folder yet, or no rubric in it
        return
    # An all-digit id is found as a number too; that is another rubric's business.
    if other and other != path and _head(other).get("id") == rubric_id:
        raise RubricError([f"{other}: id: '{rubric_id}' is taken; give the new rubric its own."])


def _head(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        return dict(HEAD.findall(lines.read(HEAD_CHARS)))


def _scalar(text: str) -> str:
    """The text as YAML reads it back: quoted where it would be a number, a date or a `no`."""
    return text if yaml.safe_load(text) == text else json.dumps(text)


def _items(indent: int, advice: list[str] | tuple[str, ...]) -> str:
    return "\n".join(f'{" " * indent}- "{PLACEHOLDER}: {text}"' for text in advice)


def _criterion(name: str) -> str:
    return (
        f"  - id: {name}\n    points: 2\n"
        f'    statement: "{PLACEHOLDER}: a true sentence that names its subject."\n'
        f"    accept:\n{_items(6, ACCEPT)}\n    reject:\n{_items(6, REJECT)}"
    )


def _misconception(name: str) -> str:
    return (
        f'  - id: {name}\n    statement: "{PLACEHOLDER}: the wrong belief as a sentence."\n'
        f"    heard_as:\n{_items(6, ('in other words', 'as people say it aloud'))}\n"
        f'    correction: "{PLACEHOLDER}: what is right."\n    deduct: 1'
    )


def _exemplars() -> Iterator[str]:
    for level, count in EXEMPLARS.items():
        score, advice = ADVICE[level]
        for _ in range(count):
            yield (
                f"  - level: {level.value}\n    score: {score}\n    answer: >-\n"
                f"      {PLACEHOLDER}: {advice}.\n    verdicts: {{}}\n    misconceptions: []"
            )
