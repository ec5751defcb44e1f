"""What the tests of workflows and of speaking begin with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.speaking import Desk, keep_voice, open_desk
from tests.fakes.world import World


@pytest.fixture
def world() -> World:
    """Give a world in which everything works."""
    return World()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Give the services, and Ada a voice that has spoken already."""
    async with open_desk(tmp_path) as desk:
        await keep_voice(desk.kept)
        yield desk
