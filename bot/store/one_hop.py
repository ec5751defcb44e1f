"""Let a statement go to SQLite's thread once: the one module that leans on SQLAlchemy's insides.

Its adapter of aiosqlite hops to that thread to open a cursor, to execute, to fetch and to close; a
hop costs more than most statements, and in a rush every order waits for those before it. Two
hundred clones pressed at once are acknowledged within a second only without the other three. A
transaction begins in the hop of its first statement.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
)


class _Closed:
    """What a cursor had to say when it was closed in its thread."""

    def __init__(self) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    def close(self) -> None:
        """Do nothing more."""


# The types are the adapter's own, which it does not export.
class OneHopCursor(AsyncAdapt_aiosqlite_cursor):
    """Opens, executes, fetches and closes in one hop."""

    __slots__ = ()
    _awaitable_cursor_close = False

    def _make_new_cursor(self, connection: Any) -> Any:  # noqa: ANN401
        del connection
        return _Closed()

    def _aenter_cursor(self, cursor: Any) -> Any:  # noqa: ANN401
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:  # noqa: ANN401
        values = () if parameters is None else parameters
        await self._hop(lambda cursor: cursor.execute(operation, values))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:  # noqa: ANN401
        await self._hop(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _hop(self, execute: Callable[[Any], object]) -> None:
        driver: Any = self._connection
        adapter: Any = self._adapt_connection
        said: Any = self._cursor

        def work() -> list[Any]:
            cursor = driver._conn.cursor()  # noqa: SLF001
            try:
                if adapter.is_to_begin:
                    cursor.execute("BEGIN IMMEDIATE")
                    adapter.is_to_begin = False
                execute(cursor)
                rows: list[Any] = cursor.fetchall() if cursor.description else []
                said.description, said.rowcount = cursor.description, cursor.rowcount
                said.lastrowid = cursor.lastrowid
            finally:
                cursor.close()
            return rows

        async with adapter._execute_mutex:  # noqa: SLF001
            self._rows = deque(await driver._execute(work))  # noqa: SLF001


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose cursors hop once, and that begins with the first of them."""

    __slots__ = ("is_to_begin",)
    _cursor_cls = OneHopCursor

    def __init__(self, dbapi: Any, connection: Any) -> None:  # noqa: ANN401
        super().__init__(dbapi, connection)
        self.is_to_begin = False

    def begin(self) -> None:
        """Let the next statement begin a transaction, as the one writer."""
        self.is_to_begin = True

    def commit(self) -> None:
        """Commit, unless nothing has begun."""
        if not self._was_empty():
            super().commit()

    def rollback(self) -> None:
        """Roll back, unless nothing has begun."""
        if not self._was_empty():
            super().rollback()

    def _was_empty(self) -> bool:
        was_empty, self.is_to_begin = self.is_to_begin, False
        return was_empty

    @classmethod
    def of(cls, connection: AsyncAdapt_aiosqlite_connection) -> "OneHopConnection":
        """Return the same connection with such cursors."""
        return cls(connection.dbapi, connection._connection)  # noqa: SLF001
