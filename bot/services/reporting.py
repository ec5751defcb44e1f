"""Report what was posted to who decides cases where it was posted."""

from dataclasses import replace
from typing import Final

from bot.domain.decisions import cleaned_reason
from bot.domain.errors import CaseUnknown, OfferGone, ReportedBefore, TooManyReports, VoiceGone
from bot.domain.moderation import PENDING, About, Case, FlagKind, Origin
from bot.domain.people import Asker
from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceKey
from bot.ports import Atomic, CaseStore, Clock, Jobs, SpeechStore, VoiceStore
from bot.services.opening import OpenCase, case_of_clone, case_of_speech

REPORTS_MAX: Final = 5
"""Reports of one person that may wait at once: who reports everything is not heard."""

_LOOKED_AT: Final = 200
"""Pending cases of a server among which a person's own reports are counted."""


class ReportAudio:
    """Anybody may report what they can see; what was reported before is not asked twice."""

    def __init__(
        self,
        *,
        voices: VoiceStore,
        speeches: SpeechStore,
        cases: CaseStore,
        open_case: OpenCase,
        atomic: Atomic,
        jobs: Jobs,
        now: Clock,
    ) -> None:
        self._voices = voices
        self._speeches = speeches
        self._cases = cases
        self._open = open_case
        self._atomic = atomic
        self._jobs = jobs
        self._now = now

    async def report(self, asker: Asker, about: About, subject: str, text: str) -> Case:
        """Open a case about a voice's preview or a speech.

        Raises:
            CaseUnknown: there is no such thing where the asker is.
            ReportedBefore: it was reported before, whatever became of that.
            TooManyReports: too many reports of theirs wait.
            ReasonInvalid: they do not say why, or at too great a length.
        """
        case = await self._case(about, subject)
        if case.server is None or case.server != asker.server:
            raise CaseUnknown
        reported = replace(case, reporter=asker.person, report=cleaned_reason(text))

        async def keep() -> Case:
            pending = await self._cases.find(asker.server, states=PENDING, limit=_LOOKED_AT)
            if sum(one.reporter == asker.person for one in pending) >= REPORTS_MAX:
                raise TooManyReports(limit=REPORTS_MAX)
            if await self._cases.get(reported.key) is not None:
                raise ReportedBefore
            return await self._open.open(reported)

        opened = await self._atomic(keep)
        await self._jobs.show_case(opened.key, opened.version)
        return opened

    async def _case(self, about: About, subject: str) -> Case:
        facts = (Origin.REPORTED, FlagKind.NORMAL, self._now(), None)
        try:
            if about is About.VOICE:
                return case_of_clone(await self._voices.order(VoiceKey(subject)), *facts)
            return case_of_speech(await self._speeches.get(SpeechKey(subject)), *facts)
        except (VoiceGone, OfferGone):
            raise CaseUnknown from None
