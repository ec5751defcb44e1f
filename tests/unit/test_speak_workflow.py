"""What becomes of a text, whatever the world answers, and what is charged for it."""

from pathlib import Path

import pytest

from bot.domain.errors import (
    CannotPost,
    ContentRefused,
    FaceDown,
    FormatRefused,
    MynaError,
    ServiceBusy,
    ServiceDown,
    ServiceMisconfigured,
    SpeechTooShort,
    VoiceLost,
)
from bot.domain.moderation import FlagKind
from bot.domain.outcomes import PostedAs, SpeechDone, SpeechFailed
from bot.domain.speeches import Effect, SpeechKey, SpeechState
from bot.domain.voices import VoiceState
from bot.frontends.wording_speech import speech_card
from bot.ports import SpeechFormat
from tests.fakes.orders import ADA
from tests.fakes.speaking import (
    MINE,
    charges_in,
    price,
    running_speaker,
)
from tests.fakes.world import World

KEY = SpeechKey("discord-70")
FIVE = "\n\n".join(letter * 1100 for letter in "abcde")
OUT_OF_MONEY = ServiceMisconfigured(code=1008, message="insufficient balance", reference="trace-9")


async def test_a_short_text_becomes_one_bubble_that_is_charged(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechDone)
        assert (outcome.posted, outcome.error, outcome.cached) == (PostedAs.BUBBLE, None, 0)
        speech = await me.myna.kept.speeches.get(KEY)
        assert outcome.speech == speech
        assert (speech.state, speech.spent, speech.characters, speech.posted) == (
            *(SpeechState.DONE, price(12), 12, 1),
        )
        assert await me.bill(KEY) == [("speech", 12, "trace-1", True)]
        (charge,) = await charges_in(me.myna.kept)
        assert (charge.person, charge.voice, charge.amount) == (ADA, MINE, price(12))
    assert world.posts[KEY] == [False]
    assert world.alerts == []


async def test_a_longer_text_becomes_bubbles_in_order_with_progress(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY, FIVE)

        assert isinstance(outcome, SpeechDone)
        assert (outcome.speech.posted, outcome.speech.spent) == (5, price(5500))
        assert await me.bill(KEY) == [
            ("speech", 1100, f"trace-{number}", True) for number in range(1, 6)
        ]
    assert [call.text[0] for call in world.spoken] == list("abcde")
    assert world.calls(KEY)[:6] == ["speak", "bubble", "post_bubble"] * 2
    shown = [progress.part for progress in world.progress[KEY]]  # type: ignore[union-attr]
    assert shown == [1, 2, 3, 4, 5]


async def test_the_first_speech_keeps_the_voice_and_charges_its_fee_once(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world, is_used=False) as me:
        first = await me.hear("discord-70", "One. Two.")
        second = await me.hear("discord-71", "Three. Four.")

        assert isinstance(first, SpeechDone)
        assert isinstance(second, SpeechDone)
        assert (first.kept, first.fee, first.speech.spent) == (True, 1_500_000, price(9, fee=True))
        assert (second.kept, second.fee, second.speech.spent) == (False, 0, price(12))
        assert await me.bill("discord-70") == [
            ("speech", 9, "trace-1", True),
            ("clone_fee", 0, "trace-1", True),
        ]
        assert (await me.myna.kept.voices.get(MINE)).used_at is not None


async def test_two_first_speeches_at_once_charge_the_fee_once(tmp_path: Path, world: World) -> None:
    async with running_speaker(tmp_path, world, is_used=False) as me:
        keys = [await me.say(f"discord-{number}", f"Number {number}.") for number in range(70, 74)]
        outcomes = [await me.outcome(key) for key in keys]

        assert [outcome.fee for outcome in outcomes if isinstance(outcome, SpeechDone)].count(
            1_500_000
        ) == 1
        kinds = [charge.kind.value for charge in await charges_in(me.myna.kept)]
        assert sorted(kinds) == ["clone_fee", *["speech"] * 4]


async def test_what_came_too_short_is_spoken_once_more_and_costs_the_asker_nothing(
    tmp_path: Path, world: World
) -> None:
    world.seconds.extend([0.05, 4.0])

    async with running_speaker(tmp_path, world, is_used=False) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechDone)
        assert (outcome.speech.spent, outcome.speech.characters) == (price(12, fee=True), 12)
        assert await me.bill(KEY) == [
            ("speech", 12, "trace-1", False),
            ("speech", 12, "trace-2", True),
            ("clone_fee", 0, "trace-1", True),
        ]
    assert world.alerts == []


async def test_what_came_too_short_twice_fails_uncharged_and_the_operator_is_told(
    tmp_path: Path, world: World
) -> None:
    world.seconds.extend([0.05, 0.1])

    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechFailed)
        assert repr(outcome.error) == repr(SpeechTooShort(characters=12, reference="trace-2"))
        assert (outcome.speech.state, outcome.speech.spent) == (SpeechState.FAILED, 0)
        assert [counted for *_, counted in await me.bill(KEY)] == [False, False]
    assert [type(error) for error, _ in world.alerts] == [SpeechTooShort]
    assert world.posts[KEY] == []


async def test_what_the_first_of_two_tries_was_charged_is_known_even_if_the_second_fails(
    tmp_path: Path, world: World
) -> None:
    world.seconds.append(0.05)
    world.fail("speak", None, ContentRefused(reference="trace-9"))

    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechFailed)
        assert isinstance(outcome.error, ContentRefused)
        assert await me.bill(KEY) == [("speech", 12, "trace-1", False)]


