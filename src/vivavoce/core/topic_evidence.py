"""What speaks for each question of the bank in an exchange: the asking, and the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np

from vivavoce.core.asking import (
    content_words,
    is_ask,
    is_closing,
    is_lead_in,
    is_return,
    is_small_talk,
    leans,
    openers,
)
from vivavoce.core.exchanges import Exchange, Reach
from vivavoce.core.question_matching import QuestionMatcher
from vivavoce.core.topic_path import Evidence
from vivavoce.core.units import Unit
from vivavoce.core.vectors import FloatArray

__all__ = ["Asking", "best_reaches", "evidence_of", "is_prompt"]

GOES_ON = log(0.5)
"""Half of what an interviewer says keeps an answer going,"""
ANEW = log(0.25)
"""and what asks anew is as often in the bank as not."""
SLOPE = 12.0
"""Log-odds a unit of score above the threshold: 0.2 above it is eleven to one."""
BELOW = 8.0
"""The same below it: questions told as a story share little with any wording."""
STANDS_OUT = 10.0
"""The same a unit of score by which the best question beats the next."""
MARGIN = 0.05
"""A margin that says nothing."""
STRONGEST = 5.0
UNASKED = 0.13
"""How far above the threshold a question must be that is named without being asked."""
RETURNED = -0.1
"""The same where it is taken up in words such as "back to"."""
FOLLOW_UP = 0.1
"""By how much a rubric's follow-up must beat its questions to be no question of its own."""
SECOND_QUESTION = 0.12
"""How far above the threshold a second question of one turn must be."""

KEEPS_ON = 3.0
"""A prompt ("and why?"), which asks nothing of its own,"""
REMARK = 1.5
"""and a remark, which may yet name a question ("now your favourite algorithm")."""
DIGRESSION = 0.6
"""How much of what an answer says against a question is void after a follow-up to it."""
OWN_CONTENT = -2.0
"""A question with words of its own, which mostly begins something else."""
JOINED = 0.7
"""It begins with "and", "but", "what about"."""
ABOUT = re.compile(r"^(?:what|how) about\b", re.IGNORECASE)
LEANING = 1.0
"""It points at what was said ("and how would you measure that?")."""
SAME_WORDS = 1.5
"""It has hardly a word that was not said before,"""
SAME_TOPIC = 1.2
"""or one that tells the running question from the others."""
CLOSES = 4.0
NEVER = -12.0

FRAGMENT_WORDS = 6
LEANING_WORDS = 10
PROMPT_WORDS = 16
REPLY_WORDS = 15
TOLD_WORDS = 3
NEW_WORDS = 1
NEW_WORDS_JOINED = 3
CONNECTIVES = frozenset(("and", "or", "but", "so", "if", "with", "because", "then"))


class Asking(NamedTuple):
    """The stretches in which questions may be put, with their scores.

    Attributes:
        own, follow: for each reach and question, of the question and of its follow-ups, 0..1.
    """

    reaches: list[Reach]
    own: FloatArray
    follow: FloatArray

    def within(self, positions: Sequence[int]) -> list[int]:
        """Rows of the reaches that lie wholly in a run of positions."""
        if not positions:
            return []
        first, last = positions[0], positions[-1] + 1
        return [n for n, r in enumerate(self.reaches) if first <= r.start and r.end <= last]


def best_reaches(
    asking: Asking, rows: Sequence[int], threshold: float
) -> list[tuple[int, int, float]]:
    """The questions of the bank that a run of units puts: (row, question, score), in order."""
    found: list[tuple[float, int, int, int]] = []
    for n in rows:
        reach = asking.reaches[n]
        score, question = _score(asking, n)
        if reach.asks and score >= threshold:
            found.append((-score, len(reach.text), n, question))
    chosen: list[tuple[int, int, float]] = []
    for negative, _, n, question in sorted(found):
        needed = threshold + (SECOND_QUESTION if chosen else 0.0)
        apart = all(
            asking.reaches[n].end <= asking.reaches[m].start
            or asking.reaches[m].end <= asking.reaches[n].start
            for m, _, _ in chosen
        )
        if -negative >= needed and apart and all(question != q for _, q, _ in chosen):
            chosen.append((n, question, -negative))
    return sorted(chosen, key=lambda one: asking.reaches[one[0]].start)


def _score(asking: Asking, row: int) -> tuple[float, int]:
    """The best question for a reach, with its score; 0 for small talk and for follow-ups."""
    own = asking.own[row]
    if not own.size or is_small_talk(asking.reaches[row].text):
        return 0.0, 0
    question = int(own.argmax())
    score = float(own[question])
    follows = float(asking.follow[row].max()) >= score + FOLLOW_UP
    return (0.0 if follows else score), question


