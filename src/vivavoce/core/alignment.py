"""Transcript turns to (question, answer) pairs.

The interviewer's turns are matched with the bank's questions; what the others say until the
next question is the answer. Back-channels ("mm-hm") and short prompts ("and variance?") leave
an answer running; a question that is not in the bank ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.answer import Answer, Segment
from vivavoce.core.asking import (
    content_words,
    is_acknowledgement,
    is_ask,
    is_closing,
    is_small_talk,
    openers,
)
from vivavoce.core.question_matching import Match, QuestionMatcher, Window, sentences, windows
from vivavoce.core.rubric import Bank
from vivavoce.core.speakers import asking_by_content, asking_by_label, speakers
from vivavoce.core.transcript import Alignment, Asked, Transcript, Turn

__all__ = ["THRESHOLD", "align"]

THRESHOLD = 0.45
"""Of the shipped bank's wordings, each held out in turn, 89% are matched rightly and 3% wrongly
from this score on; of 45 off-bank questions, most about neighbouring subjects, 16% are taken
for one of the bank (all-MiniLM-L6-v2; a test repeats part of this)."""
SECOND_QUESTION = 0.12
"""How far above the threshold a second question of one turn must be."""
ANNOUNCED = 0.13
"""How far above it a question must be that is named without being asked ("Next: ROC curves")."""
UNLABELLED = 0.05
"""How far above it a question must be where no labels tell who speaks."""
FOLLOW_UP = 0.1
"""By how much a rubric's follow-up must beat its questions for the turn to be a follow-up."""
FRAGMENT_WORDS = 6
LEANING_WORDS = 10
CONNECTIVES = frozenset(("and", "or", "but", "so", "if", "with", "because", "then"))
PROMPT_WORDS = 16
REPLY_WORDS = 15

Scored = list[tuple[Window, Match]]


def align(
    transcript: Transcript,
    bank: Bank,
    similarity: Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]],
    *,
    interviewer: str | None = None,
    threshold: float = THRESHOLD,
) -> Alignment:
    """Finds the bank's questions in a transcript and who answered each with what words.

    Without speaker labels, turns that ask a question of the bank are taken as the
    interviewer's and all others as the answer.

    Args:
        similarity: (n texts, m questions) -> cosines, shape (n, m).
        interviewer: label of the speaker who asks; found from labels or content where None.
        threshold: 0..1, the score from which a turn is taken to ask a question of the bank.

    Returns:
        Answers in the order in which their questions were first asked, one for each question
        and candidate; a question asked again adds to the earlier answer.

    Raises:
        InputError: nobody is called `interviewer`.
    """
    labels = speakers(transcript)
    asking = asking_by_label(transcript, interviewer)
    solo = not labels[1:] and not asking
    scored = _score(transcript, QuestionMatcher(bank, similarity), set(asking))
    if not asking and not solo:
        found = {
            i: [m.question_id or "" for _, m in _best(s, threshold)] for i, s in scored.items()
        }
        asking = asking_by_content(transcript, found)
    walk = _Walk(transcript, threshold + (UNLABELLED if solo else 0.0))
    for index, turn in enumerate(transcript.turns):
        if solo:
            walk.heard_unlabelled(index, scored.get(index, []))
        elif turn.speaker in asking:
            walk.heard_interviewer(index, scored.get(index, []))
        elif turn.speaker:
            walk.heard_candidate(index)
    return Alignment(
        transcript=transcript.name,
        interviewer=", ".join(asking),
        answers=walk.answers(),
        asked=walk.questions(),
    )


def _score(transcript: Transcript, matcher: QuestionMatcher, asking: set[str]) -> dict[int, Scored]:
    """Windows of every turn that may ask, with their matches; all in one call."""
    found = [
        (index, window)
        for index, turn in enumerate(transcript.turns)
        if not asking or turn.speaker in asking
        if not is_acknowledgement(turn.text)
        for window in windows(turn.text)
        if asking or window.asks
    ]
    matches = matcher.match([window.text for _, window in found])
    scored: dict[int, Scored] = {}
    for (index, window), match in zip(found, matches, strict=True):
        scored.setdefault(index, []).append((window, match))
    return scored


def _best(scored: Scored, threshold: float) -> Scored:
    """The questions of the bank that a turn asks, in the order of its sentences."""
    asking = [
        (window, match)
        for window, match in scored
        if window.asks
        and match.question_id is not None
        and match.score >= threshold
        and match.follow_up < match.score + FOLLOW_UP
        and not is_small_talk(window.text)
    ]
    asking.sort(key=lambda pair: (-pair[1].score, len(pair[0].text)))
    chosen: Scored = []
    for window, match in asking:
        needed = threshold + (SECOND_QUESTION if chosen else 0.0)
        apart = all(window.end <= w.start or w.end <= window.start for w, _ in chosen)
        new = all(match.question_id != m.question_id for _, m in chosen)
        if match.score >= needed and apart and new:
            chosen.append((window, match))
    return sorted(chosen, key=lambda pair: pair[0].start)


def _asking_sentences(text: str) -> list[str]:
    """The sentences that ask after something else than the person or the line."""
    return [s for s in sentences(text) if is_ask(s) and not is_small_talk(s)]


def _is_prompt(sentence: str) -> bool:
    """Whether a question only keeps an answer going: "can you say more?", "and variance?"."""
    words = sentence.casefold().split()
    if not content_words(sentence):
        return len(words) <= PROMPT_WORDS
    # A fragment leans on what was said before; a sentence with its own opener stands alone.
    leans = words[0].strip(",.") in CONNECTIVES
    limit = LEANING_WORDS if leans else FRAGMENT_WORDS
    return len(words) <= limit and not openers(sentence)


