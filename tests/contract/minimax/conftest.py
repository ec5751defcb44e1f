"""The stand-in, the client before it, and Myna's port over both."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.minimax.client import MiniMaxClient
from bot.minimax.gateway import MiniMaxSpeechApi
from bot.ports import SpeechApi
from bot.sandbox.minimax import MiniMaxStandIn, ToneVoice
from tests.contract.minimax.calls import client_of


@pytest.fixture
async def stand_in() -> AsyncIterator[MiniMaxStandIn]:
    async with MiniMaxStandIn(voice=ToneVoice()) as running:
        yield running


@pytest.fixture
async def client(stand_in: MiniMaxStandIn) -> AsyncIterator[MiniMaxClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(stand_in, session)


@pytest.fixture
def api(client: MiniMaxClient) -> SpeechApi:
    return MiniMaxSpeechApi(client)
