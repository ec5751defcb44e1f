"""One product between two stand-ins for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.wire.world import World
from tests.wire.world import world as open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Yield a connected Myna."""
    async with open_world(tmp_path) as opened:
        yield opened
