"""Damaged and hostile input: a clear error or a result, within seconds, and nothing else written.

Each reader gets its examples with bytes, lines, cells, JSON values or XML changed at random. A
short run is part of the tests; `VIVA_FUZZ=2000 python -m pytest tests/test_fuzzed_inputs.py`
draws that many for each reader, new ones each time.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sys
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner
from vivavoce.adapters.pair_data import read_training_files

from vivavoce import reports
from vivavoce.adapters.answer_files import read_answers
from vivavoce.adapters.graded_answers import read_graded
from vivavoce.adapters.human_scores import read_human_scores
from vivavoce.adapters.prompt_files import PromptFile
from vivavoce.adapters.result_file import ResultFile
from vivavoce.adapters.review_file import ReviewFile
from vivavoce.adapters.rubric_files import load_bank
from vivavoce.adapters.transcripts import FORMATS, read_transcript
from vivavoce.adapters.turn_maps import read_map
from vivavoce.cli import main
from vivavoce.core.results import Results
from vivavoce.errors import VivaError
from vivavoce.reports.json import load
from vivavoce.reports.run import Run
from vivavoce.wiring import read_input
from vivavoce.wiring import settings as settings_in_use
from vivavoce.wiring.judge_calls import load_prices
from vivavoce.wiring.reporting import stored_run

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
MESSY = ROOT / "benchmarks" / "transcripts"
MANY = int(os.environ.get("VIVA_FUZZ", "0"))
FEW = 12
SECONDS = 5.0
"""Processor time after which an input counts as one that hangs."""

fuzzed = settings(
    max_examples=MANY or FEW,
    derandomize=not MANY,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)

# Guards -----------------------------------------------------------------------------------------

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate"),
    *("os.chmod", "os.system", "subprocess.Popen", "socket.connect", "shutil.rmtree"),
}
_watched: list[list[str]] = []


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not _watched:
        return
    opened = event == "open" and isinstance(args[2], int) and args[2] & WRITING
    if opened or event in CHANGING:
        _watched[-1].append(f"{event} {args[0]!r}")


sys.addaudithook(_hook)


class HangError(BaseException):
    """The input took too long; no `except Exception` may swallow that."""


@contextmanager
def guarded() -> Iterator[list[str]]:
    """Notes everything that is written or started inside, and stops what hangs."""

    def stop(*_: object) -> None:
        raise HangError(f"more than {SECONDS:g} s")

    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    found: list[str] = []
    _watched.append(found)
    before = signal.signal(signal.SIGPROF, stop) if timed else None
    if timed:
        # Processor time: a busy machine makes no hang.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield found
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
        _watched.remove(found)


# Changes ----------------------------------------------------------------------------------------

NASTY = (
    "\x00", "\ufeff", "\ud800", "\u202e", "\u2028", "\x85", "\x1b[2J", "\r", "\n\n", "\t", '"', "'",
    "=cmd|' /C calc'!A0", "{{ 7*7 }}", "{% for x in y %}", "../../../etc/passwd", "-->", "WEBVTT",
    "00:00:01.000 --> 99999:99:99.999", "1:2 --> 3:4", "<v >", "<v A><v B>x", "NOTE", "STYLE",
    "&#x110000;", "&#1114112;", "&lt;", "&" * 50, "Speaker 1  0:03", "**:**", "**Q:** ", "> > > ",
    "- " * 40, "[" * 3000, "{" * 3000, '{"a":' * 1500, "(" * 200, "*" * 400, "_" * 400, "9" * 5000,
    "-" * 300, "1e999", "-1e999", "NaN", "Infinity", "null", "[]", "{}", "true", "0x10", "1_000",
    "&a [*a, *a]", "!!python/object/apply:os.system [x]", "<<: *x", "? : ", "%YAML 9.9", "- - - -",
    "! ! !", "---", "...", ": ", "#", "|", ">", "@", "`", ",", ";", "a" * 20_000, "é" * 500,
    "x,y\n" * 2000, "\n" * 3000, " " * 5000, "\\", "\\u0000", "\\ud800", "\U0001f600" * 100,
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, -1e308, float("nan"), float("inf"), 10**400, "", " ", "\ud800",
    "\x00", "x" * 5000, [], {}, [[]], {"": ""}, [None], "2026-13-45T99:99:99Z", "1:99:99.9999",
    {"type": "grade"}, ["a", 1, None], "met", "contradicted", -5.5, 101, "100", 3,
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-16-le")


@st.composite
def changed_text(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """An example with some of its lines, words or characters changed, in any encoding."""
    lines = draw(st.sampled_from(originals)).decode("utf-8", "replace").split("\n")
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        what = draw(
            st.sampled_from(["drop", "again", "swap", "put", "into", "cut", "words", "many"])
        )
        if not lines:
            lines = [draw(st.sampled_from(NASTY))]
        elif what == "drop":
            del lines[at : at + draw(st.integers(1, 8))]
        elif what == "again":
            lines[at:at] = lines[at : at + 6] * draw(st.integers(1, 4))
        elif what == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif what == "put":
            lines.insert(at, draw(st.sampled_from(NASTY) | st.text(max_size=40)))
        elif what == "into":
            place = draw(st.integers(0, len(lines[at])))
            piece = draw(st.sampled_from(NASTY) | st.text(max_size=20))
            lines[at] = lines[at][:place] + piece + lines[at][place:]
        elif what == "cut":
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        elif what == "words":
            words = lines[at].split(" ")
            words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(NASTY))
            lines[at] = " ".join(words)
        else:
            lines[at : at + 1] = [lines[at]] * draw(st.sampled_from([100, 1000]))
    text = "\n".join(lines)[:400_000]
    if draw(st.booleans()):
        text = text.replace("\n", draw(st.sampled_from(["\r\n", "\r", "\n\n", "\u2028"])))
    return text.encode(
        draw(st.sampled_from(ENCODINGS)), "surrogatepass" if draw(st.booleans()) else "replace"
    )


@st.composite
def changed_bytes(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """An example cut, with bytes changed, or bytes that are no example at all."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=300))
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        what = draw(st.integers(0, 3))
        if what == 0:
            del data[at : at + draw(st.integers(1, 200))]
        elif what == 1:
            data[at:at] = draw(st.binary(min_size=1, max_size=20))
        elif what == 2:
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
        else:
            del data[at:]
    return bytes(data)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in inside:
        yield from _places(child, (*path, key))


