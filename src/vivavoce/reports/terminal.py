"""Results on a terminal: compact, readable at 80 columns, safe against what an answer holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vivavoce.core.grade import CriterionGrade, Grade, Ungraded
from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Recorded, Results
from vivavoce.core.rubric import Verdict
from vivavoce.core.transcript import Alignment
from vivavoce.reports._sources import sources
from vivavoce.reports._text import FLAGS, VERDICTS, amount, between, clock, counted, one_line, whole
from vivavoce.reports._view import (
    Overview,
    is_scored,
    is_single,
    name_of,
    overview,
    spoken,
    summary,
    tally,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["print_grade", "print_results"]

_STYLES = {
    Verdict.MET: "green",
    Verdict.PARTLY: "yellow",
    Verdict.MISSED: "bright_black",
    Verdict.CONTRADICTED: "red",
    Verdict.UNSCORED: "magenta",
}
_BAR = 40


def print_grade(grade: Grade, console: Console, recorded: Recorded | None = None) -> None:
    """One grade: score and interval, criteria with quotes, gaps, corrections, next step.

    A recording's words and delivery stand below.

    Control characters of the answer are shown as symbols, never sent; markup in it is text.
    """
    plain = _is_plain(console)
    console.print(Text(one_line(grade.question), style="bold"))
    times = spoken(grade.answer)
    named = grade.answer.candidate or grade.answer.id
    about = [*([name_of(grade.answer)] if named else []), *([f"spoken {times}"] if times else [])]
    if about:
        console.print(Text(", ".join(about), style="dim"))
    console.print()
    console.print(_indented(_score(grade, plain)))
    console.print(_indented(_verdicts(grade, plain)))
    for flag in grade.flags:
        words = FLAGS[flag]
        _item(console, Text(f"{words.title}: ", style="bold yellow") + Text(words.meaning))
    _listed(console, "A person should look at this grade", grade.review, style="bold yellow")
    if grade.criteria:
        _head(console, "Criteria")
        console.print(_indented(_criteria(grade.criteria, plain)))
    _feedback(grade, console)
    if recorded:
        from vivavoce.reports.recording import print_recording

        console.print()
        print_recording(recorded, console)
    console.print()
    console.print(Text(one_line(str(grade.signature)), style="dim", overflow="fold"))


def print_results(results: Results, console: Console, reviews: Sequence[HumanReview] = ()) -> None:
    """One grade in full, or a batch as a table with what needs a person's eye below it.

    A person's score stands beside the machine's.
    """
    if is_single(results):
        print_grade(results.grades[0], console, results.recording_of(results.grades[0].answer))
        return
    view = overview(results, reviews)
    console.print(Text(one_line(results.title), style="bold"))
    figures = "" if view.mean is None else f"; mean {amount(view.mean)} of 100"
    console.print(Text(f"{summary(view)}{figures}"))
    if view.grades:
        console.print(_table(view, _is_plain(console)))
    _listed(
        console,
        "Criteria missed most",
        [f"{m.share}: {one_line(m.statement)}" for m in view.missed[:5]],
    )
    _listed(
        console,
        "To be reviewed",
        [
            f"{n.number}, {name_of(n.grade.answer)}: {'; '.join(n.grade.review)}"
            for n in view.review
        ],
    )
    _listed(console, "Left ungraded", [_ungraded(left) for left in results.ungraded])
    for alignment in results.alignments:
        _listed(console, f"Transcript {one_line(alignment.transcript)}", _questions(alignment))


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, 2), expand=False)


def _is_plain(console: Console) -> bool:
    """Whether the console's encoding lacks the symbols, so that ASCII has to do."""
    try:
        "✓◐○✗⚑┃░▒".encode(console.encoding)
    except (LookupError, UnicodeEncodeError):
        return True
    return False


def _head(console: Console, title: str, style: str = "bold") -> None:
    console.print()
    console.print(Text(title, style=style))


def _item(console: Console, content: RenderableType) -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row(Text("-"), content)
    console.print(_indented(grid))


def _listed(console: Console, title: str, lines: Iterable[str], style: str = "bold") -> None:
    items = list(lines)
    if items:
        _head(console, title, style)
    for line in items:
        _item(console, Text(one_line(line)))


def _mark(verdict: Verdict, plain: bool) -> Text:
    words = VERDICTS[verdict]
    return Text(f"{words.ascii if plain else words.symbol} {words.word}", style=_STYLES[verdict])


