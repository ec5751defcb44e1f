"""The workflow that takes a speech back: its bubbles, and what its card says."""

import logging
from typing import Final

from bot.domain.errors import CannotPost, FaceDown, MynaError
from bot.domain.outcomes import SpeechRemoved
from bot.domain.speeches import Speech, SpeechKey, SpeechState
from bot.jobs.alarm import alert
from bot.jobs.names import nonce_of_part
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.ports import Notifier, OperatorAlerts, SpeechStore

REMOVE_WORKFLOW: Final = "remove_v1"

# About an hour, as for every promise to a person.
_PATIENTLY: Final = Retry(attempts=36, first=1.0, longest=120.0)
CONCLUDE: Final = Step("conclude", timeout=60.0, retry=_PATIENTLY, late=FaceDown)

log = logging.getLogger(__name__)


class RemoveWorkflow:
    """Fills `remove_v1`: its input is the speech's key."""

    def __init__(
        self, *, speeches: SpeechStore, notifier: Notifier, alerts: OperatorAlerts
    ) -> None:
        self._speeches = speeches
        self._notifier = notifier
        self._alerts = alerts

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Run it for the speech `raw_key`."""
        speech = await self._speeches.get(SpeechKey(raw_key))
        try:
            for number in range(speech.posted):
                step = Step(f"remove {number}", timeout=120.0, retry=_PATIENTLY, late=FaceDown)
                await run.step(step, self._remove, speech, number)
            await run.transaction("forget", self._mark, speech.key)
            removed = SpeechRemoved(await self._speeches.get(speech.key))
            await run.step(CONCLUDE, self._notifier.conclude, speech.order.address, removed)
        except CannotPost:
            log.info("%s: the place of %s is gone", run.reference, speech.key)
        except MynaError as error:
            log.warning("%s: not removed: %s", run.reference, type(error).__name__)
            await alert(run, self._alerts, error)

    async def _remove(self, speech: Speech, number: int) -> None:
        nonce = nonce_of_part(speech.key, number)
        await self._notifier.remove_bubble(speech.order.address, nonce=nonce)

    async def _mark(self, key: SpeechKey) -> None:
        await self._speeches.settle(key, SpeechState.REMOVED)
