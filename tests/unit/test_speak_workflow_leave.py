"""Who took a voice back meanwhile is obeyed; and who wants to know of its uses is told."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import (
    CannotPost,
    MynaError,
    ServiceBusy,
    ServiceMisconfigured,
    VoiceIsLost,
    VoiceLost,
    VoiceNotReady,
    VoiceUnknown,
)
from bot.domain.outcomes import SpeechDone, SpeechFailed, VoiceUsed, VoiceWasLost
from bot.domain.people import Address, Asker, PersonId
from bot.domain.sharing import Grant, of_person, of_server
from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceState
from tests.fakes.myna import ended
from tests.fakes.orders import ADA, BOB, NOON, SERVER
from tests.fakes.speaking import (
    AS_ADA,
    AS_BOB,
    MINE,
    MODERATOR,
    Hands,
    Speaker,
    an_ask,
    keep_voice,
    price,
    running_speaker,
    share,
)
from tests.fakes.world import World

KEY = SpeechKey("discord-70")
THERE = Address("discord", KEY)
LONG = "discord-70 " + "x" * 10_000
OUT_OF_MONEY = ServiceMisconfigured(code=1008, message="insufficient balance")


async def kept_for_bob(me: Speaker, *, text: str = "Hello there.") -> None:
    """Share the voice with Bob, and let him have ordered a speech that has not started yet."""
    await share(me.myna.kept, of_person(BOB))
    await me.speak.ask(an_ask(KEY, AS_BOB, text=text), AS_BOB)


async def start(me: Speaker) -> SpeechFailed:
    """Let the order's job run; it fails, and has called nobody."""
    await me.speak.start(KEY, THERE)
    outcome = await me.outcome(KEY)
    assert isinstance(outcome, SpeechFailed)
    assert me.myna.world.spoken == []
    assert outcome.speech.spent == 0
    return outcome


