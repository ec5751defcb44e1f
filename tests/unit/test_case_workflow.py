"""What follows a decision happens once, however often the process ends in between."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import CannotPost, FaceDown
from bot.domain.moderation import CaseKey, CaseState, Decision, FlagKind, Nudge, Origin, case_key
from bot.domain.outcomes import CasesUnseen, CaseTold, VoiceHeld, VoiceReady
from bot.domain.people import Asker, ChannelId, PersonId, ServerId
from bot.domain.servers import ServerSettings
from bot.domain.voices import VoiceKey, VoiceState
from bot.jobs.case import CASE_WORKFLOW
from bot.ports import Jobs
from bot.services.house_rules import HouseRules
from bot.services.moderating import Desk, Moderate
from bot.services.succession import Succession
from tests.fakes.myna import Myna, an_order_of, ended, running, voice_id
from tests.fakes.orders import ADA, NOON, a_consent, a_voice
from tests.fakes.world import World

HERE = ServerId("discord:55")
REVIEW = ChannelId("discord:66")
MONA = Asker(PersonId("discord:70"), HERE, moderates=True)
KEY = VoiceKey("discord-1")
CASE = case_key(Origin.FLAGGED, KEY)
MOST_TOUCHES = 14
"""Port calls before and after their effects between a decision and its last word."""


def moderating(myna: Myna, jobs: Jobs | None = None) -> Moderate:
    """Return the service over what is really kept."""
    kept = myna.kept
    return Moderate(
        desk=Desk(
            cases=kept.cases,
            bans=kept.bans,
            voices=kept.voices,
            evidence=kept.evidence,
            audit=kept.audit,
        ),
        rules=HouseRules(
            servers=kept.servers, bans=kept.bans, erasures=kept.erasures, now=lambda: NOON
        ),
        succession=Succession(voices=kept.voices, grants=kept.grants),
        atomic=kept.atomic,
        jobs=jobs or myna.jobs,
        now=lambda: NOON,
    )


async def flagged(
    myna: Myna, world: World, key: VoiceKey = KEY, *, kind: FlagKind = FlagKind.ABUSE
) -> CaseKey:
    """Have a voice cloned on the server that the service flags; return its case."""
    world.flag = kind
    order = replace(an_order_of(key), server=HERE)
    voice = a_voice(order, voice_id=voice_id(key, 1))
    await myna.voices.reserve(order, voice, a_consent(order))
    await myna.jobs.clone(key, ADA)
    await ended("clone_v1", key)
    case = case_key(Origin.FLAGGED, key)
    is_locked = kind is FlagKind.SEVERE_VIOLATION
    await ended(CASE_WORKFLOW, f"{case}#0#{'carry-out' if is_locked else 'show'}")
    return case


async def reviewed(myna: Myna) -> None:
    """Give the server a review channel."""
    await myna.kept.servers.save(HERE, ServerSettings(review_channel=REVIEW))


async def test_a_decision_is_shown_told_and_done(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)
        key = await flagged(myna, world)
        assert world.board[key].evidence == ("preview", "sample")
        await moderating(myna).decide(MONA, key, Decision.APPROVE, reason="fine")
        await ended(CASE_WORKFLOW, f"{key}#1#carry-out")

    assert world.board[key].case.state is CaseState.APPROVED
    assert [type(one) for one in world.outcomes[KEY]] == [VoiceHeld, VoiceReady]
    assert [(person, type(notice)) for person, notice in world.notices] == [(ADA, CaseTold)]
    assert len(world.posts[KEY]) == 1
    assert not list((tmp_path / "work").iterdir())


@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.REJECT])
async def test_a_crash_at_any_point_after_a_decision_does_each_thing_once(
    tmp_path: Path, world: World, decision: Decision
) -> None:
    keys = [VoiceKey(f"discord-{number}") for number in range(1, MOST_TOUCHES + 1)]
    async with running(tmp_path, world) as myna:
        await reviewed(myna)
        cases = [await flagged(myna, world, key) for key in keys]
        for number, (key, case) in enumerate(zip(keys, cases, strict=True), start=1):
            # The board is touched by the case's key, all else by the voice's.
            world.crash_at[key] = len(world.touched[key]) + number
            world.crash_at[case] = len(world.touched[case]) + max(1, number - 5)
            await moderating(myna).decide(MONA, case, decision, reason="because")
        await asyncio.sleep(1.0)
    crashed = [one for one in world.crash_at if len(world.touched[one]) == world.crash_at[one]]
    assert len(crashed) >= MOST_TOUCHES / 2
    world.crash_at.clear()

    async with running(tmp_path, world) as myna:
        async with asyncio.timeout(60):
            for case in cases:
                await ended(CASE_WORKFLOW, f"{case}#1#carry-out")
            if decision is Decision.REJECT:
                for key in keys:
                    await ended("delete_v1", key)
        states = {(await myna.voices.get(key)).state for key in keys}

    is_yes = decision is Decision.APPROVE
    assert states == {VoiceState.READY if is_yes else VoiceState.DELETED}
    assert {len(world.posts[key]) for key in keys} == ({1} if is_yes else {0})
    assert {world.board[case].case.state for case in cases} == {
        CaseState.APPROVED if is_yes else CaseState.REJECTED
    }
    told = [notice.case.key for _, notice in world.notices if isinstance(notice, CaseTold)]
    assert sorted(told) == sorted(cases)


async def test_an_approval_undone_while_its_preview_is_posted_leaves_nothing_to_hear(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)
        key = await flagged(myna, world)
        moderate = moderating(myna)
        await moderate.decide(MONA, key, Decision.APPROVE, reason="fine")
        await moderate.undo(MONA, key, reason="not fine")
        await ended(CASE_WORKFLOW, f"{key}#1#carry-out")
        await ended(CASE_WORKFLOW, f"{key}#2#carry-out")
        voice = await myna.voices.get(KEY)

    assert voice.state is VoiceState.HELD
    assert world.nonces.get(f"bubble of {KEY}") is None
    assert not [nonce for nonce, at in world.nonces.items() if at == KEY]
    assert isinstance(world.outcomes[KEY][-1], VoiceHeld)


async def test_without_a_review_channel_the_owner_is_told_once(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await flagged(myna, world)
        await flagged(myna, world, VoiceKey("discord-2"))

    unseen = [notice for _, notice in world.notices if isinstance(notice, CasesUnseen)]
    assert unseen == [CasesUnseen(HERE, is_unset=True)]


async def test_a_lost_review_channel_is_told_and_a_chat_that_is_down_waited_for(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)
        world.fail("show", FaceDown(reason="down"), CannotPost(missing=[]))
        await flagged(myna, world)
        case = await myna.kept.cases.get(CASE)
        assert case is not None
        assert case.notice is None
        await moderating(myna).sweep()
        await ended(CASE_WORKFLOW, f"{CASE}#0#show")
        shown = await myna.kept.cases.get(CASE)

    assert [n for _, n in world.notices] == [CasesUnseen(HERE, is_unset=False)]
    assert shown is not None
    assert shown.notice is not None


async def test_a_reminder_calls_once_and_is_counted(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)
        key = await flagged(myna, world)
        for _ in range(2):
            await myna.jobs.remind(key, 1)
            await ended(CASE_WORKFLOW, f"{key}#1#remind")
        case = await myna.kept.cases.get(key)

    assert world.nudges == [(key, Nudge.WAITING, None)]
    assert case is not None
    assert (case.reminders, case.reminded_at) == (1, NOON)
    assert case.opened_at + timedelta(0) == NOON


async def test_a_channel_chosen_while_the_owner_is_told_shows_the_case(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        world.meanwhile["owner of"] = lambda: reviewed(myna)
        await flagged(myna, world)
        case = await myna.kept.cases.get(CASE)

    assert case is not None
    assert case.notice is not None
