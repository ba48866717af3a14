"""Every reader of files, with examples of what it reads."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import strategies as st
from tests.fuzzing.changes import (
    changed_bytes,
    changed_json,
    changed_parts,
    changed_table,
    changed_text,
)

from vivavoce import reports
from vivavoce.adapters.answer_files import read_answers
from vivavoce.adapters.claim_files import read_labelled
from vivavoce.adapters.graded_answers import read_graded
from vivavoce.adapters.human_scores import read_human_scores
from vivavoce.adapters.prompt_files import PromptFile
from vivavoce.adapters.result_file import ResultFile
from vivavoce.adapters.review_file import ReviewFile
from vivavoce.adapters.rubric_files import load_bank
from vivavoce.adapters.transcripts import FORMATS, read_transcript
from vivavoce.adapters.turn_maps import read_map
from vivavoce.core.results import Results
from vivavoce.reports.json import load
from vivavoce.reports.run import Run
from vivavoce.wiring import read_input
from vivavoce.wiring import settings as settings_in_use
from vivavoce.wiring.judge_calls import load_prices
from vivavoce.wiring.reporting import stored_run

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
MESSY = ROOT / "benchmarks" / "transcripts"
KINDS = ("grade", "ungraded", "alignment")


class Reader(NamedTuple):
    """What reads a kind of file, with examples of it."""

    ending: str
    read: Callable[[Path], object]
    originals: Sequence[bytes]
    kinds: Sequence[Callable[[Sequence[bytes]], st.SearchStrategy[bytes]]] = (changed_text,)

    def inputs(self) -> st.SearchStrategy[bytes]:
        """Changed examples of every kind, and changed bytes."""
        return st.one_of(*(kind(self.originals) for kind in (*self.kinds, changed_bytes)))


def files(folder: Path, *patterns: str) -> list[bytes]:
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    assert found, patterns
    return [path.read_bytes() for path in found]


def of_format(name: str) -> Callable[[Path], object]:
    return lambda path: read_transcript(path, format=name)


def read_any(path: Path) -> object:
    """As `viva batch` reads a file whose kind only its content tells."""
    read = read_input(path)
    return list(read) if isinstance(read, Iterator) else read


def read_results(path: Path) -> object:
    """Results in every format, because what was stored is written again."""
    found = load(path.read_text("utf-8", "replace"), str(path))
    assert isinstance(found, Results)
    for run in (Run.of(found), stored_run(path, "title").run):
        for name in sorted(set(reports.FORMATS.values())):
            reports.write(run, name, io.BytesIO())
    return found


def read_checkpoint(path: Path) -> object:
    with ResultFile(path) as file:
        return [one for kind in KINDS for one in file.lines(file.entries, kind)]


def read_settings(path: Path) -> object:
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        return settings_in_use()
    finally:
        os.chdir(here)


def word_document() -> bytes:
    docx = pytest.importorskip("docx", reason="the extra documents is absent")
    document = docx.Document()
    for line in (EXAMPLES / "interview.txt").read_text("utf-8").split("\n")[:30]:
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(
        table.rows[0].cells, ("0:03", "Dana", "What is a hash table?"), strict=True
    ):
        cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def parquet_file() -> bytes:
    pyarrow = pytest.importorskip("pyarrow", reason="the extra parquet is absent")
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    said = {"question": ["hash-table"] * 3, "answer": ["It maps keys.", None, "Buckets."]}
    parquet.write_table(pyarrow.table(said), out)
    return out.getvalue()


def stored_results() -> list[bytes]:
    """Results of all kinds, as JSON Lines with and without keys and as a document."""
    grade = json.loads((ROOT / "tests" / "data" / "results" / "grade.json").read_text("utf-8"))
    line = {"type": "grade", "schema": "vivavoce.results/1", "key": "ab12-cd34", **grade}
    left = {
        "type": "ungraded",
        "schema": "vivavoce.results/1",
        "answer": grade["answer"],
        "reason": "why",
    }
    asked = {
        "type": "alignment",
        "schema": "vivavoce.results/1",
        "transcript": "a.vtt",
        "interviewer": "Dana",
        "answers": [grade["answer"]],
        "asked": [
            {"turn": 0, "text": "How?", "question_id": None, "similarity": 0.1, "answered": True}
        ],
    }
    whole = {
        "schema": "vivavoce.results/1",
        "title": "t",
        "grades": [grade],
        "ungraded": [{"answer": grade["answer"], "reason": "why"}],
        "alignments": [],
    }
    lines = "".join(json.dumps(one) + "\n" for one in (line, left, asked))
    return [lines.encode(), json.dumps(whole).encode()]


REVIEW = {
    "type": "review",
    "schema": "vivavoce.reviews/1",
    "key": "ab12",
    "question": "hash-table",
    "rests_on": "cd34",
    "author": "Ann",
    "at": "2026-03-01T09:00:00+01:00",
    "verdicts": {"bias": "met"},
    "total": 50.0,
}
MAP = (
    b"transcript,turn,time,part,question,speaker,text\n"
    b"a.vtt,1,00:01,question,hash-table,Dana,What is a hash table?\n"
    b"a.vtt,2,00:05,answer,hash-table,Ana,It maps keys.\n"
)
SCORES = b"id,question,answer,candidate,rater,score\na,hash-table,It maps keys.,Ana,R,7\n"
LABELLED = (
    b'{"question": "hash-table", "parts": [["It maps keys.", {"mapping": "met"}]], "overall": {}}\n'
    b'{"criterion": "mapping", "label": "touch", "text": "It maps keys.", "voice": "plain"}\n'
    b'{"answer": "It maps keys.", "verdicts": {"mapping": "partly"}, "misconceptions": ["slow"]}\n'
)
TOML = b'bank = "rubrics"\noffline = true\npass_mark = 60\njudge = ["m"]\n[delivery]\n'
PRICES = b'["m"]\nprompt = 1.0\ncompletion = 2.5\n'


def readers() -> dict[str, Reader]:
    vtt, srt, md = (
        [*files(EXAMPLES, f"*.{ending}"), *files(MESSY, f"*.{ending}")]
        for ending in ("vtt", "srt", "md")
    )
    plain = [*files(EXAMPLES, "interview.txt"), *files(MESSY, "*.txt")]
    spoken = files(MESSY, "podcast-hiring.json", "quake-lab.json")
    turns, table = files(MESSY, "*.jsonl"), files(MESSY, "*.csv")
    answers = files(EXAMPLES, "answers.jsonl")
    cells = files(EXAMPLES, "answers.csv")
    tabbed = [b"id\tquestion\tcandidate\tanswer\n7\thash-table\tAna\tIt maps keys to buckets.\n"]
    rubrics = files(ROOT / "rubrics" / "machine-learning", "hash-table.yaml", "l1-l2.yaml")
    lines = (changed_json, changed_text)
    rows = (changed_table, changed_text)
    found = {
        "webvtt": Reader(".vtt", of_format("webvtt"), vtt),
        "srt": Reader(".srt", of_format("srt"), srt),
        "markdown": Reader(".md", of_format("markdown"), md),
        "plain": Reader(".txt", of_format("plain"), plain),
        "whisper": Reader(".json", of_format("whisper"), spoken, lines),
        "jsonl": Reader(".jsonl", of_format("jsonl"), turns, lines),
        "csv": Reader(".csv", of_format("csv"), table, rows),
        "docx": Reader(".docx", of_format("docx"), [word_document()], (changed_parts,)),
        "any text": Reader(".txt", read_any, [*vtt, *srt, *md, *plain, *spoken, *turns, *table]),
        "answers.jsonl": Reader(".jsonl", lambda p: list(read_answers(p)), answers, lines),
        "answers.json": Reader(".json", lambda p: list(read_answers(p)), answers, lines),
        "answers.csv": Reader(".csv", lambda p: list(read_answers(p)), cells, rows),
        "answers.tsv": Reader(".tsv", lambda p: list(read_answers(p)), tabbed, rows),
        "answers.parquet": Reader(
            ".parquet", lambda p: list(read_answers(p)), [parquet_file()], ()
        ),
        "rubric": Reader(".yaml", load_bank, rubrics),
        "turn map": Reader(".csv", read_map, [MAP], rows),
        "human scores": Reader(".csv", read_human_scores, [SCORES], rows),
        "graded answers": Reader(".csv", read_graded, [SCORES], rows),
        "results": Reader(".jsonl", read_results, stored_results(), lines),
        "checkpoint": Reader(".jsonl", read_checkpoint, stored_results()[:1], lines),
        "reviews": Reader(
            ".jsonl",
            lambda p: ReviewFile(p).reviews(),
            [json.dumps(REVIEW).encode() + b"\n"],
            lines,
        ),
        "training data": Reader(".jsonl", lambda p: read_labelled([str(p)]), [LABELLED], lines),
        "prompt": Reader(".md", PromptFile, files(ROOT / "prompts", "judge.md")),
        "settings": Reader(".toml", read_settings, [TOML]),
        "prices": Reader(".toml", load_prices, [PRICES]),
    }
    assert set(FORMATS) <= found.keys()
    return found


READERS = readers()
