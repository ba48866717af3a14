"""Answers given on the page: graded, kept in the history, and shown with the attempt before."""

from __future__ import annotations

from pathlib import Path

from vivavoce.adapters.recordings import erase
from vivavoce.core.answer import Answer
from vivavoce.core.delivery import deliver
from vivavoce.core.hot_words import hot_words
from vivavoce.core.practice import Attempt, Mode
from vivavoce.core.rubric import Rubric
from vivavoce.core.speech import Word
from vivavoce.errors import AnswerFileError, InputError, TranscriberError, VivaError
from vivavoce.reports.attempt_view import AttemptView, DeliveryView, attempt_view, delivery_view
from vivavoce.web.kept import save_recording
from vivavoce.web.work import Tell, Work

__all__ = ["Attempts"]


class Attempts:
    """Typed and spoken answers; what was said is saved before it is graded."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._parts = work.parts

    def typed(self, question: str, text: str, follows: str | None) -> AttemptView:
        """A typed answer graded and kept.

        Raises:
            UnknownQuestionError: the bank has no such id.
            InputError: there are no words, or there is nothing to follow up.
            HistoryError: it could not be saved.
        """
        rubric = self._work.rubric(question)
        if not text.strip():
            raise InputError("The answer is empty. Say or type something first.")
        before, asked = self._followed(rubric, follows)
        practice = self._parts.practice
        attempt = practice.begin(rubric, Mode.TYPED, follows=before, asked=asked)
        answer = Answer(question=rubric.id, text=text)
        return self._view(rubric, practice.finish(attempt, rubric, answer, follows=before))

    def spoken(self, question: str, content: bytes, follows: str | None, tell: Tell) -> AttemptView:
        """A recording heard, graded and kept; its words are told as they are heard.

        Where it cannot be heard the recording stays and the attempt says why.

        Raises:
            UnknownQuestionError: the bank has no such id.
            InputError: it is no recording, or there is nothing to follow up.
            BackendError: the recogniser is not at hand or failed.
            HistoryError: it could not be saved.
        """
        rubric = self._work.rubric(question)
        before, asked = self._followed(rubric, follows)
        listener, practice = self._work.listener(), self._parts.practice
        path = save_recording(content, self._parts.recordings)
        attempt = practice.begin(rubric, Mode.SPOKEN, audio=str(path), follows=before, asked=asked)

        def on_words(words: tuple[Word, ...]) -> None:
            tell("heard", {"text": " ".join(w.text for w in words)})

        try:
            speech = listener.transcribe(
                path, hot_words=hot_words(rubric.question), on_words=on_words
            )
        except AnswerFileError as exc:
            said = str(exc).replace(str(path), "The recording")
            self._discard(practice.leave(attempt, said), path)
            raise AnswerFileError(said) from exc
        except VivaError as exc:
            said = str(exc).replace(str(path), "The recording")
            practice.leave(attempt, f"{said} The recording is kept: {path}")
            # Who sent it learns no path of this machine; the history has it.
            raise TranscriberError(f"{said} It is kept; see viva history export.") from exc
        delivery = deliver(speech, seconds=rubric.seconds, bands=self._parts.bands)
        tell("heard", {"text": speech.text})
        if not speech.words:
            reason = (
                f"No words were heard in {speech.duration_s:.0f} s of sound. Check that the "
                "microphone was on, and record it again."
            )
            done = self._discard(practice.leave(attempt, reason), path)
            return self._view(rubric, done, delivery_view(speech, delivery))
        done = practice.finish(
            attempt,
            rubric,
            speech.answer(rubric.id, source="recording"),
            follows=before,
            delivery=delivery.model_dump(mode="json"),
        )
        if done.grade is not None and not self._parts.keep_audio:
            done = self._discard(done, path)
        return self._view(rubric, done, delivery_view(speech, delivery))

    def _discard(self, attempt: Attempt, path: Path) -> Attempt:
        erase([str(path)], self._parts.recordings)
        return self._parts.practice.without_audio(attempt)

    def _followed(self, rubric: Rubric, follows: str | None) -> tuple[Attempt | None, str | None]:
        """The attempt that is followed up, and the follow-up's words, which are ours to choose."""
        if follows is None:
            return None, None
        before = self._parts.store.get(follows)
        fits = before is not None and before.question_id == rubric.id
        asked = None
        if before is not None and fits and before.follow_up_of is None:
            asked = self._parts.practice.follow_up(rubric, before)
        if asked is None:
            raise InputError("There is no follow-up to this attempt. Answer the question again.")
        return before, asked

    def _view(
        self, rubric: Rubric, attempt: Attempt, delivery: DeliveryView | None = None
    ) -> AttemptView:
        first = attempt.follow_up_of is None
        return attempt_view(
            attempt,
            delivery=delivery,
            ask_next=self._parts.practice.follow_up(rubric, attempt) if first else None,
            earlier=self._earlier(attempt),
        )

    def _earlier(self, attempt: Attempt) -> Attempt | None:
        """The attempt to compare with: the one that is followed up, else the last scored one."""
        if attempt.follow_up_of is not None:
            return self._parts.store.get(attempt.follow_up_of)
        scored = [
            m.id
            for m in self._parts.store.marks(attempt.question_id)
            if m.score is not None and not m.follow_up and m.id != attempt.id
        ]
        return self._parts.store.get(scored[-1]) if scored else None
