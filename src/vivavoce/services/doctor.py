"""Checks of an installation, each a plain question with a plain answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from vivavoce.errors import VivaError

__all__ = ["ABSENT", "FAILED", "OK", "Check", "run"]

OK, ABSENT, FAILED = "ok", "absent", "failed"


class Check(NamedTuple):
    """One finding; `state` is ok, absent (an optional part) or failed."""

    name: str
    state: str
    detail: str


def run(probes: Iterable[tuple[str, Callable[[], str]]]) -> list[Check]:
    """Runs each probe; what it returns is the detail, what it raises is the failure."""
    out: list[Check] = []
    for name, probe in probes:
        try:
            out.append(Check(name, OK, probe()))
        except ModuleNotFoundError as exc:
            # Any other ImportError is of a module that is there and broken: a failure.
            out.append(Check(name, ABSENT, f"{exc.name or exc} is not installed"))
        except VivaError as exc:
            out.append(Check(name, FAILED, str(exc)))
        except Exception as exc:  # a broken installation can fail in any way
            out.append(Check(name, FAILED, f"{type(exc).__name__}: {exc}"))
    return out
