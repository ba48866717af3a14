"""What `viva grade`, `viva batch` and `viva judge-check` share about judges."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vivavoce.cli.shared import UNGRADED

if TYPE_CHECKING:
    from vivavoce.core.grade import Grade, Ungraded
    from vivavoce.core.rubric import Rubric
    from vivavoce.services.judging import Tally
    from vivavoce.wiring import Settings

__all__ = [
    "CallsOption",
    "JudgeOption",
    "PromptOption",
    "RedactFileOption",
    "RedactNameOption",
    "RedactOption",
    "SamplesOption",
    "WeightOption",
    "WhenOption",
    "finish_judged",
    "judged",
]

JudgeOption = Annotated[
    list[str] | None,
    typer.Option("--judge", help="Model that judges, too; repeat it for a panel.", metavar="MODEL"),
]
WhenOption = Annotated[
    str | None,
    typer.Option("--judge-when", help="Ask about answers: always, uncertain or never."),
]
SamplesOption = Annotated[
    int | None,
    typer.Option("--judge-samples", min=1, max=50, help="Readings by each judge; majority."),
]
CallsOption = Annotated[
    str | None,
    typer.Option("--judge-calls", help="one call an answer, or per-criterion."),
]
WeightOption = Annotated[
    float | None,
    typer.Option("--judge-weight", min=0, max=1, help="Of the judge; the rest is local (0.7)."),
]
PromptOption = Annotated[
    Path | None,
    typer.Option("--prompt", help="Template of what the judge is told.", metavar="FILE"),
]
RedactOption = Annotated[
    bool | None,
    typer.Option("--redact", help="Hide names and addresses from the judge.", show_default=False),
]
RedactNameOption = Annotated[
    list[str] | None,
    typer.Option("--redact-name", help="A person or company to hide. Repeatable."),
]
RedactFileOption = Annotated[
    Path | None,
    typer.Option("--redact-file", help="Names to hide, one a line.", metavar="FILE"),
]


def judged(
    results: Iterable[Grade | Ungraded],
    chosen: Settings,
    rubric_of: Callable[[str], Rubric | None],
) -> Iterator[Grade | Ungraded]:
    """Results with the judges' verdicts, in order; as they came where no judge is asked for."""
    from vivavoce.wiring import build_judging

    judging = build_judging(chosen)
    if judging is None:
        yield from results
        return
    from vivavoce.core.grade import Grade

    seen: list[list[str]] = []
    panel = len(chosen.judge) * chosen.judge_samples > 1
    for result in judging.judge_all(results, rubric_of):
        if panel and isinstance(result, Grade):
            seen += [[v.verdict.value for v in c.judge.votes] for c in result.criteria if c.judge]
        yield result
    for line in _told(judging.tally):
        sys.stderr.write(line + "\n")
    if panel:
        _tell_alpha(seen)


def _told(tally: Tally) -> Iterator[str]:
    line = f"Judge: {tally.asked} answers asked about, {tally.calls} calls"
    if tally.cached:
        line += f", {tally.cached} of them from the cache"
    if tally.spared:
        line += f"; {tally.saved} calls saved on {tally.spared} answers that are certain"
    yield line + "."
    if tally.stopped:
        yield f"Judge: stopped asking. {tally.stopped}"
    if tally.failed:
        worst = max(tally.reasons, key=lambda reason: tally.reasons[reason])
        yield f"Judge: {tally.failed} calls gave no verdict, most often: {worst}"


def _tell_alpha(votes: list[list[str]]) -> None:
    from vivavoce.errors import MissingExtraError
    from vivavoce.wiring import panel_alpha

    try:
        alpha = panel_alpha(votes)
    except MissingExtraError as exc:
        sys.stderr.write(f"Judge: agreement of the panel was not computed. {exc}\n")
        return
    if alpha is not None:
        sys.stderr.write(f"Judge: Krippendorff's alpha of the readings is {alpha:.2f}.\n")


def finish_judged(grades: Iterable[Grade]) -> None:
    """Exit status 3 if a judge was asked for and left criteria unscored."""
    from vivavoce.core.judged import is_unscored

    if any(is_unscored(grade) for grade in grades):
        raise typer.Exit(UNGRADED)
