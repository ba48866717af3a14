"""Results as files and on the terminal: one module a format, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from vivavoce.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vivavoce.core.results import Results

__all__ = ["FORMATS", "format_of", "render"]

FORMATS: Mapping[str, str] = MappingProxyType(
    {".csv": "csv", ".html": "html", ".json": "json", ".jsonl": "jsonl", ".md": "md"}
)
"""File ending, in lower case, to format."""

_MODULES = {
    "csv": "vivavoce.reports.csv",
    "html": "vivavoce.reports.html",
    "json": "vivavoce.reports.json",
    "jsonl": "vivavoce.reports.jsonl",
    "md": "vivavoce.reports.markdown",
}


def format_of(path: str | Path) -> str:
    """The format that a file's ending stands for; the ending's case does not matter.

    Raises:
        SettingsError: no report has this ending.
    """
    ending = Path(path).suffix.lower()
    if ending not in FORMATS:
        found = f"the ending '{ending}'" if ending else "no ending"
        raise SettingsError(
            f"{path}: a report cannot be written to a file with {found}; "
            f"end its name with one of {', '.join(FORMATS)}"
        )
    return FORMATS[ending]


def render(results: Results, format: str) -> str:
    """The report as text, to be written as UTF-8.

    Args:
        results: what a run produced.
        format: one of the values of `FORMATS`.

    Raises:
        SettingsError: there is no such format.
    """
    if format not in _MODULES:
        raise SettingsError(
            f"there is no report format '{format}'; choose one of {', '.join(sorted(_MODULES))}"
        )
    text: str = import_module(_MODULES[format]).render(results)
    return text
