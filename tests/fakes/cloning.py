"""One clone in a running Myna, and what it told."""

from pathlib import Path

from bot.domain.outcomes import Outcome, SpeechOutcome
from bot.domain.voices import VoiceKey, VoiceState
from bot.jobs import CLONE_WORKFLOW
from tests.fakes.myna import ended, running
from tests.fakes.world import World

KEY = VoiceKey("discord-1")


async def outcome_of(world: World, key: VoiceKey = KEY) -> Outcome:
    """Wait until the job for `key` has ended; return what it told."""
    await ended(CLONE_WORKFLOW, key)
    (outcome,) = world.outcomes[key]
    assert not isinstance(outcome, SpeechOutcome)
    return outcome


async def clone(folder: Path, world: World, *, prompt: bool = False) -> tuple[Outcome, VoiceState]:
    """Clone once in a process of its own."""
    async with running(folder, world) as myna:
        await myna.order(KEY, prompt=prompt)
        return await outcome_of(world), (await myna.voices.get(KEY)).state
