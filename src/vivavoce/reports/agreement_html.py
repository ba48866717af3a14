"""Agreement with people's scores as one HTML page with its plots inside."""

from __future__ import annotations

import base64
import io
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vivavoce.core.agreement_results import Agreement, Band
from vivavoce.errors import MissingExtraError
from vivavoce.reports.agreement import alphas, bands, figures, headline, left_out, unpaired
from vivavoce.reports.html import CONTENT_SECURITY_POLICY

__all__ = ["page"]

_INK, _ACCENT, _BAND = "#1c2127", "#0b5a66", "#9cc8cd"


def page(found: Agreement) -> str:
    """The page, self-contained; what files and answers are called is escaped.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    environment = Environment(
        loader=PackageLoader("vivavoce.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("agreement.html.j2").render(
        policy=CONTENT_SECURITY_POLICY,
        found=found,
        headline=headline(found),
        tables=(figures(found), bands(found), alphas(found)),
        scatter=_scatter(found),
        bias=_bias(found),
        left_out=left_out(found),
        unpaired=unpaired(found),
    )


def _scatter(found: Agreement) -> str:
    """Tool against human, each with the interval that the tool gave."""
    figure, axes = _figure(5.2, 5.2)
    human = [s.human for s in found.scores]
    tool = [s.tool for s in found.scores]
    # Rounding may put a total a little outside its own interval; an error bar is never negative.
    below = [max(0.0, s.tool - s.low) for s in found.scores]
    above = [max(0.0, s.high - s.tool) for s in found.scores]
    axes.plot([0, 100], [0, 100], color=_INK, linewidth=0.8, linestyle="--")
    axes.errorbar(
        human,
        tool,
        yerr=[below, above],
        fmt="o",
        markersize=4,
        color=_ACCENT,
        ecolor=_BAND,
        elinewidth=1,
    )
    axes.set(xlim=(-3, 103), ylim=(-3, 103), xlabel="human score", ylabel="vivavoce, with interval")
    axes.set_aspect("equal")
    return _svg(figure)


def _bias(found: Agreement) -> str:
    """Tool minus human by quarter of the scale and by length."""
    figure, axes = _figure(6.4, 3.2)
    some: list[Band] = [b for b in (*found.by_score, *found.by_length) if b.bias is not None]
    names = [f"{b.name} (n={b.answers})" for b in some]
    axes.barh(names, [b.bias or 0.0 for b in some], color=_ACCENT)
    axes.axvline(0, color=_INK, linewidth=0.8)
    axes.invert_yaxis()
    axes.set_xlabel("vivavoce minus human, points")
    return _svg(figure)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    try:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Plot
    except ImportError as exc:
        raise MissingExtraError("matplotlib", "evaluation") from exc
    # Without pyplot: it keeps every figure of a process and chooses a display.
    figure = Plot(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    return figure, figure.add_subplot()


def _svg(figure: Any) -> str:
    """The plot as a data address; the same plot gives the same bytes."""
    from matplotlib import rc_context

    out = io.BytesIO()
    with rc_context({"svg.hashsalt": "vivavoce", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
