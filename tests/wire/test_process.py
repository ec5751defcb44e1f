"""The process ends, is killed, starts again or meets another: nothing is lost or done twice."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.product import Product
from tests.wire.command_line import run_command
from tests.wire.world import World, eventually
from tests.wire.world import world as open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Yield a Myna that was started by its command."""
    async with open_world(tmp_path, product=Product) as opened:
        yield opened


def command_syncs(world: World) -> int:
    """Return how often Discord was told the commands."""
    sent = [each for each in world.discord.requests if each.method in {"PUT", "POST"}]
    return sum(each.path.endswith("/commands") for each in sent)


async def test_a_clone_killed_while_it_uploads_comes_out_once_with_its_preview(
    world: World,
) -> None:
    with world.minimax.faults.hold("files/upload"):
        pressed = await world.clone()
        await eventually(lambda: bool(world.arrived("/v1/files/upload")))
        await world.myna.kill()
    await world.myna.start()

    await world.bubble()
    card = await world.says("is ready")
    assert pressed.message is not None
    assert card["id"] == pressed.message["id"]
    assert len(world.bubbles()) == 1
    assert len(world.posted_by_myna()) == 2
    assert world.bill().clones == 1


async def test_a_clone_killed_while_minimax_makes_it_is_paid_for_once_and_kept(
    world: World,
) -> None:
    with world.minimax.faults.hold("voice_clone"):
        await world.clone()
        await eventually(lambda: bool(world.voice_ids_sent()))
        await world.myna.kill()
    await eventually(lambda: world.bill().clones == 1)
    await world.myna.start()

    card = await world.says("is ready")
    await world.settled()
    assert "I could not show its preview here, but the voice is yours" in card["content"]
    assert world.bill().clones == 1
    assert len(set(world.voice_ids_sent())) == 1
    assert len(world.posted_by_myna()) == 1


async def test_a_press_that_discord_delivers_twice_is_one_clone(world: World) -> None:
    world.expected_complaints.append("already been acknowledged")
    (session,) = world.discord.gateway.sessions.values()
    await world.clone()
    await world.says("is ready")
    (press,) = [frame for frame in session.log if frame["t"] == "INTERACTION_CREATE"]

    session.send("INTERACTION_CREATE", press["d"])

    await eventually(lambda: bool(world.discord.complaints))
    await world.settled()
    assert world.bill().clones == 1
    assert len(world.posted_by_myna()) == 2
    assert world.discord.messages(world.operators) == []


async def test_a_request_to_stop_is_met_at_once_though_a_clone_is_under_way(world: World) -> None:
    world.minimax.faults.delay("voice_clone", 60.0)
    await world.clone()
    await eventually(lambda: bool(world.voice_ids_sent()))

    code = await world.myna.stop()

    assert code == 0


async def test_commands_are_told_to_discord_once(world: World) -> None:
    syncs = command_syncs(world)

    assert await world.myna.stop() == 0
    await world.myna.start()

    assert syncs == 1
    assert command_syncs(world) == syncs
    assert (
        len(await world.discord.autocomplete(world.ada, world.channel, "clone", "language", "")) > 0
    )


async def test_a_second_myna_on_the_same_data_says_so_and_leaves(world: World) -> None:
    second = await run_command(world.myna, "run")

    (line,) = second.err.splitlines()
    assert second.code == os.EX_TEMPFAIL
    assert line.startswith("Another Myna is running on ")
    await world.clone()
    await world.bubble()
