"""Begin a clone that the owner of the voice has allowed; only now its money is held."""

from bot.domain.people import Address
from bot.domain.sharing import Grant, of_person
from bot.domain.voices import LABEL_LIMIT, CloneOrder, Voice, VoiceKey, VoiceState
from bot.ports import Atomic, Clock, ConsentStore, GrantStore, VoiceStore
from bot.services.admission import CloneAdmission
from bot.services.leave import Leave


class BeginAllowed:
    """Called by the job that acts on the answer."""

    def __init__(
        self,
        *,
        voices: VoiceStore,
        consents: ConsentStore,
        grants: GrantStore,
        atomic: Atomic,
        leave: Leave,
        admission: CloneAdmission,
        now: Clock,
    ) -> None:
        self._voices = voices
        self._consents = consents
        self._grants = grants
        self._atomic = atomic
        self._leave = leave
        self._admission = admission
        self._now = now

    async def begin(self, key: VoiceKey, address: Address) -> Voice:
        """Let the voice be cloned, answered at `address`; its asker may speak with it.

        The voice is its owner's. Where they have one of that label, somebody else's choice of it
        is numbered; their own is proposed to replace a ready one.

        Raises:
            MynaError: it can no longer be, such as for want of money; nothing is held.
        """

        async def take_up() -> Voice:
            order = await self._voices.order(key)
            await self._leave.check_still(order)
            await self._admission.admit(order)
            if order.asker is None:
                before = await self._voices.labelled(order.owner, order.label)
                is_ready = before is not None and before.state is VoiceState.READY
                replaces = before.key if before is not None and is_ready else None
                return await self._consents.begin(key, order.label, address, replaces=replaces)
            voice = await self._consents.begin(key, await self._free_label(order), address)
            await self._grants.share(Grant(key, of_person(order.asker), self._now(), None))
            return voice

        return await self._atomic(take_up)

    async def _free_label(self, order: CloneOrder) -> str:
        number, label = 1, order.label
        while any(one.key != order.key for one in await self._voices.history(order.owner, label)):
            number += 1
            ending = f" {number}"
            label = order.label[: LABEL_LIMIT - len(ending)].rstrip() + ending
        return label
