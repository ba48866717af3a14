"""Endings, dispatch, and what holds for every format."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vivavoce import reports
from vivavoce.core.grade import Grade
from vivavoce.core.results import Results
from vivavoce.errors import SettingsError

FORMATS = sorted(set(reports.FORMATS.values()))
MODULES = ("_highlight", "_text", "_view", "csv", "html", "json", "jsonl", "markdown", "terminal")


def test_endings_of_the_formats() -> None:
    assert dict(reports.FORMATS) == {
        ".csv": "csv",
        ".html": "html",
        ".json": "json",
        ".jsonl": "jsonl",
        ".md": "md",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [("out.html", "html"), ("a.b/REPORT.MD", "md"), (Path("x.tar.jsonl"), "jsonl")],
)
def test_format_follows_the_last_ending(path: str | Path, expected: str) -> None:
    assert reports.format_of(path) == expected


@pytest.mark.parametrize("path", ["report.pdf", "report", ".html", "-", ""])
def test_unknown_ending_names_the_known_ones(path: str) -> None:
    with pytest.raises(SettingsError) as caught:
        reports.format_of(path)
    for ending in reports.FORMATS:
        assert ending in str(caught.value)


def test_unknown_format_names_the_known_ones(single: Results) -> None:
    with pytest.raises(SettingsError, match=r"'pdf'.*csv, html, json, jsonl, md"):
        reports.render(single, "pdf")


@pytest.mark.parametrize("name", MODULES)
def test_exports_exist(name: str) -> None:
    module = importlib.import_module(f"vivavoce.reports.{name}")
    assert len(set(module.__all__)) == len(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)


def test_package_imports_no_format_until_asked() -> None:
    code = "import sys, vivavoce.reports; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    ).stdout.split()
    assert "vivavoce.reports" in loaded
    assert {"jinja2", "rich", "vivavoce.reports.html"}.isdisjoint(loaded)


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_active_reaches_a_file(batch: Results, format_: str) -> None:
    text = reports.render(batch, format_)
    active = set("\x00\x07\x1b\x7f\x85\x9b\r\u2028\u202e") & set(text)
    assert not active
    assert text.encode("utf-8")


@pytest.mark.parametrize("format_", FORMATS)
def test_same_results_same_report(batch: Results, format_: str) -> None:
    assert reports.render(batch, format_) == reports.render(batch, format_)


@pytest.mark.parametrize("format_", FORMATS)
def test_empty_results_make_a_report(format_: str) -> None:
    assert isinstance(reports.render(Results(), format_), str)


@pytest.mark.parametrize("format_", ["html", "md"])
def test_nothing_scored_is_unscored_not_zero(
    unscored: Grade, one: Callable[[Grade], Results], format_: str
) -> None:
    text = reports.render(one(unscored), format_)
    assert "Unscored" in text
    assert "not a zero" in text
    assert "0 of 100" not in text
    assert "0 of 3" not in text
