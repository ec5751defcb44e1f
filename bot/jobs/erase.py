"""The workflow that erases somebody: stop, wait, delete at the provider, erase here, tell them.

It can be run again at any time until all is done: a schedule does, for what the provider refuses
or what stays under way for too long.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from bot.domain.erasure import Erasure, ErasureKey, ErasureState, Refused
from bot.domain.errors import CannotPost, FaceDown, MynaError, StillUnderWay, TemporaryError
from bot.domain.moderation import CaseKey
from bot.domain.outcomes import ConsentAnswered, DataErased
from bot.domain.people import Address
from bot.domain.voices import VoiceKey
from bot.jobs.alarm import alert
from bot.jobs.case import CASE_WORKFLOW, SHOW, case_run_key
from bot.jobs.clone import CLONE_WORKFLOW
from bot.jobs.delete import DELETE, REMOVE
from bot.jobs.names import nonce_for
from bot.jobs.run import Run
from bot.jobs.speak import SPEAK_WORKFLOW
from bot.jobs.steps import Retry, Step
from bot.ports import CaseBoard, ConsentStore, Notifier, OperatorAlerts, SpeechApi, VoiceStore
from bot.services.erasing import Erase

ERASE_WORKFLOW: Final = "erase_v1"

ROUNDS: Final = 3
"""So often it is looked whether something came in between; later a schedule takes it up."""

# About an hour, as for every promise to a person.
_PATIENTLY: Final = Retry(attempts=36, first=1.0, longest=120.0)
WAIT: Final = Step("wait", timeout=60.0, retry=Retry(attempts=70, first=1.0, longest=60.0))
TELL: Final = Step("tell", timeout=120.0, retry=_PATIENTLY, late=FaceDown)
TELL_ASKER: Final = Step(
    "tell asker", timeout=60.0, retry=Retry(attempts=4, first=1.0, longest=10.0), late=FaceDown
)
UNSHOW: Final = Step(
    "unshow", timeout=60.0, retry=Retry(attempts=6, first=1.0, longest=30.0), late=FaceDown
)
HASTILY: Final = Retry(attempts=2)
"""For the voices after one that took an hour in vain: the provider is out of order."""

log = logging.getLogger(__name__)


class EraseWorkflow:
    """Fills `erase_v1`: its input is the erasure's key."""

    def __init__(
        self,
        *,
        erase: Erase,
        voices: VoiceStore,
        consents: ConsentStore,
        speech: SpeechApi,
        notifier: Notifier,
        board: CaseBoard,
        alerts: OperatorAlerts,
    ) -> None:
        self._erase = erase
        self._voices = voices
        self._consents = consents
        self._speech = speech
        self._notifier = notifier
        self._board = board
        self._alerts = alerts

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Erase as much as can be; what is left over waits for the next run."""
        key = ErasureKey(raw_key)
        began = await run.transaction("begin", self._begin, key)
        if began not in {ErasureState.RUNNING, ErasureState.PENDING}:
            return
        is_first = began == ErasureState.RUNNING
        shown: list[dict[str, Any]] = []
        for number in range(ROUNDS):
            if is_first:
                if not await self._quieten(run, key, number):
                    return
                shown = await run.transaction(f"shown {number}", self._shown, key)
            doomed = await run.transaction(f"doomed {number}", self._erase.doomed, key)
            refused = await self._delete(run, doomed)
            if await run.transaction(f"erase {number}", self._finish, key, refused):
                await self._clear_cards(run, shown)
                await self._tell(run, key, is_first=is_first, is_left=bool(refused))
                return
        log.warning("%s: something came in between each time", run.reference)

    async def _begin(self, key: ErasureKey) -> str:
        erasure = await self._erase.get(key)
        return ErasureState.CLOSED.value if erasure is None else erasure.state.value

    async def _quieten(self, run: Run, key: ErasureKey, number: int) -> bool:
        """Stop what is under way, and wait until it is over; return whether it is."""
        for request in await run.transaction(f"stop {number}", self._erase.stop, key):
            try:
                await run.step(TELL_ASKER, self._tell_asker, VoiceKey(request))
            except MynaError as error:
                log.info("%s: an asker was not told: %s", run.reference, type(error).__name__)
        try:
            await run.step(WAIT, self._wait, run, key)
        except MynaError as error:
            log.warning("%s: not erased yet: %s", run.reference, type(error).__name__)
            if not isinstance(error, StillUnderWay):
                await alert(run, self._alerts, error)
            return False
        return True

    async def _tell_asker(self, key: VoiceKey) -> None:
        request = await self._consents.request(key)
        if request is None:  # the asker has had their data erased too
            return
        await self._notifier.notify(
            request.asker,
            ConsentAnswered(request),
            otherwise=request.address,
            nonce=nonce_for(f"{request.key}#{ERASE_WORKFLOW}"),
            repeated=True,
        )

    async def _wait(self, run: Run, key: ErasureKey) -> None:
        erasure = await self._erase.get(key)
        assert erasure is not None  # it is closed by this job alone
        busy = await self._erase.under_way(erasure)
        if busy.voices or busy.speeches:
            raise StillUnderWay
        for name, keys in (
            (CLONE_WORKFLOW, busy.recent_voices),
            (SPEAK_WORKFLOW, busy.recent_speeches),
        ):
            for one in keys:
                if not await run.is_over(name, one):
                    raise StillUnderWay

    async def _delete(self, run: Run, doomed: Sequence[str]) -> list[dict[str, Any]]:
        """Delete voices at the provider; return those that it still has."""
        refused: list[dict[str, Any]] = []
        retry = DELETE.retry
        for key in map(VoiceKey, doomed):
            try:
                await run.step(replace(DELETE, retry=retry), self._delete_one, key)
            except MynaError as error:
                log.warning("%s: %s is not deleted: %s", run.reference, key, type(error).__name__)
                if isinstance(error, TemporaryError):
                    retry = HASTILY
                await alert(run, self._alerts, error)
                label = await run.transaction("label", self._label, key)
                refused.append(asdict(Refused(key, label, run.reference)))
            else:
                await run.transaction("mark", self._erase.mark_deleted, key)
                await self._remove_preview(run, key)
        return refused

    async def _label(self, key: VoiceKey) -> str:
        return (await self._voices.get(key)).label

    async def _delete_one(self, key: VoiceKey) -> None:
        await self._speech.delete_voice((await self._voices.get(key)).voice_id)

    async def _remove_preview(self, run: Run, key: VoiceKey) -> None:
        try:
            await run.step(REMOVE, self._remove_bubble, key)
        except CannotPost:
            log.info("%s: the place of %s is gone", run.reference, key)
        except MynaError as error:
            log.warning("%s: a preview stays: %s", run.reference, type(error).__name__)
            await alert(run, self._alerts, error)

    async def _remove_bubble(self, key: VoiceKey) -> None:
        order = await self._voices.order(key)
        await self._notifier.remove_bubble(order.address, nonce=nonce_for(key))

    async def _shown(self, key: ErasureKey) -> list[dict[str, Any]]:
        return [asdict(one) for one in await self._erase.shown_cases(key)]

    async def _clear_cards(self, run: Run, shown: Sequence[dict[str, Any]]) -> None:
        """Take from moderators what is undecided, and show the rest as it is kept now."""
        for one in shown:
            if not one["is_pending"]:
                again = case_run_key(CaseKey(one["key"]), 0, SHOW)
                await run.start(CASE_WORKFLOW, again, again=True)
                continue
            try:
                await run.step(UNSHOW, self._board.remove, Address(**one["notice"]))
            except MynaError as error:
                log.info("%s: a card stays: %s", run.reference, type(error).__name__)
                if not isinstance(error, CannotPost):
                    await alert(run, self._alerts, error)

    async def _finish(self, key: ErasureKey, refused: list[dict[str, Any]]) -> bool:
        return await self._erase.finish(key, [Refused(**one) for one in refused]) is not None

    async def _tell(self, run: Run, key: ErasureKey, *, is_first: bool, is_left: bool) -> None:
        """Hand them the receipt; where voices were left, once more when they are gone."""
        is_news = is_first or not is_left
        told = is_news and await self._could_tell(run, key)
        await run.transaction("close", self._close, key, told)

    async def _close(self, key: ErasureKey, told: bool) -> None:  # noqa: FBT001  passed on by the engine
        await self._erase.close(key, told=told)

    async def _could_tell(self, run: Run, key: ErasureKey) -> bool:
        try:
            await run.step(TELL, self._notify, key)
        except MynaError as error:
            log.info("%s: they were not told: %s", run.reference, type(error).__name__)
            if not isinstance(error, CannotPost):
                await alert(run, self._alerts, error)
            return False
        return True

    async def _notify(self, key: ErasureKey) -> None:
        erasure = await self._erase.get(key)
        assert erasure is not None  # as above
        await self._notifier.notify(
            erasure.person,
            notice_of(erasure),
            otherwise=None,  # nobody else is to read it
            nonce=nonce_for(f"{key}#{len(erasure.receipt.refused)}#{erasure.told}"),
            repeated=True,
        )


def notice_of(erasure: Erasure) -> DataErased:
    """Return the receipt as a notice."""
    return DataErased(erasure.receipt, is_rest=erasure.told)
