"""Who may have what is kept about them, and how often."""

from datetime import datetime, timedelta

import pytest

from bot.domain.erasure import Erasure, ErasureKey, ErasureState
from bot.domain.errors import BeingErased, ExportTooSoon, NotYourData
from bot.domain.people import PersonId, is_erased, pseudonym_of
from bot.domain.privacy import EXPORT_EVERY
from bot.ports import Clock
from bot.services.privacy import Privacy
from tests.fakes.house import House
from tests.fakes.jobs import RecordingJobs
from tests.fakes.orders import ADA, BOB, NOON
from tests.fakes.privacy import NobodyErased, NothingKept


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def a_privacy(
    now: Clock, *, erasures: NobodyErased | None = None, jobs: RecordingJobs | None = None
) -> Privacy:
    return Privacy(
        records=NothingKept(),
        erasures=erasures or NobodyErased(),
        jobs=jobs or RecordingJobs(),
        now=now,
    )


async def exported(privacy: Privacy, who: PersonId = ADA) -> PersonId:
    async with privacy.export(who) as data:
        return data.person


async def test_everybody_gets_it_once_an_hour() -> None:
    time = Time()
    privacy = a_privacy(time)
    assert await exported(privacy) == ADA
    time.now += timedelta(minutes=20)

    with pytest.raises(ExportTooSoon) as refused:
        await exported(privacy)

    assert refused.value.minutes == 40
    assert await exported(privacy, BOB) == BOB
    time.now = NOON + EXPORT_EVERY
    assert await exported(privacy) == ADA


async def test_what_could_not_be_handed_over_does_not_count() -> None:
    privacy = a_privacy(lambda: NOON)

    with pytest.raises(TimeoutError):
        async with privacy.export(ADA):
            raise TimeoutError

    assert await exported(privacy) == ADA


async def test_of_two_at_once_one_is_told_to_wait() -> None:
    privacy = a_privacy(lambda: NOON)

    async with privacy.export(ADA):
        with pytest.raises(ExportTooSoon):
            await exported(privacy)


KEY = ErasureKey("discord-1")


async def test_an_erasure_is_begun_once_whatever_is_pressed() -> None:
    erasures, jobs = NobodyErased(), RecordingJobs()
    privacy = a_privacy(lambda: NOON, erasures=erasures, jobs=jobs)

    first = await privacy.erase(KEY, ADA, who=ADA)
    second = await privacy.erase(KEY, ADA, who=ADA)
    other = await privacy.erase(ErasureKey("discord-2"), ADA, who=ADA)

    assert first == second == other
    assert is_erased(first.pseudonym)
    assert list(erasures.kept) == [KEY]
    assert set(jobs.erasures) == {(KEY, False)}


async def test_nobody_has_others_erased() -> None:
    erasures, jobs = NobodyErased(), RecordingJobs()
    privacy = a_privacy(lambda: NOON, erasures=erasures, jobs=jobs)

    with pytest.raises(NotYourData):
        await privacy.erase(KEY, ADA, who=BOB)

    assert (erasures.kept, jobs.erasures) == ({}, [])


async def test_what_is_not_over_is_taken_up_by_the_schedule() -> None:
    erasures, jobs = NobodyErased(), RecordingJobs()
    privacy = a_privacy(lambda: NOON, erasures=erasures, jobs=jobs)
    for number, state in enumerate(ErasureState):
        one = Erasure(ErasureKey(str(number)), PersonId(f"discord:{number}"), ADA, NOON, state)
        await erasures.save(one)

    assert await privacy.sweep() == 2

    assert jobs.erasures == [(ErasureKey("0"), True), (ErasureKey("1"), True)]


async def test_a_receipt_that_was_handed_over_at_last_is_forgotten() -> None:
    erasures = NobodyErased()
    privacy = a_privacy(lambda: NOON, erasures=erasures)
    pseudonym = pseudonym_of("x")
    await erasures.save(Erasure(KEY, ADA, pseudonym, NOON, ErasureState.UNTOLD))
    assert len(await privacy.erasures(ADA)) == 1

    await privacy.hand_over(KEY)

    assert await privacy.erasures(ADA) == []
    assert ADA not in str(erasures.kept)


async def test_who_is_being_erased_gets_nothing_new() -> None:
    erasures = NobodyErased()
    house = House(erasures=erasures).rules(lambda: NOON)
    await house.check_ban(None, ADA)
    await erasures.save(Erasure(KEY, ADA, pseudonym_of("x"), NOON))

    with pytest.raises(BeingErased):
        await house.check_ban(None, ADA)
    await house.check_ban(None, BOB)
