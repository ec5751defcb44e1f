"""Fills the `Jobs` port with the durable engine."""

from bot.domain.erasure import ErasureKey
from bot.domain.moderation import CaseKey
from bot.domain.people import PersonId, ServerId
from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceKey
from bot.jobs.case import CARRY_OUT, CASE_WORKFLOW, REMIND, SHOW, case_run_key
from bot.jobs.clone import CLONE_WORKFLOW
from bot.jobs.consent import ANSWERED, ASKED, CONSENT_WORKFLOW, consent_key
from bot.jobs.delete import DELETE_WORKFLOW
from bot.jobs.depart import DEPART_WORKFLOW, departure_key
from bot.jobs.engine import Engine
from bot.jobs.erase import ERASE_WORKFLOW
from bot.jobs.remove import REMOVE_WORKFLOW
from bot.jobs.speak import SPEAK_WORKFLOW
from bot.jobs.warn import WARN_WORKFLOW, warning_key


class DurableJobs:
    """Starts work that a kill does not lose."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def clone(self, key: VoiceKey, owner: PersonId) -> None:
        """Start cloning unless it was started; on an idle bot at once, else in turn."""
        await self._engine.start(CLONE_WORKFLOW, key, person=owner)

    async def ask_owner(self, key: VoiceKey) -> None:
        """Start asking the owner of a voice unless it was started."""
        await self._engine.start(CONSENT_WORKFLOW, consent_key(key, ASKED))

    async def answer(self, key: VoiceKey) -> None:
        """Start acting on what became of a request unless it was started."""
        await self._engine.start(CONSENT_WORKFLOW, consent_key(key, ANSWERED))

    async def delete(self, key: VoiceKey) -> None:
        """Start deleting; once more where an earlier try ended and left the voice."""
        await self._engine.start(DELETE_WORKFLOW, key, again=True)

    async def depart(self, server: ServerId, person: PersonId) -> None:
        """Start it; once more where an earlier one ended: they may have come back and left."""
        await self._engine.start(DEPART_WORKFLOW, departure_key(server, person), again=True)

    async def erase(self, key: ErasureKey, *, again: bool = False) -> None:
        """Start erasing unless it was started; with `again` also where an earlier try ended."""
        await self._engine.start(ERASE_WORKFLOW, key, again=again)

    async def speak(self, key: SpeechKey, asker: PersonId) -> None:
        """Start speaking unless it was started; on an idle bot at once, else in turn."""
        await self._engine.start(SPEAK_WORKFLOW, key, person=asker)

    async def remove(self, key: SpeechKey) -> None:
        """Start taking a speech back; once more where an earlier try ended without it."""
        await self._engine.start(REMOVE_WORKFLOW, key, again=True)

    async def warn(self, key: VoiceKey, number: int) -> None:
        """Start a warning; once more where an earlier try found nothing due by then."""
        await self._engine.start(WARN_WORKFLOW, warning_key(key, number), again=True)

    async def show_case(self, key: CaseKey, version: int) -> None:
        """Start showing a case; once more where an earlier try could not show it."""
        await self._engine.start(CASE_WORKFLOW, case_run_key(key, version, SHOW), again=True)

    async def carry_out(self, key: CaseKey, version: int) -> None:
        """Start doing what was decided unless it was started."""
        await self._engine.start(CASE_WORKFLOW, case_run_key(key, version, CARRY_OUT))

    async def remind(self, key: CaseKey, number: int) -> None:
        """Start a reminder; once more after an appeal, which is reminded of anew."""
        await self._engine.start(CASE_WORKFLOW, case_run_key(key, number, REMIND), again=True)

    def place_in_line(self, key: SpeechKey) -> int:
        """Return its place among the speeches that wait for their turn."""
        return self._engine.place_in_line(SPEAK_WORKFLOW, key)
