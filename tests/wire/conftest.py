"""One product between two stand-ins: for each test, or for all tests of a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.minimax.switches import Switches
from tests.wire.world import World
from tests.wire.world import world as open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Yield a connected Myna."""
    async with open_world(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Yield a connected Myna that stays for all tests of the module, with the module's SETTINGS."""
    settings = getattr(request.module, "SETTINGS", None)
    async with open_world(tmp_path_factory.mktemp("myna"), settings=settings) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def scene(shared: World, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Yield the module's Myna in a channel and with members of the test's own."""
    yield shared.anew(request.node.name)
    assert shared.minimax.faults.pending == [], "planned trouble that never came"
    assert not any(fault.times for fault in shared.discord.faults.routes)
    shared.minimax.faults.clear()
    for switch, usual in Switches():
        setattr(shared.minimax.switches, switch, usual)
    shared.discord.faults.routes.clear()
    shared.discord.faults.voice_in_channels = True
