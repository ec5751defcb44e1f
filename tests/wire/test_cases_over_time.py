"""A case outlives restarts, reminds, ends a lock, and tells the server's owner where it must."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.domain.moderation import APPEAL_WITHIN, Decision
from bot.frontends import wording_cases
from bot.sandbox.discord import Permission
from tests.wire.passing import later, world_with_time
from tests.wire.reviews import (
    SEVERE,
    card_says,
    case_about,
    decide,
    fill_in,
    flag,
    govern,
    letter_with,
    letters,
    moderator,
    open_review,
)
from tests.wire.speeches import rows
from tests.wire.world import World, eventually, labels, whispered

A_MOMENT = timedelta(minutes=5)
DAY = timedelta(days=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Yield a Myna whose clock can be put ahead."""
    async with world_with_time(tmp_path) as opened:
        yield opened


async def test_a_case_is_decided_and_appealed_after_restarts(world: World) -> None:
    review = await open_review(world)
    mona, max_ = moderator(world), moderator(world, "max")
    key = await flag(world)
    card = await case_about(world, review, key)

    await world.myna.kill()
    await world.myna.start()
    await decide(world, mona, card, Decision.REJECT)
    await eventually(lambda: "rejected the voice" in letters(world, world.ada))
    await world.myna.stop()
    await world.myna.start()
    letter = letter_with(world, world.ada, wording_cases.APPEAL)
    appealed = await fill_in(world, await world.press(world.ada, letter, "Appeal"), "No!")
    assert "with the moderators" in await whispered(appealed)
    card = await card_says(world, review, key, "· appealed")
    await world.myna.kill()
    await world.myna.start()

    await decide(world, max_, card, Decision.APPROVE)

    await card_says(world, review, key, "· approved")
    await eventually(lambda: "another moderator approved" in letters(world, world.ada))
    shown = [each for each in world.discord.messages(review) if "**Case**" in each["content"]]
    assert len(shown) == 1
    assert rows(world, "SELECT state FROM cases") == [("approved",)]


async def test_who_reviews_is_reminded_of_what_waits_three_times_at_most(world: World) -> None:
    review = await open_review(world)
    role = world.discord.add_role(world.server, "reviewers", mentionable=True)
    await govern(world, review_role=f"discord:{role.id}")
    key = await flag(world)
    await case_about(world, review, key)

    def reminders() -> list[str]:
        found = world.discord.messages(review)
        return [each["content"] for each in found if "waits for a decision" in each["content"]]

    await later(world, timedelta(hours=23))
    assert reminders() == []
    for number in (1, 2, 3):
        await later(world, DAY + A_MOMENT)
        await eventually(partial(lambda wanted: len(reminders()) == wanted, number))
        # Stopped before that is noted, it would be noted when Myna runs again.
        noted = partial(rows, world, "SELECT reminders FROM cases")
        await eventually(partial(lambda wanted, noted: noted() == [(wanted,)], number, noted))
    await later(world, DAY + A_MOMENT)
    assert all(each.startswith(f"<@&{role.id}> ") for each in reminders())
    assert len(reminders()) == 3


async def test_what_stays_locked_is_deleted_when_nobody_appeals_any_more(world: World) -> None:
    review = await open_review(world)
    key = await flag(world, SEVERE)
    await case_about(world, review, key)

    await later(world, APPEAL_WITHIN - A_MOMENT)
    assert world.arrived("/v1/delete_voice") == []
    await later(world, 2 * A_MOMENT)

    await world.says("is deleted, here")
    assert len(world.arrived("/v1/delete_voice")) == 1
    card = await card_says(world, review, key, "· rejected")
    assert labels(card) == [wording_cases.EVIDENCE]
    await eventually(lambda: "stayed locked" in letters(world, world.ada))


async def test_evidence_goes_a_while_after_the_decision(world: World) -> None:
    review = await open_review(world)
    key = await flag(world)
    card = await case_about(world, review, key)
    await later(world, 10 * DAY)
    assert len(rows(world, "SELECT name FROM evidence")) == 2

    await decide(world, moderator(world), card, Decision.REJECT)
    await card_says(world, review, key, "· rejected")
    await later(world, 7 * DAY + A_MOMENT)

    await eventually(lambda: rows(world, "SELECT name FROM evidence") == [])


async def test_an_owner_is_told_once_that_nobody_can_be_shown_cases(world: World) -> None:
    owner = world.discord.add_person("olga")
    world.discord.set_owner(world.server, owner)

    await flag(world, name="One")
    await eventually(lambda: "there is no review channel yet" in letters(world, owner))
    await flag(world, name="Two")
    review = await open_review(world)
    for _ in range(2):  # the first may only end what was cut short
        await later(world, A_MOMENT)
    await eventually(
        lambda: sum("**Case**" in each["content"] for each in world.discord.messages(review)) == 2
    )
    assert letters(world, owner).count("Choose one with /settings") == 1

    review.bot_permissions &= ~Permission.VIEW_CHANNEL
    await flag(world, name="Three")
    await eventually(lambda: "I cannot post in its review channel" in letters(world, owner))
    await flag(world, name="Four")
    await world.settled()
    assert letters(world, owner).count("Choose one with /settings") == 2
    states = rows(world, "SELECT state FROM cases")
    assert states == [("open",)] * 4
