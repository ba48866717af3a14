"""What the page asks for, done with the parts that the settings name. No HTTP here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from vivavoce.core.answer import Answer
from vivavoce.core.delivery import deliver
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.hot_words import hot_words
from vivavoce.core.practice import is_scored
from vivavoce.core.results import Recorded
from vivavoce.core.rubric import Rubric
from vivavoce.errors import BackendError, InputError, UnknownQuestionError, VivaError
from vivavoce.ports import LocalTranscriber, Transcriber
from vivavoce.services.practice import Draw, progress
from vivavoce.services.practice import Order as DrawOrder
from vivavoce.services.spoken import grade_recording
from vivavoce.web.kept import kept_recording
from vivavoce.web.schemas import (
    AttemptLine,
    Drawn,
    Graded,
    History,
    Listened,
    Questions,
    QuestionView,
    Transcribed,
)
from vivavoce.wiring.practice import local_now
from vivavoce.wiring.serving import Parts

__all__ = ["RECORDING", "Tell", "Work"]

RECORDING = "recording"
"""What an uploaded recording is called; the browser's name for it is never used."""
NEWEST = 50

Tell = Callable[[str, dict[str, Any]], None]
"""Takes the name of an event and its values while the work goes on."""


class Work:
    """Questions, grades and history for the page and for programs."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def questions(self) -> Questions:
        """The bank's questions."""
        return Questions(questions=tuple(question_view(r) for r in self.parts.bank.rubrics))

    def draw(
        self, order: str, topic: str | None, difficulty: int | None, leave_out: str | None
    ) -> Drawn:
        """A question to answer now.

        Args:
            leave_out: id of the question that was just asked, which is not drawn again.
        """
        practice = self.parts.practice
        wanted = Draw(DrawOrder(order), topic, difficulty, None, 2)
        found = next((r for r in practice.draw(wanted) if r.id != leave_out), None)
        if found:
            return Drawn(question=question_view(found))
        soonest = practice.next_due() if order == "due" else None
        if soonest is None:
            return Drawn(question=None, note="No question fits this choice.")
        when = soonest.astimezone().strftime("%Y-%m-%d %H:%M")
        return Drawn(question=None, note=f"Nothing is due before {when}.")

    def grade_text(self, question: str, text: str) -> Graded:
        """A typed answer's grade, which is not kept.

        Raises:
            UnknownQuestionError: the bank has no such id.
        """
        rubric = self.rubric(question)
        return _graded(self.parts.grader.grade(rubric, Answer(question=rubric.id, text=text)), None)

    def grade_audio(self, question: str, content: bytes) -> Graded:
        """A recording's grade, which is not kept; nor is the recording.

        Raises:
            UnknownQuestionError: the bank has no such id.
            AnswerFileError: it is no recording, or too long.
            BackendError: the recogniser is not at hand or failed.
        """
        rubric, listener = self.rubric(question), self.listener()
        with kept_recording(content) as file:
            result, recorded = grade_recording(
                rubric,
                file,
                listener,
                self.parts.grader,
                source=RECORDING,
                bands=self.parts.bands,
            )
        return _graded(result, recorded)

    def transcribe(self, question: str | None, content: bytes) -> Transcribed:
        """A recording's words and delivery, ungraded.

        Raises:
            See `grade_audio`.
        """
        rubric = self.rubric(question) if question else None
        with kept_recording(content) as file:
            speech = self.listener().transcribe(
                file, hot_words=hot_words(rubric.question) if rubric else ""
            )
        seconds = rubric.seconds if rubric else None
        delivery = deliver(speech, seconds=seconds, bands=self.parts.bands)
        return Transcribed(recorded=Recorded(source=RECORDING, speech=speech, delivery=delivery))

    @property
    def listens_along(self) -> bool:
        """Whether a recording can be listened to while it goes on."""
        return isinstance(self.parts.transcriber, LocalTranscriber)

    def prepare(self) -> None:
        """Loads the recogniser; what is wrong with it is told where it is used."""
        listener = self.parts.transcriber
        if isinstance(listener, LocalTranscriber):
            with suppress(VivaError):
                listener.prepare()

    def listen(self, question: str, content: bytes) -> Listened:
        """What is heard so far of a recording that goes on; the recogniser remembers it.

        Raises:
            See `grade_audio`; also InputError: the recogniser would hear all of it again later.
        """
        rubric, listener = self.rubric(question), self.listener()
        if not isinstance(listener, LocalTranscriber):
            raise InputError("Only a recogniser on this machine listens while you speak.")
        with kept_recording(content) as file:
            speech = listener.transcribe(file, hot_words=hot_words(rubric.question))
        return Listened(text=speech.text)

    def history(self, question: str | None = None) -> History:
        """Progress, and the newest attempts, of one question where it is named."""
        parts = self.parts
        if question is not None:
            self.rubric(question)
        marks = parts.store.marks(question)
        lines = [
            AttemptLine(
                id=m.id,
                question_id=m.question_id,
                at=m.at,
                score=m.score,
                finished=m.finished,
                follow_up=m.follow_up,
            )
            for m in reversed(marks[-NEWEST:])
        ]
        now = progress(parts.store, parts.bank, parts.schedule, local_now())
        return History(progress=now, attempts=tuple(lines))

    def rubric(self, question: str) -> Rubric:
        """The rubric with this id.

        Raises:
            UnknownQuestionError: the bank has none.
        """
        rubric = self.parts.bank.get(question)
        if rubric is None:
            raise UnknownQuestionError("No question of the bank has this id. See /api/questions.")
        return rubric

    def listener(self) -> Transcriber:
        """The recogniser.

        Raises:
            BackendError: none is at hand; the message says what to do.
        """
        if self.parts.transcriber is None:
            raise BackendError(self.parts.deaf or "No recogniser is set up.")
        return self.parts.transcriber


def question_view(rubric: Rubric) -> QuestionView:
    """A rubric's question."""
    return QuestionView(
        id=rubric.id,
        number=rubric.number,
        question=rubric.question,
        category=rubric.category.value,
        kind=rubric.kind.value,
        difficulty=rubric.difficulty,
        seconds=rubric.seconds,
    )


def _graded(result: Grade | Ungraded, recorded: Recorded | None) -> Graded:
    if isinstance(result, Grade):
        return Graded(
            grade=result,
            needs_review=result.needs_review or not is_scored(result),
            ungraded=None,
            recorded=recorded,
        )
    return Graded(grade=None, needs_review=True, ungraded=result.reason, recorded=recorded)
