"""The id of a voice is taken once: by somebody else, or by an earlier try that was paid for."""

from datetime import timedelta
from pathlib import Path

from bot.domain.errors import IdTaken, ServiceDown
from bot.domain.outcomes import CloneFailed, PostedAs, VoiceReady
from tests.fakes.cloning import KEY, clone, outcome_of
from tests.fakes.myna import an_order_of, running, voice_id
from tests.fakes.orders import ADA, NOON, a_consent, a_voice
from tests.fakes.world import World


async def test_an_id_that_is_taken_on_the_first_call_is_replaced(
    tmp_path: Path, world: World
) -> None:
    world.voices[voice_id(KEY, 1)] = "somebody else"

    async with running(tmp_path, world) as myna:
        await myna.order(KEY)
        outcome = await outcome_of(world)

    assert isinstance(outcome, VoiceReady)
    assert outcome.voice.voice_id == voice_id(KEY, 2)
    assert outcome.posted is PostedAs.BUBBLE
    assert world.charges[KEY] == 1


async def test_ids_that_are_all_taken_are_the_operators_trouble(
    tmp_path: Path, world: World
) -> None:
    for attempt in (1, 2, 3):
        world.voices[voice_id(KEY, attempt)] = "somebody else"

    outcome, _ = await clone(tmp_path, world)

    assert isinstance(outcome, CloneFailed)
    assert isinstance(outcome.error, IdTaken)
    assert len(world.alerts) == 1


async def test_an_id_that_is_taken_on_a_repeat_is_ours_and_never_paid_twice(
    tmp_path: Path, world: World
) -> None:
    world.fail("clone done", ServiceDown(reason="the answer was lost"))

    async with running(tmp_path, world) as myna:
        await myna.order(KEY)
        outcome = await outcome_of(world)

    assert isinstance(outcome, VoiceReady)
    assert outcome.posted is PostedAs.NOTHING
    assert outcome.voice.voice_id == voice_id(KEY, 1)
    assert outcome.voice.deadline == NOON + timedelta(hours=168)
    assert world.charges[KEY] == 1
    assert world.posts[KEY] == []


async def test_a_voice_found_long_after_the_call_that_made_it_lives_from_its_order_on(
    tmp_path: Path, world: World
) -> None:
    ordered_at = NOON - timedelta(hours=30)
    order = an_order_of(KEY)
    voice = a_voice(order, voice_id=voice_id(order.key, 1), now=ordered_at)
    world.voices[voice.voice_id] = KEY

    async with running(tmp_path, world) as myna:
        await myna.voices.reserve(order, voice, a_consent(order))
        await myna.voices.count_clone_call(order.key)
        await myna.jobs.clone(order.key, ADA)
        outcome = await outcome_of(world)

    assert isinstance(outcome, VoiceReady)
    assert outcome.voice.deadline == ordered_at + timedelta(hours=168)
