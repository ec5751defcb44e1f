"""What was spoken before costs nothing; what is too long for bubbles becomes a recording."""

from pathlib import Path

import pytest

from bot.domain.errors import (
    CannotPost,
    MynaError,
    NoLongerKept,
    PreviewLost,
    RecordingFailed,
    ServiceBusy,
    ServiceDown,
)
from bot.domain.outcomes import PostedAs, SpeechDone, SpeechFailed
from bot.domain.people import Address
from bot.domain.speeches import SpeechKey
from bot.ports import SpeechFormat
from tests.fakes.speaking import AS_ADA, MINE, an_ask, charges_in, holds_in, price, running_speaker
from tests.fakes.world import World

KEY = SpeechKey("discord-70")
LONG = f"{KEY} " + "x" * 10_000


# --- the cache


async def test_what_was_spoken_before_makes_no_call_and_costs_nothing(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.hear("discord-70")
        outcome = await me.hear("discord-71")

        assert isinstance(outcome, SpeechDone)
        assert (outcome.cached, outcome.speech.held, outcome.speech.spent) == (1, 0, 0)
        assert await me.bill("discord-71") == []
    assert len(world.spoken) == 1
    assert (world.posts["discord-70"], world.posts["discord-71"]) == ([False], [False])


async def test_what_is_to_be_fresh_passes_the_cache_and_replaces_what_is_there(
    tmp_path: Path, world: World
) -> None:
    world.seconds.extend([4.0, 5.0])
    async with running_speaker(tmp_path, world) as me:
        await me.hear("discord-70")
        outcome = await me.hear("discord-71", fresh=True)

        assert isinstance(outcome, SpeechDone)
        assert (outcome.cached, outcome.speech.spent) == (0, price(12))
        (kept,) = me.myna.kept.cache.kept.values()  # type: ignore[attr-defined]  # it is the fake
        assert kept.seconds == 5.0
    assert len(world.spoken) == 2


async def test_of_several_parts_only_the_new_ones_are_spoken_and_charged(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.hear("discord-70", "a" * 1100)
        outcome = await me.hear("discord-71", "a" * 1100 + "\n\n" + "b" * 1100)

        assert isinstance(outcome, SpeechDone)
        assert (outcome.cached, outcome.speech.posted) == (1, 2)
        assert outcome.speech.spent == price(1100)
    assert world.calls("discord-71") == [
        "post_bubble",
        "speak",
        "bubble",
        "post_bubble",
        "conclude",
    ]


async def test_a_cached_first_speech_neither_keeps_the_voice_nor_charges_its_fee(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.hear("discord-70")
    async with running_speaker(tmp_path / "other", World(), is_used=False) as other:
        other.myna.kept.cache.kept.update(me.myna.kept.cache.kept)  # type: ignore[attr-defined]
        outcome = await other.hear("discord-71")

        assert isinstance(outcome, SpeechDone)
        assert (outcome.kept, outcome.fee, outcome.speech.spent) == (False, 0, 0)
        assert (await other.myna.kept.voices.get(MINE)).used_at is None


async def test_what_came_too_short_twice_is_not_served_from_the_cache_later(
    tmp_path: Path, world: World
) -> None:
    world.seconds.extend([0.05, 0.05])
    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear("discord-70"), SpeechFailed)
        outcome = await me.hear("discord-71")

    assert isinstance(outcome, SpeechDone)
    assert outcome.cached == 0


async def test_audio_that_cannot_be_read_counts_as_too_short(tmp_path: Path, world: World) -> None:
    world.fail("bubble", PreviewLost(reason="no audio"))
    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY), SpeechDone)
        assert [counted for *_, counted in await me.bill(KEY)] == [False, True]


async def test_a_bubble_whose_file_was_lost_while_the_face_was_down_comes_from_the_cache(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        kept = await me.hear("discord-70")
        world.fail("post_bubble", *[CannotPost(missing=[])])
        lost = await me.hear("discord-71")

    assert isinstance(kept, SpeechDone)
    assert isinstance(lost, SpeechFailed)
    assert lost.speech.spent == 0


# --- recordings


async def test_a_long_text_becomes_a_recording_that_is_waited_for_and_charged_once(
    tmp_path: Path, world: World
) -> None:
    world.pending_recordings = 4
    async with running_speaker(tmp_path, world, is_used=False) as me:
        outcome = await me.hear(KEY, LONG)

        assert isinstance(outcome, SpeechDone)
        assert (outcome.posted, outcome.speech.posted, outcome.kept) == (PostedAs.BUBBLE, 2, True)
        assert (outcome.speech.characters, outcome.speech.spent) == (
            *(len(LONG), price(len(LONG), fee=True)),
        )
        assert await me.bill(KEY) == [
            ("speech", len(LONG), "trace-recording", True),
            ("clone_fee", 0, "trace-recording", True),
        ]
    assert [call.audio_format for call in world.spoken] == [SpeechFormat.MP3]
    assert world.calls(KEY).count("recording_ready") == 5
    assert me.myna.slept == [2.0, 3.0, 4.5, 6.75]
    assert world.posts[KEY] == [False, False]


async def test_a_recording_is_forgotten_at_the_provider_once_it_is_fetched(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.hear(KEY, LONG)

    assert world.files == {}
    calls = world.calls(KEY)
    assert calls.index("fetch_recording") < calls.index("forget_recording")


async def test_a_recording_that_cannot_be_forgotten_is_posted_all_the_same(
    tmp_path: Path, world: World
) -> None:
    world.fail("forget_recording", *[ServiceDown(reason="502")] * 3)
    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY, LONG), SpeechDone)

    assert len(world.files) == 1


