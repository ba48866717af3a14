"""A practice session at the terminal: prompts on standard error, feedback on standard output."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import NamedTuple

from vivavoce.adapters.keyboard import any_key, type_answer
from vivavoce.adapters.microphone import microphone, record
from vivavoce.adapters.recordings import erase
from vivavoce.cli.shared import console, fail, write_json
from vivavoce.core.practice import Attempt, Mode
from vivavoce.core.rubric import Rubric
from vivavoce.errors import AnswerFileError, SettingsError, VivaError
from vivavoce.reports.practice_terminal import print_attempt, print_question, show_level
from vivavoce.services.practice import Draw
from vivavoce.wiring import Settings, build_embedder, build_practice, find_rubric
from vivavoce.wiring.practice import build_listener, load_topics, recordings_folder

__all__ = ["How", "Session"]


class How(NamedTuple):
    """In which way answers are given and shown; see the options of `viva practice`."""

    typed: bool
    audio: Path | None
    seconds: int | None
    speak: bool
    follow_up: bool
    keep_audio: bool
    json: bool


class Session:
    """Asks questions one by one.

    Raises:
        VivaError: something that the session needs is missing; told before the first question.
    """

    def __init__(self, chosen: Settings, how: How) -> None:
        self._how = how
        self._chosen = chosen
        if how.audio is not None and not how.audio.is_file():
            raise AnswerFileError(f"{how.audio}: no such file.")
        if not how.typed and how.audio is None:
            self._check_microphone()
        self._listen = None if how.typed else build_listener(chosen)
        self._voice = None
        if how.speak:
            from vivavoce.adapters.voice import find_voice

            self._voice = find_voice()
        self._practice = build_practice(chosen)
        self._attempts: list[Attempt] = []
        self._at_end = False

    def _check_microphone(self) -> None:
        if self._how.seconds is None and not sys.stdin.isatty():
            raise SettingsError(
                "Without a terminal no key can end a recording: give --seconds N, --typed or "
                "--audio FILE."
            )
        with microphone():
            pass

    def run(self, question: str | None, wanted: Draw) -> list[Attempt]:
        """Asks the question, or those that are drawn; the attempts, follow-ups included.

        Ctrl-C ends the session; what was said so far is saved as an unfinished attempt.
        """
        if question is not None:
            rubrics = [find_rubric(self._chosen, question, build_embedder(self._chosen))]
        else:
            self._check_topic(wanted)
            rubrics = self._practice.draw(wanted)
        if not rubrics:
            sys.stderr.write(self._nothing(wanted))
        try:
            for number, rubric in enumerate(rubrics, 1):
                print_question(rubric, number, len(rubrics), console(stderr=True))
                self._ask(rubric)
                if self._at_end:
                    break
        finally:
            if self._how.json:
                found = [a.model_dump(mode="json") for a in self._attempts]
                record_ = {"schema": "vivavoce.practice/1", "attempts": found}
                write_json(json.dumps(record_, ensure_ascii=False, indent=2))
        return self._attempts

    def _check_topic(self, wanted: Draw) -> None:
        topics = load_topics(self._chosen)
        if wanted.topic is not None and wanted.topic not in topics:
            raise SettingsError(
                f"--topic {wanted.topic}: the bank has {', '.join(topics)} and nothing else."
            )

    def _nothing(self, wanted: Draw) -> str:
        soonest = self._practice.next_due()
        if wanted.order.value == "due" and soonest is not None:
            when = soonest.astimezone().strftime("%Y-%m-%d %H:%M")
            return f"Nothing is due before {when}. To practise now: --weakest or --random.\n"
        return "No question fits. See: viva bank list\n"

    def _ask(self, rubric: Rubric) -> None:
        """The question and, where there was something to miss, one follow-up."""
        first = self._answer(rubric, None, None)
        if first is None or not self._how.follow_up:
            return
        asked = self._practice.follow_up(rubric, first)
        if asked is None:
            return
        sys.stderr.write(f"\nFollow-up: {asked}\n")
        if self._how.audio is None and not self._at_end:
            self._answer(rubric, first, asked)

    def _answer(self, rubric: Rubric, follows: Attempt | None, asked: str | None) -> Attempt | None:
        if self._voice:
            try:
                self._voice.speak(asked or rubric.question)
            except VivaError as exc:
                fail(exc)
                self._voice = None  # said once; the questions are on the screen
        if self._how.typed:
            attempt = self._type(rubric, follows, asked)
        else:
            attempt = self._speak(rubric, follows, asked)
        if attempt is None:
            return None
        self._attempts.append(attempt)
        if not self._how.json:
            print_attempt(attempt, follows, console())
        return attempt

    def _type(self, rubric: Rubric, follows: Attempt | None, asked: str | None) -> Attempt | None:
        if sys.stdin.isatty():
            sys.stderr.write("Type your answer; end it with an empty line or Ctrl-D.\n")
        attempt = self._practice.begin(rubric, Mode.TYPED, follows=follows, asked=asked)

        def keep(text: str) -> None:
            self._practice.keep(attempt, text)

        told = type_answer(keep)
        self._at_end = told.at_end
        if told.stopped:
            if told.text:
                self._attempts.append(self._practice.keep(attempt, told.text))
                sys.stderr.write("\nKept as an unfinished attempt.\n")
            raise KeyboardInterrupt
        if not told.text.strip():
            sys.stderr.write("Skipped.\n")
            return None
        answer = attempt.answer.model_copy(update={"text": told.text})
        return self._practice.finish(attempt, rubric, answer, follows=follows)

    def _speak(self, rubric: Rubric, follows: Attempt | None, asked: str | None) -> Attempt:
        given = self._how.audio
        path = given.absolute() if given else recordings_folder() / f"{uuid.uuid4().hex}.wav"
        mode = Mode.FILE if given else Mode.SPOKEN
        attempt = self._practice.begin(rubric, mode, audio=str(path), follows=follows, asked=asked)
        try:
            if given is None:
                self._record(path, rubric)
            done = self._heard(attempt, path, rubric, follows)
        except KeyboardInterrupt:
            if given is None:
                sys.stderr.write(f"\nKept as an unfinished attempt: {path}\n")
            raise
        if done.grade is None or self._how.keep_audio:
            return done
        try:
            erase([str(path)], recordings_folder())
        except VivaError as exc:
            fail(exc)
            return done
        return self._practice.without_audio(done)

    def _record(self, path: Path, rubric: Rubric) -> None:
        at_most = self._how.seconds or 3 * rubric.seconds
        end = "Press any key to end" if sys.stdin.isatty() else "Recording"
        sys.stderr.write(f"{end}; at most {at_most} seconds.\n")
        meter = show_level if sys.stderr.isatty() else None
        with any_key() as stopped:
            record(path, microphone, seconds=at_most, stopped=stopped, meter=meter)
        sys.stderr.write("\n")

    def _heard(
        self, attempt: Attempt, path: Path, rubric: Rubric, follows: Attempt | None
    ) -> Attempt:
        """The words graded. Where a recording gives none it stays, and the attempt says why."""
        if self._listen is None:
            raise SettingsError("Typed answers are not listened to.")
        try:
            heard = self._listen(path, rubric)
        except VivaError as exc:
            if self._how.audio is not None:
                self._practice.leave(attempt, str(exc))
                raise
            return self._practice.leave(attempt, f"{exc} The recording is kept: {path}")
        if not heard.answer.text:
            reason = f"No words were heard in {heard.seconds:.0f} seconds of sound: {path}"
            return self._practice.leave(attempt, reason)
        return self._practice.finish(
            attempt, rubric, heard.answer, follows=follows, delivery=heard.delivery
        )
