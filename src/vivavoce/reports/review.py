"""What waits for a person, as JSON and on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from vivavoce.core.grade import Grade
from vivavoce.core.human_review import HumanReview
from vivavoce.core.review import Item, Standing
from vivavoce.core.rubric import Verdict
from vivavoce.reports._highlight import MISCONCEPTION, cut, marks_of
from vivavoce.reports._text import VERDICTS, amount, between, one_line, visible, whole
from vivavoce.reports._view import is_scored, name_of
from vivavoce.reports.json import encode, grade_record

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["SCHEMA", "print_item", "print_queue", "queue_json", "said"]

SCHEMA = "vivavoce.review/1"
STYLES = {
    "met": "green",
    "partly": "yellow",
    "contradicted": "red",
    MISCONCEPTION: "red",
    "unscored": "magenta",
    "missed": "bright_black",
}


def queue_json(items: Sequence[Item], *, whole_grades: bool = False) -> str:
    """Items as one JSON document, each with its reviews; with the machine's grade if asked for."""
    return encode({"schema": SCHEMA, "answers": [_record(i, whole_grades) for i in items]}, 2)


def _record(item: Item, whole_grade: bool) -> dict[str, Any]:
    grade, answer, latest = item.grade, item.outcome.answer, item.latest
    scored = grade is not None and is_scored(grade)
    record: dict[str, Any] = {
        "key": item.key,
        "standing": item.standing.value,
        "id": answer.id,
        "candidate": answer.candidate,
        "question": grade.question_id if grade else answer.question,
        "machine": grade.total if grade and scored else None,
        "interval": [grade.interval.low, grade.interval.high] if grade and scored else None,
        "reasons": _reasons(item),
        "human": latest.total if latest else None,
        "reviews": [
            {**r.model_dump(mode="json"), "outdated": not item.holds(r)} for r in item.reviews
        ],
    }
    if whole_grade:
        record["grade" if grade else "ungraded"] = (
            grade_record(grade) if grade else item.outcome.model_dump(mode="json")
        )
    return record


def _reasons(item: Item) -> list[str]:
    if isinstance(item.outcome, Grade):
        return list(item.outcome.review)
    return [f"It was left ungraded: {item.outcome.reason}"]


def print_queue(items: Sequence[Item], console: Console) -> None:
    """A line an item: key, who, question, the machine's score and the person's."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column("Key", no_wrap=True)
    table.add_column("Answer", overflow="fold", max_width=24)
    table.add_column("Question", overflow="fold")
    table.add_column("Machine", no_wrap=True)
    table.add_column("Human", no_wrap=True)
    for item in items:
        grade = item.grade
        table.add_row(
            item.key[:8],
            Text(one_line(item.outcome.answer.id) or name_of(item.outcome.answer)),
            Text(one_line(grade.question_id if grade else item.outcome.answer.question)),
            _machine(item),
            _human(item),
        )
    console.print(table)


def _machine(item: Item) -> str:
    if item.grade is None:
        return "ungraded"
    if not is_scored(item.grade):
        return "unscored"
    return f"{whole(item.grade.total)}  ({between(item.grade.interval)})"


def _human(item: Item) -> str:
    if item.latest is None or item.latest.total is None:
        return ""
    mark = " outdated" if item.standing is Standing.OUTDATED else ""
    return f"{amount(item.latest.total)}{mark}"


def print_item(item: Item, console: Console) -> None:
    """Question, answer with its evidence marked, criteria with verdicts, what was said before."""
    answer, grade = item.outcome.answer, item.grade
    console.print(Text(one_line(grade.question if grade else answer.question), style="bold"))
    console.print(Text(f"{name_of(answer)}  {one_line(answer.id)}  {item.key[:8]}", style="dim"))
    console.print()
    console.print(_answer(item))
    console.print()
    if grade:
        console.print(_criteria(grade))
        for number, belief in enumerate(grade.misconceptions, 1):
            cost = f"M{number} -{amount(belief.deduct)}  {one_line(belief.statement)}"
            console.print(Text(cost, style="red"))
        console.print(Text(f"Machine: {_machine(item)}", style="bold"))
    for reason in _reasons(item):
        console.print(Text(f"- {one_line(reason)}", style="yellow"))
    for review in item.reviews:
        late = "" if item.holds(review) else " (outdated: the answer or its grade has changed)"
        console.print(Text(f"{said(review)}{late}", style="cyan"))


def _answer(item: Item) -> Text:
    text = visible(item.outcome.answer.text)
    if not isinstance(item.outcome, Grade):
        return Text(text)
    out = Text()
    for piece in cut(text, marks_of(item.outcome)):
        out.append(piece.text, style=f"underline {STYLES[piece.kind]}" if piece.marks else "")
        if piece.marks:
            labels = ",".join(m.label for m in piece.marks)
            out.append(f"[{labels}]", style="dim")
    return out


def _criteria(grade: Grade) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for number, criterion in enumerate(grade.criteria, 1):
        points = amount(criterion.points)
        got = "--" if criterion.credit is None else amount(criterion.credit * criterion.points)
        grid.add_row(
            Text(str(number), style="bold"),
            _verdict(criterion.verdict),
            Text(f"{got} of {points}"),
            Text(one_line(criterion.id), style="dim"),
            Text(one_line(criterion.statement)),
        )
    return grid


def _verdict(verdict: Verdict) -> Text:
    words = VERDICTS[verdict]
    return Text(f"{words.ascii} {words.word}", style=STYLES[verdict.value])


def said(review: HumanReview) -> str:
    """A review on one line: who, when, the total, the verdicts, the comment."""
    parts = []
    if review.total is not None:
        parts.append(f"{amount(review.total)} of 100")
    if review.verdicts:
        parts.append(", ".join(f"{one_line(c)} {v.value}" for c, v in review.verdicts.items()))
    if review.comment:
        parts.append(f"“{one_line(review.comment)}”")
    return f"{one_line(review.author)}, {review.day}: {'; '.join(parts)}"
