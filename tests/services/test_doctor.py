"""Checks of an installation: what works, what is absent, what is broken, in order."""

from __future__ import annotations

import importlib
import sys

import pytest

from vivavoce.errors import MissingExtraError, SettingsError, VivaError, WeightsError
from vivavoce.services.doctor import ABSENT, FAILED, OK, Check, run


def probe(error: BaseException) -> list[Check]:
    def raising() -> str:
        raise error

    return run([("part", raising)])


def test_a_probe_that_works_gives_its_detail() -> None:
    assert run([("python", lambda: "3.11")]) == [Check("python", OK, "3.11")]


def test_no_probes_give_no_checks() -> None:
    assert run([]) == []


def test_a_missing_module_is_absent() -> None:
    checks = run([("part", lambda: str(importlib.import_module("no_such_module_here")))])

    assert checks == [Check("part", ABSENT, "no_such_module_here is not installed")]


def test_a_module_that_is_there_and_cannot_be_loaded_is_a_failure() -> None:
    error = ImportError("libgomp.so.1: cannot open shared object file", name="onnxruntime")

    (check,) = probe(error)

    assert check.state == FAILED
    assert "libgomp.so.1" in check.detail


@pytest.mark.parametrize(
    "error",
    [
        WeightsError("model.onnx: damaged"),
        SettingsError("no such embedder"),
        MissingExtraError("torch", "sentence-transformers"),
        VivaError("something"),
    ],
)
def test_a_deliberate_error_is_shown_as_it_is(error: VivaError) -> None:
    assert probe(error) == [Check("part", FAILED, str(error))]


@pytest.mark.parametrize("error", [ValueError("bad"), OSError(13, "denied"), ZeroDivisionError()])
def test_any_other_error_is_named_by_its_kind(error: Exception) -> None:
    (check,) = probe(error)

    assert check.state == FAILED
    assert check.detail.startswith(f"{type(error).__name__}: ")


def test_stopping_is_no_finding() -> None:
    with pytest.raises(KeyboardInterrupt):
        probe(KeyboardInterrupt())


def test_one_failure_stops_no_other_probe() -> None:
    def broken() -> str:
        raise WeightsError("damaged")

    checks = run([("a", lambda: "fine"), ("b", broken), ("c", lambda: "fine too")])

    assert [(c.name, c.state) for c in checks] == [("a", OK), ("b", FAILED), ("c", OK)]


def test_a_missing_package_of_the_core_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    from vivavoce import wiring

    # None in sys.modules is how Python itself marks a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    found = {check.name: check for check in wiring.checkup(wiring.settings())}
    assert found["embedder"].state == "failed"
    assert "onnxruntime" in found["embedder"].detail
