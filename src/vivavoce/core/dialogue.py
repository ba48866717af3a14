"""What each stretch of an interview is: question, follow-up, answer, clarifying, aside."""

from __future__ import annotations

from collections.abc import Sequence

from vivavoce.core.asking import (
    content_words,
    is_acknowledgement,
    is_ask,
    is_clarifying,
    is_closing,
    is_lead_in,
    is_reply,
    is_return,
    is_small_talk,
    leans,
    openers,
)
from vivavoce.core.question_matching import (
    Match,
    QuestionMatcher,
    Window,
    sentence_spans,
    sentences,
)
from vivavoce.core.transcript import Asked, Part, Piece
from vivavoce.core.units import Unit

__all__ = ["Dialogue", "Scored", "best"]

SECOND_QUESTION = 0.12
"""How far above the threshold a second question of one turn must be."""
ANNOUNCED = 0.13
"""How far above it a question must be that is named without being asked ("Next: ROC curves")."""
RETURNED = -0.1
"""The same for one that was asked before and is taken up in words such as "back to"."""
MIXED = 0.1
"""The same for one amid what the label gives to a candidate: two voices under one label."""
FOLLOW_UP = 0.1
"""By how much a rubric's follow-up must beat its questions for the turn to be a follow-up."""
FOLLOWS = 0.05
"""How far from the threshold a follow-up of the running question may be."""
UNSURE, MARGIN = 0.06, 0.03
"""Scores this near to the threshold, or to the next question's, ask for a person's eye."""
FRAGMENT_WORDS = 6
LEANING_WORDS = 10
CONNECTIVES = frozenset(("and", "or", "but", "so", "if", "with", "because", "then"))
PROMPT_WORDS = 16
REPLY_WORDS = 15
ANSWER_WORDS = 10
"""Words after a question, under the interviewer's label, from which they may be an answer."""
CLARIFYING_WORDS = 30
NEW_WORDS = 1
"""Content words not heard before that a question may have which leans on the answer so far."""
NEW_WORDS_JOINED = 3
"""The same for one that begins with "and", "but", "so"."""

Scored = list[tuple[Window, Match]]


def best(scored: Scored, threshold: float) -> Scored:
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


