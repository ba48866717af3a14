"""Results and reviews that a team shares, in any database that SQLAlchemy reaches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from vivavoce.adapters.databases import PATIENCE_S, open_engine, transaction
from vivavoce.adapters.review_file import read_review, review_line
from vivavoce.errors import StoreError
from vivavoce.ports import Stored

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

    from vivavoce.core.human_review import HumanReview

__all__ = ["SCHEMA", "StoredLine", "TeamResults", "TeamReviews", "TeamStore"]

SCHEMA = 1
"""Of the tables. A store with another number is refused, never changed."""
ABOUT, RESULTS, REVIEWS = "vivavoce_store", "vivavoce_results", "vivavoce_reviews"
LONGEST_RUN = 200
AT_ONCE = 500
"""Rows that one query asks for; SQLite takes some thousands of parameters at most."""
BETWEEN_S = 0.5
"""Between two tries to reach a server."""
_T = TypeVar("_T")


class StoredLine(NamedTuple):
    """A result as it is stored, and its number in the store."""

    number: int
    text: str


class TeamStore:
    """Runs of results with their reviews. Every addition is a transaction of its own.

    Several processes may add to one run at once. Where the server goes away, each call tries
    again until `patience_s` have passed; as additions alone are made, one that was made twice
    because its answer was lost changes nothing.

    Args:
        url: as SQLAlchemy writes it. A SQLite file is made where there is none, with its folder.
        patience_s: seconds to wait for a server that was there before.

    Raises:
        MissingExtraError: SQLAlchemy or psycopg is absent.
        SettingsError: the URL has no meaning.
        StoreError: the database cannot be opened, or its store is another version's.
    """

    def __init__(self, url: str, *, patience_s: float = PATIENCE_S) -> None:
        self._engine = _engine(url)
        self.place = self._engine.url.render_as_string(hide_password=True)
        self._patience = 0.0
        self._about, self.result_table, self.review_table = _tables()
        self._prepare()
        self._patience = patience_s

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def __enter__(self) -> TeamStore:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def results(self, run: str) -> TeamResults:
        """The results of a run, which need not be there yet.

        Raises:
            StoreError: no run can be called so.
        """
        return TeamResults(self, _checked(run))

    def reviews(self, run: str) -> TeamReviews:
        """The reviews of a run, which need not be there yet.

        Raises:
            StoreError: no run can be called so.
        """
        return TeamReviews(self, _checked(run))

    def runs(self) -> list[str]:
        """Names of the runs that have results, in alphabetical order."""
        from sqlalchemy import select

        return sorted(row.run for row in self.rows(select(self.result_table.c.run).distinct()))

    def rows(self, query: Any) -> Sequence[Any]:
        """What a query of SQLAlchemy's gives.

        Raises:
            StoreError: the database failed.
        """
        found: Sequence[Any] = self.perform(lambda connection: connection.execute(query).all())
        return found

    def perform(self, work: Callable[[Connection], _T], *, write: bool = False) -> _T:
        """What the work gives, in a transaction, tried again while the server is away.

        Raises:
            StoreError: the database failed.
        """
        from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

        until = time.monotonic() + self._patience
        while True:
            try:
                with transaction(self._engine, write=write) as connection:
                    return work(connection)
            except DBAPIError as exc:
                away = isinstance(exc, OperationalError | InterfaceError)
                if away and self._on_server and time.monotonic() < until:
                    time.sleep(BETWEEN_S)
                    continue
                raise StoreError(
                    f"{self.place}: the store cannot be {'written' if write else 'read'} "
                    f"({str(exc.orig).strip()}). What it holds is whole: put that right, then "
                    "give the same command again to go on."
                ) from exc

    @property
    def _on_server(self) -> bool:
        return self._engine.url.get_backend_name() != "sqlite"

    def _prepare(self) -> None:
        """Makes the tables where there are none, and looks at the version of those that are."""
        from sqlalchemy.exc import IntegrityError, ProgrammingError

        try:
            self.perform(self._make, write=True)
        except StoreError as exc:
            # Of two processes that make the tables at once, one finds the other's.
            if not isinstance(exc.__cause__, IntegrityError | ProgrammingError):
                raise
            self.perform(self._make, write=True)

    def _make(self, connection: Connection) -> None:
        from sqlalchemy import inspect, select

        if not inspect(connection).has_table(ABOUT):
            self._about.metadata.create_all(connection)
            connection.execute(self._about.insert().values(version=SCHEMA))
        found = connection.execute(select(self._about.c.version)).scalars().first()
        if found != SCHEMA:
            raise StoreError(
                f"{self.place}: the store has the version {found}, this vivavoce reads {SCHEMA}. "
                "Install the vivavoce that the others use, or name another store."
            )


class TeamResults:
    """A `ports.ResultStore`: one run of a store, which other processes may add to meanwhile."""

    def __init__(self, store: TeamStore, run: str) -> None:
        self.place = f"run '{run}' of {store.place}"
        self._store = store
        self._table = store.result_table
        self._run = run

    def known(self, name: str) -> Stored | None:
        """See `ResultStore`; what another process has added counts, too."""
        from sqlalchemy import select

        columns = self._table.c
        newest = (
            select(columns.content, columns.kind)
            .where(columns.run == self._run, columns.name == name)
            .order_by(columns.id.desc())
            .limit(1)
        )
        rows = self._store.rows(newest)
        return Stored(rows[0].content, rows[0].kind) if rows else None

    def append(self, key: str, kind: str, line: str) -> None:
        """See `ResultStore`."""
        name, _, content = key.partition("-")
        row = {"run": self._run, "name": name, "content": content, "kind": kind, "line": line}
        insert = self._table.insert().values(**row)
        self._store.perform(lambda c: c.execute(insert), write=True)

    def lines(self, names: Iterable[str], kind: str) -> Iterator[str]:
        """See `ResultStore`."""
        from sqlalchemy import func, select

        columns = self._table.c
        for some in _chunks(names):
            newest = (
                select(func.max(columns.id))
                .where(columns.run == self._run, columns.name.in_(some))
                .group_by(columns.name)
            )
            wanted = select(columns.name, columns.line).where(
                columns.id.in_(newest), columns.kind == kind
            )
            found = {row.name: row.line for row in self._store.rows(wanted)}
            yield from (found[name] for name in some if name in found)

    def all_lines(self, *kinds: str) -> Iterator[StoredLine]:
        """The newest line of every name, where it is of these kinds, in the order of the names'
        first lines: as `ResultLines.lines` reads a file."""
        from sqlalchemy import func, select

        columns = self._table.c
        newest = (
            select(func.max(columns.id).label("newest"), func.min(columns.id).label("first"))
            .where(columns.run == self._run)
            .group_by(columns.name)
            .subquery()
        )
        places = (
            select(columns.id)
            .join(newest, columns.id == newest.c.newest)
            .where(columns.kind.in_(kinds))
            .order_by(newest.c.first)
        )
        for some in _chunks(row.id for row in self._store.rows(places)):
            wanted = select(columns.id, columns.line).where(columns.id.in_(some))
            found = {row.id: row.line for row in self._store.rows(wanted)}
            yield from (StoredLine(number, found[number].rstrip("\n")) for number in some)


class TeamReviews:
    """A `ports.ReviewStore`: the reviews of one run of a store."""

    def __init__(self, store: TeamStore, run: str) -> None:
        self.place = f"reviews of run '{run}' of {store.place}"
        self._store = store
        self._table = store.review_table
        self._run = run

    def reviews(self) -> list[HumanReview]:
        """See `ReviewStore`."""
        from sqlalchemy import select

        columns = self._table.c
        wanted = (
            select(columns.id, columns.line).where(columns.run == self._run).order_by(columns.id)
        )
        return [
            read_review(row.line, f"{self.place}, row {row.id}") for row in self._store.rows(wanted)
        ]

    def add(self, review: HumanReview) -> None:
        """See `ReviewStore`."""
        insert = self._table.insert().values(run=self._run, line=review_line(review))
        self._store.perform(lambda c: c.execute(insert), write=True)


def _engine(url: str) -> Engine:
    try:
        engine = open_engine(
            url, setting="--store", extra="store", example="postgresql://ana@db.example.org/grades"
        )
    except OSError as exc:
        raise StoreError(
            f"{exc.filename}: the folder of the store cannot be made ({exc.strerror}). Name "
            "another place with --store."
        ) from exc
    if engine.url.get_backend_name() == "sqlite":
        from sqlalchemy import event

        event.listen(engine, "connect", _on_connect)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    """No result waits for the disk: a killed process loses nothing so, and what the end of the
    machine may cost is made again."""
    connection.execute("PRAGMA synchronous=NORMAL")


def _tables() -> tuple[Table, Table, Table]:
    from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

    metadata = MetaData()
    counted = BigInteger().with_variant(Integer, "sqlite")
    about = Table(ABOUT, metadata, Column("version", Integer, primary_key=True))
    results = Table(
        RESULTS,
        metadata,
        Column("id", counted, primary_key=True),
        Column("run", String(LONGEST_RUN), nullable=False),
        Column("name", String(32), nullable=False),
        Column("content", String(32), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("line", Text, nullable=False),
        Index("vivavoce_results_of_run", "run", "name", "id"),
    )
    reviews = Table(
        REVIEWS,
        metadata,
        Column("id", counted, primary_key=True),
        Column("run", String(LONGEST_RUN), nullable=False),
        Column("line", Text, nullable=False),
        Index("vivavoce_reviews_of_run", "run", "id"),
    )
    return about, results, reviews


def _checked(run: str) -> str:
    if not run.strip() or not run.isprintable() or len(run) > LONGEST_RUN:
        raise StoreError(
            f"{run!r}: no name for a run; give one to {LONGEST_RUN} characters without line breaks."
        )
    return run


def _chunks(things: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(things)
    while some := list(islice(rest, AT_ONCE)):
        yield some
