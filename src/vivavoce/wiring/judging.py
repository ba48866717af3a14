"""Settings to judges, and to what has to be said of a run of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vivavoce.errors import MissingExtraError, OfflineError, SettingsError
from vivavoce.wiring.choices import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vivavoce.ports import NameFinder
    from vivavoce.services.agreement import Statistics
    from vivavoce.services.judging import JudgePlan, Judging
    from vivavoce.wiring.judge_calls import JudgeCalls

__all__ = ["JudgeRun", "build_judging", "panel_alpha", "plan_of", "statistics_if_installed"]


class JudgeRun(NamedTuple):
    """Judges, and what has to be done before and after a run of theirs."""

    judging: Judging
    calls: JudgeCalls


def build_judging(chosen: Settings) -> JudgeRun | None:
    """The judges under these settings; None where none is asked for.

    Raises:
        OfflineError: `--offline` forbids a judge.
        MissingExtraError: `--redact` is given and nothing that finds names is installed.
        SettingsError: the prompt, or a file of names, cannot be used.
    """
    if not chosen.judge or chosen.judge_when == "never":
        return None
    if chosen.offline:
        raise OfflineError(
            f"--offline forbids the judge '{chosen.judge[0]}': it sends answers to a server. "
            "Leave out --offline, or --judge."
        )
    from vivavoce.adapters.prompt_files import PromptFile
    from vivavoce.services.judging import Judging
    from vivavoce.wiring.judge_calls import JudgeCalls

    # Everything that can be wrong here is found before a connection is made.
    writer, plan, names = PromptFile(chosen.prompt), plan_of(chosen), _name_finder(chosen)
    calls = JudgeCalls(chosen)
    return JudgeRun(Judging(calls.judges, writer, plan, names), calls)


def _name_finder(chosen: Settings) -> NameFinder | None:
    """What finds names that nobody gave; None where only given ones are to be hidden."""
    if not chosen.redact or chosen.redact_model == "none":
        return None
    from vivavoce.adapters.presidio_names import PresidioNames

    return PresidioNames(chosen.redact_model)


def plan_of(chosen: Settings) -> JudgePlan:
    """How judges are asked under these settings."""
    from vivavoce.services.judging import JudgePlan

    names = (*chosen.redact_names, *(_names(chosen.redact_file) if chosen.redact_file else ()))
    return JudgePlan(
        samples=chosen.judge_samples,
        per_criterion=chosen.judge_calls == "per-criterion",
        when=chosen.judge_when,
        weight=chosen.judge_weight,
        wide=chosen.judge_wide,
        pass_mark=chosen.pass_mark,
        redact=chosen.redact or bool(names),
        names=names,
        # Enough in hand for each judge that a slow reply at the front leaves none of them idle.
        in_flight=max(
            JudgePlan().in_flight, 2 * chosen.judge_concurrency * max(1, len(set(chosen.judge)))
        ),
        timeout=chosen.judge_run_timeout,
    )


def _names(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as exc:
        raise SettingsError(f"{path}: cannot be read ({exc.strerror}).") from exc
    except UnicodeDecodeError as exc:
        raise SettingsError(f"{path}: not UTF-8 text; convert it first.") from exc
    return tuple(line.strip() for line in lines if line.strip())


def panel_alpha(votes: Sequence[Sequence[str]]) -> float | None:
    """Agreement of a panel's verdicts; see `adapters.krippendorff_alpha`.

    Raises:
        MissingExtraError: the package for it is not installed.
    """
    from vivavoce.adapters.krippendorff_alpha import alpha

    return alpha(votes)


def statistics_if_installed() -> Statistics | None:
    """Statistics of agreement, where their packages are installed."""
    from vivavoce.adapters.agreement_statistics import AgreementStatistics

    try:
        return AgreementStatistics()
    except MissingExtraError:
        return None
