"""Opens the database, brings its tables up to date, and hands out transactions."""

import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final, Protocol, Self, TypeVar, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.one_hop import OneHopConnection
from bot.unbroken import finish

T = TypeVar("T")

MIGRATIONS: Final = Path(__file__).parent / "migrations"
FIRST_WITH_SUBSECONDS: Final = (3, 42)
"""The SQLite whose `unixepoch` knows 'subsec'; the durable engine keeps a table here that asks."""

BUSY_MILLISECONDS: Final = 30_000
"""How long SQLite waits for another writer before it gives up."""

_ambient: ContextVar[AsyncConnection | None] = ContextVar("bot.store.ambient", default=None)


class StoreUnusable(Exception):
    """The database cannot be used; the message is one sentence for the operator."""


class _DriverConnection(Protocol):
    isolation_level: str | None

    def cursor(self) -> Any: ...  # noqa: ANN401  the driver has no types

    def create_function(
        self, name: str, arguments: int, function: Callable[[str], float]
    ) -> None: ...


@contextmanager
def ambient(connection: AsyncConnection) -> Iterator[None]:
    """Let everything that is stored inside join the transaction of `connection`."""
    token = _ambient.set(connection)
    try:
        yield
    finally:
        _ambient.reset(token)


class Database:
    """The open database; an async context manager that migrates on entering."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self.engine: AsyncEngine = _make_engine(self._url)

    async def __aenter__(self) -> Self:
        """Create or update the tables.

        Raises:
            StoreUnusable: the database cannot be opened, read or written.
        """
        try:
            self._try_to_open_file()
            async with self.engine.begin() as connection:
                await connection.run_sync(_upgrade)
        except CommandError as error:
            await self.close()
            raise StoreUnusable(
                f"The database {self._name} was made by another version of Myna: {error}."
            ) from error
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            await self.close()
            raise StoreUnusable(
                f"The database {self._name} cannot be used: {_reason(error)}."
            ) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give all connections back; doing it twice is fine."""
        await self.engine.dispose()

    @property
    def is_joined(self) -> bool:
        """Whether the caller is inside a transaction, which what it stores would join."""
        return _ambient.get() is not None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction, or join the one that is open around the caller.

        Use it inside `bot.unbroken` only: a cancelled driver may keep its locks.
        """
        joined = _ambient.get()
        if joined is not None:
            yield joined
            return
        async with self.engine.begin() as connection:
            with ambient(connection):
                yield connection

    async def lock(self, connection: AsyncConnection, name: str) -> None:
        """Let others who take the same lock wait until this transaction ends.

        SQLite has one writer at a time anyway, from the beginning of a transaction.
        """
        if self.engine.dialect.name == "postgresql":
            await connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
            )

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """Return an INSERT that knows ON CONFLICT."""
        if self.engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    @property
    def _name(self) -> str:
        if self._url.get_backend_name() == "sqlite":
            return str(self._url.database)
        return self._url.render_as_string(hide_password=True)

    def _try_to_open_file(self) -> None:
        """Make the folder and look into the file once, where the database is one.

        The driver's thread outlives a failed opening, and would print a traceback when the
        event loop is gone by then.
        """
        file = self._url.database
        if self._url.get_backend_name() == "sqlite" and file and file != ":memory:":
            Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA schema_version")


class SqlAtomic:
    """Fills the `Atomic` port: one transaction, which an exception from the work undoes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work`, whose stores are joined one after the other, never side by side."""

        async def joined() -> T:
            async with self._database.begin():
                return await work()

        return await finish(joined())


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Return the configuration that Alembic's commands want, bound to `connection`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: sa.Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


def _make_engine(url: sa.URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
    # One connection: SQLite has one writer, and waiting in our pool is fair and does not sleep.
    engine = create_async_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)

    @sa.event.listens_for(engine.sync_engine, "do_connect")
    def connect(
        dialect: sa.Dialect, _: object, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> OneHopConnection:
        opened = dialect.connect(*arguments, **options)
        return OneHopConnection.of(cast("AsyncAdapt_aiosqlite_connection", opened))

    @sa.event.listens_for(engine.sync_engine, "connect")
    def configure(connection: _DriverConnection, _: object) -> None:
        # The driver's own transactions would begin as readers and fail when they write.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        if sqlite3.sqlite_version_info < FIRST_WITH_SUBSECONDS:
            connection.create_function("unixepoch", 1, lambda _subsec: time.time())

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin_immediately(connection: sa.Connection) -> None:
        cast("OneHopConnection", connection.connection.dbapi_connection).begin()

    return engine


def _reason(error: SQLAlchemyError | sqlite3.Error | OSError) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).splitlines()[0].rstrip(".") if str(cause) else type(cause).__name__
