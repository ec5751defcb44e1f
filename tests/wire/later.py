"""Lets days pass for a Myna that was started by `tests.wire.ahead`."""

from datetime import timedelta

from tests.wire import ahead
from tests.wire.world import World


async def later(world: World, step: timedelta) -> None:
    """Let time pass for Myna and MiniMax while Myna is off, and start it again."""
    assert await world.myna.stop() == 0
    environment = world.myna.environment
    seconds = float(environment[ahead.AHEAD_SECONDS]) + step.total_seconds()
    environment[ahead.AHEAD_SECONDS] = str(seconds)
    world.minimax.clock.advance(step)
    await world.myna.start()
