"""The same Myna on PostgreSQL: a voice, a speech, and a kill in between."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.wire.speeches import asked_of_minimax, cloned, ended, speak, spoken
from tests.wire.world import World, eventually
from tests.wire.world import world as open_world


@pytest.fixture
async def world(tmp_path: Path, postgres: str) -> AsyncIterator[World]:
    """Yield a Myna that keeps everything in PostgreSQL."""
    settings = {"MYNA_DATABASE_URL": postgres, "MYNA_QUOTE_ABOVE_USD": "10"}
    async with open_world(tmp_path, settings=settings) as opened_world:
        yield opened_world


async def test_a_voice_is_made_speaks_and_outlives_a_kill(world: World, postgres: str) -> None:
    await cloned(world)
    with world.minimax.faults.hold("t2a_v2"):
        pressed = await speak(world, "Good morning.", voice="Robin")
        await eventually(lambda: len(asked_of_minimax(world)) == 1)
        await world.myna.kill()
    await world.myna.start()

    assert "AI voice **Robin**" in (await ended(pressed))["content"]
    again = await spoken(world, "Good morning.", voice="Robin")
    assert "Cost: nothing" in again["content"]
    await world.settled()
    server = sa.create_engine(postgres)
    with server.connect() as connection:
        held = connection.scalar(sa.text("SELECT count(*) FROM holds"))
        spent = connection.scalar(
            sa.text(
                "SELECT microdollars FROM counters WHERE scope = 'all'"
                " AND length(period) = length('2026-11')"
            )
        )
        charged = connection.scalar(sa.text("SELECT sum(amount) FROM charges"))
    server.dispose()
    assert (held, spent) == (0, charged)
    assert charged > 1_500_000
    assert not (world.myna.data / "myna.sqlite").exists()