async def test_a_recording_that_is_never_ready_is_given_up_after_some_two_hours(
    tmp_path: Path, world: World
) -> None:
    world.pending_recordings = 1000
    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY, LONG)

        assert isinstance(outcome, SpeechFailed)
        assert await me.bill(KEY) == [("speech", len(LONG), "trace-recording", False)]
    assert 1.5 * 3600 < sum(me.myna.slept) < 2.5 * 3600


@pytest.mark.parametrize(
    ("step", "trouble"),
    [
        ("recording_ready", RecordingFailed(reason="the task failed")),
        ("fetch_recording", RecordingFailed(reason="it is gone")),
        ("recordings", RecordingFailed(reason="no audio")),
        ("post_bubble", CannotPost(missing=[])),
    ],
)
async def test_a_recording_that_fails_after_it_was_begun_is_written_down_but_not_charged(
    tmp_path: Path, world: World, step: str, trouble: MynaError
) -> None:
    world.fail(step, trouble)
    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY, LONG)

        assert isinstance(outcome, SpeechFailed)
        assert repr(outcome.error) == repr(trouble)
        assert outcome.speech.spent == 0
        assert await me.bill(KEY) == [("speech", len(LONG), "trace-recording", False)]
        assert await holds_in(me.myna.database) == {}


async def test_a_recording_that_is_not_even_begun_is_on_nobodys_bill(
    tmp_path: Path, world: World
) -> None:
    world.fail("begin_recording", *[ServiceBusy()] * 3)
    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY, LONG), SpeechFailed)

        assert await charges_in(me.myna.kept) == []
    assert world.calls(KEY).count("begin_recording") == 3


async def test_of_a_recording_the_share_that_was_posted_is_charged(
    tmp_path: Path, world: World
) -> None:
    world.fail("post_bubble", None, CannotPost(missing=[]))
    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY, LONG)

    assert isinstance(outcome, SpeechDone)
    assert isinstance(outcome.error, CannotPost)
    assert (outcome.speech.posted, outcome.speech.spent) == (1, price(round(len(LONG) / 2)))


async def test_a_recording_that_was_spoken_but_not_fetched_has_used_its_voice(
    tmp_path: Path, world: World
) -> None:
    world.fail("fetch_recording", RecordingFailed(reason="gone", reference="trace-9"))
    async with running_speaker(tmp_path, world, is_used=False) as me:
        outcome = await me.hear(KEY, LONG)

        assert isinstance(outcome, SpeechFailed)
        assert await me.bill(KEY) == [
            ("speech", len(LONG), "trace-recording", False),
            ("clone_fee", 0, "trace-recording", False),
        ]
        assert (await me.myna.voices.get(MINE)).used_at is not None


async def test_a_recording_that_was_made_before_costs_nothing_and_is_posted_whole(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY, LONG), SpeechDone)
        outcome = await me.hear("discord-71", LONG)

        assert isinstance(outcome, SpeechDone)
        assert (outcome.cached, outcome.speech.held, outcome.speech.spent) == (1, 0, 0)
        assert outcome.speech.posted == len(world.posts[KEY])
        assert await me.bill("discord-71") == []
        again = await me.hear("discord-72", LONG, fresh=True)
        assert isinstance(again, SpeechDone)
        assert again.speech.spent == price(len(LONG))
    assert world.calls("discord-71").count("begin_recording") == 0


async def test_a_recording_that_ran_out_of_the_cache_is_not_made_for_nothing(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.hear(KEY, LONG)
        await me.speak.ask(an_ask("discord-71", AS_ADA, text=LONG), AS_ADA)
        await me.myna.kept.cache.forget_voice((await me.myna.voices.get(MINE)).voice_id)
        await me.speak.start(SpeechKey("discord-71"), Address("discord", "discord-71"))
        outcome = await me.outcome("discord-71")

        assert isinstance(outcome, SpeechFailed)
        assert isinstance(outcome.error, NoLongerKept)
        assert await me.bill("discord-71") == []
