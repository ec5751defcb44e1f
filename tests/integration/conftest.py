"""The audio workers as the bot has them, though only one."""

from collections.abc import AsyncIterator

import pytest

from bot.audio.pool import WorkerPool
from bot.audio.prep import WorkerAudioPrep


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    async with WorkerPool(workers=1) as running:
        yield running


@pytest.fixture
def prep(pool: WorkerPool) -> WorkerAudioPrep:
    return WorkerAudioPrep(pool)
