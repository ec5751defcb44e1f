"""The store's connections to SQLite answer as SQLAlchemy's own do, with one hop a statement."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store.database import Database
from bot.store.one_hop import OneHopCursor

birds = sa.Table(
    "birds",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, unique=True),
)


@pytest.fixture(params=["ours", "plain"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """Give our engine, and SQLAlchemy's own for the same file."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'birds.sqlite'}"
    opened = Database(url).engine if request.param == "ours" else create_async_engine(url)
    async with opened.begin() as connection:
        await connection.run_sync(birds.metadata.create_all)
    yield opened
    await opened.dispose()


async def test_rows_counts_and_new_ids_come_back(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        first = await connection.execute(sa.insert(birds), {"name": "Myna"})
        returned = await connection.execute(
            sa.insert(birds).returning(birds.c.id), [{"name": "Robin"}, {"name": "Wren"}]
        )
        await connection.execute(sa.insert(birds), [{"name": "Tit"}, {"name": "Jay"}])
        updated = await connection.execute(sa.update(birds).values(name=birds.c.name + "!"))
        found = await connection.execute(sa.select(birds.c.name).order_by(birds.c.id))
        nothing = await connection.execute(sa.select(birds).where(birds.c.id > 99))

    assert first.inserted_primary_key == (1,)
    assert [row.id for row in returned] == [2, 3]
    assert updated.rowcount == 5
    assert found.scalars().all() == ["Myna!", "Robin!", "Wren!", "Tit!", "Jay!"]
    assert nothing.first() is None


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        (sa.insert(birds).values(id=1, name="Robin"), IntegrityError),
        (sa.text("SELECT nonsense"), OperationalError),
    ],
)
async def test_what_goes_wrong_is_the_same_error_and_leaves_the_connection_usable(
    engine: AsyncEngine, statement: Any, error: type[Exception]
) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.insert(birds), {"name": "Myna"})
    with pytest.raises(error):
        async with engine.begin() as connection:
            await connection.execute(statement)

    async with engine.begin() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(birds)) == 1


async def test_a_transaction_begins_with_its_first_statement_and_ends_as_any(
    engine: AsyncEngine,
) -> None:
    async with engine.begin():
        pass  # nothing was begun, and nothing is to be committed
    async with engine.connect() as connection:
        await connection.execute(sa.insert(birds), {"name": "Myna"})
        await connection.rollback()
        async with connection.begin(), connection.begin_nested() as inside:
            await connection.execute(sa.insert(birds), {"name": "Robin"})
            await inside.rollback()
        await connection.execute(sa.insert(birds), {"name": "Wren"})
        await connection.commit()

    async with engine.connect() as connection:
        assert (await connection.scalars(sa.select(birds.c.name))).all() == ["Wren"]


async def test_our_engine_uses_such_cursors(tmp_path: Path) -> None:
    engine = Database(f"sqlite+aiosqlite:///{tmp_path / 'birds.sqlite'}").engine

    async with engine.begin() as connection:
        found = await connection.execute(sa.text("SELECT 1"))
        cursor = found.context.cursor

    assert isinstance(cursor, OneHopCursor)
    await engine.dispose()
