"""What a rubric needs before a bank is shipped: checks that take nothing but the rubric.

The loader asks for what grading needs; these checks ask for what makes grades trustworthy:
enough phrasings, graded sample answers that add up, no sentence in two roles. Grading never
runs them, so a bank in the making can be used as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from vivavoce.core.rubric import Exemplar, Level, Rubric, Verdict
from vivavoce.core.wording import CopiedRuns, claim, folded

__all__ = [
    "EXEMPLARS",
    "PLACEHOLDER",
    "CheckReport",
    "Finding",
    "Row",
    "Severity",
    "is_unfilled",
    "lint_rubric",
]

Severity = Literal["error", "warning"]

PLACEHOLDER = "FILL IN"
"""How every text of a new skeleton begins."""

EXEMPLARS: dict[Level, int] = {
    Level.EXCELLENT: 2,
    Level.GOOD: 2,
    Level.TERSE: 2,
    Level.SPOKEN: 2,
    Level.PARTIAL: 2,
    Level.MISCONCEPTION: 2,
    Level.STUFFED: 1,
    Level.OFF_TOPIC: 1,
}
"""Sample answers that a rubric needs of each level."""

FEWEST_ASKED_AS = 6
FEWEST_CRITERIA, MOST_CRITERIA = 4, 7
FEWEST_ACCEPT = 4
FEWEST_REJECT = 3
FEWEST_MISCONCEPTIONS = 3
FEWEST_HEARD_AS = 2
FEWEST_FOLLOW_UPS = 3
FEWEST_READING = 2
FEWEST_REFERENCE_WORDS, MOST_REFERENCE_WORDS = 60, 200
SCORE_TOLERANCE = 10.0
"""Points of 100 that an examiner's total may differ from what the verdicts add up to."""
MOST_FOR_NOTHING = 20.0
"""The highest score of an answer that makes no claim about the question."""
QUOTED = 60


class Finding(NamedTuple):
    """Something to put right in a rubric, or in the bank as a whole.

    Attributes:
        rubric: id; empty where it concerns the bank.
        severity: `error` where grades or the figures drawn from the exemplars would suffer.
        field: where it is, such as `criteria.bias.accept` or `exemplars[3]`, counted from 0.
        message: what was found and what to do.
    """

    rubric: str
    severity: Severity
    field: str
    message: str


class Row(NamedTuple):
    """What one rubric holds, and how many findings it has."""

    id: str
    number: int
    criteria: int
    accepts: int
    rejects: int
    misconceptions: int
    asked_as: int
    exemplars: int
    errors: int
    warnings: int


class CheckReport(NamedTuple):
    """A row for each rubric, in the bank's order, and every finding in the same order."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def lint_rubric(rubric: Rubric) -> list[Finding]:
    """Every finding on one rubric that needs nothing but the rubric."""
    found = [
        *_errors(_unfilled(rubric)),
        *_errors(_counts(rubric)),
        *_repeated(rubric),
        *_errors(_same_claims(rubric)),
        *_misconceptions(rubric),
        *_exemplars(rubric),
    ]
    return [Finding(rubric.id, severity, field, message) for severity, field, message in found]


def is_unfilled(text: str) -> bool:
    """Whether a text is still the skeleton's."""
    return text.startswith(PLACEHOLDER)


_Found = tuple[Severity, str, str]


def _errors(found: Iterable[tuple[str, str]]) -> Iterator[_Found]:
    return (("error", field, message) for field, message in found)


def _unfilled(rubric: Rubric) -> Iterator[tuple[str, str]]:
    left: Counter[str] = Counter()
    for field, text in _texts(rubric):
        left[field] += is_unfilled(text)
    for field, count in left.items():
        if count:
            texts = "1 text is" if count == 1 else f"{count} texts are"
            yield field, f"{texts} still to be written; look for '{PLACEHOLDER}'"


