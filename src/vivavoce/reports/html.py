"""Results as one self-contained HTML file: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vivavoce.core.grade import CriterionGrade, Grade
from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Recorded, Results
from vivavoce.core.review import Item
from vivavoce.core.rubric import Verdict
from vivavoce.reports._delivery import STANDINGS, heard, rows, ticks
from vivavoce.reports._highlight import Piece, cut, marks_of
from vivavoce.reports._sources import sources
from vivavoce.reports._text import (
    FLAGS,
    VERDICTS,
    amount,
    between,
    clock,
    counted,
    one_line,
    points,
    signed,
    visible,
    whole,
)
from vivavoce.reports._view import (
    BINS,
    Numbered,
    Overview,
    apart,
    earned,
    headline,
    is_scored,
    is_single,
    name_of,
    overview,
    spoken,
    summary,
    tally,
)
from vivavoce.reports.run import human_score

__all__ = ["CONTENT_SECURITY_POLICY", "render"]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What the page allows itself: its own style sheet, and nothing from anywhere."""

_PLOT = 100


class _Bar(NamedTuple):
    """A bar of the histogram, in units of its drawing."""

    name: str
    answers: int
    height: float


class _Card(NamedTuple):
    """One grade as its section of the page needs it."""

    number: int
    single: bool
    grade: Grade
    pieces: tuple[Piece, ...]
    earned: float
    worth: float
    item: Item
    recorded: Recorded | None = None

    @property
    def unscored(self) -> int:
        return sum(criterion.credit is None for criterion in self.grade.criteria)

    @property
    def deducted(self) -> float:
        return sum(belief.deduct for belief in self.grade.misconceptions)


def render(results: Results, reviews: Sequence[HumanReview] = ()) -> str:
    """A page for one answer, or for a batch with the overview first.

    What people said of an answer stands beside the machine's grade. Everything in it is treated
    as hostile text: escaped, control characters made visible.
    """
    single = is_single(results)
    view = overview(results, reviews)
    cards = [_card(one, single, results.recording_of(one.grade.answer)) for one in view.grades]
    title = results.grades[0].question if single else results.title
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            policy=CONTENT_SECURITY_POLICY,
            title=one_line(title),
            single=single,
            cards=cards,
            view=view,
            bars=_bars(view),
            results=results,
        )
    )


def _card(one: Numbered, single: bool, recorded: Recorded | None) -> _Card:
    grade = one.grade
    got, worth = earned(grade.criteria)
    pieces = cut(visible(grade.answer.text), marks_of(grade))
    return _Card(one.number, single, grade, pieces, got, worth, one.item, recorded)


def _bars(view: Overview) -> tuple[_Bar, ...]:
    most = max(view.bins) or 1
    return tuple(
        _Bar(name, count, round(_PLOT * count / most, 1))
        for name, count in zip(BINS, view.bins, strict=True)
    )


def _earned_points(criterion: CriterionGrade) -> str:
    """`2.6 of 3`; `unscored` where there is no credit, for that is not a zero."""
    if criterion.credit is None:
        return "unscored"
    return f"{amount(criterion.credit * criterion.points, 2)} of {amount(criterion.points, 2)}"


def _finalize(value: Any) -> Any:
    """Every string a template prints passes here before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vivavoce.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        amount=amount, between=between, clock=clock, one_line=one_line, signed=signed, whole=whole
    )
    environment.globals.update(
        FLAGS=FLAGS,
        STANDINGS=STANDINGS,
        VERDICTS=VERDICTS,
        COLUMNS=(Verdict.MET, Verdict.PARTLY, Verdict.MISSED, Verdict.CONTRADICTED),
        UNSCORED=Verdict.UNSCORED,
        apart=apart,
        counted=counted,
        headline=headline,
        heard=heard,
        human_score=human_score,
        rows=rows,
        ticks=ticks,
        is_scored=is_scored,
        name_of=name_of,
        earned_points=_earned_points,
        sources=sources,
        points=points,
        spoken=spoken,
        summary=summary,
        tally=tally,
    )
    return environment
