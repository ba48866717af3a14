"""`viva scorer`: train the local scorer on graded data, and see how well it reads."""

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
        help="JSON lines, gzipped or not: inference pairs, graded answers or labelled clauses; "
        "PATH@N takes the first N lines.",
        metavar="DATA...",
    ),
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
    rubrics: Annotated[
        bool, typer.Option("--rubrics/--no-rubrics", help="Learn the bank's own sentences too.")
    ] = True,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Times each pair is seen.")] = 1,
    repeat: Annotated[
        int, typer.Option("--repeat", min=1, help="Times the bank and its clauses are drawn.")
    ] = 1,
    rate: Annotated[float, typer.Option("--rate", help="Highest learning rate.")] = 2e-4,
    seed: Annotated[int, typer.Option("--seed", help="Of the order and the joining.")] = 1,
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
            with_rubrics=rubrics,
            epochs=epochs,
            repeat=repeat,
            rate=rate,
            seed=seed,
            fold=fold,
            name=name,
            progress=progress,
        )
    typer.echo(f"{out / 'scorer.onnx'}  sha256 {digest}")


@app.command("evaluate")
def evaluate(
    data: DataArgument,
    scorer: Annotated[
        Path | None,
        typer.Option("--scorer", help="Folder that train wrote, or VIVA_SCORER."),
    ] = None,
    bank: BankOption = None,
    json: JsonOption = False,
) -> None:
    """How well a scorer tells what was said from what was denied, a line for each file."""
    from vivavoce.wiring import settings
    from vivavoce.workbench import evaluate_scorer

    figures = evaluate_scorer(settings(bank=bank, scorer=scorer), data)
    if json:
        import json as codec

        write_json(codec.dumps([f._asdict() for f in figures], indent=1))
        return
    from rich.table import Table

    from vivavoce.cli.shared import console

    table = Table("data", "pairs", "accuracy", "macro-F1", "says above denies")
    for f in figures:
        above = "-" if f.says_above_denies is None else f"{f.says_above_denies:.3f}"
        table.add_row(f.name, f"{f.pairs:,}", f"{f.accuracy:.3f}", f"{f.macro_f1:.3f}", above)
    console().print(table)
