"""Screen an order by the rules of the server it is made on, before anything is kept or spent."""

from dataclasses import replace
from functools import partial
from typing import Final, NoReturn

from bot.domain.errors import LanguageNotHere, WordsRefused
from bot.domain.moderation import PENDING, About, Case, FlagKind, Origin, case_key
from bot.domain.people import Asker, PersonId
from bot.domain.servers import ServerSettings
from bot.domain.speech import AUTO
from bot.domain.speeches import SpeechOrder
from bot.domain.voices import CloneOrder
from bot.domain.word_rules import has_a_word
from bot.ports import Atomic, CaseStore, Clock, Jobs
from bot.services.choosing import Chosen
from bot.services.house_rules import HouseRules
from bot.services.opening import OpenCase

CASES_MOST: Final = 5
"""Cases for refused words of one person that wait at once: enough to decide about them."""

_LOOKED_AT: Final = 50


class Screening:
    """Asked outside of the transaction that keeps the order: a case stays where that rolls back.

    Whether the asker is banned is asked inside: in a rush, each transaction waits for all others.
    """

    def __init__(
        self,
        *,
        house: HouseRules,
        cases: CaseStore,
        open_case: OpenCase,
        atomic: Atomic,
        jobs: Jobs,
        now: Clock,
    ) -> None:
        self._cases = cases
        self._house = house
        self._open_case = open_case
        self._atomic = atomic
        self._jobs = jobs
        self._now = now

    async def clone(self, order: CloneOrder, asker: Asker) -> CloneOrder:
        """Return a clone's order as the asker's server wants it: watermarked, if it says so.

        Raises:
            NotHere, RoleMissing: as `HouseRules.check_clone`.
            LanguageNotHere: the server lets nobody clone in that language.
            WordsRefused: label or text has a word that it does not allow; there is a case of it.
            Banned, BeingErased: so, of somebody who may order nothing at all.
        """
        await self._house.check_clone(asker)
        rules = await self._house.settings(asker.server)
        _check_language(rules, order.options.language)
        if has_a_word(f"{order.label}\n{order.options.text}", rules.words):
            text, owner, label = order.options.text, order.owner, order.label
            await self._refuse(order, asker, text=text, owner=owner, label=label)
        watermark = order.options.watermark or rules.watermark
        return replace(order, options=replace(order.options, watermark=watermark))

    async def speech(self, order: SpeechOrder, chosen: Chosen, asker: Asker) -> SpeechOrder:
        """Return a speech's order as the asker's server wants it, as `clone` does.

        Raises:
            NotHere: as `HouseRules.check_speak`.
            LanguageNotHere, WordsRefused, Banned, BeingErased: as `clone`.
        """
        await self._house.check_speak(asker)
        rules = await self._house.settings(asker.server)
        _check_language(rules, order.settings.language)
        if has_a_word(order.text, rules.words):
            owner = None if chosen.voice is None else chosen.voice.owner
            await self._refuse(order, asker, text=order.text, owner=owner, label=chosen.label)
        watermark = order.settings.watermark or rules.watermark
        return replace(order, settings=replace(order.settings, watermark=watermark))

    async def _refuse(
        self,
        order: CloneOrder | SpeechOrder,
        asker: Asker,
        *,
        text: str,
        owner: PersonId | None,
        label: str,
    ) -> NoReturn:
        await self._house.check_ban(asker.server, asker.person)  # of them nobody wants a case
        case = Case(
            key=case_key(Origin.WORDS, order.key),
            origin=Origin.WORDS,
            about=About.TEXT,
            subject=order.key,
            person=asker.person,
            kind=FlagKind.OTHER,
            text=text,
            opened_at=self._now(),
            owner=owner,
            server=asker.server,
            label=label,
            address=order.address,
        )
        opened = await self._atomic(partial(self._open, case))
        if opened is not None:
            await self._jobs.show_case(opened.key, opened.version)
        raise WordsRefused

    async def _open(self, case: Case) -> Case | None:
        """Open the case, unless so many of this person wait that one more tells nothing new."""
        waiting = await self._cases.find(
            case.server, states=PENDING, person=case.person, limit=_LOOKED_AT
        )
        if sum(one.origin is Origin.WORDS for one in waiting) >= CASES_MOST:
            return None
        return await self._open_case.open(case)


def _check_language(rules: ServerSettings, language: str | None) -> None:
    if rules.languages and language not in {None, AUTO, *rules.languages}:
        raise LanguageNotHere(languages=list(rules.languages))