class Dialogue:
    """Hears units in order, keeps the question that is running, and notes what each unit is.

    Args:
        threshold: 0..1, the score from which a unit asks a question of the bank.
        candidate: who answers where a label is wrong; "" where several might.
    """

    def __init__(self, matcher: QuestionMatcher, threshold: float, candidate: str = "") -> None:
        self._matcher = matcher
        self._threshold = threshold
        self._candidate = candidate
        self._running: str | None = None
        self._open = False
        self._clarifying = False
        self._answer: set[str] = set()
        self.asked: list[Asked] = []
        self.pieces: list[Piece] = []

    # What an interviewer says.

    def heard_interviewer(self, unit: Unit, scored: Scored) -> None:
        """A turn of somebody who asks."""
        clarifying, self._clarifying = self._clarifying, False
        if is_acknowledgement(unit.text):
            self.note(unit, Part.ASIDE)
            return
        asking = asking_sentences(unit.text)
        prompt = self._running is not None and all(map(is_prompt, asking))
        questions = (
            best(scored, self._threshold)
            or self._named(unit.text, scored, ANNOUNCED, again=False)
            or self._named(unit.text, scored, RETURNED, again=True)
        )
        if questions and not (prompt and questions[0][1].question_id == self._running):
            self._put(unit, questions)
        elif asking:
            replying = clarifying and len(unit.text.split()) <= REPLY_WORDS
            if (self._running is not None and (replying or self.continues(asking, scored))) or (
                self._running is None and self._open and all(map(_hangs_on, asking))
            ):
                self.note(unit, Part.FOLLOW_UP)
            else:
                self.ask([unit], unit.text, None, scored)
        else:
            if is_closing(unit.text):
                self._running, self._open = None, False
            self.note(unit, Part.ASIDE)

    def _put(self, unit: Unit, questions: Scored) -> None:
        """The questions of one turn, and what somebody else may say after the last of them."""
        spans = sentence_spans(unit.text)
        after = spans[questions[-1][0].end :]
        rest = unit.part(after[0][0], after[-1][1]) if after else None
        if rest and not self._is_lost_answer(rest.text):
            rest = None
        last = after[0][0] if rest else len(unit.text)
        begin = 0
        for i, (window, match) in enumerate(questions):
            end = last if i == len(questions) - 1 else spans[window.end][0]
            part = unit.part(begin, len(unit.text[:end].rstrip()))
            begin = end
            said = " ".join(sentences(unit.text)[window.start : window.end])
            said = part.text if len(questions) == 1 else said
            self.ask([part], said, match.question_id, [(window, match)])
        if rest:
            self.answered(rest._replace(speaker=self._candidate))

    def _is_lost_answer(self, text: str) -> bool:
        return len(text.split()) >= ANSWER_WORDS and is_reply(text) and not is_ask(text)

    def _named(self, text: str, scored: Scored, above: float, *, again: bool) -> Scored:
        """A question named without being asked: a new one, or one put before and taken up."""
        if (is_ask(text) and not again) or (again and not is_return(text)):
            return []
        before = {asked.question_id for asked in self.asked}
        named = [
            (window, match)
            for window, match in scored
            if (match.question_id in before) is again
            and match.question_id != (self._running if again else None)
            and match.score >= self._threshold + above
            and match.follow_up < match.score + FOLLOW_UP
        ]
        return [max(named, key=lambda pair: pair[1].score)] if named else []

    def continues(self, asking: Sequence[str], scored: Scored) -> bool:
        """Whether questions without a match of their own go on about the running one."""
        if all(map(is_prompt, asking)):
            return True
        if any(
            match.follows == self._running and match.follow_up >= self._threshold + FOLLOWS
            for _, match in scored
        ):
            return True
        topic = self._matcher.topic(self._running or "")
        words = content_words(" ".join(asking))
        joined = asking[0].split()[0].casefold().strip(",.") in CONNECTIVES
        new = len(words - topic - self._answer)
        if words & topic and (joined or new <= NEW_WORDS_JOINED):
            return True
        return leans(asking[0]) and new <= (NEW_WORDS_JOINED if joined else NEW_WORDS)

    # What a candidate says.

    def heard_candidate(self, unit: Unit, scored: Scored) -> None:
        """A turn of somebody who answers, and questions that stand under the same label."""
        put = {asked.question_id for asked in self.asked}
        mixed = [
            (window, match)
            for window, match in best(scored, self._threshold + MIXED)
            if match.question_id not in put and "?" in window.text
        ]
        spans = sentence_spans(unit.text)
        said = sentences(unit.text)
        begin = 0
        for window, match in mixed:
            first = window.start
            while first > begin and is_lead_in(said[first - 1]):
                first -= 1
            if first > begin:
                self._answering(unit.part(spans[begin][0], spans[first - 1][1]))
            part = unit.part(spans[first][0], spans[window.end - 1][1])
            self.ask([part], part.text, match.question_id, [(window, match)])
            begin = window.end
        if begin < len(spans):
            self._answering(unit.part(spans[begin][0], spans[-1][1]))

    def _answering(self, unit: Unit) -> None:
        """An answer, without the questions about the question before and after it."""
        said, spans = sentences(unit.text), sentence_spans(unit.text)
        first, last = _asked_back(said), len(said) - _asked_back(said[::-1])
        if first >= last or all(map(is_acknowledgement, said[first:last])):
            first = last = len(said) if first or last < len(said) else 0
        if first:
            self.note(unit.part(spans[0][0], spans[first - 1][1]), Part.CLARIFYING)
        if first < len(said):
            last = last or len(said)
            self.answered(unit.part(spans[first][0], spans[last - 1][1]))
            if last < len(said):
                self.note(unit.part(spans[last][0], spans[-1][1]), Part.CLARIFYING)
        self._clarifying = unit.text.rstrip().endswith("?")

    def answered(self, unit: Unit) -> None:
        """Words of an answer; mere acknowledgements are none."""
        if is_acknowledgement(unit.text):
            self.note(unit, Part.ASIDE)
            return
        if self._open:
            self.asked[-1] = self.asked[-1].model_copy(update={"answered": True})
        if not self._open:
            self.note(unit, Part.ASIDE)
            return
        self._answer |= content_words(unit.text)
        self.note(unit, Part.ANSWER, self._taken_up(unit.text) or self._running)

    def _taken_up(self, text: str) -> str | None:
        """The earlier question that a candidate goes back to on their own; None mostly."""
        head = " ".join(sentences(text)[:2])
        if not is_return(head):
            return None
        words = content_words(head)
        before = dict.fromkeys(a.question_id for a in self.asked if a.question_id)
        shared = {q: len(words & self._matcher.topic(q)) for q in before}
        found = max(shared, key=lambda q: shared[q], default=None)
        if found is None or shared[found] <= shared.get(self._running or "", 0):
            return None
        return found

    # Notes.

    def ask(
        self, units: Sequence[Unit], text: str, question_id: str | None, scored: Scored
    ) -> None:
        """Notes a question; what follows answers it."""
        score = max((m.score for _, m in scored), default=0.0)
        margin = max((m.margin for _, m in scored), default=1.0)
        self._running, self._open = question_id, True
        self._answer = set()
        unsure = question_id is not None and (score < self._threshold + UNSURE or margin < MARGIN)
        for unit in units:
            self.note(unit, Part.QUESTION)
        self.asked.append(
            Asked(
                turn=units[0].turn,
                text=text,
                question_id=question_id,
                similarity=score,
                answered=False,
                unsure=unsure,
            )
        )

    def close(self) -> None:
        """Nothing is being answered from here on."""
        self._running, self._open = None, False

    @property
    def running(self) -> str | None:
        """The question of the bank that is being answered."""
        return self._running

    @property
    def is_open(self) -> bool:
        """Whether a question, of the bank or not, is being answered."""
        return self._open

    def note(self, unit: Unit, part: Part, question_id: str | None = None) -> None:
        """Notes what a unit is."""
        belongs = part in (Part.QUESTION, Part.FOLLOW_UP, Part.CLARIFYING)
        self.pieces.append(
            Piece(
                turn=unit.turn,
                start=unit.start,
                end=unit.end,
                part=part,
                speaker=unit.speaker,
                question_id=question_id or (self._running if belongs else None),
            )
        )


def asking_sentences(text: str) -> list[str]:
    """The sentences that ask after something else than the person or the line."""
    return [s for s in sentences(text) if is_ask(s) and not is_small_talk(s)]


def is_prompt(sentence: str) -> bool:
    """Whether a question only keeps an answer going: "can you say more?", "and variance?"."""
    words = sentence.casefold().split()
    if not content_words(sentence):
        return len(words) <= PROMPT_WORDS
    # A fragment leans on what was said before; a sentence with its own opener stands alone.
    joined = words[0].strip(",.") in CONNECTIVES
    limit = LEANING_WORDS if joined else FRAGMENT_WORDS
    return len(words) <= limit and not openers(sentence)


def _hangs_on(sentence: str) -> bool:
    return is_prompt(sentence) or (leans(sentence) and len(content_words(sentence)) <= NEW_WORDS)


def _asked_back(said: Sequence[str]) -> int:
    """How many sentences at the beginning ask how the question is meant, "okay" between them."""
    count = 0
    for n, sentence in enumerate(said, start=1):
        if is_clarifying(sentence) and len(sentence.split()) <= CLARIFYING_WORDS:
            count = n
        elif not is_acknowledgement(sentence):
            break
    return count
