"""Databases by SQLAlchemy: what the practice history and a team's store open alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vivavoce.errors import MissingExtraError, SettingsError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["PATIENCE_S", "open_engine", "sqlite_url", "transaction"]

PATIENCE_S = 30
"""How long one process waits for another's write to a SQLite file."""
POSTGRESQL = ("postgresql", "postgres")
SERVER_WAITS = {"connect_timeout": "10", "tcp_user_timeout": "30000", "keepalives_idle": "30"}
"""Seconds to connect, milliseconds until unanswered data ends a connection, seconds of silence:
a server that has vanished must end in an error, not in a wait without end."""


def sqlite_url(path: Path, extra: str = "practice") -> str:
    """The URL of a SQLite file, which need not be there yet."""
    try:
        from sqlalchemy import URL
    except ImportError as exc:
        raise MissingExtraError("sqlalchemy", extra) from exc
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_engine(url: str, *, setting: str, extra: str, example: str) -> Engine:
    """An engine whose transactions begin as `transaction` asks; nothing is connected yet.

    Args:
        url: as SQLAlchemy writes it. The folder of a SQLite file is made where there is none.
            PostgreSQL is reached by psycopg unless the URL names another driver.
        setting: what the user gave the URL by, for messages.
        extra: of vivavoce, that brings SQLAlchemy.
        example: a URL that would do, for messages.

    Raises:
        MissingExtraError: SQLAlchemy or psycopg is absent.
        SettingsError: the URL has no meaning, or needs another driver that is absent.
        OSError: the folder of a SQLite file cannot be made.
    """
    try:
        from sqlalchemy import create_engine, event, make_url
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    except ImportError as exc:
        raise MissingExtraError("sqlalchemy", extra) from exc
    try:
        parsed = make_url(url)
        if parsed.drivername in POSTGRESQL:
            parsed = parsed.set(drivername="postgresql+psycopg")
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and parsed.database not in (None, "", ":memory:"):
            Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args=_waits(parsed))
    except (ArgumentError, NoSuchModuleError, ValueError) as exc:
        # The message of the package would repeat the URL, with any password.
        raise SettingsError(
            f"{setting} is no database URL. One looks like this: {example}"
        ) from exc
    except ImportError as exc:
        if parsed.drivername == "postgresql+psycopg":
            raise MissingExtraError("psycopg", "postgresql") from exc
        raise SettingsError(
            f"{setting} needs a driver that is not installed: {exc}. Install it with pip."
        ) from exc
    if sqlite:
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


@contextmanager
def transaction(engine: Engine, *, write: bool = False) -> Iterator[Connection]:
    """A transaction. In SQLite, what writes takes the lock at once, so that it never has to start
    over."""
    with engine.connect() as plain:
        connection = plain.execution_options(viva_write=write)
        with connection.begin():
            yield connection


def _waits(url: URL) -> dict[str, object]:
    if url.get_backend_name() == "sqlite":
        return {"timeout": PATIENCE_S}
    if url.drivername == "postgresql+psycopg":
        return {k: v for k, v in SERVER_WAITS.items() if k not in url.query}
    return {}


def _on_connect(connection: Any, _record: object) -> None:
    """Lets SQLAlchemy, not the driver, begin transactions; readers do not wait for writers."""
    import sqlite3

    connection.isolation_level = None
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError:
        # Another process is about to do the same, or the folder is read-only.
        return


def _on_begin(connection: Any) -> None:
    write = connection.get_execution_options().get("viva_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
