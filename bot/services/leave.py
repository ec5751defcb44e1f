"""Whether somebody may be cloned: asked before an order is taken, and again before each upload."""

from bot.domain.errors import ConsentMissing, ConsentWithdrawn, NeverClone, SentenceMissing
from bot.domain.people import PersonId
from bot.domain.servers import SpokenConsent
from bot.domain.voices import CloneOrder
from bot.ports import ConsentStore
from bot.services.house_rules import HouseRules


class Leave:
    """The one place that knows whose word it takes."""

    def __init__(self, consents: ConsentStore, house: HouseRules) -> None:
        self._consents = consents
        self._house = house

    async def check_person(self, owner: PersonId) -> None:
        """Check that the owner is not in the registry of those whom nobody may clone.

        Raises:
            NeverClone: they are.
        """
        if await self._consents.is_never_cloned(owner):
            raise NeverClone

    async def is_standing(self, order: CloneOrder) -> bool:
        """Say whether the owner lets the asker clone them on that server without being asked."""
        return await self._consents.is_permitted(order.owner, order.payer, order.server)

    async def check_order(self, order: CloneOrder) -> None:
        """Check an order that is about to be taken on its asker's own word.

        Raises:
            Banned, BeingErased: as `check_asker`.
            NeverClone: nobody may clone its owner.
            ConsentMissing: it is for somebody else's voice: they are to be asked.
            SentenceMissing: the server wants one's own voice to be asked for with a sentence too.
        """
        await self.check_asker(order)
        await self.check_person(order.owner)
        if order.asker is not None:
            raise ConsentMissing
        if (await self._house.settings(order.server)).spoken_consent is SpokenConsent.ALWAYS:
            raise SentenceMissing

    async def check_asker(self, order: CloneOrder) -> None:
        """Check that who asked for it may have something cloned.

        Raises:
            Banned, BeingErased: as `HouseRules.check_ban`.
        """
        await self._house.check_ban(order.server, order.payer)

    async def check_still(self, order: CloneOrder) -> None:
        """Check an order that is being carried out, before it costs anything.

        Raises:
            NeverClone, ConsentWithdrawn: as `check_consent`.
            Banned, BeingErased: as `check_asker`, by now.
        """
        await self.check_consent(order)
        await self.check_asker(order)

    async def check_consent(self, order: CloneOrder) -> None:
        """Check that the consent to an order stands.

        Raises:
            NeverClone: by now nobody may clone its owner.
            ConsentWithdrawn: its owner took their yes back.
        """
        await self.check_person(order.owner)
        given = await self._consents.given(order.key)
        if given is None or given.withdrawn_at is not None:
            raise ConsentWithdrawn
