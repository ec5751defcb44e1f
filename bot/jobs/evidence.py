"""What can be heard of a case: sealed while it waits, opened to be heard or posted."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from bot.domain.errors import MynaError, VoiceGone
from bot.domain.moderation import (
    PREVIEW,
    SAMPLE,
    About,
    Case,
    CaseKey,
    CaseReport,
    CaseState,
)
from bot.domain.money import PriceList
from bot.domain.outcomes import PostedAs
from bot.domain.samples import Bubble, Sample
from bot.domain.speeches import SpeechKey
from bot.domain.voices import CloneOrder, Voice, VoiceKey, VoiceState
from bot.jobs.alarm import alert
from bot.jobs.names import folder_for, nonce_for
from bot.jobs.provenance import Provenance
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.jobs.workbench import Workbench
from bot.ports import (
    CaseStore,
    EvidenceStore,
    Notifier,
    OperatorAlerts,
    SpeechCache,
    SpeechCall,
    SpeechStore,
    VoiceStore,
)
from bot.services.moderating import report_of
from bot.services.speaking import call_for, preview_call
from bot.services.texting import is_recording, parts_of

SAMPLE_STEP: Final = Step("seal sample", timeout=300.0, retry=Retry(attempts=2))
PREVIEW_STEP: Final = Step(
    "seal preview", timeout=300.0, retry=Retry(attempts=4, first=2.0, longest=60.0)
)

log = logging.getLogger(__name__)


class Evidence:
    """Seals and opens the audio of cases; the files in between live in a folder of the job's."""

    def __init__(
        self,
        *,
        folder: Path,
        evidence: EvidenceStore,
        cases: CaseStore,
        prices: PriceList,
        voices: VoiceStore,
        speeches: SpeechStore,
        cache: SpeechCache,
        workbench: Workbench,
        notifier: Notifier,
        provenance: Provenance,
        alerts: OperatorAlerts,
    ) -> None:
        self._folder = folder
        self._evidence = evidence
        self._cases = cases
        self._prices = prices
        self._voices = voices
        self._speeches = speeches
        self._cache = cache
        self._workbench = workbench
        self._notifier = notifier
        self._provenance = provenance
        self._alerts = alerts

    async def seal(
        self, run: Run, order: CloneOrder, sample: Sample, preview_url: str | None
    ) -> None:
        """Seal what moderators may hear of a clone; whatever fails here, the case stands."""
        try:
            await run.step(SAMPLE_STEP, self._seal_sample, order, sample)
            if preview_url is not None:
                await run.step(PREVIEW_STEP, self._seal_preview, order, preview_url)
        except MynaError as error:
            log.warning("%s: evidence is missing: %s", run.reference, type(error).__name__)
            await alert(run, self._alerts, error)

    async def _seal_sample(self, order: CloneOrder, sample: Sample) -> None:
        bubble = await self._workbench.sample_bubble(order, sample)
        await self._keep(order.key, SAMPLE, bubble)

    async def _seal_preview(self, order: CloneOrder, url: str) -> None:
        bubble = await self._workbench.bubble(order, url)
        await self._keep(order.key, PREVIEW, bubble)

    async def _keep(self, subject: str, name: str, bubble: Bubble) -> None:
        """Keep it while a case waits, and no longer: a decision set before would not be known."""
        if not await self._is_waiting(subject):
            return
        await self._evidence.keep(subject, name, bubble)
        await self._evidence.forget_at(subject, None)  # an earlier case may have said when
        if not await self._is_waiting(subject):
            await self._evidence.forget(subject)

    async def _is_waiting(self, subject: str) -> bool:
        return any(case.is_pending for case in await self._cases.about(subject))

    async def report(self, case: Case) -> CaseReport:
        """Return the case with what is known beside it."""
        return await report_of(case, self._cases, self._evidence)

    def cost_of(self, voice: Voice) -> int:
        """Return what the preview of a voice cost, in micro-dollars."""
        return self._prices.of(voice.options.model, voice.charged_characters)

    async def gather(self, key: CaseKey) -> None:
        """Seal what is still in the cache of what was posted and reported."""
        async with self._scratch(key) as folder:
            case = await self._cases.get(key)
            if case is None:
                return
            for number, call in enumerate(await self._calls(case), 1):
                name = PREVIEW if number == 1 else f"{PREVIEW} {number}"
                bubble = await self._cache.find(call, folder / f"{number}.ogg")
                if bubble is not None:
                    await self._keep(case.subject, name, bubble)

    @asynccontextmanager
    async def _scratch(self, key: CaseKey) -> AsyncIterator[Path]:
        """Lend a folder, and remove it with what a kill left in it."""
        folder = self._folder / folder_for(key)
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _calls(self, case: Case) -> list[SpeechCall]:
        if case.about is About.VOICE:
            return [preview_call(await self._voices.get(VoiceKey(case.subject)))]
        speech = await self._speeches.get(SpeechKey(case.subject))
        text, settings = speech.order.text, speech.order.settings
        if not text or is_recording(text):
            return []
        return [call_for(speech.voice_id, part, settings) for part in parts_of(text)]

    async def post_preview(self, key: CaseKey) -> str:
        """Post the sealed preview of a voice where it was asked for; return what it became.

        Only while its approval stands, and there is such a voice.

        Raises:
            FaceDown, CannotPost: as `Notifier.post_bubble` does.
        """
        async with self._scratch(key) as folder:
            case = await self._cases.get(key)
            if case is None or case.state is not CaseState.APPROVED:
                return PostedAs.NOTHING.value
            voice = await self._voices.get(VoiceKey(case.subject))
            if voice.state is not VoiceState.READY:
                return PostedAs.NOTHING.value
            bubble = await self._evidence.fetch(voice.key, PREVIEW, folder / "preview.ogg")
            if bubble is None:
                return PostedAs.NOTHING.value
            try:
                return (await self._post(voice, bubble)).value
            finally:
                if not await self._is_ready(voice.key):
                    await self._cache.forget_voice(voice.voice_id)

    async def _post(self, voice: Voice, bubble: Bubble) -> PostedAs:
        await self._provenance.of_preview(bubble, voice)
        await self._cache.keep(preview_call(voice), bubble)
        order = await self._voices.order(voice.key)
        return await self._notifier.post_bubble(
            order.address, bubble, nonce=nonce_for(voice.key), repeated=True
        )

    async def _is_ready(self, key: VoiceKey) -> bool:
        with suppress(VoiceGone):  # erased while it was posted
            return (await self._voices.get(key)).state is VoiceState.READY
        return False
