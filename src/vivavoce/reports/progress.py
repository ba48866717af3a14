"""Progress as a page with plots, as JSON and on the terminal; attempts as JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich import box
from rich.table import Table
from rich.text import Text

from vivavoce.core.practice import Attempt, mark_of
from vivavoce.core.progress import Progress, QuestionProgress
from vivavoce.reports._text import counted, one_line, whole
from vivavoce.reports.csv import spreadsheet_cell
from vivavoce.reports.html import CONTENT_SECURITY_POLICY

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["EXPORTS", "print_progress", "render_csv", "render_html", "render_json", "render_jsonl"]

COLUMNS = (
    *("id", "at", "question_id", "asked", "topic", "mode", "finished", "follow_up_of", "score"),
    *("rating", "needs_review", "reason", "answer", "signature", "audio"),
)
WIDTH, HEIGHT = 600.0, 160.0


class Dot(NamedTuple):
    """A counted attempt in units of the drawing."""

    x: float
    y: float
    label: str


def render_json(progress: Progress) -> str:
    """Everything in it, with the name of the schema."""
    record = {"schema": "vivavoce.progress/1", **progress.model_dump(mode="json")}
    return json.dumps(record, ensure_ascii=False, indent=2)


def render_jsonl(attempts: Sequence[Attempt]) -> str:
    """A whole attempt a line."""
    return "".join(attempt.model_dump_json() + "\n" for attempt in attempts)


def render_csv(attempts: Sequence[Attempt]) -> str:
    """A row an attempt, safe to open in a spreadsheet; no score is an empty cell, not a zero."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(COLUMNS)
    for attempt in attempts:
        mark = mark_of(attempt)
        row: list[str | float] = [
            *(attempt.id, attempt.at.isoformat(), attempt.question_id, attempt.asked),
            *(attempt.topic, attempt.mode.value, str(attempt.finished).lower()),
            attempt.follow_up_of or "",
            "" if mark.score is None else round(mark.score, 2),
            mark.rating.name.lower() if mark.rating else "",
            str(mark.needs_review).lower(),
            attempt.reason,
            attempt.answer.text,
            str(attempt.grade.signature) if attempt.grade else "",
            attempt.audio or "",
        ]
        writer.writerow([spreadsheet_cell(value) for value in row])
    return out.getvalue()


EXPORTS: Mapping[str, Callable[[Sequence[Attempt]], str]] = MappingProxyType(
    {".csv": render_csv, ".jsonl": render_jsonl}
)
"""File ending to what writes it."""


def render_html(progress: Progress) -> str:
    """One self-contained page: figures, scores over time, mastery by topic, each question."""
    template = _environment().get_template("progress.html.j2")
    return template.render(
        policy=CONTENT_SECURITY_POLICY,
        progress=progress,
        dots=_dots(progress),
        questions=_practised(progress),
        width=WIDTH,
        height=HEIGHT,
    )


def print_progress(progress: Progress, console: Console) -> None:
    """Figures, topics and practised questions, readable at 80 columns."""
    console.print(Text(_summary(progress), style="bold"))
    console.print(Text(_standing(progress)))
    if not progress.attempts:
        console.print("Begin with: viva practice --typed")
        return
    topics = _table("Topic", "Mastery", "Practised", "Due")
    for topic in progress.topics:
        practised = f"{topic.practised} of {topic.questions}"
        topics.add_row(one_line(topic.topic), _points(topic.mastery), practised, str(topic.due))
    console.print(topics)
    questions = _table("Question", "Mastery", "Last", "Best", "Trend", "Due")
    for q in _practised(progress):
        figures = (_points(q.mastery), _points(q.last_score), _points(q.best_score))
        questions.add_row(one_line(q.question_id), *figures, _signed(q.trend), _when(q, progress))
    console.print(questions)


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for i, name in enumerate(columns):
        table.add_column(name, justify="right" if i else "left", overflow="fold")
    return table


def _summary(progress: Progress) -> str:
    left = [
        *([f"{progress.ungraded} ungraded"] if progress.ungraded else []),
        *([f"{progress.unfinished} unfinished"] if progress.unfinished else []),
    ]
    return ", ".join([counted(progress.attempts, "attempt"), *left])


def _standing(progress: Progress) -> str:
    streak = progress.streak
    parts = [
        f"streak: {counted(streak.days, 'day')} (longest {streak.longest})",
        f"due now: {progress.due}",
    ]
    if progress.trend is not None:
        parts.insert(0, f"trend: {_signed(progress.trend)} points")
    return "; ".join(parts)


def _practised(progress: Progress) -> list[QuestionProgress]:
    """Those with an attempt, the weakest first, those without a score last."""
    told = [q for q in progress.questions if q.attempts]
    return sorted(told, key=lambda q: 101.0 if q.mastery is None else q.mastery)


def _points(value: float | None) -> str:
    return "-" if value is None else whole(value)


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.0f}"


def _day(at: datetime, progress: Progress) -> str:
    return at.astimezone(progress.now.tzinfo).strftime("%Y-%m-%d")


def _when(question: QuestionProgress, progress: Progress) -> str:
    if question.due is None or not question.in_bank:
        return "-"
    return "now" if question.overdue else _day(question.due, progress)


def _dots(progress: Progress) -> list[Dot]:
    """One dot an attempt, evenly spaced: days without practice would leave a plot empty."""
    last = max(1, len(progress.scores) - 1)
    return [
        Dot(
            x=round(i / last * WIDTH, 1),
            y=round((1 - p.score / 100) * HEIGHT, 1),
            label=f"{_day(p.at, progress)}, {p.question_id}: {whole(p.score)}",
        )
        for i, p in enumerate(progress.scores)
    ]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vivavoce.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(one_line=one_line, points=_points, signed=_signed)
    environment.globals.update(summary=_summary, standing=_standing, when=_when, day=_day)
    return environment