def _texts(rubric: Rubric) -> Iterator[tuple[str, str]]:
    """Every text of a rubric under the field that a person would look for."""
    yield "question", rubric.question
    yield from (("asked_as", text) for text in rubric.asked_as)
    yield "reference", rubric.reference
    for c in rubric.criteria:
        yield from ((f"criteria.{c.id}", text) for text in (*c.affirmations, *c.reject))
    for m in rubric.misconceptions:
        yield from ((f"misconceptions.{m.id}", text) for text in (*m.phrasings, m.correction))
    yield from (("follow_ups", text) for text in rubric.follow_ups)
    yield from (("reading", reading.title) for reading in rubric.reading)
    yield from (("exemplars", exemplar.answer) for exemplar in rubric.exemplars)


def _counts(rubric: Rubric) -> Iterator[tuple[str, str]]:
    yield from _too_few("asked_as", len(rubric.asked_as), FEWEST_ASKED_AS, "wordings")
    words = len(rubric.reference.split())
    if not FEWEST_REFERENCE_WORDS <= words <= MOST_REFERENCE_WORDS and not is_unfilled(
        rubric.reference
    ):
        limits = f"{FEWEST_REFERENCE_WORDS} to {MOST_REFERENCE_WORDS}"
        yield "reference", f"has {words} words, expected {limits}"
    criteria = len(rubric.criteria)
    if not FEWEST_CRITERIA <= criteria <= MOST_CRITERIA:
        limits = f"{FEWEST_CRITERIA} to {MOST_CRITERIA}"
        yield "criteria", f"has {criteria}, expected {limits}; split or join analytic points"
    for c in rubric.criteria:
        field = f"criteria.{c.id}"
        yield from _too_few(f"{field}.accept", len(c.accept), FEWEST_ACCEPT, "true sentences")
        yield from _too_few(f"{field}.reject", len(c.reject), FEWEST_REJECT, "false sentences")
    beliefs = len(rubric.misconceptions)
    yield from _too_few("misconceptions", beliefs, FEWEST_MISCONCEPTIONS, "wrong beliefs")
    for m in rubric.misconceptions:
        field = f"misconceptions.{m.id}.heard_as"
        yield from _too_few(field, len(m.heard_as), FEWEST_HEARD_AS, "ways to say it")
    yield from _too_few("follow_ups", len(rubric.follow_ups), FEWEST_FOLLOW_UPS, "questions")
    yield from _too_few("reading", len(rubric.reading), FEWEST_READING, "sources")
    levels = Counter(e.level for e in rubric.exemplars)
    short = [f"{n - levels[k]} more {k.value}" for k, n in EXEMPLARS.items() if levels[k] < n]
    if short:
        yield "exemplars", f"has {len(rubric.exemplars)}; add {', '.join(short)}"


def _too_few(field: str, count: int, fewest: int, what: str) -> Iterator[tuple[str, str]]:
    if count < fewest:
        yield field, f"has {count} {what}, expected at least {fewest}"


def _repeated(rubric: Rubric) -> Iterator[_Found]:
    """Sentences used twice.

    A belief may be what a reject says too, both being false; in any other two places one
    sentence would be graded twice, or teach nothing the second time.
    """
    seen: dict[str, str] = {}
    for field, text in _sentences(rubric):
        key = folded(text)
        if is_unfilled(text) or not key:
            continue
        if key not in seen:
            seen[key] = field
            continue
        first = seen[key]
        both_false = first.endswith(".reject") and field.startswith("misconceptions.")
        severity: Severity = "warning" if both_false else "error"
        where = "the same field" if first == field else first
        yield severity, field, f"'{_short(text)}' also stands in {where}; word one of them anew"


def _sentences(rubric: Rubric) -> Iterator[tuple[str, str]]:
    yield "question", rubric.question
    yield from (("asked_as", text) for text in rubric.asked_as)
    for c in rubric.criteria:
        yield f"criteria.{c.id}.statement", c.statement
        yield from ((f"criteria.{c.id}.accept", text) for text in c.accept)
        yield from ((f"criteria.{c.id}.reject", text) for text in c.reject)
    for m in rubric.misconceptions:
        yield from ((f"misconceptions.{m.id}", text) for text in m.phrasings)
    yield from (("follow_ups", text) for text in rubric.follow_ups)
    yield from ((f"exemplars[{i}]", e.answer) for i, e in enumerate(rubric.exemplars))


