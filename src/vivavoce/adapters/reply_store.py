"""Judges' replies in an SQLite file, so that nothing is paid for twice."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from vivavoce.core.judge_calls import JudgeReply
from vivavoce.errors import SettingsError

__all__ = ["ReplyFile", "StoreInfo"]

TABLES = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, reply TEXT NOT NULL, stored REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS submitted (
    key TEXT PRIMARY KEY, judge TEXT NOT NULL, batch TEXT NOT NULL, problem TEXT
) WITHOUT ROWID;
"""
BUSY_SECONDS = 30.0


class StoreInfo(NamedTuple):
    """What a store holds.

    Attributes:
        replies: number of them.
        waiting: calls submitted as a batch and not collected.
        bytes: of the file.
    """

    replies: int
    waiting: int
    bytes: int


class ReplyFile:
    """A `ReplyStore` in a file; several processes may use it at once.

    It holds digests of prompts, replies and the judges' names: no prompt and no key, but the
    words that replies quote. Only the user may read the file.

    Args:
        path: made if it is not there.

    Raises:
        SettingsError: it cannot be opened, or is no such file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._told():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
            except OSError as exc:
                raise SettingsError(f"{path}: cannot be opened ({exc.strerror}).") from exc
            # The event loop of a run lives in another thread; calls never overlap within it.
            self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(TABLES)

    def load(self, key: str) -> JudgeReply | None:
        """See `ports.ReplyStore`."""
        try:
            row = self._db.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
            return JudgeReply(*json.loads(row[0]))._replace(cached=True) if row else None
        except (sqlite3.Error, ValueError, TypeError):
            return None

    def save(self, key: str, reply: JudgeReply) -> None:
        """See `ports.ReplyStore`."""
        # A full disk must not cost the verdict that was just paid for.
        with contextlib.suppress(sqlite3.Error), self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO replies VALUES (?, ?, ?)",
                (key, json.dumps(reply[:4]), time.time()),
            )
            self._db.execute("DELETE FROM submitted WHERE key = ?", (key,))

    def submit(self, keys: Iterable[str], judge: str, batch: str) -> None:
        """Notes that a batch will bring the replies to these calls."""
        with self._told(), self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO submitted VALUES (?, ?, ?, NULL)",
                [(key, judge, batch) for key in keys],
            )

    def fail(self, keys: Iterable[str], problem: str) -> None:
        """Notes that a batch brought no reply to these calls."""
        with self._told(), self._db:
            self._db.executemany(
                "UPDATE submitted SET problem = ? WHERE key = ?", [(problem, k) for k in keys]
            )

    def submitted(self, key: str) -> tuple[str, str] | None:
        """The batch that a call was submitted in, and why it failed, empty if it did not."""
        with self._told():
            row = self._db.execute(
                "SELECT batch, problem FROM submitted WHERE key = ?", (key,)
            ).fetchone()
        return (row[0], row[1] or "") if row else None

    def waiting(self, judge: str) -> dict[str, list[str]]:
        """Batches of a judge that are not collected, each with the keys of its calls."""
        out: dict[str, list[str]] = {}
        with self._told():
            for batch, key in self._db.execute(
                "SELECT batch, key FROM submitted WHERE judge = ? AND problem IS NULL "
                "ORDER BY batch, key",
                (judge,),
            ):
                out.setdefault(batch, []).append(key)
        return out

    def info(self) -> StoreInfo:
        """How much it holds."""
        with self._told():
            [replies] = self._db.execute("SELECT count(*) FROM replies").fetchone()
            [waiting] = self._db.execute(
                "SELECT count(*) FROM submitted WHERE problem IS NULL"
            ).fetchone()
        return StoreInfo(replies, waiting, self.path.stat().st_size)

    def clear(self) -> int:
        """Deletes all replies; how many there were. Batches not yet collected stay noted."""
        with self._told():
            with self._db:
                count = self._db.execute("DELETE FROM replies").rowcount
                self._db.execute("DELETE FROM submitted WHERE problem IS NOT NULL")
            self._db.execute("VACUUM")
        return count

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as exc:
            raise SettingsError(
                f"{self.path}: replies of judges cannot be kept ({exc}). Delete the file, or go "
                "without it by --no-cache."
            ) from exc
