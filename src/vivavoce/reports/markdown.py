"""Results as Markdown that reads well both raw and rendered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vivavoce.core.answer import Answer
from vivavoce.core.grade import CriterionGrade, Evidence, Grade, Ungraded
from vivavoce.core.results import Recorded, Results
from vivavoce.core.transcript import Alignment, Asked
from vivavoce.reports._delivery import STANDINGS, rows
from vivavoce.reports._delivery import heard as heard_in
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
    visible,
    whole,
)
from vivavoce.reports._view import (
    BINS,
    Cell,
    Overview,
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

__all__ = ["escape", "quote", "render"]

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$]")
# A backslash before the sign that makes a URL of it; renderers disagree on which ones they link.
_LINKED = re.compile(r"(?<=\w):(?=/)|(?<=[^\W\d_])\.(?=[^\W\d_])|(?<=www)\.", re.IGNORECASE)
_BLOCK = re.compile(r"^([-+=:]|\d+[.)])")
_JOINER = "\u2060"


def escape(text: str) -> str:
    """One line of text that no Markdown renderer takes for markup, at a line's start either.

    An `@` is followed by a word joiner (U+2060, invisible): GitHub makes mail links and mentions
    of escaped ones too.
    """
    line = _SPECIAL.sub(r"\\\g<0>", one_line(text))
    line = _LINKED.sub(r"\\\g<0>", line).replace("@", f"\\@{_JOINER}")
    return _BLOCK.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line)


def quote(text: str) -> str:
    """Text of several lines as a block quote, its line breaks kept."""
    lines = [escape(line) for line in visible(text).split("\n")]
    return "\n".join(
        f"> {line}\\" if line and following else f"> {line}".rstrip()
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
    )


def render(results: Results) -> str:
    """One answer's report, or a batch's: the overview first, then each answer."""
    if is_single(results):
        grade = results.grades[0]
        return _join(_answer(1, grade, "#", results.recording_of(grade.answer)))
    view = overview(results)
    blocks = [f"# {escape(results.title)}", *_overview(view, results)]
    for number, grade in view.grades:
        blocks += ["---", *_answer(number, grade, "##", results.recording_of(grade.answer))]
    return _join(blocks)


def _join(blocks: Iterable[str]) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"


def _answer(
    number: int, grade: Grade, head: str, recorded: Recorded | None = None
) -> Iterator[str]:
    single = head == "#"
    who = name_of(grade.answer) if single else headline(number, grade.answer)
    yield f"{head} {escape(grade.question)}" if single else f"{head} {escape(who)}"
    times = spoken(grade.answer)
    about = [escape(who)] if single else [f"**{escape(grade.question)}**"]
    yield " · ".join([*about, *([f"spoken {times}"] if times else [])])
    yield _score(grade)
    yield ", ".join(f"{VERDICTS[v].symbol} {n} {VERDICTS[v].word}" for v, n in tally(grade))
    yield _bullets(f"**{FLAGS[f].title}:** {FLAGS[f].meaning}" for f in grade.flags)
    if grade.review:
        yield "**A person should look at this grade:**"
        yield _bullets(escape(reason) for reason in grade.review)
    if grade.feedback.next_step:
        yield f"**Next step:** {escape(grade.feedback.next_step)}"
    yield f"{head}# The answer"
    yield quote(grade.answer.text) if grade.answer.text.strip() else "*No words were given.*"
    yield f"{head}# Criteria"
    yield "\n".join(_criterion(n, c) for n, c in enumerate(grade.criteria, 1))
    yield _earned(grade)
    yield from _feedback(grade, head)
    if recorded:
        yield from _delivery(recorded, head)
    # In a code span nothing but a backtick means anything, and the signature can be copied.
    yield f"Signature: `{one_line(str(grade.signature)).replace('`', chr(39))}`"


def _delivery(recorded: Recorded, head: str) -> Iterator[str]:
    yield f"{head}# Delivery"
    yield f"No part of the score. {escape(heard_in(recorded.speech))}."
    table = [
        f"| {row.title} | {row.value or row.note} | {row.target} | {STANDINGS[row.standing]} |"
        for row in rows(recorded.delivery)
    ]
    yield "\n".join(["| Measure | Heard | Target | |", "|---|---|---|---|", *table])
    yield _bullets(escape(line) for line in recorded.delivery.advice)


def _score(grade: Grade) -> str:
    if not is_scored(grade):
        return "**Unscored.** No criterion could be scored; this is not a zero."
    return (
        f"**{whole(grade.total)} of 100.** An examiner's score is expected from "
        f"{between(grade.interval)} ({whole(100 * grade.interval.level)}% interval)."
    )


def _criterion(number: int, criterion: CriterionGrade) -> str:
    words = VERDICTS[criterion.verdict]
    worth = points(criterion.points)
    got = (
        f"not counted ({worth})"
        if criterion.credit is None
        else f"{amount(criterion.credit * criterion.points, 2)} of {worth} "
        f"(credit {amount(criterion.credit, 2)})"
    )
    lines = [f"{number}. {words.symbol} **{words.word}**, {got}: {escape(criterion.statement)}"]
    lines += [f"    - {_evidence(found, criterion.statement)}" for found in criterion.evidence]
    for source in sources(criterion):
        quote = f"; quotes “{escape(source.quote)}”" if source.quote else ""
        why = f": {escape(source.why)}" if source.why else ""
        lines.append(f"    - *{source.who}*: {source.found}{quote}{why}")
    return "\n".join(lines)


def _evidence(found: Evidence, statement: str) -> str:
    at = f" at {clock(found.from_s)}" if clock(found.from_s) else ""
    itself = found.statement == statement
    matched = "the statement itself" if itself else f"“{escape(found.statement)}”"
    return f"“{escape(found.quote)}”{at}, matched with {matched}"


def _earned(grade: Grade) -> str:
    got, worth = earned(grade.criteria)
    lost = sum(belief.deduct for belief in grade.misconceptions)
    parts = [f"Criteria: {amount(got, 2)} of {points(worth)}"] if worth else []
    if unscored := sum(c.credit is None for c in grade.criteria):
        parts.append(f"{counted(unscored, 'criterion', 'criteria')} unscored, not counted")
    if lost:
        parts.append(f"{points(lost)} deducted for misconceptions")
    return "; ".join(parts)


def _feedback(grade: Grade, head: str) -> Iterator[str]:
    said = grade.feedback
    if said.gaps:
        yield f"{head}# What was missing, and what to say"
        yield _bullets(
            _broken(
                f"{'Half said' if gap.partly else 'Missing'}: {escape(gap.statement)}",
                f"Say: {escape(gap.say)}",
            )
            for gap in said.gaps
        )
    if said.corrections:
        yield f"{head}# What was wrong, and what is right"
        yield _bullets(
            _broken(
                f"Said: “{escape(c.said)}”",
                f"Wrong: {escape(c.wrong)}",
                f"Right: {escape(c.right)}",
            )
            for c in said.corrections
        )
    if grade.misconceptions:
        yield f"{head}# Misconceptions heard"
        yield _bullets(
            _broken(
                f"{escape(m.statement)} ({points(m.deduct)} deducted)",
                f"Heard: {_evidence(m.evidence, m.statement)}",
                f"Right: {escape(m.correction)}",
            )
            for m in grade.misconceptions
        )
    if said.strengths:
        yield f"{head}# What was right"
        yield _bullets(f"{escape(s.statement)} “{escape(s.quote)}”" for s in said.strengths)
    if said.follow_ups:
        yield f"{head}# Follow-up questions"
        yield _bullets(escape(question) for question in said.follow_ups)


def _overview(view: Overview, results: Results) -> Iterator[str]:
    yield "## Overview"
    yield summary(view) + "."
    if view.mean is not None and view.median is not None:
        yield f"Mean {amount(view.mean)}, median {amount(view.median)} of 100."
        yield "### Distribution of scores"
        yield _histogram(view)
    if view.grid.rows:
        yield "### Scores by question and candidate"
        yield _grid(view)
    if view.missed:
        yield "### Criteria missed most"
        yield _bullets(
            f"{m.share}: {escape(m.statement)} *{escape(m.question)}*" for m in view.missed
        )
    if view.review:
        yield "### To be reviewed"
        yield _bullets(
            f"{escape(headline(n, g.answer))}: {escape('; '.join(g.review))}"
            for n, g in view.review
        )
    if results.ungraded:
        yield "### Left ungraded"
        yield _bullets(_ungraded(left) for left in results.ungraded)
    for alignment in results.alignments:
        yield from _alignment(alignment)


def _histogram(view: Overview) -> str:
    widest = max(view.bins)
    rows = [
        f"{name:>6}  {'█' * round(30 * count / widest)} {count}".rstrip()
        for name, count in zip(BINS, view.bins, strict=True)
    ]
    return "\n".join(["```text", *rows, "```"])


def _grid(view: Overview) -> str:
    heads = [view.grid.corner, *(escape(column) for column in view.grid.columns)]
    rows = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    rows += [
        f"| {escape(head)} | {' | '.join(_cell(cell) for cell in cells)} |"
        for head, cells in view.grid.rows
    ]
    return "\n".join(rows)


def _cell(cell: Cell) -> str:
    parts = [
        f"{whole(g.total) if is_scored(g) else 'unscored'} (answer {n})" for n, g in cell.grades
    ]
    return ", ".join(parts + ["ungraded"] * cell.ungraded) or "no answer"


def _ungraded(left: Ungraded) -> str:
    answer: Answer = left.answer
    source = f" ({escape(answer.source)})" if answer.source else ""
    return f"{escape(name_of(answer))}, {escape(answer.question)}{source}: {escape(left.reason)}"


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
            yield _bullets(_asked(question) for question in heard)
    if alignment.warnings:
        yield "Warnings:"
        yield _bullets(escape(warning) for warning in alignment.warnings)


def _asked(asked: Asked) -> str:
    known = f" (question {escape(asked.question_id)})" if asked.question_id else ""
    return f"{escape(asked.text)}{known}"


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _broken(*lines: str) -> str:
    """Lines of one list item, with hard breaks between them."""
    return "\\\n  ".join(lines)
