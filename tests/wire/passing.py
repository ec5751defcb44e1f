"""Time that passes for Myna and MiniMax while Myna is off; used by the tests of what is due."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from tests.wire import ahead
from tests.wire.world import World
from tests.wire.world import world as open_world


@asynccontextmanager
async def world_with_time(
    folder: Path, settings: Mapping[str, str] | None = None
) -> AsyncIterator[World]:
    """Open a world whose Myna can be put ahead in time."""
    command = (str(Path(ahead.__file__).resolve()),)
    given = {ahead.AHEAD_SECONDS: "0"} | dict(settings or {})
    async with open_world(folder, settings=given, command=command) as opened:
        yield opened


async def later(world: World, step: timedelta) -> None:
    """Let time pass for Myna and MiniMax while Myna is off, and start it again."""
    assert await world.myna.stop() == 0
    environment = world.myna.environment
    seconds = float(environment[ahead.AHEAD_SECONDS]) + step.total_seconds()
    environment[ahead.AHEAD_SECONDS] = str(seconds)
    world.minimax.clock.advance(step)
    await world.myna.start()
