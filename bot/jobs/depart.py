"""The workflow for somebody who left a server: take back, tell them, delete."""

import logging
from typing import Final

from bot.domain.errors import CannotPost, FaceDown, MynaError
from bot.domain.outcomes import VoicesLeaving
from bot.domain.people import PersonId, ServerId
from bot.domain.voices import VoiceKey
from bot.jobs.alarm import alert
from bot.jobs.delete import DELETE_WORKFLOW
from bot.jobs.names import nonce_for
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.ports import Notifier, OperatorAlerts, VoiceStore
from bot.services.departures import Depart

DEPART_WORKFLOW: Final = "depart_v1"

# About an hour; then the voices are deleted all the same.
TELL: Final = Step(
    "tell", timeout=120.0, retry=Retry(attempts=36, first=1.0, longest=120.0), late=FaceDown
)

log = logging.getLogger(__name__)


def departure_key(server: ServerId, person: PersonId) -> str:
    """Return the key of a run, from which `DepartWorkflow` reads both back."""
    return f"{server}#{person}"


class DepartWorkflow:
    """Fills `depart_v1`: its input is a `departure_key`."""

    def __init__(
        self, *, depart: Depart, voices: VoiceStore, notifier: Notifier, alerts: OperatorAlerts
    ) -> None:
        self._depart = depart
        self._voices = voices
        self._notifier = notifier
        self._alerts = alerts

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Do what the server has set; who cannot be told, loses the voices all the same."""
        server, _, person = raw_key.partition("#")
        where, who = ServerId(server), PersonId(person)
        keys = await run.transaction("take back", self._depart.carry_out, where, who)
        if not keys:
            return
        try:
            await run.step(TELL, self._tell, where, who, keys)
        except MynaError as error:
            log.info("%s: they were not told: %s", run.reference, type(error).__name__)
            if not isinstance(error, CannotPost):  # most often they share no server with Myna now
                await alert(run, self._alerts, error)
        for key in keys:
            await run.start(DELETE_WORKFLOW, key, person=who, again=True)

    async def _tell(self, server: ServerId, person: PersonId, keys: list[VoiceKey]) -> None:
        labels = tuple([(await self._voices.get(key)).label for key in keys])
        await self._notifier.notify(
            person,
            VoicesLeaving(server, labels),
            otherwise=None,
            nonce=nonce_for("#".join([server, *keys])),
            repeated=True,
        )
