"""Results as files and on the terminal: one module a format, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

from vivavoce.errors import MissingExtraError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from vivavoce.core.results import Results
    from vivavoce.reports.run import Run

__all__ = ["FORMATS", "STREAMED", "check_format", "format_of", "render", "write"]

FORMATS: Mapping[str, str] = MappingProxyType(
    {
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
)
"""File ending, in lower case, to format; a longer ending goes before the one it ends in."""

STREAMED = frozenset({"csv", "gradebook", "jsonl", "junit", "parquet", "xlsx"})
"""Formats that are written answer by answer, so that memory stays flat."""

# The lines of a streamed text format come from `lines(run)`, the bytes of a binary one go to a
# file by `write(run, file)`, and what needs all results at once has `render(results, reviews)`.
_MODULES = {
    "csv": "vivavoce.reports.csv",
    "gradebook": "vivavoce.reports.gradebook",
    "html": "vivavoce.reports.html",
    "json": "vivavoce.reports.json",
    "jsonl": "vivavoce.reports.jsonl",
    "junit": "vivavoce.reports.junit",
    "md": "vivavoce.reports.markdown",
    "parquet": "vivavoce.reports.parquet",
    "xlsx": "vivavoce.reports.xlsx",
}
_BINARY = {
    "parquet": ("pyarrow", "pyarrow", "parquet"),
    "xlsx": ("xlsxwriter", "XlsxWriter", "excel"),
}
"""Formats that are no text: the module each needs, its distribution, and the extra it is in."""


def format_of(path: str | Path) -> str:
    """The format that a file's ending stands for; the ending's case does not matter.

    Raises:
        SettingsError: no report has this ending.
    """
    name = Path(path).name.lower()
    for ending in sorted(FORMATS, key=len, reverse=True):
        if name.endswith(ending) and name != ending:
            return FORMATS[ending]
    ending = Path(path).suffix.lower()
    found = f"the ending '{ending}'" if ending else "no ending"
    raise SettingsError(
        f"{path}: a report cannot be written to a file with {found}; "
        f"end its name with one of {', '.join(FORMATS)}"
    )


def check_format(format: str) -> None:
    """Refuses a format whose package is not there, before any work is done for it.

    Raises:
        MissingExtraError: names the pip command.
    """
    if format in _BINARY:
        module, package, extra = _BINARY[format]
        if find_spec(module) is None:
            raise MissingExtraError(package, extra)


def render(results: Results, format: str) -> str:
    """The report as text, to be written as UTF-8.

    Args:
        results: what a run produced.
        format: one of the values of `FORMATS` that is text; see `write` for the others.

    Raises:
        SettingsError: there is no such format, or it is no text.
    """
    from vivavoce.reports.run import Run

    module = _module(format)
    if format in _BINARY:
        raise SettingsError(f"'{format}' is no text; use vivavoce.reports.write")
    return _as_text(module, Run.of(results), format)


def write(run: Run, format: str, file: BinaryIO) -> None:
    """Writes the report; one answer at a time where the format is one of `STREAMED`.

    Args:
        file: open for writing bytes, at its beginning.

    Raises:
        SettingsError: there is no such format.
        MissingExtraError: a package is not installed.
        OSError: the file cannot be written.
    """
    module = _module(format)
    if format in _BINARY:
        check_format(format)
        module.write(run, file)
    elif format in STREAMED:
        for line in module.lines(run):
            file.write(line.encode())
    else:
        file.write(_as_text(module, run, format).encode())


def _module(format: str) -> ModuleType:
    if format not in _MODULES:
        raise SettingsError(
            f"there is no report format '{format}'; choose one of {', '.join(sorted(_MODULES))}"
        )
    return import_module(_MODULES[format])


def _as_text(module: ModuleType, run: Run, format: str) -> str:
    if format in STREAMED:
        return "".join(module.lines(run))
    text: str = module.render(run.whole(), run.reviews)
    return text
