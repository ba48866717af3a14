"""A practice history that is kept in memory."""

from __future__ import annotations

from vivavoce.core.practice import Attempt, Mark, mark_of
from vivavoce.ports import Deleted

__all__ = ["MemoryStore"]


class MemoryStore:
    """A `HistoryStore` without a database; it ends with the process."""

    def __init__(self) -> None:
        self._attempts: dict[str, Attempt] = {}

    def save(self, attempt: Attempt) -> None:
        """Keeps it; see `ports.HistoryStore`."""
        self._attempts[attempt.id] = attempt

    def get(self, attempt_id: str) -> Attempt | None:
        """The attempt with this id, or None."""
        return self._attempts.get(attempt_id)

    def attempts(self, question_id: str | None = None) -> list[Attempt]:
        """Attempts, the oldest first."""
        # A copy at one stroke: another thread may save meanwhile.
        every = list(self._attempts.values())
        kept = [a for a in every if question_id in (None, a.question_id)]
        return sorted(kept, key=lambda a: (a.at, a.id))

    def marks(self, question_id: str | None = None) -> list[Mark]:
        """Marks, the oldest first."""
        return [mark_of(attempt) for attempt in self.attempts(question_id)]

    def delete(self, question_id: str | None = None) -> Deleted:
        """Forgets a question's attempts, or all."""
        gone = self.attempts(question_id)
        for attempt in gone:
            del self._attempts[attempt.id]
        return Deleted(len(gone), tuple(a.audio for a in gone if a.audio))
