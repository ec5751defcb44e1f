"""A client that talks to a loopback server, on a clock that only moves when somebody sleeps."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.minimax.client import MiniMaxClient
from tests.fakes.minimax_loopback import KEY, Loopback, MakeClient, ManualTime, loopback


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def time() -> ManualTime:
    return ManualTime()


@pytest.fixture
def make_client(server: Loopback, session: aiohttp.ClientSession, time: ManualTime) -> MakeClient:
    def make(**options: Any) -> MiniMaxClient:
        return MiniMaxClient(
            session,
            base_url=server.url,
            api_key=KEY,
            clock=time.clock,
            sleep=time.sleep,
            **{"download_hosts": ["127.0.0.1"], **options},
        )

    return make


@pytest.fixture
def client(make_client: MakeClient) -> MiniMaxClient:
    return make_client()
