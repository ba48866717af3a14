"""What is kept between runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol, runtime_checkable

from vivavoce.core.coverage import RubricVectors
from vivavoce.core.human_review import HumanReview
from vivavoce.core.judge_calls import JudgeReply
from vivavoce.core.practice import Attempt, Mark
from vivavoce.core.vectors import FloatArray

__all__ = [
    "Deleted",
    "HistoryStore",
    "ReplyStore",
    "ResultStore",
    "ReviewStore",
    "SentenceStore",
    "Stored",
    "VectorStore",
]


@runtime_checkable
class VectorStore(Protocol):
    """Keeps rubric vectors between processes. Losing it costs time and nothing else."""

    def load(self, key: str) -> RubricVectors | None:
        """What was saved under the key; None when there is nothing sound."""
        ...

    def save(self, key: str, vectors: RubricVectors) -> None:
        """Keeps vectors under a key; a store that cannot write stays silent."""
        ...


@runtime_checkable
class SentenceStore(Protocol):
    """Keeps vectors of a bank's sentences between processes. Losing it costs time alone."""

    def load(self, key: str) -> FloatArray | None:
        """What was saved under the key; None when there is nothing sound."""
        ...

    def save(self, key: str, vectors: FloatArray) -> None:
        """Keeps vectors, shape (n, d); a store that cannot write stays silent."""
        ...


@runtime_checkable
class ReplyStore(Protocol):
    """Keeps judges' replies between runs. Losing it costs money and nothing else."""

    def load(self, key: str) -> JudgeReply | None:
        """What was saved under the key, marked as cached; None when there is nothing sound."""
        ...

    def save(self, key: str, reply: JudgeReply) -> None:
        """Keeps a reply under a key; a store that cannot write stays silent."""
        ...


class Deleted(NamedTuple):
    """What was taken out of a history.

    Attributes:
        attempts: how many.
        audio: paths of their recordings, which the store does not touch.
    """

    attempts: int
    audio: tuple[str, ...]


@runtime_checkable
class HistoryStore(Protocol):
    """Keeps what was practised. Whatever was saved stays saved, several processes or not."""

    def save(self, attempt: Attempt) -> None:
        """Keeps an attempt; one with the same id is replaced.

        Raises:
            HistoryError: it could not be written.
        """
        ...

    def get(self, attempt_id: str) -> Attempt | None:
        """The attempt with this id, or None.

        Raises:
            HistoryError: the history could not be read.
        """
        ...

    def attempts(self, question_id: str | None = None) -> list[Attempt]:
        """Whole attempts, the oldest first; those of one question, where it is named.

        Raises:
            HistoryError: the history could not be read.
        """
        ...

    def marks(self, question_id: str | None = None) -> list[Mark]:
        """What progress and scheduling need of attempts, the oldest first.

        Of all attempts, or of one question's where it is named; no answer and no grade is read.

        Raises:
            HistoryError: the history could not be read.
        """
        ...

    def delete(self, question_id: str | None = None) -> Deleted:
        """Deletes the attempts of a question, or all of them.

        Raises:
            HistoryError: the history could not be written.
        """
        ...


@runtime_checkable
class ReviewStore(Protocol):
    """Keeps what people said of answers. Nothing is ever changed or taken out."""

    def reviews(self) -> list[HumanReview]:
        """All of them, in the order in which they were added.

        Raises:
            InputError: they cannot be read.
        """
        ...

    def add(self, review: HumanReview) -> None:
        """Adds one, whole or not at all.

        Raises:
            InputError: it could not be kept.
        """
        ...


class Stored(NamedTuple):
    """What a store of results holds of an answer or a transcript.

    Attributes:
        content: digest of the words and of all that decided the result.
        kind: `grade`, `ungraded` or `alignment`.
    """

    content: str
    kind: str


@runtime_checkable
class ResultStore(Protocol):
    """Keeps the results of a run as lines of JSON, by keys `NAME-CONTENT`.

    Nothing is ever changed or taken out: of two lines of a name the later counts, also where their
    keys are equal.

    Attributes:
        place: where it is, for messages.
    """

    place: str

    def known(self, name: str) -> Stored | None:
        """The newest result of this name; None where there is none."""
        ...

    def append(self, key: str, kind: str, line: str) -> None:
        """Adds a result, whole or not at all.

        Raises:
            InputError: it could not be kept.
        """
        ...

    def lines(self, names: Iterable[str], kind: str) -> Iterator[str]:
        """The newest lines of these names, in their order, where they are of this kind.

        Raises:
            InputError: they cannot be read.
        """
        ...
