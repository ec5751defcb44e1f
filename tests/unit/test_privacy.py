"""Who may have what is kept about them, and how often."""

from datetime import datetime, timedelta

import pytest

from bot.domain.errors import ExportTooSoon
from bot.domain.people import PersonId
from bot.domain.privacy import EXPORT_EVERY
from bot.services.privacy import Privacy
from tests.fakes.orders import ADA, BOB, NOON
from tests.fakes.privacy import NothingKept


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


async def exported(privacy: Privacy, who: PersonId = ADA) -> PersonId:
    async with privacy.export(who) as data:
        return data.person


async def test_everybody_gets_it_once_an_hour() -> None:
    time = Time()
    privacy = Privacy(records=NothingKept(), now=time)
    assert await exported(privacy) == ADA
    time.now += timedelta(minutes=20)

    with pytest.raises(ExportTooSoon) as refused:
        await exported(privacy)

    assert refused.value.minutes == 40
    assert await exported(privacy, BOB) == BOB
    time.now = NOON + EXPORT_EVERY
    assert await exported(privacy) == ADA


async def test_what_could_not_be_handed_over_does_not_count() -> None:
    privacy = Privacy(records=NothingKept(), now=lambda: NOON)

    with pytest.raises(TimeoutError):
        async with privacy.export(ADA):
            raise TimeoutError

    assert await exported(privacy) == ADA


async def test_of_two_at_once_one_is_told_to_wait() -> None:
    privacy = Privacy(records=NothingKept(), now=lambda: NOON)

    async with privacy.export(ADA):
        with pytest.raises(ExportTooSoon):
            await exported(privacy)
