"""The files that a command line means: files, folders, patterns and standard input."""

from __future__ import annotations

import atexit
import glob
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from vivavoce.adapters.transcripts.whisper import is_whisper
from vivavoce.errors import AnswerFileError

__all__ = ["ENDINGS", "InputFile", "expected_answers", "input_files"]

ENDINGS = {".jsonl", ".ndjson", ".csv", ".tsv", ".vtt", ".srt", ".md", ".markdown", ".txt", ".docx"}
"""Endings that are read from a folder; of JSON files a recogniser's are, too."""
ONE_A_LINE = {".jsonl", ".ndjson", ".csv", ".tsv"}
CHUNK = 1 << 20
HEAD = 100_000


class InputFile(NamedTuple):
    """A file to read; `spooled` where it stands for standard input."""

    path: Path
    spooled: bool = False


def input_files(inputs: Iterable[Path], stdin: BinaryIO) -> list[InputFile]:
    """Files as given; of folders and patterns the files in order of their names; '-' spooled.

    A pattern (`*`, `?`, `[...]`, `**` for folders of any depth) is one only where no file has
    that very name.

    Raises:
        AnswerFileError: a folder or a pattern holds no file to grade.
    """
    out: list[InputFile] = []
    for path in inputs:
        if str(path) == "-":
            out.append(InputFile(_spooled(stdin), spooled=True))
        elif path.is_dir():
            out += _inside(path)
        elif not path.exists() and glob.has_magic(str(path)):
            out += _matching(path)
        else:
            out.append(InputFile(path))
    return out


def expected_answers(path: Path) -> int:
    """How many answers a table or JSON Lines file holds at most, by its lines; else 0."""
    if path.suffix.lower() not in ONE_A_LINE:
        return 0
    try:
        with path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK), b""))
    except OSError:
        return 0


def _inside(folder: Path) -> list[InputFile]:
    found = sorted(p for p in folder.rglob("*") if _is_read(p))
    if not found:
        raise AnswerFileError(
            f"{folder}: holds no file to grade; these endings are read from a folder: "
            f"{', '.join(sorted(ENDINGS))}"
        )
    return [InputFile(p) for p in found]


def _is_read(path: Path) -> bool:
    if path.name.startswith(".") or path.name.startswith("~$") or not path.is_file():
        return False
    ending = path.suffix.lower()
    return ending in ENDINGS or (ending == ".json" and _is_recognised(path))


def _is_recognised(path: Path) -> bool:
    """Whether a JSON file is a recogniser's: reports and settings are JSON as well."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return is_whisper(file.read(HEAD))
    except OSError:
        return False


def _matching(pattern: Path) -> list[InputFile]:
    found = sorted(Path(p) for p in glob.glob(str(pattern), recursive=True))  # noqa: PTH207
    files = [f for p in found for f in (_inside(p) if p.is_dir() else [InputFile(p)])]
    if not files:
        raise AnswerFileError(f"{pattern}: no file fits this pattern.")
    return list(dict.fromkeys(files))


def _spooled(stdin: BinaryIO) -> Path:
    """Standard input as a file, because its kind is told from its content."""
    folder = Path(tempfile.mkdtemp(prefix="viva-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "stdin.jsonl"
    with path.open("wb") as file:
        shutil.copyfileobj(stdin, file)
    return path
