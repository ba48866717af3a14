"""`viva history`: what was practised, how it goes, and taking it out or away."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from vivavoce.cli.shared import BankOption, JsonOption, console, write_json
from vivavoce.errors import InputError, SettingsError

__all__ = ["app"]

app = typer.Typer(invoke_without_command=True, help="What was practised, and how it goes.")


@app.callback()
def history(
    context: typer.Context,
    bank: BankOption = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with plots.", metavar="FILE")
    ] = None,
    json: JsonOption = False,
) -> None:
    """What was practised: each question, mastery by topic, trend, streak, what is due."""
    if context.invoked_subcommand is not None:
        return
    from vivavoce.reports import progress as report
    from vivavoce.wiring import progress_in_use, settings

    found = progress_in_use(settings(bank=bank))
    if html is not None:
        _write(html, report.render_html(found))
    if json:
        write_json(report.render_json(found))
    elif html is None:
        report.print_progress(found, console())


@app.command()
def export(
    file: Annotated[
        Path, typer.Argument(help="File ending in .jsonl (all of it) or .csv (a row an attempt).")
    ],
) -> None:
    """Write all attempts to a file."""
    from vivavoce.reports import progress as report
    from vivavoce.wiring import build_history, settings

    ending = file.suffix.lower()
    if ending not in report.EXPORTS:
        raise SettingsError(
            f"{file}: end its name with one of {', '.join(sorted(report.EXPORTS))}."
        )
    attempts = build_history(settings()).attempts()
    _write(file, report.EXPORTS[ending](attempts))


@app.command()
def delete(
    question: Annotated[
        str | None, typer.Option("--question", help="Delete the attempts of this question id.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete all attempts.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete attempts, with the recordings that were kept of them."""
    from vivavoce.adapters.recordings import erase
    from vivavoce.wiring import build_history, settings
    from vivavoce.wiring.practice import recordings_folder

    if (question is None) != everything:
        raise SettingsError("Say what to delete: --question ID, or --all.")
    store = build_history(settings())
    count = sum(question in (None, m.question_id) for m in store.marks())
    if count == 0:
        sys.stderr.write("Nothing to delete.\n")
        return
    if not yes:
        if not sys.stdin.isatty():
            raise SettingsError(f"This would delete {count} attempts; confirm it with --yes.")
        typer.confirm(f"Delete {count} attempts for good?", abort=True, err=True)
    gone = store.delete(question)
    files = erase(gone.audio, recordings_folder())
    sys.stderr.write(f"Deleted {gone.attempts} attempts and {files} recordings.\n")


def _write(path: Path, text: str) -> None:
    """Beside its final name first, so that no file is ever half there."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_text(text, encoding="utf-8", newline="")
        partial.replace(path)
    except OSError as exc:
        partial.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written ({exc.strerror}).") from exc
    sys.stderr.write(f"Wrote {path}\n")
