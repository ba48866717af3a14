"""What every command shares: options, streams, output files, exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from vivavoce.errors import InputError, SettingsError, UnknownQuestionError, VivaError

if TYPE_CHECKING:
    from rich.console import Console

    from vivavoce.core.results import Results
    from vivavoce.reports.run import Run

__all__ = [
    "BELOW",
    "UNGRADED",
    "BankOption",
    "EmbedderOption",
    "FailUnderOption",
    "JsonOption",
    "OfflineOption",
    "OutOption",
    "StoreOption",
    "TranscriberOption",
    "check_outputs",
    "check_place",
    "console",
    "fail",
    "finish",
    "without_surrogates",
    "write_file",
    "write_json",
    "write_outputs",
    "write_whole",
]

FAILED, USAGE, UNGRADED, BELOW = 1, 2, 3, 4

BankOption = Annotated[
    Path | None,
    typer.Option(
        "--bank", help="Rubric file or folder instead of the shipped bank.", metavar="PATH"
    ),
]
EmbedderOption = Annotated[
    str | None,
    typer.Option("--embedder", help="minilm (default), st:NAME_OR_PATH or openai:MODEL."),
]
TranscriberOption = Annotated[
    str | None,
    typer.Option(
        "--transcriber",
        help="whisper:NAME (default whisper:tiny.en), whisper:FOLDER, openai:MODEL.",
    ),
]
OfflineOption = Annotated[
    bool | None,
    typer.Option("--offline", help="Promise that no socket is opened.", show_default=False),
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="Database of your team's results and reviews, such as sqlite:///team.sqlite or "
        "postgresql://ana@host/grades; results are named there, without an ending.",
        metavar="URL",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
OutOption = Annotated[
    list[Path] | None,
    typer.Option(
        "-o",
        "--output",
        help="Write a report; format from the ending (.html .md .json .jsonl .csv .xlsx .parquet "
        ".junit.xml .gradebook.csv). Repeatable.",
        metavar="FILE",
    ),
]
FailUnderOption = Annotated[
    float | None,
    typer.Option("--fail-under", min=0, max=100, help="Exit 4 if a score is below this."),
]


def console(*, stderr: bool = False) -> Console:
    """A rich console on stdout or stderr that honours NO_COLOR."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def fail(error: VivaError) -> int:
    """Prints an error; 2 for a usage mistake, 1 otherwise."""
    # A message may quote a file's content, so control characters must not reach the terminal.
    text = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(error))
    sys.stderr.write(f"Error: {text}\n")
    return USAGE if isinstance(error, SettingsError | UnknownQuestionError) else FAILED


def without_surrogates(text: str) -> str:
    """An argument as sound text: bytes that are not UTF-8 become replacement characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def write_json(text: str) -> None:
    """Prints JSON text on stdout, as UTF-8 whatever the locale, because JSON is (RFC 8259)."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text.rstrip("\n") + "\n")


def check_outputs(paths: Sequence[Path] | None) -> None:
    """Refuses, before any work, output files that could not be written.

    Raises:
        SettingsError: an unknown ending, a folder, or a folder that is not there.
        MissingExtraError: the format's package is not installed.
    """
    from vivavoce.reports import check_format, format_of

    for path in paths or ():
        check_format(format_of(path))
        check_place(path)


def check_place(path: Path) -> None:
    """Refuses a file that could not be written.

    Raises:
        SettingsError: it is a folder, in no folder, or not writable.
    """
    if path.is_dir():
        raise SettingsError(f"{path}: is a folder; give -o a file name.")
    if not path.absolute().parent.is_dir():
        raise SettingsError(f"{path.parent}: no such folder; make it first.")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise SettingsError(f"{path}: cannot be written; choose another place for -o.")


def write_outputs(run: Run, paths: Sequence[Path] | None) -> None:
    """Writes a report to each path, in the format of its ending.

    Raises:
        InputError: a file could not be written.
    """
    from vivavoce.reports import format_of, write

    for path in paths or ():
        write_whole(path, partial(write, run, format_of(path)))


def write_file(path: Path, text: str) -> None:
    """Like `write_whole`, for a text that is there as a whole; UTF-8."""
    write_whole(path, lambda file: file.write(text.encode()))


def write_whole(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Lets a file be filled beside its final name and renames it; says so on stderr.

    Raises:
        InputError: the file could not be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            fill(file)
        beside.replace(path)
    except OSError as exc:
        beside.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written ({exc.strerror or exc}).") from exc
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sys.stderr.write(f"Wrote {path}\n")


def finish(results: Results, fail_under: float | None) -> None:
    """Ends with the status that the results call for: 4 before 3 before 0."""
    if fail_under is not None and any(g.total < fail_under for g in results.grades):
        raise typer.Exit(BELOW)
    if results.ungraded:
        raise typer.Exit(UNGRADED)
