"""Settings to an engine that grades in other processes or on other machines."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.rubric import Rubric
from vivavoce.errors import OfflineError, SettingsError
from vivavoce.wiring.choices import Settings

if TYPE_CHECKING:
    from vivavoce.services.batch import Matched
    from vivavoce.services.batch_run import Engine

__all__ = ["GradingWorker", "engine_in_use"]

WAVE = 20_000
"""Answers that are given to Ray at once: what is held in memory, and what a new pool of workers,
which loads its models in some seconds, is worth."""
SHARED = ("embedder", "scorer", "calibration", "offline", "cache_dir")
"""Settings that decide how a worker grades."""


class GradingWorker:
    """Grades batches of rows with columns `rubric` and `answer`; one to a process.

    Args:
        chosen: settings by name, those of `SHARED`.
        rubrics: as JSON, by id.
        version: of vivavoce where the run was started.
        environment: variables as they were there, None for those that were not set.

    Raises:
        SettingsError: another version is installed here.
    """

    def __init__(
        self,
        chosen: Mapping[str, Any],
        rubrics: Mapping[str, str],
        version: str,
        environment: Mapping[str, str | None],
    ) -> None:
        from vivavoce import __version__
        from vivavoce.wiring.objects import build_grader

        if version != __version__:
            raise SettingsError(
                f"This machine of the cluster has vivavoce {__version__}, the run was started by "
                f"{version}: install the same everywhere."
            )
        for name, value in environment.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        self._rubrics = {k: Rubric.model_validate_json(v) for k, v in rubrics.items()}
        self._grader = build_grader(Settings(**chosen))

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Columns `kind` and `result`, in order."""
        import numpy as np

        matched = (
            (self._rubrics[rubric], Answer.model_validate_json(answer))
            for rubric, answer in zip(batch["rubric"], batch["answer"], strict=True)
        )
        results = list(self._grader.grade_all(matched))
        kinds = ["grade" if isinstance(r, Grade) else "ungraded" for r in results]
        return {
            "kind": np.array(kinds, dtype=object),
            "result": np.array([r.model_dump_json() for r in results], dtype=object),
        }


@contextmanager
def engine_in_use(
    chosen: Settings, name: str, address: str | None, workers: int | None
) -> Iterator[Engine | None]:
    """What grades in the grader's place; None for `local`.

    Args:
        address: of a Ray cluster; this machine where None.
        workers: processes that grade; as many as this machine has processors where None.

    Raises:
        SettingsError: no such engine, options that belong to another one, or no such cluster.
        OfflineError: Ray works by sockets.
        MissingExtraError: the extra `ray` is absent.
    """
    if name == "local":
        if address or workers:
            raise SettingsError("--ray-address and --ray-workers need --engine ray.")
        yield None
        return
    if name != "ray":
        raise SettingsError(f"No engine is called '{name}'. Use local or ray.")
    if chosen.offline:
        raise OfflineError(
            "--offline forbids --engine ray: its processes talk over sockets, on one machine too. "
            "Leave out one of them."
        )
    from vivavoce.adapters.ray_pool import QUIET, ray_cluster

    many = workers or os.cpu_count() or 1
    environment = {name: os.environ.get(name) for name in QUIET if "proxy" in name.lower()}
    with ray_cluster(address, many):
        yield _ray_engine(chosen, many, {} if address else environment)


def _ray_engine(chosen: Settings, workers: int, environment: Mapping[str, str | None]) -> Engine:
    from vivavoce import __version__

    shared = {name: getattr(chosen, name) for name in SHARED}

    def grade(matched: Iterator[Matched | Ungraded]) -> Iterator[Grade | Ungraded]:
        while wave := list(islice(matched, WAVE)):
            yield from _wave(wave, (shared, __version__, environment), workers)

    return grade


def _wave(
    wave: list[Matched | Ungraded],
    given: tuple[Mapping[str, Any], str, Mapping[str, str | None]],
    workers: int,
) -> Iterator[Grade | Ungraded]:
    """Results of some answers, in their order; what has no rubric stays here."""
    from vivavoce.adapters.ray_pool import ray_map

    shared, version, environment = given
    rubrics: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    for item in wave:
        if not isinstance(item, Ungraded):
            rubric, answer = item
            if rubric.id not in rubrics:
                rubrics[rubric.id] = rubric.model_dump_json()
            rows.append({"rubric": rubric.id, "answer": answer.model_dump_json()})
    # A pool is worth its start only where there is something to grade.
    made = (
        ray_map(rows, GradingWorker, (shared, rubrics, version, environment), workers)
        if rows
        else iter(())
    )
    for item in wave:
        yield item if isinstance(item, Ungraded) else _result(next(made))


def _result(row: Mapping[str, Any]) -> Grade | Ungraded:
    if row["kind"] == "grade":
        return Grade.model_validate_json(row["result"])
    return Ungraded.model_validate_json(row["result"])
