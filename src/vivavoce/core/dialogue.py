"""Exchanges and their questions as pieces: question, follow-up, answer, clarifying, aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vivavoce.core.asking import (
    content_words,
    is_ask,
    is_courtesy,
    is_return,
    is_small_talk,
)
from vivavoce.core.exchanges import Exchange, asked_back, runs
from vivavoce.core.question_matching import QuestionMatcher
from vivavoce.core.topic_path import Step
from vivavoce.core.transcript import Asked, Part, Piece
from vivavoce.core.units import Unit

__all__ = ["Dialogue"]

UNSURE = 1.0
"""Log-odds against the next best reading of an exchange under which a person should look."""


class Dialogue:
    """Notes what each unit is, exchange by exchange in order.

    Args:
        units: all of them.
        matcher: knows the words that tell a question of the bank from the others.
        candidate: who answers where a label is wrong; "" where several might.
    """

    def __init__(
        self, units: Sequence[Unit], matcher: QuestionMatcher, candidate: str = ""
    ) -> None:
        self._units = units
        self._matcher = matcher
        self._candidate = candidate
        self._running: str | None = None
        self._open = False
        self._answered = False
        self._noted: dict[int, tuple[Part, str, str | None]] = {}
        self.asked: list[Asked] = []

    def heard(
        self,
        exchange: Exchange,
        step: Step,
        score: float,
        strangers: frozenset[int] = frozenset(),
    ) -> None:
        """Notes one exchange.

        Args:
            step: what the path has for it.
            score: 0..1, how well it matches the path's question, or the best of the bank.
            strangers: positions that stand under the label of somebody who asks and are answers.
        """
        outside = len(self._matcher.ids)
        question = self._matcher.ids[step.state] if step.state < outside else None
        texts = [self._units[i].text for i in exchange.asking]
        asks = any(is_ask(t) and not is_small_talk(t) for t in texts)
        if step.state > outside:
            self._running, self._open = None, False
            self._note(exchange.asking, Part.ASIDE)
        elif step.anew and (asks or question != self._running):
            self._ask(exchange, question, score, step.margin)
        elif asks:
            self._note(exchange.asking, Part.FOLLOW_UP, self._running)
        else:
            self._note(exchange.asking, Part.ASIDE)
        self._note(exchange.heard, Part.ASIDE)
        for run in runs(self._units, exchange.answering):
            self._answer(run, strangers)

    def pieces(self) -> list[Piece]:
        """The units' notes, neighbours of one kind in one turn joined."""
        out: list[Piece] = []
        for i in sorted(self._noted):
            unit, (part, speaker, question) = self._units[i], self._noted[i]
            piece = Piece(
                turn=unit.turn,
                start=unit.start,
                end=unit.end,
                part=part,
                speaker=speaker,
                question_id=question,
            )
            if out and out[-1].model_copy(update={"start": unit.start, "end": unit.end}) == piece:
                out[-1] = out[-1].model_copy(update={"end": unit.end})
            else:
                out.append(piece)
        return out

    def _ask(self, exchange: Exchange, question: str | None, score: float, margin: float) -> None:
        self._running, self._open, self._answered = question, True, False
        self._note(exchange.asking, Part.QUESTION, question)
        self.asked.append(
            Asked(
                turn=self._units[exchange.asking[0]].turn,
                text=" ".join(self._units[i].text for i in exchange.asking),
                question_id=question,
                similarity=min(1.0, max(0.0, score)),
                answered=False,
                unsure=question is not None and margin < UNSURE,
            )
        )

    def _answer(self, run: Sequence[int], strangers: frozenset[int]) -> None:
        """What one candidate says without a break, without questions about the question."""
        back = asked_back([*self._units], run, answered=self._answered)
        question = self._running
        for i in run:
            unit = self._units[i]
            speaker = (self._candidate or unit.speaker) if i in strangers else unit.speaker
            if i in back:
                self._note([i], Part.CLARIFYING, question)
            elif not self._open or self._says_nothing(run, back):
                self._note([i], Part.ASIDE)
            else:
                question = self._taken_up(unit.text, question)
                self._note([i], Part.ANSWER, question, speaker)
                self.asked[-1] = self.asked[-1].model_copy(update={"answered": True})
                self._answered = True

    def _says_nothing(self, run: Sequence[int], back: Iterable[int]) -> bool:
        left = set(run) - set(back)
        return all(is_courtesy(self._units[i].text) for i in left)

    def _taken_up(self, text: str, running: str | None) -> str | None:
        """The earlier question that a candidate goes back to on their own; mostly the running."""
        if not is_return(text):
            return running
        words = content_words(text)
        before = dict.fromkeys(a.question_id for a in self.asked if a.question_id)
        shared = {q: len(words & self._matcher.topic(q)) for q in before}
        found = max(shared, key=lambda q: shared[q], default=None)
        if found is None or shared[found] <= shared.get(running or "", 0):
            return running
        return found

    def _note(
        self,
        positions: Iterable[int],
        part: Part,
        question: str | None = None,
        speaker: str | None = None,
    ) -> None:
        for i in positions:
            who = self._units[i].speaker if speaker is None else speaker
            self._noted[i] = (part, who, question)
