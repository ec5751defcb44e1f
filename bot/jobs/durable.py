"""Fills the `Jobs` port with the durable engine."""

from bot.domain.people import PersonId
from bot.domain.voices import VoiceKey
from bot.jobs.clone import CLONE_WORKFLOW
from bot.jobs.delete import DELETE_WORKFLOW
from bot.jobs.engine import Engine


class DurableJobs:
    """Starts work that a kill does not lose."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def clone(self, key: VoiceKey, owner: PersonId) -> None:
        """Start cloning unless it was started; on an idle bot at once, else in turn."""
        await self._engine.start(CLONE_WORKFLOW, key, person=owner)

    async def delete(self, key: VoiceKey) -> None:
        """Start deleting; once more where an earlier try ended and left the voice."""
        await self._engine.start(DELETE_WORKFLOW, key, again=True)
