"""From sentences to the evidence that the path through an interview weighs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from vivavoce.core.answer_reader import AnswerReader
from vivavoce.core.asking import content_words, is_acknowledgement, is_ask, is_return
from vivavoce.core.exchanges import Exchange, reaches
from vivavoce.core.question_matching import QuestionMatcher
from vivavoce.core.topic_evidence import (
    SLOPE,
    Asking,
    best_reaches,
    evidence_of,
)
from vivavoce.core.topic_path import Evidence
from vivavoce.core.units import Unit
from vivavoce.core.voices import UNMARKED_QUESTION, form_log_odds

__all__ = ["asked_in", "evidence", "nearness", "parted", "score_of", "voice_log_odds", "with_named"]

FROM_BANK = 3.0
"""The most that nearness to a question of the bank speaks for who asks."""
FROM_REFERENCE = 1.5
"""The most that nearness to a reference answer speaks for who answers,"""
ABOUT = 0.25
"""and the cosine from which it speaks: half of what is said about a subject is nearer."""
TAKEN_UP = 2.0
"""An earlier question, where words such as "back to" come with words of its asking."""
STATEMENT_WORDS = 6
MARKS = frozenset(".?!\u2026")
NAMED_WORDS = 20
"""Words of a sentence that may name a question without asking it."""


def asked_in(units: Sequence[Unit], matcher: QuestionMatcher) -> Asking:
    """Every stretch in question form, scored."""
    found = [r for r in reaches(units) if r.asks and not is_acknowledgement(r.text)]
    return Asking(found, *matcher.scores([r.text for r in found]))


def with_named(
    asking: Asking, units: Sequence[Unit], asks: Sequence[bool], matcher: QuestionMatcher
) -> Asking:
    """The same, and what those who ask say without asking: it may name a question."""
    named = [
        r
        for r in reaches([*units])
        if not r.asks
        and r.end == r.start + 1
        and asks[r.start]
        and not is_acknowledgement(r.text)
        and len(r.text.split()) <= NAMED_WORDS
    ]
    own, follow = matcher.scores([r.text for r in named])
    return Asking(
        asking.reaches + named, np.vstack([asking.own, own]), np.vstack([asking.follow, follow])
    )


def voice_log_odds(units: Sequence[Unit], asking: Asking, threshold: float) -> list[float]:
    """Of each unit, the log-odds that who asks says it: by its form and by the bank."""
    punctuated = is_punctuated(units)
    odds = [form_log_odds(unit.text, punctuated=punctuated) for unit in units]
    if not asking.own.shape[1]:
        return odds
    best = asking.own.max(axis=1)
    taken: set[int] = set()
    # The stretch that fits a question best speaks for it; those over its ends say what is near it.
    for n in sorted(range(len(best)), key=lambda n: (-best[n], len(asking.reaches[n].text))):
        reach = asking.reaches[n]
        inside = range(reach.start, reach.end)
        if best[n] < threshold or not taken.isdisjoint(inside):
            continue
        if punctuated and not any("?" in units[i].text for i in inside):
            continue
        taken.update(inside)
        first = next((i for i in inside if is_ask(units[i].text)), reach.end)
        for i in range(first, reach.end):
            odds[i] += min(FROM_BANK, SLOPE * (float(best[n]) - threshold))
    return odds


def nearness(
    units: Sequence[Unit], odds: Sequence[float], named: Collection[str], reader: AnswerReader
) -> list[float]:
    """The same odds, lowered where a statement that might be either's is near what is right.

    Only those are read that stand under no label or under that of somebody who asks.
    """
    doubtful = [
        i
        for i, unit in enumerate(units)
        if odds[i] < UNMARKED_QUESTION
        and (not named or unit.speaker in named)
        and len(unit.text.split()) >= STATEMENT_WORDS
    ]
    near = reader.cosines([units[i].text for i in doubtful])
    out = list(odds)
    for i, row in zip(doubtful, near, strict=True):
        out[i] -= min(FROM_REFERENCE, max(0.0, SLOPE * (float(row.max(initial=0.0)) - ABOUT)))
    return out


def is_punctuated(units: Sequence[Unit]) -> bool:
    """Whether most sentences end in a mark, as typed text and newer recognisers have them."""
    ended = sum(unit.text.rstrip("\"')\u201d")[-1:] in MARKS for unit in units)
    return 2 * ended >= len(units)


def parted(found: Sequence[Exchange], asking: Asking, threshold: float) -> list[Exchange]:
    """Exchanges in which several questions of the bank are put, one for each of them."""
    out: list[Exchange] = []
    for one in found:
        put = best_reaches(asking, asking.within(one.asking), threshold)
        begin = one.asking[0] if one.asking else 0
        for row, _, _ in put[:-1]:
            end = asking.reaches[row].end
            out.append(Exchange(tuple(i for i in one.asking if begin <= i < end)))
            begin = end
        out.append(one._replace(asking=tuple(i for i in one.asking if i >= begin)))
    return out


def evidence(
    units: Sequence[Unit],
    found: Sequence[Exchange],
    asking: Asking,
    matcher: QuestionMatcher,
    reader: AnswerReader,
    threshold: float,
) -> list[Evidence]:
    """What speaks for each question in each exchange."""
    answers = [" ".join(units[i].text for i in one.answering) for one in found]
    spoken = [n for n, text in enumerate(answers) if text]
    near = np.zeros((len(found), len(matcher.ids)))
    near[spoken] = reader.log_odds([answers[n] for n in spoken])
    out: list[Evidence] = []
    said: frozenset[str] = frozenset()
    replying = False
    for n, one in enumerate(found):
        out.append(
            evidence_of(
                units,
                one,
                asking,
                matcher,
                threshold=threshold,
                answer=near[n],
                said_before=said,
                replying=replying,
            )
        )
        if is_return(" ".join(units[i].text for i in one.asking)):
            _take_up(units, found, out)
        said = content_words(" ".join([*(units[i].text for i in one.asking), answers[n]]))
        replying = answers[n].endswith("?")
    return out


def _take_up(units: Sequence[Unit], found: Sequence[Exchange], so_far: list[Evidence]) -> None:
    """Raises, in the last exchange, the earlier question whose words it takes up."""
    words = [content_words(" ".join(units[i].text for i in one.asking)) for one in found]
    here = len(so_far) - 1
    shared = [len(words[here] & words[n]) for n in range(here - 1)]
    if any(shared):
        earlier = so_far[shared.index(max(shared))]
        state = int((earlier.anew + earlier.answer).argmax())
        so_far[here].anew[state] += TAKEN_UP


def score_of(asking: Asking, exchange: Exchange, state: int) -> float:
    """How well an exchange asks a question, or the best of the bank where it is none's, 0..1."""
    rows = asking.within(exchange.asking)
    if not rows or not asking.own.shape[1]:
        return 0.0
    best = asking.own[rows].max(axis=0)
    return float(best[state] if state < len(best) else best.max())
