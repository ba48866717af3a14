"""How well `viva align` finds the questions of an interview and the words that answer each.

    python benchmarks/alignment.py [--set FOLDER] [--show] [--write]

A folder of transcripts has a `gold.json`: for each file the answers that a careful reader marks
(the bank's question, who answers where several do, and the first and last words of every stretch),
the questions from outside the bank, and those that the candidate passed, which count neither way.
An answer is found where it has the right question and at least half of its words and the marked
ones, taken together, are in both. Without `--set` both folders are read: `transcripts`, which the
alignment was worked out on, and `transcripts/held-out`, which was written before that and not
looked at. `--show` prints what was missed and what was wrongly taken, `--write` replaces the
tables of benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from vivavoce.core.transcript import Alignment, Part, Transcript
from vivavoce.services.bank_sentences import BankSentences
from vivavoce.services.batch import align_transcript
from vivavoce.wiring import default_bank
from vivavoce.wiring.aligning import read_as_transcript
from vivavoce.wiring.choices import settings
from vivavoce.wiring.objects import build_embedder, build_scorer

OVERLAP = 0.5
"""Share of shared words, of all words in either, from which an answer counts as found."""
FOLDER = Path(__file__).with_name("transcripts")
FOLDERS = (FOLDER, FOLDER / "held-out")
RESULTS = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- alignment -->", "<!-- /alignment -->"
COLUMNS = (
    "format",
    "transcript",
    "answers",
    "found",
    "precision",
    "recall",
    "F1",
    "words: precision",
    "recall",
    "F1",
    "off-bank taken",
)

Words = frozenset[int]
"""Positions of words in a transcript, from 0."""
Answers = Sequence[tuple[str, Words]]
"""Questions with the words that answer each."""
Span = tuple[str, str]
"""The first and the last words of a stretch."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GoldAnswer(_Model):
    """All that is said to one question of the bank, by one candidate where several answer it."""

    question: str
    speaker: str = ""
    spans: tuple[Span, ...]


class OffBank(_Model):
    """A question that is not in the bank, and what is said to it."""

    question: Span
    answer: tuple[Span, ...]


class Gold(_Model):
    """One transcript as a careful reader marks it."""

    file: str
    format: str
    about: str
    answers: tuple[GoldAnswer, ...]
    off_bank: tuple[OffBank, ...] = ()
    passed: tuple[str, ...] = ()


class Score(NamedTuple):
    """Counts of one transcript; they add up over several.

    Attributes:
        gold, taken, found: answers marked, answers that the alignment has, and those in both.
        gold_words, taken_words, right_words: the same in words.
        off_bank, off_bank_taken: questions outside the bank, and those taken for one of it.
    """

    gold: int = 0
    taken: int = 0
    found: int = 0
    gold_words: int = 0
    taken_words: int = 0
    right_words: int = 0
    off_bank: int = 0
    off_bank_taken: int = 0

    @property
    def precision(self) -> float:
        return self.found / self.taken if self.taken else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.found / (self.gold + self.taken) if self.gold + self.taken else 1.0

    @property
    def word_f1(self) -> float:
        words = self.gold_words + self.taken_words
        return 2 * self.right_words / words if words else 1.0


class Row(NamedTuple):
    """What is told of one transcript; `speakers`: whether it says who speaks."""

    format: str
    file: str
    speakers: bool
    score: Score


def added(scores: Iterable[Score]) -> Score:
    """The counts of several transcripts together."""
    return Score(*(sum(counts) for counts in zip(Score(), *scores, strict=True)))


def place(words: Sequence[str], span: Span, after: int = 0) -> Words:
    """Positions of a stretch given by its first and last words.

    Raises:
        ValueError: they do not occur, or the first words occur twice.
    """
    first, last = (text.split() for text in span)
    begins = _occurrences(words, first, after)
    if len(begins) != 1:
        raise ValueError(f"occurs {len(begins)} times and not once: {span[0]!r}")
    ends = [at + len(last) for at in _occurrences(words, last, begins[0])]
    if not ends:
        raise ValueError(f"does not occur after {span[0]!r}: {span[1]!r}")
    return frozenset(range(begins[0], ends[0]))


def _occurrences(words: Sequence[str], sought: Sequence[str], after: int) -> list[int]:
    size = len(sought)
    return [i for i in range(after, len(words) - size + 1) if [*words[i : i + size]] == [*sought]]


def overlap(one: Words, other: Words) -> float:
    """Words in both as a share of the words in either, 0..1."""
    return len(one & other) / len(one | other) if one | other else 0.0


def compared(
    gold: Answers,
    taken: Answers,
    off_bank: Sequence[tuple[Words, Words]] = (),
    asked: Words = frozenset(),
) -> Score:
    """What an alignment got right.

    Args:
        gold, taken: answers as marked and as found; a marked one is found at most once.
        off_bank: the words of each question outside the bank and of what is said to it.
        asked: words that the alignment takes for questions of the bank.
    """
    sought = dict(gold)
    left = dict(sought)
    found = 0
    for question, words in taken:
        if question in left and overlap(left[question], words) >= OVERLAP:
            del left[question]
            found += 1
    used = frozenset[int]().union(*(words for _, words in taken))
    return Score(
        gold=len(gold),
        taken=len(taken),
        found=found,
        gold_words=sum(len(words) for _, words in gold),
        taken_words=sum(len(words) for _, words in taken),
        right_words=sum(len(said & sought.get(name, frozenset())) for name, said in taken),
        off_bank=len(off_bank),
        off_bank_taken=sum(
            bool(question & asked) or len(said & used) * 2 > len(said)
            for question, said in off_bank
        ),
    )


