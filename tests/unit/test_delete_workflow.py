"""A voice is deleted at the provider, then here."""

from pathlib import Path

from bot.domain.errors import ServiceMisconfigured
from bot.domain.outcomes import DeletionFailed, VoiceDeleted
from bot.domain.voices import VoiceState
from tests.fakes.cloning import KEY, outcome_of
from tests.fakes.myna import ended, running
from tests.fakes.orders import ADA
from tests.fakes.world import World


async def test_a_voice_is_deleted_at_the_provider_and_here(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await myna.order(KEY)
        await outcome_of(world)
        await myna.jobs.delete(KEY)
        await ended("delete_v1", KEY)
        voice = await myna.voices.get(KEY)

    assert world.voices == {}
    assert world.nonces == {}
    assert voice.state is VoiceState.DELETED
    assert world.outcomes[KEY][-1] == VoiceDeleted(voice)


async def test_a_deletion_that_was_refused_can_be_asked_for_again(
    tmp_path: Path, world: World
) -> None:
    world.fail("delete_voice", ServiceMisconfigured(code=2049, message="invalid api key"))

    async with running(tmp_path, world) as myna:
        await myna.order(KEY)
        await outcome_of(world)
        await myna.jobs.delete(KEY)
        await ended("delete_v1", KEY)
        kept = (await myna.voices.get(KEY)).state
        told = world.outcomes[KEY][-1]
        await myna.jobs.delete(KEY)
        await ended("delete_v1", KEY)
        gone = await myna.voices.of(ADA)

    assert kept is VoiceState.READY
    assert isinstance(told, DeletionFailed)
    assert len(world.alerts) == 1
    assert gone == []
