"""Who asks and who answers, sentence by sentence: the likeliest course of a whole interview.

Every sentence gives log-odds for "the one who asks says this", from its form and from what it is
near to. A speaker's label is evidence of the same kind, summed over all that speaker says; where
nobody is named, turn taking stands in for it. A Viterbi pass weighs them together, so that one
rhetorical question makes no interviewer, and a question under the wrong label is still found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from math import log

from vivavoce.core.asking import (
    WORD,
    is_acknowledgement,
    is_ask,
    is_clarifying,
    is_closing,
    is_lead_in,
    is_reply,
    is_return,
    is_small_talk,
)
from vivavoce.core.units import Unit

__all__ = ["asking_speakers", "form_log_odds", "roles"]

# Natural logarithms of odds "said by who asks : said by who answers". Rounded on purpose: they
# order the evidence, and none of them decides alone.
MARKED_QUESTION = 2.5
"""With a question mark: people who answer ask back now and then, mostly with words of their own."""
UNMARKED_QUESTION = 1.3
"""In question form where nothing is punctuated: clauses ("what is left is") look the same."""
CLAUSE = 0.3
"""With a question word amid an unpunctuated stretch, as relative clauses have them."""
IMPERATIVE = 2.0
"""It begins with a request to explain; statements hardly do."""
TO_YOU = 0.7
"""A question to "you"; who answers says "you" for anybody, which is why it is so little."""
ASKED_BACK = -3.0
"""A question about the question: this outweighs its mark."""
GREETING = 0.7
LEADING_IN = 1.6
"""It announces a question, or closes a topic: "let's move on", "next one"."""
PRAISE = 1.0
"""Nothing but "great" or "okay": who listens says it."""
FIRST_PERSON = -0.9
REPLYING = -0.9
"""It begins as replies do: "well", "um, so", "yes"."""
LONG_STATEMENT = -0.8
SHORT_STATEMENT = -0.3
LONG_WORDS = 12

WRONG_LABEL = -4.5
"""Log-probability that the words from here on stand under somebody else's label."""
RIGHT_AGAIN = log(0.5)

CHANGES_AFTER_QUESTION = 0.75
"""Without labels, how often the other voice goes on after a sentence: one that asks,"""
CHANGES_AFTER_STATEMENT = 0.05
CHANGES_AFTER_PAUSE = 0.2
"""one that asks nothing and has a pause behind it,"""
PAUSE_S = 0.3
CHANGES_WITHIN = 0.03
"""one within a paragraph,"""
CHANGES_AT_PARAGRAPH = 0.9
"""and one at its end."""

IMPERATIVES = re.compile(
    r"^(?:(?:so|okay|ok|and|now|then|right|great|well|um+|uh+|please|next|good|alright|all)\W+)*"
    r"(?:(?:explain|describe|define|compare|outline)\s+\w+|(?:name|list|pick|choose|suppose|imagine|"
    r"tell|give|talk|walk|take|say|show)\s+"
    r"(?:me|us|you|a|an|the|some|your|that|how|what|why|through))\b",
    re.IGNORECASE,
)
INVERTED = re.compile(
    r"\b(?:what|how|why|when|where)(?:['\u2019]s|['\u2019]re|\s+(?:is|are|do|does|did|would|can|could|"
    r"should|will)|\s+\w+\s+(?:do|does|did|would|can|could|should|will)\s+(?:you|we|it|they|i))\b"
    r"|\b(?:can|could|would|do|have|are)\s+you\b|\b(?:tell|walk|talk|give)\s+(?:me|us)\b"
    r"|\bwhat\s+about\b",
    re.IGNORECASE,
)
MINE = re.compile(
    r"\b(?:i['\u2019]d|i['\u2019]ve|i['\u2019]ll|i|my|we['\u2019]d|mine)\b", re.IGNORECASE
)
YOURS = re.compile(r"\b(?:you|your|yours|you['\u2019](?:d|re|ve|ll))\b", re.IGNORECASE)