def evidence_of(
    units: Sequence[Unit],
    exchange: Exchange,
    asking: Asking,
    matcher: QuestionMatcher,
    *,
    threshold: float,
    answer: FloatArray,
    said_before: frozenset[str],
    replying: bool,
) -> Evidence:
    """Log-probabilities of one exchange for every question, for none of them, and for nothing.

    Args:
        answer: log-odds of what is said to it, one a question.
        said_before: content words of the answer so far.
        replying: whether the candidate has just asked how the question is meant.
    """
    count = len(matcher.ids)
    anew = np.full(count + 2, NEVER)
    goes_on = np.full(count + 2, GOES_ON)
    texts = [units[i].text for i in exchange.asking]
    questions = [t for t in texts if is_ask(t) and not is_small_talk(t)]
    rows = asking.within(exchange.asking)
    if rows and count:
        anew[:count] = ANEW + _put(asking, rows, threshold, " ".join(texts))
    told = [t for t in texts if t not in questions and _tells(t)]
    mere = not questions or (all(map(is_prompt, questions)) and not told)
    if mere:
        goes_on += KEEPS_ON if questions else REMARK
    elif replying and sum(len(t.split()) for t in texts) <= REPLY_WORDS:
        goes_on += KEEPS_ON / 2
    if questions:
        anew[count] = ANEW
        goes_on[count + 1] = NEVER
        if not mere:
            _lean(goes_on, [*told, *questions], matcher, said_before)
            if rows and count:
                # The question itself resembles its follow-ups; only what beats it is one.
                least = max(threshold, float(asking.own[rows].max()))
                above = SLOPE * (asking.follow[rows].max(axis=0) - least)
                goes_on[:count] += np.clip(above, 0.0, STRONGEST)
    if any(map(is_closing, texts)):
        anew[count + 1] = ANEW + (0.0 if questions else CLOSES)
    goes_on[:count] -= DIGRESSION * np.minimum(answer, 0.0)
    return Evidence(anew, goes_on, np.concatenate([answer, np.zeros(2)]))


def _put(asking: Asking, rows: Sequence[int], threshold: float, text: str) -> FloatArray:
    """Log-odds that each question is put in these reaches."""
    scores = np.zeros((len(rows), asking.own.shape[1]))
    named = RETURNED if is_return(text) else UNASKED
    for k, n in enumerate(rows):
        reach, own = asking.reaches[n], asking.own[n]
        follows = asking.follow[n].max() >= own.max() + FOLLOW_UP
        if not follows and not is_small_talk(reach.text):
            scores[k] = own - (0.0 if reach.asks else named)
    above = scores.max(axis=0) - threshold
    best = scores.max(axis=0)
    first, second = (np.sort(best)[[-1, -2]]) if len(best) > 1 else (best[0], 0.0)
    # One question of the bank that stands out is more likely meant than one of several.
    apart = STANDS_OUT * (np.where(best == first, first - second, 0.0) - MARGIN)
    steep = np.where(above > 0, SLOPE, BELOW)
    return np.asarray(np.clip(steep * above + np.clip(apart, -1.0, 1.0), NEVER, STRONGEST))


def _tells(text: str) -> bool:
    """Whether a sentence without a question says something that a question may be about."""
    return not is_lead_in(text) and len(content_words(text)) >= TOLD_WORDS


def _lean(
    goes_on: FloatArray,
    questions: Sequence[str],
    matcher: QuestionMatcher,
    said_before: frozenset[str],
) -> None:
    """How much a question of its own words hangs on what was said before."""
    words = content_words(" ".join(questions))
    joined = questions[0].split()[0].casefold().strip(",.") in CONNECTIVES
    goes_on += OWN_CONTENT + (JOINED if joined or ABOUT.search(questions[0]) else 0.0)
    few = NEW_WORDS_JOINED if joined else NEW_WORDS
    for at, name in enumerate((*matcher.ids, "")):
        topic = matcher.topic(name) if name else frozenset()
        # They come together, so that the strongest speaks for all.
        goes_on[at] += max(
            LEANING * leans(questions[0]),
            SAME_WORDS * (len(words - topic - said_before) <= few),
            SAME_TOPIC * bool(words & topic),
        )


def is_prompt(sentence: str) -> bool:
    """Whether a question only keeps an answer going: "can you say more?", "and variance?"."""
    words = sentence.casefold().split()
    if not content_words(sentence):
        return len(words) <= PROMPT_WORDS
    # A fragment leans on what was said before; a sentence with its own opener stands alone.
    joined = words[0].strip(",.") in CONNECTIVES
    limit = LEANING_WORDS if joined else FRAGMENT_WORDS
    return len(words) <= limit and not openers(sentence)
