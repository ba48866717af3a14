"""`viva scorer`: train the local scorer on labelled answers, and see how well it reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vivavoce.cli.shared import BankOption, JsonOption, write_json

__all__ = ["app"]

app = typer.Typer(
    help="Train the local scorer on graded answers and labelled clauses, and evaluate it.",
    no_args_is_help=True,
)

DataArgument = Annotated[
    list[str],
    typer.Argument(
        help="Files or folders of JSON lines, gzipped or not: answers in labelled parts, labelled "
        "clauses or graded answers; PATH@N takes the first N lines.",
        metavar="DATA...",
    ),
]

EvaluationArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Files or folders as train reads them.", metavar="[DATA...]"),
]


@app.command("train")
def train(
    data: DataArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the scorer to.")],
    base: Annotated[
        Path | None,
        typer.Option("--base", help="Weights to start from: MiniLM's, or an earlier --out."),
    ] = None,
    bank: BankOption = None,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Times each answer is seen.")] = 8,
    rate: Annotated[float, typer.Option("--rate", help="Highest learning rate.")] = 2e-4,
    seed: Annotated[int, typer.Option("--seed", help="Of the order and of what is drawn.")] = 1,
    fold: Annotated[
        str | None, typer.Option("--fold", help="Leave out fold K of N of the rubrics: K/N.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What signatures call it.")] = "own",
) -> None:
    """Train a scorer; started again with the same arguments it goes on where it was stopped."""
    from vivavoce.cli.progress import training_bar
    from vivavoce.wiring import settings
    from vivavoce.workbench import train_scorer

    with training_bar() as progress:
        digest = train_scorer(
            settings(bank=bank),
            data,
            out,
            base=base,
            epochs=epochs,
            rate=rate,
            seed=seed,
            fold=fold,
            name=name,
            progress=progress,
        )
    typer.echo(f"{out / 'model.onnx'}  sha256 {digest}")


@app.command("evaluate")
def evaluate(
    data: EvaluationArgument = None,
    scorer: Annotated[
        Path | None,
        typer.Option(
            "--scorer", help="Folder that train wrote; else VIVA_SCORER, else the packaged one."
        ),
    ] = None,
    bank: BankOption = None,
    json: JsonOption = False,
) -> None:
    """How well a scorer tells right claims from wrong ones, a line for each file.

    Without DATA: on the bank's own sample answers, which no scorer is trained on.
    """
    from vivavoce.wiring import settings
    from vivavoce.workbench import evaluate_scorer

    figures = evaluate_scorer(settings(bank=bank, scorer=scorer), data or [])
    if json:
        import json as codec

        write_json(codec.dumps([f._asdict() for f in figures], indent=1))
        return
    from rich.table import Table

    from vivavoce.cli.shared import console

    table = Table("data", "verdicts", "accuracy", "macro-F1", "met above contradicted")
    for f in figures:
        above = "-" if f.met_above_contradicted is None else f"{f.met_above_contradicted:.3f}"
        table.add_row(f.name, f"{f.verdicts:,}", f"{f.accuracy:.3f}", f"{f.macro_f1:.3f}", above)
    console().print(table)
