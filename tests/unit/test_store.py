"""The database itself: its migrations, its transactions, and how it refuses to start."""

import asyncio
import io
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.domain.errors import BudgetReached
from bot.domain.moderation import About, CaseKey, CaseState, FlagKind
from bot.domain.money import Budgets, Microdollars, Period, Whose
from bot.domain.voices import VoiceKey, VoiceState
from bot.store import (
    Database,
    SqlAtomic,
    SqlCaseStore,
    SqlGrantStore,
    SqlKeyValueStore,
    SqlSpendingStore,
    SqlVoiceStore,
    StoreUnusable,
    ambient,
)
from bot.store.database import alembic_config
from bot.store.schema_trust import metadata
from tests.fakes.orders import ADA, NOON, a_hold


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'data' / 'myna.sqlite'}"


class Abandoned(Exception):
    """What makes a transaction roll back."""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_the_migrations_make_exactly_the_tables_of_the_schema(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    address: str = request.getfixturevalue("postgres") if kind == "postgres" else url(tmp_path)
    async with Database(address) as database, database.begin() as connection:
        found = await connection.run_sync(differences)

    assert found == []


def test_every_revision_can_be_taken_back_on_postgresql(postgres: str) -> None:
    engine = sa.create_engine(postgres)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
        command.downgrade(alembic_config(connection), "0001")
        command.upgrade(alembic_config(connection), "head")
    engine.dispose()


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
    assert 'term TEXT COLLATE "C" NOT NULL' in script


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


async def test_a_transaction_takes_the_write_lock_with_its_first_statement(tmp_path: Path) -> None:
    async with Database(url(tmp_path)) as database, database.begin() as connection:
        await connection.execute(sa.text("SELECT 1"))
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


async def test_work_in_one_transaction_is_kept_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    async with Database(url(tmp_path)) as database:
        atomic, store = SqlAtomic(database), SqlKeyValueStore(database)

        async def write(value: str) -> str:
            await store.write("colour", value)
            await store.write("shape", value)
            return value

        async def write_and_abandon() -> None:
            await write("lost")
            raise Abandoned

        kept = await atomic(lambda: write("kept"))
        with pytest.raises(Abandoned):
            await atomic(write_and_abandon)

        assert kept == "kept"
        assert [await store.read(name) for name in ("colour", "shape")] == ["kept", "kept"]


async def test_a_refused_hold_undoes_what_was_stored_with_it_and_its_own_counters(
    tmp_path: Path,
) -> None:
    async with Database(url(tmp_path)) as database:
        store, spending = SqlKeyValueStore(database), SqlSpendingStore(database)
        budgets = Budgets({(Whose.SERVER, Period.MONTH): Microdollars(10)})

        async def keep() -> None:
            await store.write("speech", "kept")
            await spending.hold(a_hold(amount=11), budgets)

        with pytest.raises(BudgetReached):
            await SqlAtomic(database)(keep)

        assert await store.read("speech") is None
        assert await spending.spent(Whose.PERSON, ADA, Period.DAY, NOON) == 0
        await spending.hold(a_hold(amount=10), budgets)
        assert await spending.spent(Whose.PERSON, ADA, Period.DAY, NOON) == 10


def in_history(database: Path, to: str) -> None:
    """Take the file to a revision, as an operator would with Alembic's own command."""
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        step = command.downgrade if to == "0001" and _has_tables(connection) else command.upgrade
        step(alembic_config(connection), to)
    engine.dispose()


def _has_tables(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table("voices")


FIRST_VOICES = """
INSERT INTO voices (key, owner, label, label_key, voice_id, state, created_at, deadline, options,
    notes, best_part, address_face, address_token)
VALUES
    ('discord-1', 'discord:1', 'Deep Robin', 'deep robin', 'Myna-1', 'ready',
     '2026-11-23 12:00:00.000000', '2026-11-30 12:00:00.000000',
     '{"text": "Hello.", "model": "speech-2.8-hd", "language": "German"}',
     '[]', 0, 'discord', '1/2'),
    ('discord-2', 'discord:1', 'Held', 'held', 'Myna-2', 'held',
     '2026-11-23 12:01:00.000000', NULL,
     '{"text": "Hello.", "model": "speech-2.8-hd"}', '[]', 0, 'discord', '1/3');
INSERT INTO consents VALUES
    ('discord-1', 'discord:1', 'own_voice_or_owner_permits_v1', '2026-11-23 12:00:00.000000');
INSERT INTO cases VALUES
    ('discord-2', 'discord:1', 5, 'words', '2026-11-23 12:01:00.000000', 'trace');
"""


def first_database(folder: Path) -> Path:
    file = folder / "data" / "myna.sqlite"
    file.parent.mkdir()
    in_history(file, "0001")
    connection = sqlite3.connect(file)
    connection.executescript(FIRST_VOICES)
    connection.close()
    return file


async def test_a_database_of_the_first_revision_is_taken_along_with_its_rows(
    tmp_path: Path,
) -> None:
    first_database(tmp_path)

    async with Database(url(tmp_path)) as database:
        voices, grants = SqlVoiceStore(database), SqlGrantStore(database)
        voice, held = await voices.of(ADA)
        found = [
            await grants.find([], typed, now=NOON, limit=9, owner=ADA)
            for typed in ("deep", "rob", "ger", "held")
        ]

        assert (voice.key, held.key) == ("discord-1", "discord-2")
        assert (voice.used_at, voice.replaces, voice.warned, voice.tells_uses) == (
            *(None, None, 0),
            False,
        )
        assert (await voices.order(voice.key)).server is None
        assert await voices.consent(voice.key) is not None
        assert found == [[voice], [voice], [voice], []]
        assert await voices.unused(made_before=NOON.replace(hour=13)) == [voice]
        (case,) = await SqlCaseStore(database).about("discord-2")
        assert (case.key, case.about, case.owner, case.label) == (
            *("flagged-discord-2", About.VOICE, ADA),
            held.label,
        )
        assert (case.person, case.kind, case.text, case.opened_at, case.trace_id, case.state) == (
            *(ADA, FlagKind.ABUSE, "words", NOON.replace(minute=1), "trace"),
            CaseState.OPEN,
        )
        await voices.settle(VoiceKey("discord-2"), VoiceState.RETIRED)


async def test_the_second_revision_can_be_taken_back_and_made_again(tmp_path: Path) -> None:
    file = first_database(tmp_path)
    async with Database(url(tmp_path)) as database:
        voices = SqlVoiceStore(database)
        await voices.settle(VoiceKey("discord-2"), VoiceState.RETIRED)
        kept = SqlCaseStore(database)
        (case,) = await kept.about("discord-2")
        await kept.open(replace(case, key=CaseKey("refused-discord-70"), subject="discord-70"))

    in_history(file, "0001")

    connection = sqlite3.connect(file)
    states = connection.execute("SELECT key, state FROM voices ORDER BY key").fetchall()
    cases = connection.execute("SELECT voice, owner FROM cases").fetchall()
    consents = connection.execute("SELECT voice FROM consents").fetchall()
    connection.close()
    assert states == [("discord-1", "ready"), ("discord-2", "deleted")]
    assert cases == [("discord-2", "discord:1")]
    assert consents == [("discord-1",)]
    async with Database(url(tmp_path)) as database:
        assert [each.key for each in await SqlVoiceStore(database).of(ADA)] == ["discord-1"]


async def test_a_counter_cannot_fall_below_zero(tmp_path: Path) -> None:
    async with Database(url(tmp_path)) as database:
        await SqlSpendingStore(database).hold(a_hold(amount=5), Budgets())

        with pytest.raises(sa.exc.IntegrityError):
            async with database.engine.begin() as connection:
                await connection.execute(sa.text("UPDATE counters SET microdollars = -1"))


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


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_error_of_the_database_does_not_tell_what_was_to_be_stored(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    address: str = request.getfixturevalue("postgres") if kind == "postgres" else url(tmp_path)
    async with Database(address) as database:
        with pytest.raises(sa.exc.DBAPIError) as caught:
            async with database.begin() as connection:
                await connection.execute(
                    sa.insert(metadata.tables["consents"]),
                    {
                        "voice": "a private text",  # no voice: a foreign key is missing
                        "person": ADA,
                        "statement": "words",
                        "given_at": NOON,
                    },
                )

    assert "private" not in str(caught.value).split("DETAIL")[0]
    assert "parameters hidden" in str(caught.value)
