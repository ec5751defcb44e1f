"""A yes that was never spoken leaves nothing that stands."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.consent import REQUEST_LASTS, TRIES_MAX, Answer, Permission
from bot.domain.errors import TranscriptMismatch
from bot.domain.people import ServerId
from bot.services.recording_again import key_after
from tests.fakes.orders import ADA, BOB, NOON, SERVER
from tests.fakes.world import World
from tests.unit.test_consent_workflow import KEY, open_desk
from tests.unit.test_spoken_consent import NEXT, allow, record, want

ELSEWHERE = ServerId("discord:56")


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("end", [Answer.NO, Answer.NEVER, "withdrawn", "expired"])
async def test_an_unspoken_yes_for_the_server_does_not_stand(
    tmp_path: Path, world: World, end: str
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await allow(desk, Answer.HERE)
        if end == "withdrawn":
            await desk.asking.withdraw(KEY, who=BOB)
        elif end == "expired":
            desk.clock.move(REQUEST_LASTS + timedelta(hours=1))
            await desk.asking.expire()
        else:
            await desk.asking.answer(KEY, Answer(end), who=ADA)

        assert await desk.myna.kept.consents.permissions(ADA) == []


async def test_recordings_that_never_were_the_sentence_leave_no_standing_yes(
    tmp_path: Path, world: World
) -> None:
    world.fail("clone", *[TranscriptMismatch()] * TRIES_MAX)
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await allow(desk, Answer.HERE)
        for key in (KEY, NEXT, key_after(NEXT)):
            assert await desk.myna.kept.consents.permissions(ADA) != []
            await record(desk, key)

        assert await desk.myna.kept.consents.permissions(ADA) == []


async def test_a_no_to_one_request_leaves_what_was_allowed_before_it(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        before = Permission(ADA, BOB, SERVER, NOON - timedelta(days=1))
        elsewhere = Permission(ADA, BOB, ELSEWHERE, NOON)
        for one in (before, elsewhere):
            await desk.myna.kept.consents.permit(one)
        await want(desk)
        await allow(desk, Answer.HERE)
        await desk.asking.answer(KEY, Answer.NO, who=ADA)

        assert await desk.myna.kept.consents.permissions(ADA) == [before, elsewhere]
