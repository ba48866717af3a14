"""A stateful map over rows on Ray Data: a pool of workers that load their models once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vivavoce.errors import BackendError, MissingExtraError, SettingsError

if TYPE_CHECKING:
    import numpy as np

    Batch = dict[str, np.ndarray[Any, Any]]

__all__ = ["QUIET", "ray_cluster", "ray_map"]

AWAY = "http://127.0.0.1:9"
NEAR = "127.0.0.1,localhost"
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # The node's address is 127.0.0.1: its ports are out of the network's reach.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    # Ray's API server asks the metadata services of clouds where it runs, whatever its settings
    # say. Through a proxy that is not there the question ends on this machine.
    "http_proxy": AWAY,
    "HTTP_PROXY": AWAY,
    "no_proxy": NEAR,
    "NO_PROXY": NEAR,
}
"""Environment of a Ray that is started here: it neither reports nor asks anything."""
STORE_BYTES = 256 * 1024 * 1024
ROWS_AT_ONCE = 32


@contextmanager
def ray_cluster(address: str | None, workers: int) -> Iterator[None]:
    """A connection to a cluster, or to a Ray of this machine's own that ends with it.

    Args:
        address: of the cluster's head, such as `10.0.0.5:6379`; this machine where None.
        workers: processors of a Ray that is started here.

    Raises:
        MissingExtraError: the extra `ray` is absent.
        SettingsError: no cluster answers at the address.
    """
    before = {name: os.environ.get(name) for name in QUIET}
    if address is None:
        os.environ.update(QUIET)
    try:
        _connect(address, workers)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
    import ray

    try:
        yield
    finally:
        ray.shutdown()


def ray_map(
    rows: Sequence[dict[str, str]],
    worker: Callable[..., Callable[[Batch], Batch]],
    given: Sequence[object],
    workers: int,
) -> Iterator[dict[str, Any]]:
    """What the workers make of the rows, in the order of the rows.

    Args:
        worker: a class; each worker makes one object of it, from `given`, and calls that with
            batches of rows by their columns.

    Raises:
        BackendError: a worker failed, or the cluster did.
    """
    import ray
    from ray.data import ActorPoolStrategy, DataContext

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    parts = max(1, -(-len(rows) // ROWS_AT_ONCE))
    try:
        yield from (
            ray.data.from_items(list(rows), override_num_blocks=parts)
            .map_batches(
                worker,
                batch_size=ROWS_AT_ONCE,
                compute=ActorPoolStrategy(size=workers),
                fn_constructor_args=tuple(given),
                num_cpus=1,
            )
            .iter_rows()
        )
    except ray.exceptions.RayError as exc:
        last = str(exc).strip().splitlines()[-1:]
        raise BackendError(
            f"Ray stopped: {''.join(last)} What is done is kept: give the same command again to "
            "go on."
        ) from exc


def _connect(address: str | None, workers: int) -> None:
    try:
        import ray
        import ray.data
    except ImportError as exc:
        raise MissingExtraError("ray", "ray") from exc
    own: dict[str, Any] = {
        "num_cpus": workers,
        "object_store_memory": STORE_BYTES,
        "include_dashboard": False,
    }
    try:
        ray.init(
            address=address or "local",
            log_to_driver=False,
            logging_level="error",
            **({} if address else own),
        )
    except (ConnectionError, ValueError, RuntimeError) as exc:
        raise SettingsError(
            f"Ray does not answer at {address or 'this machine'} ({exc}). Start it with `ray start "
            "--head`, and name the address that it prints with --ray-address."
        ) from exc
