"""Results as JUnit XML, which continuous integration reads: a test case an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.review import Item
from vivavoce.reports._answers import is_scored, name_of
from vivavoce.reports._text import VERDICTS, amount, between, one_line, points, visible
from vivavoce.reports.run import Run, human_score

__all__ = ["lines"]


def lines(run: Run) -> Iterator[str]:
    """One suite with a `testcase` for each answer, in two passes over the results.

    An answer below the run's pass mark is a `failure`, one that was left ungraded an `error`, one
    of which no criterion could be scored is `skipped`. Where a person's score holds it decides,
    and the machine's stands beside it. What XML cannot hold (control characters, lone surrogates)
    is replaced by characters that can be seen.
    """
    states = [0, 0, 0, 0]
    for item in run.items():
        states[_STATES.index(_state(item, run.pass_mark))] += 1
    tests = sum(states)
    counts = "".join(f' {name}="{count}"' for name, count in zip(_COUNTED, states[1:], strict=True))
    title = quoteattr(one_line(run.title) or "vivavoce")
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name={title} tests="{tests}"{counts}>\n'
    yield f'<testsuite name={title} tests="{tests}"{counts}>\n'
    for item in run.items():
        yield _case(item, run.pass_mark)
    yield "</testsuite>\n</testsuites>\n"


_STATES = ("passed", "failure", "error", "skipped")
_COUNTED = ("failures", "errors", "skipped")


def _state(item: Item, pass_mark: float) -> str:
    score = _score(item)
    if score is None:
        return "skipped" if item.grade else "error"
    return "failure" if score < pass_mark else "passed"


def _score(item: Item) -> float | None:
    """A person's where it holds, else the machine's; None where there is neither."""
    person = human_score(item)
    if person is not None:
        return person.total
    return item.grade.total if item.grade and is_scored(item.grade) else None


def _case(item: Item, pass_mark: float) -> str:
    one = item.outcome
    answer = one.answer
    question = one.question_id if isinstance(one, Grade) else one_line(answer.question)
    name = " ".join(dict.fromkeys((name_of(answer), one_line(answer.id) or name_of(answer))))
    found = [
        f"<testcase classname={_attribute(question)} name={_attribute(name)}>\n",
        _properties(item),
    ]
    state = _state(item, pass_mark)
    if state != "passed":
        found.append(_trouble(state, item, pass_mark))
    found.append(f"<system-out>{_text(_told(one))}</system-out>\n</testcase>\n")
    return "".join(found)


def _properties(item: Item) -> str:
    one, person = item.outcome, human_score(item)
    values: dict[str, str] = {}
    if isinstance(one, Grade):
        if is_scored(one):
            values |= {"total": amount(one.total, 2), "interval": between(one.interval)}
        values["needs_review"] = str(one.needs_review).lower()
        values["signature"] = str(one.signature)
    if person is not None and person.total is not None:
        values |= {"human": amount(person.total, 2), "reviewer": person.author}
    if one.answer.source:
        values["source"] = one.answer.source
    rows = "".join(
        f"<property name={_attribute(k)} value={_attribute(v)}/>\n" for k, v in values.items()
    )
    return f"<properties>\n{rows}</properties>\n" if rows else ""


def _trouble(state: str, item: Item, pass_mark: float) -> str:
    one = item.outcome
    if state == "skipped":
        return '<skipped message="No criterion could be scored; this is not a zero."/>\n'
    if state == "error" and isinstance(one, Ungraded):
        return f'<error message={_attribute(one.reason)} type="ungraded"/>\n'
    score = amount(_score(item) or 0.0, 2)
    message = f"{score} of 100, below the pass mark {amount(pass_mark, 2)}"
    body = "\n".join(_criteria(one)) if isinstance(one, Grade) else ""
    return (
        f'<failure message={_attribute(message)} type="below-pass-mark">{_text(body)}</failure>\n'
    )


def _told(one: Grade | Ungraded) -> str:
    asked = one.question if isinstance(one, Grade) else one.answer.question
    told = [one_line(asked), "", *(_criteria(one) if isinstance(one, Grade) else ())]
    if isinstance(one, Grade) and one.review:
        told += ["", *(f"A person should look: {one_line(reason)}" for reason in one.review)]
    return "\n".join([*told, "", one.answer.text])


def _criteria(grade: Grade) -> Iterable[str]:
    for criterion in grade.criteria:
        credit = "" if criterion.credit is None else f", credit {amount(criterion.credit, 2)}"
        yield (
            f"{VERDICTS[criterion.verdict].word} ({points(criterion.points)}{credit}): "
            f"{one_line(criterion.statement)}"
        )


def _attribute(text: str) -> str:
    return quoteattr(one_line(text))


def _text(text: str) -> str:
    """Text that XML 1.0 can hold: `visible` leaves no character beyond its `Char` production."""
    return escape(visible(text))
