"""The overview of a batch as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Results
from vivavoce.core.rubric import Verdict
from vivavoce.core.transcript import Alignment, Asked
from vivavoce.reports._grid import Cell, Left, Numbered
from vivavoce.reports._heat import Heat, HeatCell, HeatRow
from vivavoce.reports._markdown_text import bullets, escape, table
from vivavoce.reports._tables import Row
from vivavoce.reports._text import VERDICTS, amount, between, counted, one_line, signed, whole
from vivavoce.reports._view import (
    BINS,
    Overview,
    apart,
    headline,
    is_scored,
    name_of,
    summary,
)

__all__ = ["overview_blocks"]


def overview_blocks(view: Overview, results: Results) -> Iterator[str]:
    """The overview, block by block: figures, tables, what waits for a person, what is left."""
    yield "## Overview"
    yield summary(view) + "."
    if view.mean is not None and view.median is not None:
        yield f"Mean {amount(view.mean)}, median {amount(view.median)} of 100."
        yield "### Distribution of scores"
        yield _histogram(view)
    yield from _compared(view)
    if view.grid.rows:
        yield "### Scores by question and candidate"
        yield _grid(view)
    yield from _heat(view.heat)
    if view.missed:
        yield "### Criteria missed most"
        yield bullets(
            f"{m.share}: {escape(m.statement)} *{escape(m.question)}*" for m in view.missed
        )
    yield from _people(view)
    if view.left:
        yield "### Left ungraded"
        yield bullets(_ungraded(left) for left in view.left)
    for alignment in results.alignments:
        yield from _alignment(alignment)


def _compared(view: Overview) -> Iterator[str]:
    for title, head, rows in (
        ("By candidate", "Candidate", view.candidates),
        ("By question, the hardest first", "Question", view.questions),
    ):
        if len(rows) > 1:
            yield f"### {title}"
            heads = [head, "Mean", "Lowest", "Highest", "Scored", "To review", "No score"]
            people = ["People's mean"] if view.people else []
            cells = [[*_figures(row), *([_by_people(row)] if people else [])] for row in rows]
            yield table([*heads, *people], cells, right=2)


def _figures(row: Row) -> list[str]:
    scores = [
        "none" if row.mean is None else amount(row.mean),
        "" if row.lowest is None else whole(row.lowest),
        "" if row.highest is None else whole(row.highest),
    ]
    return [escape(row.name), *scores, *map(str, (row.scored, row.review, row.ungraded))]


def _by_people(row: Row) -> str:
    if row.human is None:
        return ""
    beside = "" if row.machine is None else f"; machine {amount(row.machine)}"
    return f"{amount(row.human)} ({counted(row.reviewed, 'answer')}{beside})"


def _heat(heat: Heat) -> Iterator[str]:
    if heat.questions:
        yield "### Criteria, question by question"
        yield "How many answers met, half met, missed or contradicted each."
    verdicts = [*_HEAT, *([Verdict.UNSCORED] if heat.unscored else [])]
    for one in heat.questions:
        yield f"#### {escape(one.question)}"
        heads = [f"{VERDICTS[v].symbol} {VERDICTS[v].word}" for v in verdicts]
        people = [escape(who) for who in heat.people]
        rows = [_heat_row(row, verdicts) for row in one.rows]
        yield table(["Criterion", *heads, "Mean credit", *people], rows, right=2)


_HEAT = (Verdict.MET, Verdict.PARTLY, Verdict.MISSED, Verdict.CONTRADICTED)


def _heat_row(row: HeatRow, verdicts: Sequence[Verdict]) -> list[str]:
    one = row.criterion
    return [
        escape(one.statement),
        *(str(one.verdicts[v]) for v in verdicts),
        "none" if one.credit is None else amount(one.credit, 2),
        *(_symbols(cells) for cells in row.people),
    ]


def _symbols(cells: Sequence[HeatCell]) -> str:
    return " ".join(f"{VERDICTS[c.verdict].symbol} {VERDICTS[c.verdict].word}" for c in cells)


def _people(view: Overview) -> Iterator[str]:
    if view.review:
        yield "### To be reviewed"
        yield "The least certain first."
        yield bullets(_waiting(one) for one in view.review)
    if view.reviewed:
        yield "### Reviewed by people"
        yield escape(apart(view))
        heads = ["Answer", "Question", "Machine", "Person", "Who and why"]
        yield table(heads, [_reviewed(n, n.human) for n in view.reviewed if n.human])


def _waiting(one: Numbered) -> str:
    grade, item = one.grade, one.item
    score = f"{whole(grade.total)} ({between(grade.interval)})" if is_scored(grade) else "unscored"
    reasons = list(grade.review)
    if one.outdated and item.latest and item.latest.total is not None:
        given = amount(item.latest.total)
        reasons.append(f"a person gave {given}, but the answer or its grade has changed since")
    return f"{escape(headline(one.number, grade.answer))}, {score}: {escape('; '.join(reasons))}"


def _reviewed(one: Numbered, said: HumanReview) -> list[str]:
    scored = is_scored(one.grade)
    total = said.total or 0.0
    apart_ = f" ({signed(total - one.grade.total)})" if scored else ""
    return [
        escape(headline(one.number, one.grade.answer)),
        escape(one.grade.question),
        whole(one.grade.total) if scored else "unscored",
        f"{amount(total)}{apart_}",
        _who(said),
    ]


def _who(said: HumanReview) -> str:
    comment = f": “{escape(said.comment)}”" if one_line(said.comment) else ""
    return f"{escape(said.author)}, {said.day}{comment}"


def _histogram(view: Overview) -> str:
    widest = max(view.bins)
    rows = [
        f"{name:>6}  {'█' * round(30 * count / widest)} {count}".rstrip()
        for name, count in zip(BINS, view.bins, strict=True)
    ]
    return "\n".join(["```text", *rows, "```"])


def _grid(view: Overview) -> str:
    heads = [view.grid.corner, *(escape(column) for column in view.grid.columns)]
    return table(heads, [[escape(head), *map(_cell, cells)] for head, cells in view.grid.rows])


def _cell(cell: Cell) -> str:
    return ", ".join([_scores(one) for one in cell.grades] + ["ungraded"] * cell.ungraded) or (
        "no answer"
    )


def _scores(one: Numbered) -> str:
    machine = whole(one.grade.total) if is_scored(one.grade) else "unscored"
    person = one.human
    given = "" if person is None or person.total is None else f", person {amount(person.total)}"
    return f"{machine}{given} (answer {one.number})"


def _ungraded(left: Left) -> str:
    answer, person = left.one.answer, left.human
    source = f" ({escape(answer.source)})" if answer.source else ""
    given = f" A person gave {amount(person.total or 0.0)}: {_who(person)}." if person else ""
    asked = escape(answer.question)
    return f"{escape(name_of(answer))}, {asked}{source}: {escape(left.one.reason)}{given}"


def _alignment(alignment: Alignment) -> Iterator[str]:
    yield f"### Transcript {escape(alignment.transcript)}"
    asked = counted(len(alignment.asked), "question")
    yield (
        f"{asked} heard from {escape(alignment.interviewer) or 'the interviewer'}, "
        f"{counted(len(alignment.answers), 'answer')} found."
    )
    for title, heard in (
        ("Not in the bank", alignment.unmatched),
        ("Asked but not answered", alignment.unanswered),
        ("Not sure which question this is", alignment.doubtful),
    ):
        if heard:
            yield f"{title}:"
            yield bullets(_asked(question) for question in heard)
    if alignment.warnings:
        yield "Warnings:"
        yield bullets(escape(warning) for warning in alignment.warnings)


def _asked(asked: Asked) -> str:
    known = f" (question {escape(asked.question_id)})" if asked.question_id else ""
    return f"{escape(asked.text)}{known}"