async def test_an_answer_without_any_audio_is_spoken_once_more_and_its_bill_is_kept(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", SpeechTooShort(characters=12, reference="trace-9"))

    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY), SpeechDone)
        assert await me.bill(KEY) == [
            ("speech", 12, "trace-9", False),
            ("speech", 12, "trace-1", True),
        ]


async def test_a_format_that_is_refused_gives_way_to_mp3(tmp_path: Path, world: World) -> None:
    world.fail("speak", FormatRefused(audio_format="opus"))

    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY), SpeechDone)
        assert len(await me.bill(KEY)) == 1

    assert [call.audio_format for call in world.spoken] == [SpeechFormat.MP3]


async def test_an_effect_is_asked_for_without_loss(tmp_path: Path, world: World) -> None:
    async with running_speaker(tmp_path, world) as me:
        await me.hear(KEY, effect=Effect.ROBOTIC)

    (call,) = world.spoken
    assert (call.audio_format, call.settings.effect) == (SpeechFormat.FLAC, Effect.ROBOTIC)


async def test_a_lost_voice_is_marked_and_never_tried_again(tmp_path: Path, world: World) -> None:
    world.fail("speak", VoiceLost())

    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechFailed)
        assert isinstance(outcome.error, VoiceLost)
        assert (await me.myna.kept.voices.get(MINE)).state is VoiceState.LOST
        assert await me.bill(KEY) == []
    assert world.calls(KEY).count("speak") == 1
    assert world.alerts == []


async def test_refused_content_opens_a_case_and_its_text_is_not_repeated(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", ContentRefused(kind=5, reference="trace-9"))
    text = "Something unspeakable."

    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY, text)
        (case,) = await me.myna.kept.cases.about(KEY)

    assert isinstance(outcome, SpeechFailed)
    assert (case.person, case.kind, case.text, case.trace_id) == (
        *(ADA, FlagKind.ABUSE, text, "trace-9"),
    )
    card = speech_card(outcome, quote=str, name=str)
    assert "unspeakable" not in card
    assert "refused" in card
    assert world.calls(KEY).count("speak") == 1
    assert world.alerts == []


async def test_a_provider_out_of_money_half_way_leaves_what_was_posted_charged(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", None, None, OUT_OF_MONEY)

    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY, FIVE)

        assert isinstance(outcome, SpeechDone)
        assert repr(outcome.error) == repr(OUT_OF_MONEY)
        assert (outcome.speech.posted, outcome.speech.spent) == (2, price(2200))
        assert outcome.speech.held == price(5500)
        assert [charge.counted for charge in await charges_in(me.myna.kept)] == [True, True]
        assert outcome.reference == world.alerts[0][1]
    assert "Only 2 of 5 parts" in speech_card(outcome, quote=str, name=str)
    assert len(world.alerts) == 1
    assert len(world.posts[KEY]) == 2


@pytest.mark.parametrize(
    "trouble", [[CannotPost(missing=[])], [FaceDown(reason="503")] * 36], ids=["place", "face"]
)
async def test_a_face_that_is_gone_half_way_leaves_the_rest_unspoken_and_one_call_lost(
    tmp_path: Path, world: World, trouble: list[MynaError]
) -> None:
    world.fail("post_bubble", None, None, *trouble)

    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY, FIVE)

        assert isinstance(outcome, SpeechDone)
        assert (outcome.speech.posted, outcome.speech.spent) == (2, price(2200))
        assert [counted for *_, counted in await me.bill(KEY)] == [True, True, False]
    assert len(world.spoken) == 3


async def test_a_face_that_comes_back_gets_its_post_marked_as_repeated(
    tmp_path: Path, world: World
) -> None:
    world.fail("post_bubble", FaceDown(reason="503"))

    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY), SpeechDone)

    assert world.posts[KEY] == [True]


async def test_a_fee_whose_speech_was_never_posted_is_not_the_askers(
    tmp_path: Path, world: World
) -> None:
    world.fail("post_bubble", CannotPost(missing=[]))

    async with running_speaker(tmp_path, world, is_used=False) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechFailed)
        assert [(kind, counted) for kind, _, _, counted in await me.bill(KEY)] == [
            ("speech", False),
            ("clone_fee", False),
        ]
        # The provider has its fee, so the next speech owes none.
        assert (await me.myna.kept.voices.get(MINE)).used_at is not None


async def test_a_busy_provider_is_tried_again_only_when_due(tmp_path: Path, world: World) -> None:
    world.fail("speak", ServiceBusy(retry_after=60.0))

    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY), SpeechDone)

    assert me.myna.slept == [60.0]
    assert len(world.spoken) == 1


async def test_a_provider_that_stays_down_ends_the_speech_after_three_calls(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", *[ServiceDown(reason="502")] * 3)

    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechFailed)
        assert isinstance(outcome.error, ServiceDown)
    assert world.calls(KEY).count("speak") == 3


async def test_a_deaf_operator_keeps_no_speech_from_its_end(tmp_path: Path, world: World) -> None:
    world.fail("speak", OUT_OF_MONEY)
    world.fail("alert", CannotPost(missing=[]))

    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear(KEY), SpeechFailed)