@st.composite
def changed_json(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """An example with values of its JSON replaced, dropped, renamed or repeated."""
    text = draw(st.sampled_from(originals)).decode()
    try:
        records = [json.loads(text)]
    except ValueError:
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
    for _ in range(draw(st.integers(1, 4))):
        _change(draw, records)
    out = "\n".join(json.dumps(one, ensure_ascii=draw(st.booleans())) for one in records)
    return out.encode("utf-8", "surrogatepass")[:600_000]


def _change(draw: st.DrawFn, records: list[Any]) -> None:
    place = draw(st.sampled_from(list(_places(records))[1:] or [()]))
    if not place:
        return
    holder: Any = records
    for key in place[:-1]:
        holder = holder[key]
    last = place[-1]
    what = draw(st.sampled_from(["odd", "odd", "drop", "name", "many", "text"]))
    if what == "odd":
        holder[last] = draw(st.sampled_from(ODD))
    elif what == "text":
        holder[last] = draw(st.sampled_from(NASTY) | st.text(max_size=30))
    elif what == "drop":
        del holder[last]
    elif what == "name" and isinstance(holder, dict):
        holder[draw(st.sampled_from(["type", "text", "start", "Speaker", "", "x" * 300]))] = holder[
            last
        ]
    elif what == "many" and isinstance(holder, list):
        holder[last:last] = [holder[last]] * draw(st.sampled_from([2, 300]))


@st.composite
def changed_table(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """An example's cells changed, written with another delimiter and other quotes."""
    rows = list(csv.reader(io.StringIO(draw(st.sampled_from(originals)).decode(), newline="")))
    for _ in range(draw(st.integers(1, 5))):
        row = draw(st.sampled_from(rows))
        cell = draw(st.integers(0, max(0, len(row) - 1)))
        row[cell : cell + 1] = draw(
            st.lists(st.sampled_from(NASTY) | st.text(max_size=20), max_size=3)
        )
    out = io.StringIO()
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    csv.writer(
        out, delimiter=delimiter, escapechar="\\", quoting=draw(st.sampled_from([0, 1, 3]))
    ).writerows(rows)
    text = out.getvalue()
    if draw(st.booleans()):
        text = text.replace('"', "", draw(st.integers(0, 3)))
    return text.encode(draw(st.sampled_from(ENCODINGS)), "replace")


@st.composite
def changed_parts(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """A Word document with parts changed or dropped."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(originals)))) as source,
        zipfile.ZipFile(out, "w") as made,
    ):
        parts = {name: source.read(name) for name in source.namelist()}
        for _ in range(draw(st.integers(1, 3))):
            name = draw(st.sampled_from([*parts, *["word/document.xml"] * len(parts)]))
            if name not in parts or draw(st.integers(0, 9)) == 0:
                parts.pop(name, None)
            else:
                parts[name] = draw(changed_text([parts[name]]) | changed_bytes([parts[name]]))
        if draw(st.booleans()):
            parts[draw(st.sampled_from(["../../out.txt", "/tmp/x", "word/a\x00b"]))] = b"x"
        for name, body in parts.items():
            made.writestr(name, body)
    return out.getvalue()


# Readers ----------------------------------------------------------------------------------------


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
        return list(file.lines(file.entries))


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
PAIRS = (
    b'{"premise": "a", "hypothesis": "b", "label": "entailment"}\n'
    b'{"answer": "a", "references": ["b"], "score": 0.5, "label_3way": "correct"}\n'
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
        "training data": Reader(".jsonl", lambda p: read_training_files([str(p)]), [PAIRS], lines),
        "prompt": Reader(".md", PromptFile, files(ROOT / "prompts", "judge.md")),
        "settings": Reader(".toml", read_settings, [TOML]),
        "prices": Reader(".toml", load_prices, [PRICES]),
    }
    assert set(FORMATS) <= found.keys()
    return found


READERS = readers()


def plain_json(value: object) -> None:
    """What was read can be written as JSON, so it holds no half of a surrogate pair."""
    if isinstance(value, dict):
        plain_json(list(value.values()))
    elif isinstance(value, str):
        value.encode()
    elif hasattr(value, "model_dump_json"):
        value.model_dump_json()
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for one in value:
            plain_json(one)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("name", READERS)
@fuzzed
@given(data=st.data())
def test_a_reader_gives_a_result_or_a_clear_error(
    data: st.DataObject, name: str, folder: Path
) -> None:
    reader = READERS[name]
    path = folder / ("viva.toml" if name == "settings" else f"in{reader.ending}")
    path.write_bytes(data.draw(reader.inputs()))
    found: object = None
    with guarded() as written:
        try:
            found = reader.read(path)
        except VivaError as exc:
            assert str(exc).strip()
    plain_json(found)
    # Excel's rows lie in a temporary folder until the workbook is whole.
    own = [one for one in written if str(path) not in one and "viva-" not in one]
    assert not own or name == "checkpoint", own


@pytest.mark.parametrize("name", READERS)
def test_every_reader_reads_its_examples(name: str, folder: Path) -> None:
    reader = READERS[name]
    for original in reader.originals:
        path = folder / ("viva.toml" if name == "settings" else f"in{reader.ending}")
        path.write_bytes(original)
        plain_json(reader.read(path))


# The whole command ------------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, *args: object) -> tuple[int, str]:
    """`viva ARGS` in this process: exit status and what it said on standard error."""
    monkeypatch.setattr(sys, "argv", ["viva", *map(str, args)])
    with CliRunner().isolation() as (_, err, _):
        status = 0
        try:
            main()
        except SystemExit as exc:
            status = exc.code if isinstance(exc.code, int) else 1
        sys.stderr.flush()
        return status, err.getvalue().decode(errors="replace")


INPUTS = [name for name in READERS if name in FORMATS or name.startswith(("any", "answers"))]


@settings(fuzzed, max_examples=max(MANY // 10, 6))
@given(data=st.data())
def test_a_batch_of_it_ends_with_a_status_and_writes_its_outputs_alone(
    data: st.DataObject, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader = READERS[data.draw(st.sampled_from(INPUTS))]
    path = folder / f"batch{reader.ending}"
    path.write_bytes(data.draw(reader.inputs())[:60_000])
    out = tmp_path_factory.mktemp("out")
    outputs = [f"r{ending}" for ending in reports.FORMATS if ending != ".jsonl"]
    bank = ROOT / "rubrics" / "machine-learning" / "hash-table.yaml"
    with pytest.MonkeyPatch.context() as patch, guarded() as written:
        patch.chdir(out)
        patch.setenv("VIVA_CACHE_DIR", str(folder / "cache"))
        for_each = [part for name in outputs for part in ("-o", name)]
        status, said = run(patch, "batch", path, "--bank", bank, "--results", "r.jsonl", *for_each)
    assert status in (0, 1, 3), said
    assert "Traceback" not in said
    assert said.strip()
    places = (str(out), str(folder / "cache"), "viva-", "'.r.", "'r.")
    strange = [one for one in written if not any(place in one for place in places)]
    assert not strange
