"""Ada has all about her erased in a running Myna, and what she is told of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context

from bot.domain.erasure import Erasure, ErasureKey, ErasureState
from bot.domain.outcomes import DataErased
from bot.domain.voices import VoiceKey
from bot.jobs import CLONE_WORKFLOW, ERASE_WORKFLOW
from bot.services.privacy import Privacy
from tests.fakes.myna import Myna, ended
from tests.fakes.orders import ADA, NOON
from tests.fakes.world import World

KEY = ErasureKey("discord-900")
VOICE = VoiceKey("discord-1")


def privacy_of(myna: Myna) -> Privacy:
    return Privacy(
        records=myna.kept.personal,
        erasures=myna.kept.erasures,
        jobs=myna.jobs,
        now=lambda: NOON,
    )


async def cloned(myna: Myna, key: str = VOICE) -> None:
    """Let Ada clone a voice."""
    await myna.order(key)
    await ended(CLONE_WORKFLOW, key)


async def stopped(myna: Myna) -> None:
    """Let Ada have herself erased, and wait until nothing of hers is allowed any more."""
    erasing = privacy_of(myna).erase(KEY, ADA, who=ADA)
    # Outside of the run that this happens in: she presses a button.
    await asyncio.get_running_loop().create_task(erasing, context=Context())
    given = myna.kept.consents.given
    while (one := await given(VOICE)) and one.withdrawn_at is None:  # noqa: ASYNC110  no event
        await asyncio.sleep(0.005)


async def erased(myna: Myna) -> Erasure:
    """Wait for the job, and have it taken up as the schedule does, until nothing is under way."""
    privacy = privacy_of(myna)
    await privacy.erase(KEY, ADA, who=ADA)
    while True:
        await ended(ERASE_WORKFLOW, KEY)
        erasure = await myna.kept.erasures.get(KEY)
        assert erasure is not None
        if erasure.state is not ErasureState.RUNNING:
            return erasure
        await privacy.sweep()


def once(happens: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Return what lets it happen the first time only."""
    left = [happens]

    async def meanwhile() -> None:
        while left:
            await left.pop()()

    return meanwhile


def receipts(world: World) -> list[DataErased]:
    return [each for who, each in world.notices if who == ADA and isinstance(each, DataErased)]


async def swept(myna: Myna) -> None:
    """Let the schedule come round."""
    await privacy_of(myna).sweep()
    await ended(ERASE_WORKFLOW, KEY)