@pytest.mark.parametrize("text", ["Hello there.", LONG], ids=["bubble", "recording"])
async def test_a_grant_that_is_revoked_while_the_order_waits_stops_it_before_any_call(
    tmp_path: Path, world: World, text: str
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await kept_for_bob(me, text=text)
        await me.myna.kept.grants.revoke(MINE, of_person(BOB))

        outcome = await start(me)

    assert repr(outcome.error) == repr(VoiceUnknown(name="Me"))
    assert world.alerts == []


async def test_a_grant_that_runs_out_while_the_order_waits_stops_it(
    tmp_path: Path, world: World
) -> None:
    clock = Hands()
    async with running_speaker(tmp_path, world, now=clock) as me:
        await share(me.myna.kept, of_person(BOB), until=NOON + timedelta(seconds=1))
        await me.speak.ask(an_ask(KEY, AS_BOB), AS_BOB)
        clock.move(timedelta(seconds=1))

        assert isinstance((await start(me)).error, VoiceUnknown)


async def test_an_order_is_not_stopped_while_another_grant_of_it_holds(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await share(me.myna.kept, of_server(SERVER))
        await kept_for_bob(me)
        await me.myna.kept.grants.revoke(MINE, of_person(BOB))

        await me.speak.start(KEY, THERE)
        assert isinstance(await me.outcome(KEY), SpeechDone)


async def test_a_grant_that_came_after_the_order_does_not_save_it(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await kept_for_bob(me)
        await me.myna.kept.grants.revoke(MINE, of_person(BOB))
        await me.myna.kept.grants.share(Grant(MINE, of_server(SERVER), NOON))

        assert isinstance((await start(me)).error, VoiceUnknown)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (VoiceState.DELETED, VoiceUnknown),
        (VoiceState.HELD, VoiceNotReady),
        (VoiceState.LOST, VoiceIsLost),
    ],
)
async def test_a_voice_that_cannot_speak_any_more_when_its_turn_comes_is_not_called(
    tmp_path: Path, world: World, state: VoiceState, error: type[MynaError]
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.speak.ask(an_ask(KEY, AS_ADA), AS_ADA)
        await me.myna.kept.voices.settle(MINE, state)

        assert isinstance((await start(me)).error, error)


async def test_a_version_that_was_replaced_while_the_order_waits_still_speaks(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.speak.ask(an_ask(KEY, AS_ADA), AS_ADA)
        newer = await keep_voice(me.myna.kept, "discord-2", replaces=MINE)
        await me.myna.kept.voices.put_in_place(newer.key)

        await me.speak.start(KEY, THERE)
        assert isinstance(await me.outcome(KEY), SpeechDone)

    assert [call.voice_id for call in world.spoken] == ["Myna-discord-1-1"]


async def test_a_grant_that_is_revoked_half_way_stops_the_rest(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await share(me.myna.kept, of_person(BOB))
        world.before_speaking = revoke_at_call(2, me)

        outcome = await me.hear(KEY, "\n\n".join(letter * 1100 for letter in "abc"), asker=AS_BOB)

    assert isinstance(outcome, SpeechDone)
    assert isinstance(outcome.error, VoiceUnknown)
    assert (outcome.speech.posted, outcome.speech.spent) == (2, price(2200))
    assert len(world.spoken) == 2


def revoke_at_call(number: int, me: Speaker) -> Callable[[], Awaitable[None]]:
    """Return what takes Bob's grant back while the call of that number is under way."""

    async def revoke() -> None:
        if len(me.myna.world.spoken) == number - 1:
            await me.myna.kept.grants.revoke(MINE, of_person(BOB))

    return revoke


async def test_a_moderators_repetition_stops_when_the_first_asker_may_no_longer(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await share(me.myna.kept, of_person(BOB))
        await me.hear("discord-69", asker=AS_BOB)
        world.spoken.clear()
        await me.speak.again(SpeechKey("discord-69"), new_key=KEY, asker=MODERATOR, address=THERE)
        await me.myna.kept.grants.revoke(MINE, of_person(BOB))

        assert isinstance((await start(me)).error, VoiceUnknown)


# --- deleted meanwhile


def deleting(me: Speaker) -> Callable[[], Awaitable[None]]:
    """Return what deletes the voice while the provider is asked to speak with it."""

    async def delete() -> None:
        await me.myna.kept.voices.settle(MINE, VoiceState.DELETED)

    return delete


async def test_a_voice_that_was_deleted_meanwhile_does_not_come_back_as_lost(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", VoiceLost())
    async with running_speaker(tmp_path, world) as me:
        world.before_speaking = deleting(me)
        assert isinstance(await me.hear(KEY), SpeechFailed)

        assert (await me.myna.kept.voices.get(MINE)).state is VoiceState.DELETED


async def test_a_voice_that_was_deleted_between_two_tries_is_not_tried_again(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", ServiceBusy())
    async with running_speaker(tmp_path, world) as me:
        world.before_speaking = deleting(me)
        outcome = await me.hear(KEY)

    assert isinstance(outcome, SpeechFailed)
    assert isinstance(outcome.error, VoiceUnknown)
    assert world.spoken == []


# --- whom it is told


async def test_an_owner_who_wants_to_know_is_told_of_others_uses_only(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await share(me.myna.kept, of_person(BOB))
        await me.hear("discord-70", asker=AS_BOB)
        await me.myna.kept.voices.tell_uses(MINE, told=True)
        await me.hear("discord-71")
        told = await me.hear("discord-72", "Hello again.", asker=AS_BOB)
        world.fail("speak", OUT_OF_MONEY)
        await me.hear("discord-73", "Never heard.", asker=AS_BOB)
        await ended("speak_v1", "discord-73")
        voice = await me.myna.kept.voices.get(MINE)

    assert world.notices == [(ADA, VoiceUsed(voice, BOB, told.speech))]


async def test_an_owner_who_cannot_be_told_keeps_no_speech_from_its_end(
    tmp_path: Path, world: World
) -> None:
    world.fail("notify", CannotPost(missing=[]))

    async with running_speaker(tmp_path, world) as me:
        await share(me.myna.kept, of_person(BOB))
        await me.myna.kept.voices.tell_uses(MINE, told=True)
        assert isinstance(await me.hear(KEY, asker=AS_BOB), SpeechDone)
        await ended("speak_v1", KEY)

    assert world.alerts == []


async def test_who_deletes_a_voice_while_others_speak_is_not_told_that_it_was_lost(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", VoiceLost())
    async with running_speaker(tmp_path, world) as me:
        await share(me.myna.kept, of_person(BOB))

        async def delete() -> None:
            await me.myna.kept.voices.settle(MINE, VoiceState.DELETED)

        world.before_speaking = delete
        await me.hear("discord-70", asker=AS_BOB)

        assert world.notices == []
        assert (await me.myna.voices.get(MINE)).state is VoiceState.DELETED


async def test_of_a_loss_that_two_met_with_its_owner_is_told_once(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", VoiceLost(), VoiceLost())
    carol = Asker(PersonId("discord:3"), SERVER)
    both_ask = asyncio.Barrier(2)
    async with running_speaker(tmp_path, world) as me:
        await share(me.myna.kept, of_server(SERVER))

        async def wait_for_each_other() -> None:
            await both_ask.wait()

        world.before_speaking = wait_for_each_other
        await me.say("discord-70", asker=AS_BOB)
        await me.say("discord-71", asker=carol)
        for key in ("discord-70", "discord-71"):
            assert isinstance(await me.outcome(key), SpeechFailed)

        assert [(told, type(notice)) for told, notice in world.notices] == [(ADA, VoiceWasLost)]
