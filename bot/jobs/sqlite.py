"""The connections of the durable engine to its own tables on SQLite."""

import sqlite3
import time
from typing import Final

import sqlalchemy as sa

FIRST_WITH_UNIXEPOCH: Final = (3, 42)
"""The SQLite whose `unixepoch` knows 'subsec', which the engine asks for."""


def sqlite_engine(url: str) -> sa.Engine | None:
    """Return the engine for the library's tables on SQLite; PostgreSQL has its own defaults."""
    if sa.make_url(url).get_backend_name() != "sqlite":
        return None
    engine = sa.create_engine(
        url, hide_parameters=True, pool_size=8, max_overflow=0, pool_timeout=60
    )

    @sa.event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if sqlite3.sqlite_version_info < FIRST_WITH_UNIXEPOCH:
            connection.create_function("unixepoch", 1, lambda _subsec: time.time())

    return engine
