"""Judging as a step of `viva grade` and `viva batch`, and what is said of it at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import typer

from vivavoce.cli.shared import UNGRADED

if TYPE_CHECKING:
    from vivavoce.core.grade import Grade, Ungraded
    from vivavoce.core.rubric import Rubric
    from vivavoce.errors import JudgeDeniedError
    from vivavoce.services.judge_calls import Spending
    from vivavoce.services.judging import Judging
    from vivavoce.wiring import JudgeRun, Settings

__all__ = ["JudgeStage", "finish_judged", "is_judged", "judge_stage"]


@contextmanager
def judge_stage(
    chosen: Settings, rubric_of: Callable[[str], Rubric | None]
) -> Iterator[JudgeStage | None]:
    """The step, or None where no judge is asked for; its cache is closed at the end.

    Raises:
        SettingsError: a setting of the judge cannot be used; `--estimate` without a judge.
        JudgeStoppedError: batches of an earlier run cannot be collected.
    """
    from vivavoce.errors import SettingsError
    from vivavoce.wiring import build_judging

    run = build_judging(chosen)
    if run is None:
        for flag, given in (("--estimate", chosen.estimate), ("--resume", chosen.judge_resume)):
            if given:
                raise SettingsError(f"{flag} is about a judge: give one with --judge MODEL.")
        yield None
        return
    with closing(run.calls):
        if chosen.judge_via == "batch" and not chosen.estimate:
            for line in run.calls.collect():
                sys.stderr.write(f"Judge: {line}.\n")
        yield JudgeStage(run, chosen, rubric_of)


class JudgeStage:
    """Joins judges' verdicts to local grades, in order.

    Attributes:
        settings: digest of all that decides a verdict.
        denied: why the run has to end: no call can work. What was graded is still to be written.
    """

    def __init__(
        self, run: JudgeRun, chosen: Settings, rubric_of: Callable[[str], Rubric | None]
    ) -> None:
        self._run = run
        self._chosen = chosen
        self._rubric_of = rubric_of
        self._panel = len(chosen.judge) * chosen.judge_samples > 1
        self._votes: list[list[str]] = []
        self.settings = run.judging.settings
        self.denied: JudgeDeniedError | None = None

    def __call__(self, results: Iterator[Grade | Ungraded]) -> Iterator[Grade | Ungraded]:
        """Results with verdicts, up to where the judge denies itself."""
        from vivavoce.core.grade import Grade
        from vivavoce.errors import JudgeDeniedError

        try:
            for result in self._run.judging.judge_all(results, self._rubric_of):
                if self._panel and isinstance(result, Grade):
                    self._votes += [
                        [v.verdict.value for v in c.judge.votes] for c in result.criteria if c.judge
                    ]
                yield result
        except JudgeDeniedError as exc:
            self.denied = exc

    def finish(self, *, stopped: bool = False) -> None:
        """Submits a batch, if that is the way, and tells what the run came to.

        Args:
            stopped: the user ended the run, so that nothing is submitted.
        """
        from vivavoce.errors import JudgeDeniedError, JudgeStoppedError

        calls = self._run.calls
        try:
            if not (stopped or self.denied or self._chosen.estimate):
                calls.submit()
        except JudgeDeniedError as exc:
            self.denied = exc
        except JudgeStoppedError as exc:
            # The local grades are there, and their reports are still to be written.
            sys.stderr.write(f"Judge: a batch was not submitted. {exc}\n")
        if self._chosen.estimate:
            self._tell_estimate(calls.spending)
            return
        for line in _told(self._run.judging, calls.spending):
            sys.stderr.write(f"Judge: {line}\n")
        for batch in calls.submitted:
            sys.stderr.write(
                f"Judge: submitted batch {batch}. Give the same command with --resume to collect "
                "it.\n"
            )
        if self._panel:
            _tell_alpha(self._votes)

    def _tell_estimate(self, spending: Spending) -> None:
        tally = self._run.judging.tally
        cost = f"about {_dollars(spending)}"
        if spending.unknown:
            cost += f", without {', '.join(sorted(spending.unknown))}, of unknown price"
        half = self._chosen.judge_via == "batch"
        sys.stdout.write(
            f"{tally.asked:,} answers to be judged: {spending.calls:,} calls to send, "
            f"{spending.cached:,} answered by the cache\n"
            f"about {spending.prompt_tokens:,} tokens of prompts and "
            f"{spending.completion_tokens:,} of replies; {cost}"
            f"{', half of it as a batch' if half else ''}\n"
        )


def _told(judging: Judging, spending: Spending) -> Iterator[str]:
    tally = judging.tally
    line = f"{tally.asked:,} answers asked about, {spending.calls:,} calls"
    if spending.cached:
        line += f", {spending.cached:,} more answered by the cache"
    if spending.calls:
        line += f"; {spending.prompt_tokens + spending.completion_tokens:,} tokens"
    if spending.cost:
        line += f", {_dollars(spending)}"
    if spending.calls and spending.unknown:
        line += f", the price of {', '.join(sorted(spending.unknown))} unknown"
    if tally.spared:
        line += f"; {tally.saved:,} calls saved on {tally.spared:,} answers that are certain"
    yield line + "."
    if tally.stopped and not tally.denied:
        yield f"stopped asking. {tally.stopped}"
    if tally.failed:
        worst = max(tally.reasons, key=lambda reason: tally.reasons[reason])
        yield f"{tally.failed:,} calls gave no verdict, most often: {worst}"


def _dollars(spending: Spending) -> str:
    of = f" at prices of {', '.join(sorted(spending.dates))}" if spending.dates else ""
    return f"${spending.cost:.4f}{of}"


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


def is_judged(result: Grade | Ungraded) -> bool:
    """Whether nothing of a result was left open by a judge."""
    from vivavoce.core.grade import Grade
    from vivavoce.core.judged import is_unscored

    return not (isinstance(result, Grade) and is_unscored(result))


def finish_judged(grades: Iterable[Grade | Ungraded]) -> None:
    """Exit status 3 if a judge was asked for and left criteria unscored."""
    if not all(is_judged(grade) for grade in grades):
        raise typer.Exit(UNGRADED)
