"""Never lose a voice by surprise: find the unused ones whose time runs out, and have owners told.

The provider deletes a voice that no speech used within 168 hours; a preview is no use
(docs/minimax.md, "Life of a voice").
"""

from datetime import datetime

from bot.domain.voices import UNUSED_LIFE, WARN_AFTER, Voice
from bot.ports import Clock, Jobs, VoiceStore


class KeepVoices:
    """Run by a schedule, and at every start: a machine that was off warns as soon as it is on."""

    def __init__(self, *, voices: VoiceStore, jobs: Jobs, now: Clock) -> None:
        self._voices = voices
        self._jobs = jobs
        self._now = now

    async def sweep(self) -> int:
        """Start a warning for each voice that is due for one; return how many.

        Of several that were missed only the last is given: one message says it all.
        """
        now, started = self._now(), 0
        for voice in await self._voices.unused(made_before=now - WARN_AFTER[0]):
            number = due_warning(voice, now)
            if number is not None:
                await self._jobs.warn(voice.key, number)
                started += 1
        return started


def due_warning(voice: Voice, now: datetime) -> int | None:
    """Return which warning is due, from 1, or None: none yet, or given, or the voice is gone."""
    if voice.deadline is None or now >= voice.deadline or voice.used_at is not None:
        return None
    made_at = voice.deadline - UNUSED_LIFE
    number = sum(now >= made_at + age for age in WARN_AFTER)
    return number if number > voice.warned else None
