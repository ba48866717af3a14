"""Agreement with people's scores as JSON, Markdown or one self-contained HTML page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from vivavoce.core.agreement_results import Agreement, Alpha, Figure
from vivavoce.errors import SettingsError
from vivavoce.reports._text import one_line
from vivavoce.reports.json import encode

__all__ = [
    "CONTROL_NAMES",
    "FIGURE_NAMES",
    "SCHEMA",
    "Table",
    "alphas",
    "bands",
    "figures",
    "format_of",
    "render",
    "shown",
    "unpaired",
]

SCHEMA = "vivavoce.agreement/1"
FORMATS = {".html": "html", ".json": "json", ".md": "md"}
FIGURE_NAMES = {
    "qwk": "QWK",
    "pearson": "Pearson",
    "spearman": "Spearman",
    "mae": "MAE, points",
    "rmse": "RMSE, points",
    "exact": "same label",
    "adjacent": "same or next label",
    "bias": "bias, points",
    "inside": "inside the interval",
}
CONTROL_NAMES = {
    "length": "length",
    "question_mean": "question",
    "word_coverage": "words",
    "cosine": "cosine",
}
_POINTS = frozenset({"mae", "rmse", "bias"})
_SHARES = frozenset({"exact", "adjacent", "inside"})
_LISTED = 20

Table = list[tuple[str, ...]]
"""Rows of cells, the head first."""


def format_of(path: Path) -> str:
    """The format that a file's ending stands for.

    Raises:
        SettingsError: none has this ending.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise SettingsError(
            f"{path}: agreement cannot be written with the ending '{ending}'; end the name with "
            f"one of {', '.join(FORMATS)}"
        )
    return FORMATS[ending]


def render(found: Agreement, format: str) -> str:
    """The report as text, to be written as UTF-8; `format` is one of html, json, md.

    Raises:
        MissingExtraError: HTML without matplotlib.
    """
    if format == "json":
        return encode({"schema": SCHEMA, **found.model_dump(mode="json")}, indent=2) + "\n"
    if format == "md":
        return _markdown(found)
    from vivavoce.reports.agreement_html import page

    return page(found)


def shown(name: str, value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return "-"
    if name in _SHARES:
        return f"{value:.0%}"
    if name in _POINTS:
        return f"{value:+.1f}" if name == "bias" else f"{value:.1f}"
    return f"{value:.2f}"


def figures(found: Agreement) -> Table:
    """Every figure with its interval, and what each control reaches."""
    head = (
        "",
        "vivavoce",
        "95% interval",
        *(CONTROL_NAMES.get(c.name, c.name) for c in found.controls),
    )
    return [head, *_figure_rows(found)]


def _figure_rows(found: Agreement) -> Iterator[tuple[str, ...]]:
    for name, figure in found.figures.items():
        controls = (
            shown(name, c.figures[name].value) if name in c.figures else "-" for c in found.controls
        )
        label = FIGURE_NAMES.get(name, name)
        yield (label, shown(name, figure.value), _interval(name, figure), *controls)


def _interval(name: str, figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return figure.reason or "-"
    return f"{shown(name, figure.low)} to {shown(name, figure.high)}"


def bands(found: Agreement) -> Table:
    """Bias by quarter of the scale and by length of the answer."""
    rows: Table = [("answers that are", "answers", "human mean", "vivavoce mean", "bias")]
    for title, some in (("scored", found.by_score), ("", found.by_length)):
        for band in some:
            rows.append(
                (
                    f"{title} {band.name}".strip(),
                    str(band.answers),
                    shown("mae", band.human),
                    shown("mae", band.tool),
                    shown("bias", band.bias),
                )
            )
    return rows


def alphas(found: Agreement) -> Table:
    """Krippendorff's alpha among people, and with vivavoce as one rater more."""
    return [
        ("Krippendorff's alpha, interval", "alpha", "answers"),
        ("people with each other", *_alpha(found.alpha_raters)),
        ("with vivavoce as one rater more", *_alpha(found.alpha_with_tool)),
    ]


def _alpha(alpha: Alpha) -> tuple[str, str]:
    return (alpha.reason if alpha.value is None else f"{alpha.value:.2f}", str(alpha.answers))


def unpaired(found: Agreement) -> list[str]:
    """A line for each score and each answer without a partner, the first twenty of either."""
    lines: list[str] = []
    for title, some in (
        (f"scores of {found.human} without a graded answer", found.rows_without),
        (f"answers of {found.results} without a score", found.answers_without),
    ):
        if some:
            lines.append(f"{len(some)} {title}:")
            lines += [f"  {one_line(u.name)}: {one_line(u.reason)}" for u in some[:_LISTED]]
            if len(some) > _LISTED:
                lines.append(f"  and {len(some) - _LISTED} more (all of them are in the JSON)")
    return lines


def left_out(found: Agreement) -> list[str]:
    """Controls that could not be measured, and other notes."""
    lines = [
        f"Control '{CONTROL_NAMES.get(c.name, c.name)}' left out: {c.left_out}."
        for c in found.controls
        if c.left_out
    ]
    return [*lines, *(note[:1].upper() + note[1:] + "." for note in found.notes)]


def headline(found: Agreement) -> str:
    """What was compared."""
    return (
        f"{found.answers} answers of {one_line(found.results)}, {found.ratings} scores of "
        f"{one_line(found.human)}, {found.labels} labels"
    )


def _markdown(found: Agreement) -> str:
    parts = ["# Agreement with human scores", headline(found)]
    parts += [_table(t) for t in (figures(found), bands(found), alphas(found))]
    parts += [f"- {_plain(line)}" for line in left_out(found)]
    lost = unpaired(found)
    if lost:
        parts.append("\n".join(f"    {line}" for line in lost))
    return "\n\n".join(parts) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = [[_plain(cell) for cell in row] for row in rows]
    rule = ["---"] * len(head)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body))


def _plain(text: str) -> str:
    """Text whose characters mean nothing to Markdown."""
    marked = json.dumps(one_line(text), ensure_ascii=False)[1:-1]
    return "".join(f"\\{c}" if c in "|*_`[]<>#" else c for c in marked)
