"""A commit that fails after the provider was paid, as on a full disk: it goes on from there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.outcomes import SpeechDone, VoiceReady
from bot.domain.people import Address
from bot.domain.voices import VoiceKey, VoiceState
from bot.jobs import CLONE_WORKFLOW, SPEAK_WORKFLOW
from bot.store import Database
from tests.fakes.myna import PRICES, ended, running
from tests.fakes.orders import ADA
from tests.fakes.speaking import MINE, Speaker, running_speaker
from tests.fakes.waiting import until
from tests.fakes.world import World

KEY = "discord-70"
BREAKS = {
    "keep": "UPDATE OF used_at ON voices",
    "charge": "INSERT ON charges",
    "settle": "UPDATE OF state ON speeches WHEN NEW.state = 'done'",
}


@asynccontextmanager
async def full_disk(database: Database, what: str) -> AsyncIterator[None]:
    """Let every commit with such a change fail."""
    fails = f"CREATE TRIGGER full BEFORE {what} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    async with database.engine.begin() as connection:
        await connection.execute(sa.text(fails))
    yield
    async with database.engine.begin() as connection:
        await connection.execute(sa.text("DROP TRIGGER full"))


async def acknowledged(_key: str, address: Address) -> Address:
    """Say that everything was acknowledged."""
    return address


async def resumed(me: Speaker) -> None:
    """Take up what broke off, as is done every ten minutes, until it has ended well."""
    async with asyncio.timeout(20):
        while not me.myna.world.outcomes[KEY]:
            await me.speak.resume(acknowledged)
            await ended(SPEAK_WORKFLOW, KEY)


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("commit", BREAKS)
async def test_a_commit_that_fails_loses_no_charge_and_pays_for_no_second_call(
    tmp_path: Path, world: World, commit: str, *, fresh: bool
) -> None:
    async with running_speaker(tmp_path, world, is_used=False) as me:
        async with full_disk(me.myna.database, BREAKS[commit]):
            await me.say(KEY, fresh=fresh)
            await ended(SPEAK_WORKFLOW, KEY)
            assert world.outcomes[KEY] == []
            await me.speak.resume(acknowledged)
            await until(lambda: len(world.alerts) == 2)
        await resumed(me)

        (done,) = world.outcomes[KEY]
        assert isinstance(done, SpeechDone)
        assert (done.cached, done.kept, done.fee) == (0, True, PRICES.clone_fee)
        assert await me.bill(KEY) == [
            ("speech", 12, "trace-1", True),
            ("clone_fee", 0, "trace-1", True),
        ]
        assert (len(world.spoken), len(world.posts[KEY])) == (1, 1)
        assert (await me.myna.kept.voices.get(MINE)).used_at is not None


async def test_a_clone_goes_on_where_a_commit_failed(tmp_path: Path, world: World) -> None:
    key = VoiceKey("discord-2")
    async with running(tmp_path, world) as myna:
        async with full_disk(myna.database, "INSERT ON charges"):
            await myna.order(key)
            await ended(CLONE_WORKFLOW, key)
        async with asyncio.timeout(20):
            while not world.outcomes[key]:
                await myna.jobs.clone(key, ADA)
                await ended(CLONE_WORKFLOW, key)

        (ready,) = world.outcomes[key]
        assert isinstance(ready, VoiceReady)
        assert (world.charges[key], world.calls(key).count("clone")) == (1, 1)
        assert (await myna.voices.get(key)).state is VoiceState.READY
        assert world.calls(key).count("upload_sample") == 1
