"""Presses at the same moment, where several transactions run side by side."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.domain.errors import AskedAlready, OfferGone, TooManyJobs, TooManySpeeches
from bot.domain.money import Budgets
from bot.domain.voices import VoiceKey
from bot.services.admission import CloneAdmission
from bot.services.consenting import AskConsent
from bot.services.leave import Leave
from tests.fakes.house import House
from tests.fakes.myna import PRICES
from tests.fakes.orders import ADA, BOB, a_consent, a_voice, an_order, by
from tests.fakes.speaking import AS_ADA, RULES, an_ask, holds_in, keep_voice, open_desk, price

FRESH = VoiceKey("discord-2")


async def test_nobody_has_more_under_way_than_they_may(tmp_path: Path, postgres: str) -> None:
    async with open_desk(tmp_path, url=postgres) as desk:
        await keep_voice(desk.kept)

        asked = await asyncio.gather(
            *(desk.ask(f"discord-{number}", AS_ADA) for number in range(70, 78)),
            return_exceptions=True,
        )

        refused = [one for one in asked if isinstance(one, TooManySpeeches)]
        assert len(refused) == len(asked) - RULES.at_once
        assert len(await holds_in(desk.database)) == RULES.at_once


async def test_a_voice_is_kept_by_one_of_two_presses(tmp_path: Path, postgres: str) -> None:
    async with open_desk(tmp_path, url=postgres) as desk:
        await keep_voice(desk.kept, FRESH, is_used=False)

        kept = await asyncio.gather(
            *(
                desk.speak.keep_voice(FRESH, an_ask(f"discord-{number}", AS_ADA), AS_ADA)
                for number in range(70, 72)
            ),
            return_exceptions=True,
        )

        assert sum(isinstance(one, OfferGone) for one in kept) == 1
        assert list((await holds_in(desk.database)).values()) == [price(12, fee=True)]


async def test_nobody_has_more_clones_under_way_than_they_may(
    tmp_path: Path, postgres: str
) -> None:
    async with open_desk(tmp_path, url=postgres) as desk:
        orders = [an_order(f"discord-{number}", label=f"Voice {number}") for number in range(8)]

        taken = await asyncio.gather(
            *(
                desk.kept.voices.reserve(order, a_voice(order), a_consent(order), at_most=2)
                for order in orders
            ),
            return_exceptions=True,
        )

        assert sum(isinstance(one, TooManyJobs) for one in taken) == len(orders) - 2
        assert len(await desk.kept.voices.of(ADA)) == 2


async def test_of_several_requests_to_one_owner_at_once_one_is_asked(
    tmp_path: Path, postgres: str
) -> None:
    async with open_desk(tmp_path, url=postgres) as desk:
        house = House.of(desk.kept)
        admission = CloneAdmission(
            spending=desk.kept.spending,
            house=house.rules(desk.clock),
            prices=PRICES,
            budgets=Budgets(),
            now=desk.clock,
        )
        spoken = house.speaking(
            desk.clock, consents=desk.kept.consents, jobs=desk.jobs, admission=admission
        )
        asking = AskConsent(
            consents=desk.kept.consents,
            voices=desk.kept.voices,
            voice_ids=lambda key, attempt: f"Myna-{key}-{attempt}",
            atomic=desk.kept.atomic,
            jobs=desk.jobs,
            leave=Leave(desk.kept.consents, house.rules(desk.clock)),
            screening=house.screening(desk.clock),
            admission=admission,
            spoken=spoken,
            now=desk.clock,
        )
        orders = [replace(an_order(f"discord-{number}"), asker=BOB) for number in range(6)]

        asked = await asyncio.gather(
            *(asking.ask(order, by(order), source=None) for order in orders), return_exceptions=True
        )

        assert sum(isinstance(one, AskedAlready) for one in asked) == len(orders) - 1
        assert len(desk.jobs.questions) == 1
