"""`viva calibrate`: fit the grades to your own graders' scores."""

from __future__ import annotations

import json as codec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vivavoce.cli.shared import (
    BankOption,
    JsonOption,
    OfflineOption,
    StoreOption,
    console,
    write_json,
)

if TYPE_CHECKING:
    from vivavoce.services.recalibrate import Recalibration

__all__ = ["calibrate"]


def calibrate(
    graded: Annotated[
        Path,
        typer.Argument(
            help="CSV with the columns question, answer and score; with --reviews or "
            "--store, results that `viva batch` wrote.",
            metavar="GRADED",
        ),
    ],
    reviews: Annotated[
        list[Path] | None,
        typer.Option(
            "--reviews", help="Scores that `viva review` kept. Repeatable.", metavar="FILE"
        ),
    ] = None,
    store: StoreOption = None,
    out: Annotated[
        Path, typer.Option("--out", help="File to write the calibration to.", metavar="FILE")
    ] = Path("calibration.json"),
    bank: BankOption = None,
    full: Annotated[
        float, typer.Option("--max", min=1e-9, help="The score that stands for full marks.")
    ] = 100.0,
    name: Annotated[str, typer.Option("--name", help="What signatures call it.")] = "own",
    json: JsonOption = False,
    offline: OfflineOption = None,
) -> None:
    """Refit scores and intervals on answers that people have graded, and say what it brings."""
    from vivavoce.errors import SettingsError
    from vivavoce.wiring import settings
    from vivavoce.wiring.sharing import store_in_use
    from vivavoce.workbench import calibrate_on

    chosen = settings(bank=bank, offline=offline)
    with store_in_use(store, chosen) as team:
        done = calibrate_on(chosen, graded, reviews or (), team, full=full, name=name)
    try:
        out.write_text(done.calibration.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as exc:
        raise SettingsError(f"{out}: cannot be written ({exc.strerror}).") from exc
    if json:
        record = {
            "answers": done.answers,
            "ungraded": done.ungraded,
            "before": done.before._asdict(),
            "after": done.after._asdict(),
            "calibration": str(out),
        }
        write_json(codec.dumps(record, indent=2))
        return
    _print(done, out)


def _print(done: Recalibration, out: Path) -> None:
    from rich.table import Table

    table = Table("", "before", "after (cross-validated)")
    rows = (
        ("mean absolute error", "mae", "{:.1f}"),
        ("bias (tool minus grader)", "bias", "{:+.1f}"),
        ("Spearman", "spearman", "{:.2f}"),
        ("scores inside the interval", "inside", "{:.0%}"),
        ("width of the interval", "width", "{:.0f}"),
    )
    for label, field, form in rows:
        values = (getattr(done.before, field), getattr(done.after, field))
        table.add_row(label, *("-" if v is None else form.format(v) for v in values))
    console().print(f"{done.answers} graded answers, {done.ungraded} left ungraded")
    console().print(table)
    console().print(f"Wrote {out}. Use it: VIVA_CALIBRATION={out} viva grade ...")
