"""The workflow that deletes a voice: at the provider, here, and tells its owner."""

import logging
from typing import Final

from bot.domain.errors import FaceDown, MynaError
from bot.domain.outcomes import VoiceDeleted
from bot.domain.voices import VoiceKey, VoiceState
from bot.jobs.engine import Run
from bot.jobs.steps import Retry, Step
from bot.ports import Notifier, OperatorAlerts, SpeechApi, VoiceStore

DELETE_WORKFLOW: Final = "delete_v1"

# About an hour each: a promise to delete is worth that much patience.
DELETE: Final = Step("delete", timeout=60.0, retry=Retry(attempts=36, first=2.0, longest=120.0))
CONCLUDE: Final = Step(
    "conclude", timeout=60.0, retry=Retry(attempts=36, first=1.0, longest=120.0), late=FaceDown
)
ALERT: Final = Step("alert", timeout=60.0, retry=Retry(attempts=4), late=FaceDown)

log = logging.getLogger(__name__)


class DeleteWorkflow:
    """Fills `delete_v1`: its input is the voice's key."""

    def __init__(
        self,
        *,
        voices: VoiceStore,
        speech: SpeechApi,
        notifier: Notifier,
        alerts: OperatorAlerts,
    ) -> None:
        self._voices = voices
        self._speech = speech
        self._notifier = notifier
        self._alerts = alerts

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Run it for the voice `raw_key`. Where the provider refuses, the voice stays."""
        key = VoiceKey(raw_key)
        try:
            await run.step(DELETE, self._delete, key)
            await run.transaction("forget", self._mark, key)
            await run.step(CONCLUDE, self._conclude, key)
        except MynaError as error:
            log.warning("%s: deleting %s broke off: %s", run.reference, key, type(error).__name__)
            await self._alert(run, error)

    async def _delete(self, key: VoiceKey) -> None:
        await self._speech.delete_voice((await self._voices.get(key)).voice_id)

    async def _mark(self, key: VoiceKey) -> None:
        await self._voices.settle(key, VoiceState.DELETED)

    async def _conclude(self, key: VoiceKey) -> None:
        order = await self._voices.order(key)
        voice = await self._voices.get(key)
        await self._notifier.conclude(order.address, VoiceDeleted(voice))

    async def _alert(self, run: Run, error: MynaError) -> None:
        try:
            await run.step(ALERT, self._alerts.alert, error, run.reference)
        except MynaError as failed:
            log.warning("%s: no alert: %s", run.reference, type(failed).__name__)
