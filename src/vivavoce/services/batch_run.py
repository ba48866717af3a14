"""A batch of any size: what a log of results holds already is skipped, the rest is graded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from vivavoce.core.answer import Answer
from vivavoce.core.answer_names import Names, digest
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.transcript import Alignment
from vivavoce.services.batch import Matched, match_questions
from vivavoce.services.grader import Grader
from vivavoce.services.lookup import BankIndex

__all__ = ["BatchRun", "Engine", "Known", "ResultLog", "Stage"]

Engine = Callable[[Iterator[Matched | Ungraded]], Iterator[Grade | Ungraded]]
"""Grades answers somewhere else: one result for each that it takes, in order."""

Stage = Callable[[Iterator[Grade | Ungraded]], Iterator[Grade | Ungraded]]
"""A step after grading, such as a judge. It gives one result for each it takes, in order."""


class Known(NamedTuple):
    """What a log holds of an answer.

    Attributes:
        content: digest of the words and of all that decided the result.
        graded: whether it is a grade; an answer left ungraded may be tried again.
    """

    content: str
    graded: bool


class ResultLog(Protocol):
    """Results that outlive the run. A key is the digest of an answer's name, `-`, and that of
    its content: the newest line of a name is the one that counts."""

    def known(self, name: str) -> Known | None:
        """The newest result of the answer with this name; None where there is none."""
        ...

    def append(self, key: str, result: Grade | Ungraded | Alignment) -> None:
        """Adds a result, whole or not at all.

        Raises:
            InputError: it cannot be written.
        """
        ...


class BatchRun:
    """Grades what a log does not hold yet.

    Args:
        index: the bank's questions.
        grader: grades them.
        log: holds what was done before, and takes what is done now.
        settings: what decides a result besides rubric, models and calibration: a later stage's.
        retry_ungraded: try again what the log holds as ungraded.
        later: a step after grading.
        complete: whether a result is final; one that is not is made anew by the next run.
        engine: grades in the grader's place, as the grader would.
    """

    def __init__(
        self,
        index: BankIndex,
        grader: Grader,
        log: ResultLog,
        *,
        settings: str = "",
        retry_ungraded: bool = False,
        later: Stage | None = None,
        complete: Callable[[Grade | Ungraded], bool] = lambda _: True,
        engine: Engine | None = None,
    ) -> None:
        self._engine: Engine = engine or grader.grade_all
        self._index = index
        self._grader = grader
        self._log = log
        self._settings = settings
        self._retry = retry_ungraded
        self._later = later
        self._complete = complete
        self._names = Names()
        self.skipped = 0

    @property
    def names(self) -> Iterable[str]:
        """Names of the answers and transcripts met so far, in the order of the input."""
        return self._names

    def results(self, read: Iterable[Answer | Ungraded]) -> Iterator[Grade | Ungraded]:
        """The results made now, in order, each in the log before it is given out.

        Answers that the log holds, with the same words under the same rubric and settings, are
        counted in `skipped` and not given out. Stop taking results to stop the run.

        Raises:
            InputError: the log cannot be written.
        """
        keys: deque[str] = deque()
        made = self._engine(self._due(read, keys))
        for result in self._later(made) if self._later else made:
            # With a digit too many its content is never that of an answer to come.
            self._log.append(keys.popleft() + "0" * (not self._complete(result)), result)
            yield result

    def note(self, alignment: Alignment) -> None:
        """Puts a transcript's reading into the log, unless it is there."""
        name = self._names.of("transcript", alignment.transcript)
        content = digest(alignment.model_dump(mode="json"))
        known = self._log.known(name)
        if known is None or known.content != content:
            self._log.append(f"{name}-{content}", alignment)

    def _due(
        self, read: Iterable[Answer | Ungraded], keys: deque[str]
    ) -> Iterator[Matched | Ungraded]:
        for item in match_questions(read, self._index):
            answer = item.answer if isinstance(item, Ungraded) else item[1]
            name = self._names.of_answer(answer)
            decided = (
                item.reason if isinstance(item, Ungraded) else self._grader.fingerprint(item[0])
            )
            timed = [s.model_dump(mode="json") for s in answer.segments]
            content = digest([answer.text, timed, decided, self._settings])
            known = self._log.known(name)
            if known and known.content == content and (known.graded or not self._retry):
                self.skipped += 1
                continue
            keys.append(f"{name}-{content}")
            yield item
