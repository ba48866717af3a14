"""The options about judges that commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["with_judges"]

PANEL = "The judge"


def _option(*names: str, help: str, **more: Any) -> Any:
    return typer.Option(*names, help=help, rich_help_panel=PANEL, **more)


def judge_flags(
    judge: Annotated[
        list[str] | None,
        _option("--judge", help="Model that judges, too; repeat for a panel.", metavar="MODEL"),
    ] = None,
    judge_base_url: Annotated[
        str | None,
        _option("--judge-base-url", help="Of an OpenAI-compatible server.", metavar="URL"),
    ] = None,
    judge_when: Annotated[
        str | None, _option("--judge-when", help="Ask about answers: always, uncertain or never.")
    ] = None,
    pass_mark: Annotated[
        float | None,
        _option("--pass-mark", min=0, max=100, help="Scores near it are uncertain (50)."),
    ] = None,
    judge_samples: Annotated[
        int | None,
        _option("--judge-samples", min=1, max=50, help="Readings by each judge; majority."),
    ] = None,
    judge_calls: Annotated[
        str | None, _option("--judge-calls", help="one call an answer, or per-criterion.")
    ] = None,
    judge_weight: Annotated[
        float | None,
        _option("--judge-weight", min=0, max=1, help="Of the judge; the rest is local (0.7)."),
    ] = None,
    prompt: Annotated[
        Path | None, _option("--prompt", help="Template of what it is told.", metavar="FILE")
    ] = None,
    redact: Annotated[
        bool,
        _option("--redact", help="Hide people's names and addresses from it (extra redact)."),
    ] = False,
    redact_name: Annotated[
        list[str] | None, _option("--redact-name", help="A person or company to hide. Repeatable.")
    ] = None,
    redact_file: Annotated[
        Path | None, _option("--redact-file", help="Names to hide, one a line.", metavar="FILE")
    ] = None,
    judge_timeout: Annotated[
        float | None, _option("--judge-timeout", help="Seconds for one call (120).")
    ] = None,
    judge_run_timeout: Annotated[
        float | None, _option("--judge-run-timeout", help="Seconds for all judging of the run.")
    ] = None,
    judge_concurrency: Annotated[
        int | None, _option("--judge-concurrency", min=1, help="Calls at once, at most (32).")
    ] = None,
    max_calls: Annotated[
        int | None, _option("--max-calls", min=0, help="Stop judging after so many calls.")
    ] = None,
    max_cost: Annotated[
        float | None, _option("--max-cost", min=0, help="Stop judging at so many US dollars.")
    ] = None,
    prices: Annotated[
        Path | None, _option("--prices", help="TOML file with prices of models.", metavar="FILE")
    ] = None,
    estimate: Annotated[
        bool, _option("--estimate", help="Count calls, tokens and cost; send and write nothing.")
    ] = False,
    no_cache: Annotated[bool, _option("--no-cache", help="Neither use nor keep replies.")] = False,
) -> dict[str, Any]:
    """The settings that these options stand for; None where one was not given."""
    return {
        "judge": judge or None,
        "judge_base_url": judge_base_url,
        "judge_when": judge_when,
        "pass_mark": pass_mark,
        "judge_samples": judge_samples,
        "judge_calls": judge_calls,
        "judge_weight": judge_weight,
        "prompt": prompt,
        "redact": redact or None,
        "redact_names": redact_name or None,
        "redact_file": redact_file,
        "judge_timeout": judge_timeout,
        "judge_run_timeout": judge_run_timeout,
        "judge_concurrency": judge_concurrency,
        "max_calls": max_calls,
        "max_cost": max_cost,
        "prices": prices,
        "estimate": estimate or None,
        "judge_cache": False if no_cache else None,
    }


def with_judges(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options to a command, which gets their settings as its argument `judges`."""
    own = inspect.signature(command, eval_str=True)
    added = inspect.signature(judge_flags, eval_str=True).parameters

    @wraps(command)
    def run(**given: Any) -> None:
        flags = {name: given.pop(name) for name in added}
        command(**given, judges=judge_flags(**flags))

    kept = [p for name, p in own.parameters.items() if name != "judges"]
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*kept, *added.values())]
    # Typer reads the signature, and its annotations by name.
    run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": None}
    del run.__wrapped__
    return run
