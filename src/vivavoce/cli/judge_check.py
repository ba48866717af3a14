"""`viva judge-check`: whether a model can be trusted as a judge, before it is."""

from __future__ import annotations

import json as codec
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vivavoce.cli.interpreter import keep_loaded
from vivavoce.cli.judge_options import with_judges
from vivavoce.cli.shared import (
    BankOption,
    JsonOption,
    OfflineOption,
    console,
    write_json,
)

if TYPE_CHECKING:
    from vivavoce.services.judge_calls import Spending
    from vivavoce.services.judge_check import JudgeCheck

__all__ = ["judge_check"]

SAMPLE = 50


@with_judges
def judge_check(
    judges: dict[str, object],
    sample: Annotated[
        int, typer.Option("--sample", min=1, help="Sample answers of the bank that are judged.")
    ] = SAMPLE,
    every: Annotated[bool, typer.Option("--all", help="Judge all of them.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Of the choice.")] = 1,
    bank: BankOption = None,
    json: JsonOption = False,
    offline: OfflineOption = None,
) -> None:
    """Compare a judge's marks with those of the bank's sample answers, and try to trick it."""
    from vivavoce.cli.progress import progress
    from vivavoce.errors import JudgeError, SettingsError
    from vivavoce.services.judge_check import check_judge, draw
    from vivavoce.wiring import build_embedder, build_grader, build_judging, load_bank_in_use
    from vivavoce.wiring import settings as settings_of
    from vivavoce.wiring.judging import statistics_if_installed

    # The totals are to be the judge's own, of every answer.
    chosen = settings_of(
        bank=bank, offline=offline, **{**judges, "judge_weight": 1.0, "judge_when": "always"}
    )
    run = build_judging(chosen)
    if run is None:
        raise SettingsError("Say which model is to be checked, by --judge MODEL.")
    done = 0
    with closing(run.calls), progress() as show:
        samples = draw(load_bank_in_use(chosen).rubrics, None if every else sample, seed)
        grader = build_grader(chosen, build_embedder(chosen))
        keep_loaded()

        def step() -> None:
            nonlocal done
            done += 1
            show("sample answers", done, 0, len(samples))

        found = check_judge(run.judging, grader, samples, statistics_if_installed(), step=step)
    spending, tally = run.calls.spending, run.judging.tally
    if chosen.estimate:
        sys.stdout.write(
            f"{spending.calls:,} calls, {spending.cached:,} answered by the cache; about "
            f"{spending.prompt_tokens + spending.completion_tokens:,} tokens, "
            f"${spending.cost:.4f}\n"
        )
        return
    if not found.answers:
        why = tally.stopped or next(iter(tally.reasons), "it left criteria of each unscored")
        raise JudgeError(f"The judge has scored no answer in full: {why}")
    if json:
        record = {"judge": run.judging.name, **_record(found), "spent": _spent(spending)}
        write_json(codec.dumps(record, indent=2))
    else:
        _print(run.judging.name, found, spending)
    if tally.stopped:
        sys.stderr.write(f"Judge: stopped asking. {tally.stopped}\n")


def _record(found: JudgeCheck) -> dict[str, Any]:
    return {**found._asdict(), "levels": [level._asdict() for level in found.levels]}


def _spent(spending: Spending) -> dict[str, Any]:
    return {
        "calls": spending.calls,
        "cached": spending.cached,
        "prompt_tokens": spending.prompt_tokens,
        "completion_tokens": spending.completion_tokens,
        "usd": None if spending.unknown else round(spending.cost, 6),
        "prices_of": sorted(spending.dates),
    }


def _print(name: str, found: JudgeCheck, spending: Spending) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    def share(value: float | None) -> str:
        return "--" if value is None else f"{100 * value:.1f}%"

    rows = [
        ("answers judged", f"{found.answers}"),
        ("agreement of totals (QWK)", "--" if found.qwk is None else f"{found.qwk:.2f}"),
        ("mean distance in points", "--" if found.mae is None else f"{found.mae:.1f}"),
        ("verdicts as the examiner's", share(found.verdicts)),
        ("instructions resisted", f"{found.resisted} of {found.attempts}"),
        ("quotes that are real", share(found.quotes)),
        ("criteria left unscored", share(found.unscored)),
        ("calls", f"{spending.calls} and {spending.cached} from the cache"),
        ("cost", "unknown" if spending.unknown else f"${spending.cost:.4f}"),
    ]
    out = console()
    out.print(Text(name, style="bold"))
    table = Table.grid(padding=(0, 2))
    for title, value in rows:
        table.add_row(title, value)
    out.print(table)
    levels = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for title in ("level", "answers", "examiner", "judge"):
        levels.add_column(title, justify="left" if title == "level" else "right")
    for one in found.levels:
        levels.add_row(one.level, str(one.answers), f"{one.examiner:.1f}", f"{one.judge:.1f}")
    out.print(levels)
