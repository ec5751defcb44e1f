"""Delete a voice: here and at the provider, by its owner's word."""

from bot.domain.errors import NotYours, VoiceGone
from bot.domain.people import Address, PersonId
from bot.domain.voices import DELETABLE, Voice, VoiceKey
from bot.ports import Jobs, VoiceStore


class DeleteVoice:
    """Check who asks, then start the job that deletes."""

    def __init__(self, *, voices: VoiceStore, jobs: Jobs) -> None:
        self._voices = voices
        self._jobs = jobs

    async def check(self, key: VoiceKey, *, who: PersonId) -> Voice:
        """Return the voice if `who` may delete it now.

        Raises:
            NotYours: `who` does not own it.
            VoiceGone: there is no such voice, or none any more.
        """
        voice = await self._voices.get(key)
        if voice.owner != who:
            raise NotYours
        if voice.state not in DELETABLE:
            raise VoiceGone
        return voice

    async def submit(self, key: VoiceKey, *, who: PersonId) -> Voice:
        """Start the deletion and return the voice it is for. Raises as `check` does."""
        voice = await self.check(key, who=who)
        await self._jobs.delete(key)
        return voice

    async def receipt_at(self, key: VoiceKey) -> Address:
        """Return where the receipt of the deletion will be shown: where the voice was made.

        Raises:
            VoiceGone: there is no such voice.
        """
        return (await self._voices.order(key)).address