def _score(grade: Grade, plain: bool) -> Text:
    if not is_scored(grade):
        return Text("unscored", style="bold magenta") + Text(
            "  no criterion could be scored; this is not a zero", style="not bold"
        )
    outside, inside, at = ("-", "=", "|") if plain else ("░", "▒", "┃")
    low, high = (_cell(end) for end in (grade.interval.low, grade.interval.high))
    line = Text(f"{whole(grade.total)} of 100  ", style="bold")
    for position in range(_BAR):
        if position == _cell(grade.total):
            line.append(at, style="bold cyan")
        else:
            within = low <= position <= high
            line.append(inside if within else outside, style="cyan" if within else "bright_black")
    level = whole(100 * grade.interval.level)
    return line.append(f"  {between(grade.interval)} ({level}%)", style="not bold")


def _cell(score: float) -> int:
    return min(int(score / 100 * _BAR), _BAR - 1)


def _verdicts(grade: Grade, plain: bool) -> Text:
    parts = []
    for verdict, number in tally(grade):
        words = VERDICTS[verdict]
        symbol = words.ascii if plain else words.symbol
        parts.append(Text(f"{symbol} {number} {words.word}", style=_STYLES[verdict]))
    return Text("   ").join(parts)


def _criteria(criteria: Iterable[CriterionGrade], plain: bool) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for criterion in criteria:
        worth = amount(criterion.points)
        points = (
            f"-- of {worth}"
            if criterion.credit is None
            else f"{amount(criterion.credit * criterion.points)} of {worth}"
        )
        words = Text(one_line(criterion.statement))
        for found in criterion.evidence:
            at = f" {clock(found.from_s)}" if clock(found.from_s) else ""
            words.append(f"\n“{one_line(found.quote)}”{at}", style="dim italic")
        for source in sources(criterion):
            why = f": {one_line(source.why)}" if source.why else ""
            words.append(f"\n{source.who}: {source.found}{why}", style="dim")
        grid.add_row(_mark(criterion.verdict, plain), Text(points), words)
    return grid


def _feedback(grade: Grade, console: Console) -> None:
    said = grade.feedback
    if said.gaps:
        _head(console, "What was missing, and what to say")
    for gap in said.gaps:
        how = "half said: " if gap.partly else ""
        _item(console, Text(how, style="yellow") + Text(one_line(gap.say)))
    if said.corrections:
        _head(console, "What was wrong, and what is right")
    for correction in said.corrections:
        heard = Text(f"“{one_line(correction.said)}”", style="red")
        _item(console, heard + Text(f"\n{one_line(correction.right)}"))
    if grade.misconceptions:
        _head(console, "Misconceptions heard")
    for belief in grade.misconceptions:
        cost = Text(f" (-{amount(belief.deduct)} points)", style="red")
        right = Text(f"\n{one_line(belief.correction)}")
        _item(console, Text(one_line(belief.statement)) + cost + right)
    if said.next_step:
        _head(console, "Next step")
        console.print(_indented(Text(one_line(said.next_step))))
    _listed(console, "Follow-up questions", said.follow_ups)


def _table(view: Overview, plain: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Candidate", overflow="fold", max_width=16)
    table.add_column("Question", overflow="fold")
    table.add_column("Score", justify="right", no_wrap=True)
    table.add_column("Interval", no_wrap=True)
    if view.people:
        table.add_column("Person", justify="right", no_wrap=True)
    for one in view.grades:
        grade = one.grade
        scored = is_scored(grade)
        score = Text("unscored", style="magenta")
        if scored:
            score = Text(whole(grade.total), style="bold")
        if grade.needs_review:
            score.append(" !" if plain else " ⚑", style="yellow")
        table.add_row(
            Text(str(one.number)),
            Text(name_of(grade.answer)),
            Text(one_line(grade.question)),
            score,
            Text(between(grade.interval) if scored else ""),
            *([Text(_given(one.human))] if view.people else []),
        )
    return table


def _given(said: HumanReview | None) -> str:
    return "" if said is None or said.total is None else amount(said.total)


def _ungraded(left: Ungraded) -> str:
    return f"{name_of(left.answer)}, {left.answer.question}: {left.reason}"


def _questions(alignment: Alignment) -> Iterator[str]:
    yield (
        f"{counted(len(alignment.asked), 'question')} heard, "
        f"{counted(len(alignment.answers), 'answer')} found, "
        f"interviewer: {one_line(alignment.interviewer) or 'not known'}"
    )
    yield from (f"not in the bank: {asked.text}" for asked in alignment.unmatched)
    yield from (f"not answered: {asked.text}" for asked in alignment.unanswered)
    yield from (f"not sure: {asked.question_id}: {asked.text}" for asked in alignment.doubtful)
    yield from (f"warning: {warning}" for warning in alignment.warnings)
