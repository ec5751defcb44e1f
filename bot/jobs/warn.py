"""The workflow that warns the owner of an unused voice, once for each warning."""

import logging
from typing import Final

from bot.domain.errors import FaceDown, MynaError, VoiceGone
from bot.domain.money import PriceList
from bot.domain.outcomes import VoiceExpiring
from bot.domain.voices import Voice, VoiceKey, VoiceState
from bot.jobs.alarm import alert
from bot.jobs.names import nonce_for
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.ports import Clock, Notifier, OperatorAlerts, VoiceStore

WARN_WORKFLOW: Final = "warn_v1"

# Some hours: the second warning comes half a day before the end.
WARN: Final = Step(
    "warn", timeout=120.0, retry=Retry(attempts=60, first=2.0, longest=300.0), late=FaceDown
)

log = logging.getLogger(__name__)


def warning_key(key: VoiceKey, number: int) -> str:
    """Return the key of a warning's run, from which `WarnWorkflow` reads both back."""
    return f"{key}#{number}"


class WarnWorkflow:
    """Fills `warn_v1`: its input is a `warning_key`."""

    def __init__(
        self,
        *,
        voices: VoiceStore,
        notifier: Notifier,
        alerts: OperatorAlerts,
        prices: PriceList,
        now: Clock,
    ) -> None:
        self._voices = voices
        self._notifier = notifier
        self._alerts = alerts
        self._prices = prices
        self._now = now

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Warn unless there is nothing left to warn of."""
        key, number = _read(raw_key)
        is_due = True
        try:
            is_due = await run.step(WARN, self._warn, key, number)
        except MynaError as error:
            log.warning("%s: %s was not warned of: %s", run.reference, key, type(error).__name__)
            await alert(run, self._alerts, error)
        if is_due:  # a voice that is held now is warned of once it can speak
            await run.transaction("count", self._count, key, number)

    async def _warn(self, key: VoiceKey, number: int) -> bool:
        """Warn, and return whether there was something to warn of."""
        voice = await self._expiring(key)
        if voice is None:
            return False
        order = await self._voices.order(key)
        await self._notifier.notify(
            voice.owner,
            VoiceExpiring(voice, self._prices.clone_fee),
            otherwise=order.address,
            nonce=nonce_for(warning_key(key, number)),
            repeated=True,
        )
        return True

    async def _expiring(self, key: VoiceKey) -> Voice | None:
        """Return the voice while it is still to be kept or lost; asked again at each try."""
        try:
            voice = await self._voices.get(key)
        except VoiceGone:
            return None
        is_over = voice.deadline is None or self._now() >= voice.deadline
        lives = voice.state is VoiceState.READY and voice.used_at is None
        return voice if lives and not is_over else None

    async def _count(self, key: VoiceKey, number: int) -> None:
        while (await self._voices.get(key)).warned < number:
            await self._voices.count_warning(key)


def _read(raw_key: str) -> tuple[VoiceKey, int]:
    key, _, number = raw_key.rpartition("#")
    return VoiceKey(key), int(number)