def form_log_odds(sentence: str, *, punctuated: bool = True) -> float:
    """Log-odds, by its wording alone, that the one who asks says a sentence.

    Args:
        punctuated: whether sentences end in marks here, so that a question without one is none.
    """
    if is_acknowledgement(sentence):
        return PRAISE
    if is_clarifying(sentence) and "?" in sentence and not is_small_talk(sentence):
        return ASKED_BACK + MARKED_QUESTION
    if "?" in sentence:
        return MARKED_QUESTION + (TO_YOU if YOURS.search(sentence) else 0.0)
    if IMPERATIVES.search(sentence):
        return IMPERATIVE
    if is_closing(sentence) or is_lead_in(sentence) or _goes_back(sentence):
        return LEADING_IN
    long = len(WORD.findall(sentence)) >= LONG_WORDS
    odds = LONG_STATEMENT if long else SHORT_STATEMENT
    if not punctuated and is_ask(sentence):
        odds = UNMARKED_QUESTION if INVERTED.search(sentence) else CLAUSE
    odds += FIRST_PERSON if MINE.search(sentence) else 0.0
    odds += REPLYING if is_reply(sentence) else 0.0
    return odds + (TO_YOU if YOURS.search(sentence) and not MINE.search(sentence) else 0.0)


def _goes_back(sentence: str) -> bool:
    return is_return(sentence) and len(WORD.findall(sentence)) < LONG_WORDS


def asking_speakers(units: Sequence[Unit], odds: Sequence[float]) -> tuple[str, ...]:
    """The labels of those who ask, the surest first; somebody is left to answer.

    Args:
        odds: of each unit, the log-odds that it is said by who asks.
    """
    total: dict[str, float] = {}
    for unit, value in zip(units, odds, strict=True):
        if unit.speaker:
            total[unit.speaker] = total.get(unit.speaker, 0.0) + value
    ranked = sorted(total, key=lambda label: -total[label])
    asking = ranked[:1] + [label for label in ranked[1:] if total[label] > 0]
    return tuple(asking[: max(1, len(ranked) - 1)])


def roles(
    units: Sequence[Unit], odds: Sequence[float], asking: Collection[str], *, paragraphs: bool
) -> list[bool]:
    """For each unit whether it is said by who asks.

    Args:
        asking: labels of those who ask; empty where nobody is named.
        paragraphs: whether a turn without a label is one voice's, as in a text file.
    """
    if not units:
        return []
    first = _emitted(odds[0])
    wrong = [WRONG_LABEL * (bool(asking) and at != (units[0].speaker in asking)) for at in (0, 1)]
    best = (first[0] + wrong[0], first[1] + wrong[1])
    back: list[tuple[int, int]] = []
    for before, unit, value, earlier in zip(units, units[1:], odds[1:], odds, strict=False):
        said = _emitted(value)
        step: list[int] = []
        now: list[float] = []
        for to in (0, 1):
            ways = [
                best[at] + _transition(before, unit, at, to, earlier, asking, paragraphs)
                for at in (0, 1)
            ]
            step.append(int(ways[1] > ways[0]))
            now.append(max(ways) + said[to])
        back.append((step[0], step[1]))
        best = (now[0], now[1])
    state = int(best[1] > best[0])
    path = [state]
    for two in reversed(back):
        state = two[state]
        path.append(state)
    return [bool(one) for one in reversed(path)]


def _emitted(odds: float) -> tuple[float, float]:
    return -odds / 2, odds / 2


def _transition(
    before: Unit,
    unit: Unit,
    at: int,
    to: int,
    earlier: float,
    asking: Collection[str],
    paragraphs: bool,
) -> float:
    """Log-probability that the voice goes from `at` to `to`, 1 for who asks."""
    if asking:
        was_wrong = at != (before.speaker in asking)
        is_wrong = to != (unit.speaker in asking)
        if is_wrong and (not was_wrong or unit.speaker != before.speaker):
            return WRONG_LABEL
        return RIGHT_AGAIN if was_wrong and not is_wrong else 0.0
    if paragraphs:
        changes = CHANGES_WITHIN if unit.turn == before.turn else CHANGES_AT_PARAGRAPH
    else:
        asked = at == 1 and earlier >= UNMARKED_QUESTION
        paused = unit.pause_s is not None and unit.pause_s >= PAUSE_S
        changes = CHANGES_AFTER_PAUSE if paused else CHANGES_AFTER_STATEMENT
        changes = CHANGES_AFTER_QUESTION if asked else changes
    return log(changes if at != to else 1 - changes)
