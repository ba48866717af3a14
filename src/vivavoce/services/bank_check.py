"""Checks a whole bank: each rubric by itself, its sentences by meaning, its questions together.

How far meaning is trusted was measured on the shipped bank, by moving its accept sentences
under criteria where they do not belong. Pooled cosines of short sentences are noisy: at a
margin that leaves sound sentences alone, about one in five of the moved ones is found. So what
meaning finds is a warning, and an error only far outside of anything seen in a sound rubric.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.bank_lint import CheckReport, Finding, Row, Severity, is_unfilled, lint_rubric
from vivavoce.core.rubric import Bank, Criterion, Kind, Rubric
from vivavoce.core.text import tokenise
from vivavoce.core.vectors import FloatArray
from vivavoce.ports import Embedder

__all__ = ["CheckReport", "Finding", "Row", "check_bank", "length_correlation"]

MISPLACED_WARNING = 0.16
MISPLACED_ERROR = 0.3
"""How much nearer another criterion is than the sentence's own, both at best and on average."""
PARAPHRASE = 0.9
"""Cosine from which a false sentence is taken as a variant of this one: it tells no topic."""
OVERLAP = 0.06
"""How much nearer two criteria are to each other than each is to itself, on average."""
SAME_STATEMENT = 0.9
SAME_QUESTION = 0.9
LIKE_ANOTHER = 0.64
NEARER_TO_ANOTHER = 0.1
FEWEST_SENTENCES = 2
LENGTH_TELLS = 0.5
FEWEST_EXEMPLARS = 20


def check_bank(bank: Bank, embedder: Embedder) -> CheckReport:
    """Checks counts, sample answers, sentences and questions of a bank.

    Raises:
        BackendError: the embedder failed.
    """
    near = _Near(bank, embedder)
    findings: list[Finding] = []
    rows: list[Row] = []
    for rubric in bank.rubrics:
        found = [*lint_rubric(rubric), *_by_meaning(rubric, near), *_wordings(rubric, bank, near)]
        findings += found
        rows.append(_row(rubric, found))
    findings += _lengths(bank)
    return CheckReport(tuple(rows), tuple(findings))


def length_correlation(rubrics: Iterable[Rubric]) -> float | None:
    """Spearman's rank correlation, -1..1, of words and score over all exemplars.

    Returns:
        None where fewer than 2 exemplars, equal lengths or equal scores leave it undefined.
    """
    pairs = [(len(tokenise(e.answer)), e.score) for r in rubrics for e in r.exemplars]
    if len({words for words, _ in pairs}) < 2 or len({score for _, score in pairs}) < 2:  # noqa: PLR2004
        return None
    words, scores = (_ranks(np.array(column, dtype=float)) for column in zip(*pairs, strict=True))
    return float(np.corrcoef(words, scores)[0, 1])


class _Near:
    """Cosines of any two sentences of a bank, each embedded once."""

    def __init__(self, bank: Bank, embedder: Embedder) -> None:
        texts = dict.fromkeys(text for rubric in bank.rubrics for text in _compared(rubric))
        self._at = {text: i for i, text in enumerate(texts)}
        self._vectors = embedder.embed(list(texts))

    def __call__(self, ones: Sequence[str], others: Sequence[str]) -> FloatArray:
        """Shape (ones, others)."""
        return self._of(ones) @ self._of(others).T

    def _of(self, texts: Sequence[str]) -> FloatArray:
        return self._vectors[[self._at[text] for text in texts]]


def _compared(rubric: Rubric) -> Iterator[str]:
    yield from rubric.questions
    for c in rubric.criteria:
        yield from c.affirmations
        yield from c.reject


def _row(rubric: Rubric, found: Sequence[Finding]) -> Row:
    severities = Counter(finding.severity for finding in found)
    return Row(
        id=rubric.id,
        number=rubric.number,
        criteria=len(rubric.criteria),
        accepts=sum(len(c.accept) for c in rubric.criteria),
        rejects=sum(len(c.reject) for c in rubric.criteria),
        misconceptions=len(rubric.misconceptions),
        asked_as=len(rubric.asked_as),
        exemplars=len(rubric.exemplars),
        errors=severities["error"],
        warnings=severities["warning"],
    )


def _by_meaning(rubric: Rubric, near: _Near) -> Iterator[Finding]:
    if any(is_unfilled(text) for text in _compared(rubric)):
        return  # The skeleton's sentences resemble each other whatever they stand for.
    for criterion in rubric.criteria:
        for sentence in criterion.accept:
            yield from _misplaced(rubric, criterion, sentence, near)
    for i, one in enumerate(rubric.criteria):
        for other in rubric.criteria[i + 1 :]:
            yield from _overlap(rubric, one, other, near)


