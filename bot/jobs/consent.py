"""The workflow around a request for consent: ask the owner; later act on what they said."""

import logging
from typing import Final

from bot.domain.consent import ConsentRequest, RequestState
from bot.domain.errors import CannotPost, FaceDown, MynaError, OperatorError
from bot.domain.outcomes import (
    CloneFailed,
    ConsentAnswered,
    ConsentAsked,
    ConsentNotice,
    ConsentUsed,
)
from bot.domain.people import Address
from bot.domain.voices import VoiceKey, VoiceState
from bot.jobs.alarm import alert
from bot.jobs.clone import CLONE_WORKFLOW
from bot.jobs.names import nonce_for
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.ports import Clock, ConsentStore, Notifier, OperatorAlerts, VoiceStore
from bot.services.allowed import BeginAllowed

CONSENT_WORKFLOW: Final = "consent_v1"
ASKED: Final = "asked"
ANSWERED: Final = "answered"

_PATIENTLY: Final = Retry(attempts=36, first=1.0, longest=120.0)  # about an hour
TELL: Final = Step("tell", timeout=120.0, retry=_PATIENTLY, late=FaceDown)
ANNOUNCE: Final = Step("announce", timeout=120.0, retry=_PATIENTLY, late=FaceDown)
CONCLUDE: Final = Step("conclude", timeout=60.0, retry=_PATIENTLY, late=FaceDown)

log = logging.getLogger(__name__)


def consent_key(key: VoiceKey, what: str) -> str:
    """Return the key of a run, from which `ConsentWorkflow` reads both back."""
    return f"{key}#{what}"


class ConsentWorkflow:
    """Fills `consent_v1`: its input is a `consent_key`."""

    def __init__(
        self,
        *,
        consents: ConsentStore,
        voices: VoiceStore,
        begin: BeginAllowed,
        notifier: Notifier,
        alerts: OperatorAlerts,
        now: Clock,
    ) -> None:
        self._consents = consents
        self._voices = voices
        self._begin_allowed = begin
        self._notifier = notifier
        self._alerts = alerts
        self._now = now

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Ask the owner, or act on what they answered."""
        key, _, what = raw_key.rpartition("#")
        request = await self._consents.request(VoiceKey(key))
        if request is None:  # its owner or asker has had their data erased
            return
        if what == ASKED:
            await self._ask(run, request)
        elif request.state is RequestState.ALLOWED:
            await self._carry_out(run, request)
        else:
            await self._try(run, TELL, ConsentAnswered(request))

    async def _ask(self, run: Run, request: ConsentRequest) -> None:
        if await self._try(run, TELL, ConsentAsked(request)):
            return
        # Whoever cannot be asked has not said yes; the asker shall not wait three days for it.
        await run.transaction("give up", self._give_up, request.key)
        after = await self._consents.request(request.key)
        if after is not None and after.state is RequestState.EXPIRED:
            await self._try(run, CONCLUDE, ConsentAnswered(after))

    async def _give_up(self, key: VoiceKey) -> None:
        try:
            await self._consents.answer(key, RequestState.EXPIRED, self._now())
        except MynaError:  # answered meanwhile
            return
        await self._consents.drop(key)

    async def _carry_out(self, run: Run, request: ConsentRequest) -> None:
        """Show that it begins, hold the money, and start the clone's own job."""
        try:
            where = Address(**await run.step(ANNOUNCE, self._announce, request))
        except MynaError as error:
            await self._fail(run, request, None, error)
            return
        try:
            await run.transaction("begin", self._begin, request.key, where)
        except MynaError as error:
            await self._fail(run, request, where, error)
            return
        if request.needed_no_question:
            await self._try(run, TELL, ConsentUsed(request))
        await run.start(CLONE_WORKFLOW, request.key, person=request.asker)

    async def _announce(self, request: ConsentRequest) -> dict[str, str]:
        address = await self._notifier.announce(
            request.address,
            ConsentAnswered(request),
            nonce=nonce_for(consent_key(request.key, "announced")),
            repeated=True,
        )
        return {"face": address.face, "token": address.token}

    async def _begin(self, key: VoiceKey, where: Address) -> None:
        await self._begin_allowed.begin(key, where)

    async def _fail(
        self, run: Run, request: ConsentRequest, where: Address | None, error: MynaError
    ) -> None:
        log.info("%s: %s was allowed, but %s", run.reference, request.key, type(error).__name__)
        await run.transaction("fail", self._settle_failed, request.key)
        if isinstance(error, OperatorError):
            await alert(run, self._alerts, error)
        if where is None:
            return
        failed = CloneFailed(
            request.key,
            request.owner,
            request.label,
            error,
            run.reference,
            asker=None if request.is_own else request.asker,
            spoken=request.sentence is not None,
        )
        try:
            await run.step(CONCLUDE, self._notifier.conclude, where, failed)
        except MynaError as untold:
            await alert(run, self._alerts, untold)

    async def _settle_failed(self, key: VoiceKey) -> None:
        if (await self._voices.get(key)).state is VoiceState.REQUESTED:
            await self._voices.settle(key, VoiceState.FAILED)
            await self._voices.forget_notes(key)

    async def _try(self, run: Run, step: Step, notice: ConsentNotice) -> bool:
        """Tell whom it concerns; return whether they could be told."""
        try:
            await run.step(step, self._tell, notice, step.name)
        except MynaError as error:
            log.info("%s: nobody was told: %s", run.reference, type(error).__name__)
            if not isinstance(error, CannotPost):
                await alert(run, self._alerts, error)
            return False
        return True

    async def _tell(self, notice: ConsentNotice, name: str) -> None:
        request = notice.request
        if isinstance(notice, ConsentAsked):
            now = await self._consents.request(request.key)
            if now is None or now.state is not RequestState.OPEN:
                return  # withdrawn before anybody was asked
        await self._notifier.notify(
            request.asker if isinstance(notice, ConsentAnswered) else request.owner,
            notice,
            otherwise=request.address,
            nonce=nonce_for(f"{request.key}#{type(notice).__name__}#{name}"),
            repeated=True,
        )