class _Walk:
    """Reads turns in order and keeps the question that is running."""

    def __init__(self, transcript: Transcript, threshold: float) -> None:
        self._transcript = transcript
        self._threshold = threshold
        self._asked: list[Asked] = []
        self._running: str | None = None
        self._open = False
        self._spoken: dict[str, dict[str, list[Turn]]] = {}
        self._clarifying = False

    def heard_interviewer(self, index: int, scored: Scored) -> None:
        """A turn of somebody who asks."""
        text = self._transcript.turns[index].text
        clarifying, self._clarifying = self._clarifying, False
        if is_acknowledgement(text):
            return
        asking = _asking_sentences(text)
        prompt = self._running is not None and all(map(_is_prompt, asking))
        questions = _best(scored, self._threshold) or self._announced(text, scored)
        if questions and not (prompt and questions[0][1].question_id == self._running):
            parts = sentences(text)
            for window, match in questions:
                said = " ".join(parts[window.start : window.end])
                said = text if len(questions) == 1 else said
                self._ask(index, said, match.question_id, match.score)
        elif asking:
            reply = clarifying and self._running is not None and len(text.split()) <= REPLY_WORDS
            if not (reply or prompt):
                self._ask(index, text, None, max((m.score for _, m in scored), default=0.0))
        elif is_closing(text):
            self._running, self._open = None, False

    def heard_candidate(self, index: int) -> None:
        """A turn of somebody who answers."""
        turn = self._transcript.turns[index]
        self._clarifying = turn.text.rstrip().endswith("?")
        if self._open and not is_acknowledgement(turn.text):
            self._asked[-1] = self._asked[-1].model_copy(update={"answered": True})
        if self._running is not None:
            said = self._spoken.setdefault(self._running, {})
            said.setdefault(turn.speaker, []).append(turn)

    def heard_unlabelled(self, index: int, scored: Scored) -> None:
        """A turn of nobody knows whom: a question of the bank, one to "you", or an answer."""
        text = self._transcript.turns[index].text
        if questions := _best(scored, self._threshold):
            match = questions[-1][1]
            self._ask(index, text, match.question_id, match.score)
            return
        words = text.casefold().split()
        to_you = any(word.startswith("you") for word in words) and "?" in text
        asking = [s for s in _asking_sentences(text) if not _is_prompt(s)]
        if to_you and len(words) >= FRAGMENT_WORDS and asking:
            self._ask(index, text, None, max((m.score for _, m in scored), default=0.0))
        else:
            self.heard_candidate(index)

    def questions(self) -> tuple[Asked, ...]:
        """Every question heard; one that was asked twice is answered if either time was."""
        answered = {a.question_id for a in self._asked if a.question_id and a.answered}
        return tuple(
            a.model_copy(update={"answered": True}) if a.question_id in answered else a
            for a in self._asked
        )

    def answers(self) -> tuple[Answer, ...]:
        """One for each question and candidate who said more than "sure"."""
        out: list[Answer] = []
        for question in dict.fromkeys(a.question_id for a in self._asked):
            said = {
                candidate: turns
                for candidate, turns in self._spoken.get(question or "", {}).items()
                if not all(is_acknowledgement(turn.text) for turn in turns)
            }
            for candidate, turns in said.items():
                name = f"{self._transcript.name}#{question}"
                out.append(
                    _answer(
                        question or "",
                        candidate,
                        turns,
                        answer_id=name if len(said) == 1 else f"{name}#{candidate}",
                        file=self._transcript.name,
                    )
                )
        return tuple(out)

    def _announced(self, text: str, scored: Scored) -> Scored:
        """A question named without being asked, that has not been put before."""
        before = {asked.question_id for asked in self._asked}
        named = [
            (window, match)
            for window, match in scored
            if match.question_id not in before
            and match.score >= self._threshold + ANNOUNCED
            and match.follow_up < match.score + FOLLOW_UP
        ]
        return [max(named, key=lambda pair: pair[1].score)] if named and not is_ask(text) else []

    def _ask(self, index: int, text: str, question_id: str | None, score: float) -> None:
        self._running, self._open = question_id, True
        self._asked.append(
            Asked(turn=index, text=text, question_id=question_id, similarity=score, answered=False)
        )


def _answer(
    question: str, candidate: str, turns: Sequence[Turn], *, answer_id: str, file: str
) -> Answer:
    """The turns joined line by line, with every cue's time at its place."""
    segments: list[Segment] = []
    start = 0
    for turn in turns:
        segments.extend(
            cue.model_copy(update={"start": cue.start + start, "end": cue.end + start})
            for cue in _cues(turn)
        )
        start += len(turn.text) + 1
    return Answer(
        question=question,
        text="\n".join(turn.text for turn in turns),
        id=answer_id,
        candidate=candidate,
        source=f"{file}, {_place(turns[0])}",
        segments=tuple(segments),
    )


def _cues(turn: Turn) -> Iterable[Segment]:
    if turn.segments or turn.from_s is None:
        return turn.segments
    return (Segment(start=0, end=len(turn.text), from_s=turn.from_s, to_s=turn.to_s),)


def _place(turn: Turn) -> str:
    if turn.from_s is None:
        return f"line {turn.line}" if turn.line else "no place known"
    whole = int(turn.from_s)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