def _same_claims(rubric: Rubric) -> Iterator[tuple[str, str]]:
    """False sentences that claim what a true one of the rubric does."""
    true = {claim(text): text for c in rubric.criteria for text in c.affirmations}
    false = [(f"criteria.{c.id}.reject", text) for c in rubric.criteria for text in c.reject]
    false += [(f"misconceptions.{m.id}", t) for m in rubric.misconceptions for t in m.phrasings]
    for field, text in false:
        twin = true.get(claim(text))
        if twin and folded(twin) != folded(text) and not is_unfilled(text):
            yield (
                field,
                f"'{_short(text)}' claims what '{_short(twin)}' does, which is taken as true",
            )


def _misconceptions(rubric: Rubric) -> Iterator[_Found]:
    dearest = max(c.points for c in rubric.criteria)
    for m in rubric.misconceptions:
        if m.deduct > dearest:
            yield (
                "warning",
                f"misconceptions.{m.id}.deduct",
                f"takes off {m.deduct:g} points, more than any criterion is worth ({dearest:g})",
            )
    for text in rubric.follow_ups:
        if not text.endswith("?") and not is_unfilled(text):
            yield "warning", "follow_ups", f"'{_short(text)}' does not end in a question mark"
    stated = {name for e in rubric.exemplars for name in e.misconceptions}
    filled = any(not is_unfilled(e.answer) for e in rubric.exemplars)
    if rubric.misconceptions and filled and not stated:
        yield "warning", "misconceptions", "no exemplar states any of them, so none is tested"


def _exemplars(rubric: Rubric) -> Iterator[_Found]:
    filled = [(i, e) for i, e in enumerate(rubric.exemplars) if not is_unfilled(e.answer)]
    for c in rubric.criteria:
        if filled and all(e.verdict(c.id) is not Verdict.MET for _, e in filled):
            yield "warning", f"criteria.{c.id}", "no exemplar meets it, so its points are untested"
    compared = ("criteria", "misconceptions")
    known = [(field, text) for field, text in _sentences(rubric) if field.startswith(compared)]
    runs = CopiedRuns([*known, ("reference", rubric.reference)])
    for i, exemplar in filled:
        field = f"exemplars[{i}]"
        for severity, message in _exemplar(rubric, exemplar):
            yield severity, field, f"({exemplar.level.value}) {message}"
        copied = runs.first(exemplar.answer)
        if copied:
            where, words = copied
            yield (
                "warning",
                field,
                (
                    f"({exemplar.level.value}) has {len(words)} words in a row from {where}: "
                    f"'{' '.join(words)}'; say it in other words, or it tests nothing"
                ),
            )


def _exemplar(rubric: Rubric, exemplar: Exemplar) -> Iterator[tuple[Severity, str]]:
    total = rubric.score_of(exemplar)
    if abs(total - exemplar.score) > SCORE_TOLERANCE:
        yield (
            "error",
            (
                f"score is {exemplar.score:g}, but its verdicts and misconceptions add up to "
                f"{total:.0f}; put one of them right"
            ),
        )
    verdicts = set(exemplar.verdicts.values())
    if exemplar.level in (Level.STUFFED, Level.OFF_TOPIC):
        if "met" in verdicts:
            yield "error", "has a criterion 'met'; an answer that claims nothing meets none"
        if exemplar.score > MOST_FOR_NOTHING:
            yield "error", f"score is {exemplar.score:g}, expected at most {MOST_FOR_NOTHING:g}"
    wrong = exemplar.misconceptions or "contradicted" in verdicts
    if exemplar.level is Level.MISCONCEPTION and not wrong:
        yield "warning", "names no misconception and no criterion 'contradicted'"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[: QUOTED - 3] + "..."
