"""Results as Markdown that reads well both raw and rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vivavoce.core.grade import CriterionGrade, Evidence, Grade
from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Recorded, Results
from vivavoce.reports._delivery import STANDINGS, rows
from vivavoce.reports._delivery import heard as heard_in
from vivavoce.reports._grid import Numbered
from vivavoce.reports._markdown_batch import overview_blocks
from vivavoce.reports._markdown_text import broken, bullets, escape, quote
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
    whole,
)
from vivavoce.reports._view import (
    earned,
    headline,
    is_scored,
    is_single,
    name_of,
    overview,
    spoken,
    tally,
)

__all__ = ["escape", "quote", "render"]


def render(results: Results, reviews: Sequence[HumanReview] = ()) -> str:
    """One answer's report, or a batch's: the overview first, then each answer.

    What people said of an answer stands beside the machine's grade.
    """
    view = overview(results, reviews)
    if is_single(results):
        return _join(_answer(view.grades[0], "#", results))
    blocks = [f"# {escape(results.title)}", *overview_blocks(view, results)]
    for one in view.grades:
        blocks += ["---", *_answer(one, "##", results)]
    return _join(blocks)


def _join(blocks: Iterable[str]) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"


def _answer(one: Numbered, head: str, results: Results) -> Iterator[str]:
    single, grade = head == "#", one.grade
    recorded = results.recording_of(grade.answer)
    who = name_of(grade.answer) if single else headline(one.number, grade.answer)
    yield f"{head} {escape(grade.question)}" if single else f"{head} {escape(who)}"
    times = spoken(grade.answer)
    about = [escape(who)] if single else [f"**{escape(grade.question)}**"]
    yield " · ".join([*about, *([f"spoken {times}"] if times else [])])
    yield _score(grade)
    yield ", ".join(f"{VERDICTS[v].symbol} {n} {VERDICTS[v].word}" for v, n in tally(grade))
    yield bullets(f"**{FLAGS[f].title}:** {FLAGS[f].meaning}" for f in grade.flags)
    if grade.review:
        yield "**A person should look at this grade:**"
        yield bullets(escape(reason) for reason in grade.review)
    if grade.feedback.next_step:
        yield f"**Next step:** {escape(grade.feedback.next_step)}"
    if one.item.reviews:
        yield f"{head}# What people said"
        yield bullets(_said(one, review) for review in reversed(one.item.reviews))
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


def _said(one: Numbered, review: HumanReview) -> str:
    """A review: total with the machine's beside it, who, verdicts, comment."""
    given = "Comment"
    if review.total is not None:
        given = f"**{amount(review.total)} of 100**"
        if review == one.human:
            given += f", machine {whole(one.grade.total)}" if is_scored(one.grade) else ""
        elif one.item.holds(review):
            given += ", earlier"
        else:
            given += ", outdated: the answer or its grade has changed since"
    verdicts = [
        f"{VERDICTS[v].word}: {escape(c.statement)}"
        for c in one.grade.criteria
        if (v := review.verdicts.get(c.id))
    ]
    comment = [f"“{escape(review.comment)}”"] if one_line(review.comment) else []
    who = f"{escape(review.author)}, {review.day}"
    return broken(f"{given} ({who})", *verdicts, *comment)


def _delivery(recorded: Recorded, head: str) -> Iterator[str]:
    yield f"{head}# Delivery"
    yield f"No part of the score. {escape(heard_in(recorded.speech))}."
    table = [
        f"| {row.title} | {row.value or row.note} | {row.target} | {STANDINGS[row.standing]} |"
        for row in rows(recorded.delivery)
    ]
    yield "\n".join(["| Measure | Heard | Target | |", "|---|---|---|---|", *table])
    yield bullets(escape(line) for line in recorded.delivery.advice)


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
        yield bullets(
            broken(
                f"{'Half said' if gap.partly else 'Missing'}: {escape(gap.statement)}",
                f"Say: {escape(gap.say)}",
            )
            for gap in said.gaps
        )
    if said.corrections:
        yield f"{head}# What was wrong, and what is right"
        yield bullets(
            broken(
                f"Said: “{escape(c.said)}”",
                f"Wrong: {escape(c.wrong)}",
                f"Right: {escape(c.right)}",
            )
            for c in said.corrections
        )
    if grade.misconceptions:
        yield f"{head}# Misconceptions heard"
        yield bullets(
            broken(
                f"{escape(m.statement)} ({points(m.deduct)} deducted)",
                f"Heard: {_evidence(m.evidence, m.statement)}",
                f"Right: {escape(m.correction)}",
            )
            for m in grade.misconceptions
        )
    if said.strengths:
        yield f"{head}# What was right"
        yield bullets(f"{escape(s.statement)} “{escape(s.quote)}”" for s in said.strengths)
    if said.follow_ups:
        yield f"{head}# Follow-up questions"
        yield bullets(escape(question) for question in said.follow_ups)
