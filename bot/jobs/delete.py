"""The workflow that deletes a voice: at the provider, here, and tells its owner."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final, ParamSpec

from bot.domain.errors import FaceDown, MynaError
from bot.domain.outcomes import DeletionFailed, Outcome, VoiceDeleted
from bot.domain.voices import VoiceKey, VoiceState
from bot.jobs.alarm import alert
from bot.jobs.names import nonce_for
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.ports import Notifier, OperatorAlerts, SpeechApi, SpeechCache, VoiceStore

DELETE_WORKFLOW: Final = "delete_v1"

# About an hour each: a promise to delete is worth that much patience.
DELETE: Final = Step("delete", timeout=60.0, retry=Retry(attempts=36, first=2.0, longest=120.0))
CONCLUDE: Final = Step(
    "conclude", timeout=60.0, retry=Retry(attempts=36, first=1.0, longest=120.0), late=FaceDown
)
REMOVE: Final = Step(
    "remove preview", timeout=120.0, retry=Retry(attempts=6, first=1.0), late=FaceDown
)

P = ParamSpec("P")

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
        cache: SpeechCache,
    ) -> None:
        self._cache = cache
        self._voices = voices
        self._speech = speech
        self._notifier = notifier
        self._alerts = alerts

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Run it for the voice `raw_key`. Where the provider refuses, the voice stays."""
        key = VoiceKey(raw_key)
        try:
            await run.step(DELETE, self._delete, key)
        except MynaError as error:
            log.warning("%s: %s is not deleted: %s", run.reference, key, type(error).__name__)
            await alert(run, self._alerts, error)
            outcome: Outcome = DeletionFailed(await self._voices.get(key), error, run.reference)
        else:
            await run.transaction("forget", self._mark, key)
            await self._try(run, REMOVE, self._remove_bubble, key)
            outcome = VoiceDeleted(await self._voices.get(key))
        await self._try(run, CONCLUDE, self._conclude, key, outcome)

    async def _delete(self, key: VoiceKey) -> None:
        await self._speech.delete_voice((await self._voices.get(key)).voice_id)

    async def _mark(self, key: VoiceKey) -> None:
        voice = await self._voices.settle(key, VoiceState.DELETED)
        await self._cache.forget_voice(voice.voice_id)

    async def _remove_bubble(self, key: VoiceKey) -> None:
        order = await self._voices.order(key)
        await self._notifier.remove_bubble(order.address, nonce=nonce_for(key))

    async def _conclude(self, key: VoiceKey, outcome: Outcome) -> None:
        order = await self._voices.order(key)
        await self._notifier.conclude(order.address, outcome)

    async def _try(
        self,
        run: Run,
        step: Step,
        function: Callable[P, Awaitable[None]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Run a step that changes nothing about the voice; its failure is the operator's."""
        try:
            await run.step(step, function, *args, **kwargs)
        except MynaError as error:
            log.warning("%s: %s failed: %s", run.reference, step.name, type(error).__name__)
            await alert(run, self._alerts, error)
