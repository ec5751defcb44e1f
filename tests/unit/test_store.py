"""The database itself: its migrations, its transactions, and how it refuses to start."""

import asyncio
import io
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store import Database, SqlKeyValueStore, StoreUnusable, ambient
from bot.store.database import alembic_config
from bot.store.schema import metadata


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'data' / 'myna.sqlite'}"


class Abandoned(Exception):
    """What makes a transaction roll back."""


async def test_the_migrations_make_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with Database(url(tmp_path)) as database, database.begin() as connection:
        found = await connection.run_sync(differences)

    assert found == []


async def test_starting_again_changes_nothing(tmp_path: Path) -> None:
    async with Database(url(tmp_path)) as database:
        await SqlKeyValueStore(database).write("colour", "blue")

    async with Database(url(tmp_path)) as database:
        assert await SqlKeyValueStore(database).read("colour") == "blue"


def test_the_whole_history_renders_for_postgresql() -> None:
    config = alembic_config()
    config.set_main_option("dialect", "postgresql")
    config.output_buffer = io.StringIO()

    command.upgrade(config, "head", sql=True)

    script = config.output_buffer.getvalue()
    for table in metadata.tables:
        assert f"CREATE TABLE {table}" in script
    assert "WHERE state IN ('asked', 'cloning', 'ready', 'held')" in script
    assert "TIMESTAMP WITH TIME ZONE" in script


async def test_sqlite_is_safe_against_power_loss_and_lets_readers_in(tmp_path: Path) -> None:
    async with Database(url(tmp_path)) as database, database.begin() as connection:
        pragmas = {
            name: await connection.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    full = 2
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


async def test_a_transaction_takes_the_write_lock_when_it_begins(tmp_path: Path) -> None:
    async with Database(url(tmp_path)) as database, database.begin():
        stranger = sqlite3.connect(tmp_path / "data" / "myna.sqlite", timeout=0)

        with pytest.raises(sqlite3.OperationalError, match="locked"):
            stranger.execute("BEGIN IMMEDIATE")
        stranger.close()


async def test_what_is_stored_inside_another_transaction_is_undone_with_it(
    tmp_path: Path,
) -> None:
    async with Database(url(tmp_path)) as database:
        store = SqlKeyValueStore(database)

        async def write_and_abandon() -> None:
            async with database.engine.begin() as connection:
                with ambient(connection):
                    await store.write("colour", "blue")
                raise Abandoned

        with pytest.raises(Abandoned):
            await write_and_abandon()

        assert await store.read("colour") is None


async def test_a_database_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data" / "myna.sqlite").mkdir(parents=True)

    with pytest.raises(StoreUnusable, match=r"myna\.sqlite cannot be used: unable to open"):
        async with Database(url(tmp_path)):
            pass


async def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "myna.sqlite").write_bytes(b"not a database, but long enough " * 200)

    with pytest.raises(StoreUnusable, match="file is not a database"):
        async with Database(url(tmp_path)):
            pass


async def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(StoreUnusable, match="cannot be used"):
        async with Database(url(tmp_path)):
            pass


async def test_a_database_of_a_newer_myna_is_refused(tmp_path: Path) -> None:
    async with Database(url(tmp_path)) as database, database.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreUnusable, match="another version of Myna"):
        async with Database(url(tmp_path)):
            pass


async def test_a_password_never_shows_in_the_refusal() -> None:
    with pytest.raises(StoreUnusable) as caught:
        async with Database("postgresql+psycopg://myna:hunter2@127.0.0.1:1/myna"):
            pass

    assert "hunter2" not in str(caught.value)


async def test_a_cancelled_caller_learns_it_after_the_transaction_not_inside(
    tmp_path: Path,
) -> None:
    async with Database(url(tmp_path)) as database, asyncio.TaskGroup() as group:
        store = SqlKeyValueStore(database)
        task = group.create_task(store.write("colour", "blue"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

        # A driver that is interrupted inside a transaction may keep the write lock.
        assert task.cancelled()
        assert await store.read("colour") == "blue"
