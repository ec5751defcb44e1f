"""A stand-in that makes nobody wait, and who speaks to it."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.minimax import MiniMaxStandIn
from tests.integration.minimax_stand_in.raw_minimax import (
    VOICE,
    RawMiniMax,
    fast_stand_in,
    raw_client,
)


@pytest.fixture
async def stand_in() -> AsyncIterator[MiniMaxStandIn]:
    async with fast_stand_in() as running:
        yield running


@pytest.fixture
async def client(stand_in: MiniMaxStandIn) -> AsyncIterator[RawMiniMax]:
    async with raw_client(stand_in) as raw:
        yield raw


@pytest.fixture
async def cloned_voice(client: RawMiniMax) -> None:
    """Have `VOICE` cloned before the test begins."""
    await client.clone(VOICE)