def tokens(transcript: Transcript) -> list[tuple[str, int, int]]:
    """Words between white space, with their turn and the offset in it."""
    return [
        (match[0], number, match.start())
        for number, turn in enumerate(transcript.turns)
        for match in re.finditer(r"\S+", turn.text)
    ]


def taken_answers(transcript: Transcript, found: Alignment) -> tuple[Answers, Words]:
    """The answers of an alignment, `question#speaker`, and the words that it has as asked."""
    words = tokens(transcript)
    answers: dict[tuple[str, str], set[int]] = {}
    asked: set[int] = set()
    for piece in found.pieces:
        inside = {
            i
            for i, (_, turn, start) in enumerate(words)
            if turn == piece.turn and piece.start <= start < piece.end
        }
        if piece.question_id and piece.part is Part.ANSWER:
            answers.setdefault((piece.question_id, piece.speaker), set()).update(inside)
        elif piece.question_id and piece.part is Part.QUESTION:
            asked |= inside
    named = [(f"{question}#{who}", frozenset(said)) for (question, who), said in answers.items()]
    return named, frozenset(asked)


def measured(gold: Gold, transcript: Transcript, found: Alignment) -> Score:
    """The score of one transcript.

    Raises:
        ValueError: the marked words are not those of the transcript.
    """
    words = [word for word, _, _ in tokens(transcript)]
    taken, asked = taken_answers(transcript, found)
    answers = marked(gold, words)
    return compared(
        answers,
        [(name, said) for name, said in named_as(answers, taken) if name not in gold.passed],
        [(place(words, off.question), _joined(words, off.answer)) for off in gold.off_bank],
        asked,
    )


def marked(gold: Gold, words: Sequence[str]) -> Answers:
    """The marked answers as positions of words, `question#speaker` where several answer it."""
    return [
        (
            f"{answer.question}#{answer.speaker}" if answer.speaker else answer.question,
            _joined(words, answer.spans),
        )
        for answer in gold.answers
    ]


def named_as(answers: Answers, taken: Answers) -> Answers:
    """Taken answers without the speaker, except where the marked ones tell speakers apart."""
    apart = {name for name, _ in answers}
    return [(name if name in apart else name.partition("#")[0], said) for name, said in taken]


def _joined(words: Sequence[str], spans: Sequence[Span]) -> Words:
    return frozenset[int]().union(*(place(words, span) for span in spans))


def table(rows: Sequence[Row]) -> str:
    """A markdown table: a row for each transcript, and for those with, without and either."""
    ordered = sorted(rows, key=lambda row: (not row.speakers, row.format, row.file))
    lines = [COLUMNS, ("---",) * len(COLUMNS)]
    lines += [_cells(row.format, row.file, row.score) for row in ordered]
    for name, some in (
        ("speakers known", [row.score for row in rows if row.speakers]),
        ("no speakers", [row.score for row in rows if not row.speakers]),
        ("all", [row.score for row in rows]),
    ):
        lines.append(_cells(f"**{name}**", f"{len(some)} transcripts", added(some)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(format: str, name: str, score: Score) -> tuple[str, ...]:
    return (
        format,
        name,
        str(score.gold),
        f"{score.found} of {score.taken}",
        f"{score.precision:.2f}",
        f"{score.recall:.2f}",
        f"{score.f1:.2f}",
        _percent(score.right_words, score.taken_words),
        _percent(score.right_words, score.gold_words),
        f"{score.word_f1:.1%}",
        f"{score.off_bank_taken} of {score.off_bank}",
    )


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def shown(gold: Gold, transcript: Transcript, found: Alignment) -> list[str]:
    """Stretches that were missed, or taken for an answer that they are not, for a person."""
    words = [word for word, _, _ in tokens(transcript)]
    answers = marked(gold, words)
    taken = named_as(answers, taken_answers(transcript, found)[0])
    lines: list[str] = []
    for title, these, others in (("missed", answers, taken), ("taken", taken, answers)):
        for question, said in these:
            right = dict(others)
            for run in _runs(sorted(said - right.get(question, frozenset()))):
                text = " ".join(words[i] for i in run)
                lines.append(f"  {title} {question} ({len(run)} words): {text[:160]}")
    return lines


def _runs(places: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for at in places:
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def load_gold(folder: Path) -> list[Gold]:
    """What is marked in a folder's transcripts."""
    read = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    return [Gold.model_validate(one) for one in read["transcripts"]]


def measured_folder(folder: Path, *, show: bool) -> list[Row]:
    """Every transcript of a folder."""
    chosen = settings()
    bank = default_bank()
    sentences = BankSentences(build_embedder(chosen), scorer=build_scorer(chosen))
    rows: list[Row] = []
    for gold in load_gold(folder):
        transcript = read_as_transcript(folder / gold.file)
        found = align_transcript(transcript, bank, sentences)
        named = any(turn.speaker for turn in transcript.turns)
        rows.append(Row(gold.format, gold.file, named, measured(gold, transcript, found)))
        if show:
            print("\n".join([gold.file, *shown(gold, transcript, found), ""]))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, action="append", dest="folders")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    tables = []
    for folder in options.folders or FOLDERS:
        rows = measured_folder(folder, show=options.show)
        tables.append(f"`{folder.name}`:\n\n{table(rows)}")
        print(tables[-1], end="\n\n")
    if options.write:
        before, rest = RESULTS.read_text(encoding="utf-8").split(BEGIN)
        after = rest.split(END)[1]
        joined = "\n\n".join(tables)
        RESULTS.write_text(f"{before}{BEGIN}\n{joined}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
