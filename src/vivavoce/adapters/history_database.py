"""The practice history in a database, by SQLAlchemy; SQLite where nothing else is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from vivavoce.adapters.databases import open_engine, sqlite_url, transaction
from vivavoce.core.practice import Attempt, Mark, Rating, mark_of
from vivavoce.errors import HistoryError
from vivavoce.ports import Deleted

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData, Table

__all__ = ["SCHEMA", "HistoryDatabase", "sqlite_url"]

SCHEMA = 1
"""Of the tables. A database with another number is refused, never changed."""
ABOUT, ATTEMPTS = "vivavoce_history", "vivavoce_attempts"


class HistoryDatabase:
    """A `HistoryStore` in a database. Every save is a transaction of its own.

    Args:
        url: as SQLAlchemy writes it. A SQLite file is made where there is none, with its folder.

    Raises:
        MissingExtraError: the extra `practice` is absent, or the database's driver.
        SettingsError: the URL has no meaning.
        HistoryError: the database cannot be opened, is not a history, or is another version's.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._name = self._engine.url.render_as_string(hide_password=True)
        self._about, self._attempts = _tables()
        with self._connected(write=True) as connection:
            self._prepare(connection)

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def save(self, attempt: Attempt) -> None:
        """Keeps an attempt; see `ports.HistoryStore`."""
        table = self._attempts
        with self._connected(write=True) as connection:
            connection.execute(table.delete().where(table.c.id == attempt.id))
            connection.execute(table.insert().values(**_row(attempt)))

    def get(self, attempt_id: str) -> Attempt | None:
        """The attempt with this id, or None."""
        from sqlalchemy import select

        wanted = select(self._attempts.c.document).where(self._attempts.c.id == attempt_id)
        with self._connected() as connection:
            document = connection.execute(wanted).scalar_one_or_none()
        return self._read(document, attempt_id) if document is not None else None

    def attempts(self, question_id: str | None = None) -> list[Attempt]:
        """Whole attempts, the oldest first."""
        from sqlalchemy import select

        table = self._attempts
        wanted = select(table.c.document, table.c.id).order_by(table.c.at, table.c.id)
        if question_id is not None:
            wanted = wanted.where(table.c.question_id == question_id)
        with self._connected() as connection:
            rows = connection.execute(wanted).all()
        return [self._read(document, row_id) for document, row_id in rows]

    def marks(self, question_id: str | None = None) -> list[Mark]:
        """Marks, the oldest first, without reading any grade."""
        from sqlalchemy import select

        table = self._attempts
        columns = [table.c[name] for name in Mark._fields]
        wanted = select(*columns).order_by(table.c.at, table.c.id)
        if question_id is not None:
            wanted = wanted.where(table.c.question_id == question_id)
        with self._connected() as connection:
            rows = connection.execute(wanted).all()
        return [_mark(row) for row in rows]

    def delete(self, question_id: str | None = None) -> Deleted:
        """Deletes a question's attempts, or all."""
        from sqlalchemy import select

        table = self._attempts
        which = table.c.question_id == question_id if question_id is not None else None
        with self._connected(write=True) as connection:
            wanted, gone = select(table.c.audio), table.delete()
            if which is not None:
                wanted, gone = wanted.where(which), gone.where(which)
            audio = connection.execute(wanted).scalars().all()
            connection.execute(gone)
        return Deleted(len(audio), tuple(path for path in audio if path))

    def _prepare(self, connection: Connection) -> None:
        """Makes the tables in an empty database, and looks at the version of any other."""
        from sqlalchemy import inspect, select

        tables = set(inspect(connection).get_table_names())
        if ABOUT in tables and ATTEMPTS in tables:
            found = connection.execute(select(self._about.c.version)).scalars().first()
            if found != SCHEMA:
                raise HistoryError(self._other_version(found))
            return
        if tables:
            raise HistoryError(
                f"{self._name}: this database belongs to something else (it holds "
                f"{', '.join(sorted(tables)[:3])}). Name another with VIVA_DATABASE_URL."
            )
        metadata: MetaData = self._attempts.metadata
        metadata.create_all(connection)
        connection.execute(self._about.insert().values(version=SCHEMA))

    def _other_version(self, found: int | None) -> str:
        remedy = (
            "Install a newer vivavoce"
            if found is not None and found > SCHEMA
            else "Move it away to begin a new one"
        )
        return (
            f"{self._name}: the history has the version {found}, this vivavoce reads {SCHEMA}. "
            f"{remedy}, or name another database with VIVA_DATABASE_URL."
        )

    def _read(self, document: str, attempt_id: str) -> Attempt:
        try:
            return Attempt.model_validate_json(document)
        except ValidationError as exc:
            place = ".".join(map(str, exc.errors()[0]["loc"])) or "the whole"
            raise HistoryError(
                f"{self._name}: attempt {attempt_id} is damaged (at {place}). Restore the "
                "database from a copy, or delete that row."
            ) from exc

    @contextmanager
    def _connected(self, *, write: bool = False) -> Iterator[Connection]:
        """A transaction; see `databases.transaction`.

        Raises:
            HistoryError: the database failed.
        """
        from sqlalchemy.exc import DBAPIError

        try:
            with transaction(self._engine, write=write) as connection:
                yield connection
        except DBAPIError as exc:
            raise HistoryError(
                f"{self._name}: the history cannot be {'written' if write else 'read'} "
                f"({exc.orig}). Check the file and the free space, or name another database with "
                "VIVA_DATABASE_URL."
            ) from exc


def _engine(url: str) -> Engine:
    try:
        return open_engine(
            url,
            setting="VIVA_DATABASE_URL",
            extra="practice",
            example="sqlite:////home/ana/practice.sqlite",
        )
    except OSError as exc:
        raise HistoryError(
            f"{exc.filename}: the folder of the history cannot be made ({exc.strerror}). Name "
            "another database with VIVA_DATABASE_URL."
        ) from exc


def _tables() -> tuple[Table, Table]:
    from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

    metadata = MetaData()
    about = Table(ABOUT, metadata, Column("version", Integer, primary_key=True))
    attempts = Table(
        ATTEMPTS,
        metadata,
        Column("id", String(64), primary_key=True),
        Column("question_id", String(60), nullable=False),
        Column("topic", String(60), nullable=False),
        # ISO 8601 in UTC, all of one length: sorts by time in every database.
        Column("at", String(32), nullable=False),
        Column("finished", Boolean, nullable=False),
        Column("score", Float),
        Column("rating", Integer),
        Column("needs_review", Boolean, nullable=False),
        Column("follow_up", Boolean, nullable=False),
        Column("signature", Text),
        Column("audio", Text),
        Column("document", Text, nullable=False),
        Index("vivavoce_attempts_of_question", "question_id", "at"),
    )
    return about, attempts


def _row(attempt: Attempt) -> dict[str, object]:
    mark = mark_of(attempt)
    return {
        **mark._asdict(),
        "at": attempt.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "rating": int(mark.rating) if mark.rating else None,
        "signature": str(attempt.grade.signature) if attempt.grade else None,
        "audio": attempt.audio,
        "document": attempt.model_dump_json(),
    }


def _mark(row: Any) -> Mark:
    found = Mark(*row)
    return found._replace(
        at=datetime.fromisoformat(row.at),
        rating=Rating(row.rating) if row.rating else None,
    )