def _misplaced(
    rubric: Rubric, criterion: Criterion, sentence: str, near: _Near
) -> Iterator[Finding]:
    """An accept whose topic is another criterion's, judged by that criterion's sentences."""
    own = _topic(rubric, criterion, sentence, near)
    if len(own) < FEWEST_SENTENCES:
        return
    lead, nearest = 0.0, ""
    for other in rubric.criteria:
        theirs = _topic(rubric, other, sentence, near)
        if other.id == criterion.id or len(theirs) < FEWEST_SENTENCES:
            continue
        # Both must lead: the best alone is one chance likeness, the mean alone a broad topic.
        ahead = float(min(theirs.max() - own.max(), theirs.mean() - own.mean()))
        lead, nearest = max((lead, nearest), (ahead, other.id))
    if lead > MISPLACED_WARNING:
        severity: Severity = "error" if lead > MISPLACED_ERROR else "warning"
        yield Finding(
            rubric.id,
            severity,
            f"criteria.{criterion.id}.accept",
            f"'{sentence}' is nearer to the sentences of '{nearest}' (by {lead:.2f}); "
            "move it there, or name this criterion's subject",
        )


def _topic(rubric: Rubric, criterion: Criterion, sentence: str, near: _Near) -> FloatArray:
    """Cosines of a sentence to a criterion's others, false ones too: they share its subject.

    An open criterion's statement describes an answer and is none, so it is left out, as are
    false sentences that are this one but for a word.
    """
    true = [text for text in _sayings(rubric, criterion) if text != sentence]
    cosines = near([sentence], [*true, *criterion.reject])[0]
    false = cosines[len(true) :]
    return np.concatenate([cosines[: len(true)], false[false < PARAPHRASE]])


def _sayings(rubric: Rubric, criterion: Criterion) -> tuple[str, ...]:
    return criterion.accept if rubric.kind is Kind.OPEN else criterion.affirmations


def _overlap(rubric: Rubric, one: Criterion, other: Criterion, near: _Near) -> Iterator[Finding]:
    field = f"criteria.{other.id}"
    alike = float(near([one.statement], [other.statement])[0, 0])
    between = _excess(one.accept, other.accept, near)
    if alike > SAME_STATEMENT:
        found = f"its statement is nearly that of '{one.id}' (cosine {alike:.2f})"
    elif between > OVERLAP:
        found = f"its accept sentences are nearer to those of '{one.id}' than to each other"
    else:
        return
    remedy = "if one sentence earns both, join them or draw the line more sharply"
    yield Finding(rubric.id, "warning", field, f"{found}; {remedy}")


def _excess(ones: Sequence[str], others: Sequence[str], near: _Near) -> float:
    """Mean cosine between two groups less the mean within them; -1 for groups too small."""
    if min(len(ones), len(others)) < FEWEST_SENTENCES:
        return -1.0
    inside = [_within(near(group, group)) for group in (ones, others)]
    return float(near(ones, others).mean() - np.mean(inside))


def _within(cosines: FloatArray) -> float:
    return float(cosines[np.triu_indices(len(cosines), 1)].mean())


def _wordings(rubric: Rubric, bank: Bank, near: _Near) -> Iterator[Finding]:
    """Wordings that would be heard as another question of the bank."""
    for i, wording in enumerate(rubric.questions):
        field = "asked_as" if i else "question"
        rest = [*rubric.questions[:i], *rubric.questions[i + 1 :]]
        others = [(o.id, q) for o in bank.rubrics if o.id != rubric.id for q in o.questions]
        if is_unfilled(wording) or not others:
            continue
        cosines = near([wording], [q for _, q in others])[0]
        best = int(cosines.argmax())
        similar, (name, text) = float(cosines[best]), others[best]
        own = float(near([wording], rest).max()) if rest else 1.0
        if similar > SAME_QUESTION:
            message = f"'{wording}' is nearly '{text}' of '{name}'"
        elif similar > LIKE_ANOTHER and similar - own > NEARER_TO_ANOTHER:
            message = (
                f"'{wording}' is nearer to '{text}' of '{name}' ({similar:.2f}) than to this "
                f"question's other wordings ({own:.2f})"
            )
        else:
            continue
        yield Finding(
            rubric.id, "warning", field, f"{message}; ask for what is this question's alone"
        )


def _lengths(bank: Bank) -> Iterator[Finding]:
    count = sum(len(rubric.exemplars) for rubric in bank.rubrics)
    found = length_correlation(bank.rubrics)
    if found is not None and count >= FEWEST_EXEMPLARS and abs(found) > LENGTH_TELLS:
        longer = "longer" if found > 0 else "shorter"
        yield Finding(
            "",
            "warning",
            "exemplars",
            f"{longer} answers score higher (Spearman {found:+.2f} over {count}), so length gives "
            "the level away; add short answers that are good and long ones that are not",
        )


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 0, ties sharing their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts + 1) / 2)[inverse], dtype=np.float64)
