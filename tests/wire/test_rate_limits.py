"""MiniMax's requests per minute are used up: the only thing that helps is to wait a minute."""

import asyncio

from bot.sandbox.minimax.faults import FaultKind
from tests.wire.world import World, eventually

MINUTE = 60.0
AT_MOST = 150.0
"""Seconds; how long a busy machine may take for a minute and its margins."""


async def test_a_used_up_minute_is_waited_out_at_whichever_call_and_costs_nothing_more(
    world: World,
) -> None:
    ledger = world.minimax.ledger
    world.minimax.faults.plan(FaultKind.ANSWER, "voice_clone", code=1002)
    await world.clone(world.ada, name="Robin")
    await eventually(lambda: len(world.voice_ids_sent()) == 1)
    world.minimax.faults.plan(FaultKind.TOO_MANY_REQUESTS, "files/upload")
    await world.clone(world.bob, name="Wren")
    await eventually(lambda: len(ledger.calls("/v1/files/upload")) == 2)

    async with asyncio.timeout(AT_MOST):
        while len(world.bubbles()) < 2:  # noqa: ASYNC110  longer than `eventually` waits
            await asyncio.sleep(0.2)

    await world.settled()
    arrived = [each.time for each in ledger.calls("/v1/voice_clone")]
    uploads = [each.time for each in ledger.calls("/v1/files/upload")]
    assert len(arrived) == 3
    assert len(uploads) == 3
    assert (arrived[1] - arrived[0]).total_seconds() >= MINUTE
    assert (uploads[2] - uploads[1]).total_seconds() >= MINUTE
    assert world.bill().clones == 2
    assert len(set(world.voice_ids_sent())) == 2
