"""The root of the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from vivavoce.cli import (
    agreement,
    align,
    bank,
    batch,
    cache,
    calibrate,
    compare,
    doctor,
    grade,
    history,
    judge_check,
    practice,
    report,
    review,
    scorer,
    serve,
    transcribe,
)

__all__ = ["app"]

app = typer.Typer(
    name="viva",
    help="Scores answers to interview questions against rubrics, and says why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("grade")(grade.grade)
app.command("batch")(batch.batch)
app.command("transcribe")(transcribe.transcribe)
app.command("align")(align.align)
app.add_typer(bank.app, name="bank")
app.command("report")(report.report)
app.command("review")(review.review)
app.command("compare")(compare.compare)
app.command("agreement")(agreement.agreement)
app.command("judge-check")(judge_check.judge_check)
app.command("calibrate")(calibrate.calibrate)
app.add_typer(scorer.app, name="scorer")
app.command("practice")(practice.practice)
app.command("serve")(serve.serve)
app.add_typer(history.app, name="history")
app.command("doctor")(doctor.doctor)
app.add_typer(cache.app, name="cache")


def _version(wanted: bool) -> None:
    if wanted:
        from vivavoce import __version__

        typer.echo(f"vivavoce {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Scores answers to interview questions against rubrics, and says why."""
