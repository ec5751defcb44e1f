"""Who is banned after their order was taken: it is stopped before anything more is paid."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.consent import Answer
from bot.domain.errors import Banned
from bot.domain.moderation import Ban
from bot.domain.outcomes import CloneFailed, SpeechDone, SpeechFailed, VoiceReady
from bot.domain.people import Address, PersonId
from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceState
from bot.jobs import CONSENT_WORKFLOW
from tests.fakes.cloning import KEY, outcome_of
from tests.fakes.myna import Kept, Myna, an_order_of, ended, running, voice_id
from tests.fakes.orders import ADA, BOB, NOON, SERVER, a_consent, a_voice
from tests.fakes.speaking import AS_ADA, ELSEWHERE, an_ask, holds_in, running_speaker
from tests.fakes.world import World
from tests.unit.test_consent_workflow import open_desk

MODERATOR = PersonId("discord:9")
SPEECH = "discord-70"
LONG = f"{SPEECH} " + "x" * 10_000


async def ban(kept: Kept, person: PersonId) -> None:
    """Ban somebody for ever."""
    await kept.bans.ban(Ban(SERVER, person, by=MODERATOR, at=NOON, until=None, reason="Noise."))


async def order(myna: Myna) -> None:
    """Keep an order that Ada made on the server, and start its job."""
    ordered = replace(an_order_of(KEY, prompt=True), server=SERVER)
    voice = a_voice(ordered, voice_id=voice_id(KEY, 1))
    await myna.voices.reserve(ordered, voice, a_consent(ordered))
    await myna.jobs.clone(KEY, ADA)


@pytest.mark.parametrize("moment", ["DOWNLOADING", "PREPARING", "UPLOADING", "CLONING"])
async def test_a_ban_stops_a_clone_before_the_paid_call(
    tmp_path: Path, world: World, moment: str
) -> None:
    async with running(tmp_path, world) as myna:
        world.meanwhile[moment] = lambda: ban(myna.kept, ADA)
        await order(myna)
        outcome = await outcome_of(world)

        assert (await myna.voices.get(KEY)).state is VoiceState.FAILED
        assert await holds_in(myna.database) == {}

    assert isinstance(outcome, CloneFailed)
    assert repr(outcome.error) == repr(Banned(until=None))
    assert (world.charges, world.files, world.alerts) == ({}, {}, [])


async def test_what_was_paid_before_the_ban_belongs_to_its_owner(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        world.meanwhile["POSTING"] = lambda: ban(myna.kept, ADA)
        await order(myna)

        assert isinstance(await outcome_of(world), VoiceReady)


async def test_a_yes_to_somebody_who_was_banned_meanwhile_begins_nothing(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        await ban(desk.myna.kept, BOB)
        await desk.asking.answer(KEY, Answer.ONCE, who=ADA)
        await ended(CONSENT_WORKFLOW, f"{KEY}#answered")

        (failed,) = world.outcomes[KEY]
        assert isinstance(failed, CloneFailed)
        assert isinstance(failed.error, Banned)
        assert await desk.state() is VoiceState.FAILED
        assert world.calls(KEY) == ["announce", "conclude"]


@pytest.mark.parametrize("text", ["Hello there.", LONG], ids=["bubble", "recording"])
async def test_a_ban_stops_a_speech_that_waits(tmp_path: Path, world: World, text: str) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.speak.ask(an_ask(SPEECH, AS_ADA, text=text), AS_ADA)
        await ban(me.myna.kept, ADA)
        await me.speak.start(SpeechKey(SPEECH), Address("discord", SPEECH))
        outcome = await me.outcome(SPEECH)

    assert isinstance(outcome, SpeechFailed)
    assert repr(outcome.error) == repr(Banned(until=None))
    assert (world.spoken, outcome.speech.spent) == ([], 0)


async def test_a_ban_stops_the_parts_that_are_left(tmp_path: Path, world: World) -> None:
    async with running_speaker(tmp_path, world) as me:
        world.before_speaking = lambda: ban(me.myna.kept, ADA)
        outcome = await me.hear(SPEECH, "x" * 1200 + "\n\n" + "y" * 1200)

    assert isinstance(outcome, SpeechDone)
    assert isinstance(outcome.error, Banned)
    assert (len(world.spoken), outcome.speech.posted) == (1, 1)


async def test_a_ban_elsewhere_stops_nothing(tmp_path: Path, world: World) -> None:
    async with running_speaker(tmp_path, world) as me:
        await ban(me.myna.kept, ADA)
        outcome = await me.hear(SPEECH, asker=replace(AS_ADA, server=ELSEWHERE))

    assert isinstance(outcome, SpeechDone)
    assert outcome.error is None
