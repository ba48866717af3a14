"""Endings, dispatch, and what holds for every format."""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vivavoce import reports
from vivavoce.core.grade import Grade
from vivavoce.core.results import Results
from vivavoce.errors import MissingExtraError, SettingsError
from vivavoce.reports.run import Run

FORMATS = sorted(set(reports.FORMATS.values()))
BINARY = ("parquet", "xlsx")
TEXT = [name for name in FORMATS if name not in BINARY]
MODULES = (
    *("_answers", "_grid", "_heat", "_highlight", "_markdown_batch", "_markdown_text", "_tables"),
    *("_text", "_view", "csv", "gradebook", "html", "json", "jsonl", "junit", "markdown"),
    *("parquet", "run", "terminal", "xlsx"),
)


def written(results: Results, format_: str) -> bytes:
    file = io.BytesIO()
    reports.write(Run.of(results), format_, file)
    return file.getvalue()


def test_endings_of_the_formats() -> None:
    assert dict(reports.FORMATS) == {
        ".csv": "csv",
        ".gradebook.csv": "gradebook",
        ".html": "html",
        ".json": "json",
        ".jsonl": "jsonl",
        ".junit.xml": "junit",
        ".md": "md",
        ".parquet": "parquet",
        ".xlsx": "xlsx",
        ".xml": "junit",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("out.html", "html"),
        ("a.b/REPORT.MD", "md"),
        (Path("x.tar.jsonl"), "jsonl"),
        ("marks.gradebook.csv", "gradebook"),
        ("Marks.GradeBook.CSV", "gradebook"),
        ("gradebook.csv", "csv"),
        ("ci.junit.xml", "junit"),
        ("ci.xml", "junit"),
        ("a.xlsx", "xlsx"),
    ],
)
def test_format_follows_the_longest_known_ending(path: str | Path, expected: str) -> None:
    assert reports.format_of(path) == expected


@pytest.mark.parametrize("path", ["report.pdf", "report", ".html", "-", ""])
def test_unknown_ending_names_the_known_ones(path: str) -> None:
    with pytest.raises(SettingsError) as caught:
        reports.format_of(path)
    for ending in reports.FORMATS:
        assert ending in str(caught.value)


def test_unknown_format_names_the_known_ones(single: Results) -> None:
    with pytest.raises(SettingsError, match=r"'pdf'.*csv, gradebook, html, json, jsonl, junit, md"):
        reports.render(single, "pdf")


@pytest.mark.parametrize("format_", BINARY)
def test_what_is_no_text_is_not_rendered_as_text(single: Results, format_: str) -> None:
    with pytest.raises(SettingsError, match="no text"):
        reports.render(single, format_)


@pytest.mark.parametrize(
    ("format_", "module", "package", "extra"),
    [("parquet", "pyarrow", "pyarrow", "parquet"), ("xlsx", "xlsxwriter", "XlsxWriter", "excel")],
)
def test_a_missing_package_is_told_with_its_command(
    format_: str,
    module: str,
    package: str,
    extra: str,
    monkeypatch: pytest.MonkeyPatch,
    single: Results,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"{package} .*vivavoce\[{extra}\]"):
        reports.check_format(format_)
    with pytest.raises(MissingExtraError):
        written(single, format_)


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
    assert {"jinja2", "pyarrow", "rich", "vivavoce.reports.html", "xlsxwriter"}.isdisjoint(loaded)


@pytest.mark.parametrize("format_", TEXT)
def test_written_is_what_is_rendered(batch: Results, format_: str) -> None:
    assert written(batch, format_) == reports.render(batch, format_).encode()


@pytest.mark.parametrize("format_", TEXT)
def test_nothing_active_reaches_a_file(batch: Results, format_: str) -> None:
    text = reports.render(batch, format_)
    active = set("\x00\x07\x1b\x7f\x85\x9b\r\u2028\u202e") & set(text)
    assert not active
    assert text.encode("utf-8")


@pytest.mark.parametrize("format_", FORMATS)
def test_same_results_same_report(batch: Results, format_: str) -> None:
    assert written(batch, format_) == written(batch, format_)


@pytest.mark.parametrize("format_", FORMATS)
def test_empty_results_make_a_report(format_: str) -> None:
    assert isinstance(written(Results(), format_), bytes)


@pytest.mark.parametrize("format_", ["html", "md"])
def test_nothing_scored_is_unscored_not_zero(
    unscored: Grade, one: Callable[[Grade], Results], format_: str
) -> None:
    text = reports.render(one(unscored), format_)
    assert "Unscored" in text
    assert "not a zero" in text
    assert "0 of 100" not in text
    assert "0 of 3" not in text
