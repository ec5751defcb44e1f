"""What discord.py and what is below it raise, as Myna's own errors."""

import aiohttp
import pytest

from bot.domain.errors import FaceDown
from bot.frontends.discord.errors import translated


async def test_a_request_after_the_good_bye_goes_on_after_the_next_start() -> None:
    session = aiohttp.ClientSession()
    await session.close()

    with pytest.raises(FaceDown), translated():
        await session.get("http://127.0.0.1:9/")


def test_a_bug_stays_a_bug() -> None:
    with pytest.raises(RuntimeError), translated():
        raise RuntimeError("something else")
