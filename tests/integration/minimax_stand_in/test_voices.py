"""The life of a voice in the MiniMax stand-in: hidden, used, paid for, expired, deleted."""

from datetime import timedelta

import pytest

from bot.sandbox.minimax import MiniMaxStandIn
from bot.sandbox.voice.sound_files import SoundFormat, read_mono
from tests.integration.minimax_stand_in.raw_minimax import (
    VOICE,
    Json,
    RawMiniMax,
    data_of,
    download,
    info_of,
    message,
    status,
)


async def cloned_voices(client: RawMiniMax) -> object:
    answer = await client.post("get_voice", {"voice_type": "voice_cloning"})
    return answer["voice_cloning"]


def audio_of(answer: Json) -> str:
    return str(data_of(answer)["audio"])


async def test_a_clone_is_hidden_until_it_spoke(client: RawMiniMax) -> None:
    await client.clone(VOICE)

    before = await cloned_voices(client)
    await client.speak(VOICE)
    after = await cloned_voices(client)

    assert before is None
    assert isinstance(after, list)
    assert [voice["voice_id"] for voice in after] == [VOICE]


async def test_all_categories_are_answered_and_unasked_ones_are_null(client: RawMiniMax) -> None:
    answer = await client.post("get_voice", {"voice_type": "system"})

    assert isinstance(answer["system_voice"], list)
    assert answer["voice_cloning"] is None
    assert answer["voice_generation"] is None


async def test_an_unknown_category_is_refused_without_lists(client: RawMiniMax) -> None:
    answer = await client.post("get_voice", {"voice_type": "mine"})

    assert set(answer) == {"base_resp"}
    assert status(answer) == 2013


async def test_the_clone_fee_falls_due_once_at_first_use(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.clone(VOICE)

    for _ in range(3):
        await client.speak(VOICE, "Ten chars.")

    assert stand_in.ledger.voices[VOICE].fees == 1
    assert stand_in.ledger.voices[VOICE].speech_characters == 30
    assert stand_in.ledger.spent_usd == pytest.approx(1.50 + 30 * 0.0001)


async def test_an_unused_voice_expires_after_168_hours(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.clone(VOICE)
    await client.clone("Myna-test-2")

    stand_in.clock.advance(timedelta(hours=167, minutes=59))
    in_time = await client.speak(VOICE)
    stand_in.clock.advance(timedelta(minutes=1))
    too_late = await client.speak("Myna-test-2")

    assert status(in_time) == 0
    assert status(too_late) == 2054
    assert set(too_late) == {"base_resp"}


async def test_a_preview_does_not_keep_a_voice(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.clone(VOICE, text="Hello.", model="speech-2.8-hd")

    stand_in.clock.advance(timedelta(hours=168))

    assert status(await client.speak(VOICE)) == 2054


async def test_a_used_voice_never_expires(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    await client.clone(VOICE)
    await client.speak(VOICE)

    stand_in.clock.advance(timedelta(days=400))

    assert status(await client.speak(VOICE)) == 0


@pytest.mark.parametrize(("burns", "code"), [(False, 0), (True, 2039)])
async def test_an_expired_id_is_free_again_unless_switched(
    stand_in: MiniMaxStandIn, client: RawMiniMax, *, burns: bool, code: int
) -> None:
    stand_in.switches.burn_expired_ids = burns
    await client.clone(VOICE)

    stand_in.clock.advance(timedelta(hours=168))

    assert status(await client.clone(VOICE)) == code


async def test_a_deleted_id_is_burnt(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    await client.clone(VOICE)
    body = {"voice_type": "voice_cloning", "voice_id": VOICE}

    deleted = await client.post("delete_voice", body)
    again = await client.post("delete_voice", body)
    cloned = await client.clone(VOICE)

    assert deleted["voice_id"] == VOICE
    assert again == {
        "voice_id": "",
        "description": None,
        "created_time": "",
        "base_resp": {
            "status_code": 2013,
            "status_msg": "invalid params, voice_id does not exist",
        },
    }
    assert status(cloned) == 2039
    assert stand_in.ledger.voices[VOICE].deletions == 1


async def test_unused_voices_can_be_made_undeletable(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.unused_voices_deletable = False
    await client.clone(VOICE)
    body = {"voice_type": "voice_cloning", "voice_id": VOICE}

    unused = await client.post("delete_voice", body)
    await client.speak(VOICE)
    used = await client.post("delete_voice", body)

    assert status(unused) == 2013
    assert status(used) == 0


async def test_a_system_voice_is_taken_speaks_and_costs_no_clone_fee(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    cloned = await client.clone("English_expressive_narrator")

    spoken = await client.speak("English_expressive_narrator")

    assert status(cloned) == 2039
    assert status(spoken) == 0
    assert stand_in.ledger.fees == 0


@pytest.mark.parametrize("sound_format", ["mp3", "wav", "opus", "flac"])
async def test_speech_comes_as_hex_of_the_format_asked_for(
    client: RawMiniMax, sound_format: SoundFormat
) -> None:
    await client.clone(VOICE)

    answer = await client.speak(VOICE, "x" * 30, audio_setting={"format": sound_format})

    audio = bytes.fromhex(audio_of(answer))
    heard, _rate = read_mono(audio, 16_000)
    bill = info_of(answer)
    assert bill["audio_size"] == len(audio)
    assert bill["audio_format"] == sound_format
    assert len(heard) / 16_000 == pytest.approx(2.0, abs=0.1)


async def test_raw_samples_have_no_header(client: RawMiniMax) -> None:
    await client.clone(VOICE)
    setting = {"format": "pcm", "sample_rate": 16000, "channel": 2}

    answer = await client.speak(VOICE, "x" * 30, audio_setting=setting)

    assert len(bytes.fromhex(audio_of(answer))) == 2.0 * 16_000 * 2 * 2


async def test_speech_can_come_as_a_link(client: RawMiniMax) -> None:
    await client.clone(VOICE)

    answer = await client.speak(VOICE, output_format="url")

    heard, rate = read_mono(await download(audio_of(answer)), 16_000)
    assert rate == 32_000
    assert len(heard) > 0


async def test_speech_carries_the_trace_id_in_header_and_body(client: RawMiniMax) -> None:
    await client.clone(VOICE)
    body = {"model": "speech-2.8-hd", "text": "Hi.", "voice_setting": {"voice_id": VOICE}}

    async with client.session.post(f"{client.url}/v1/t2a_v2", json=body) as response:
        answer = await response.json()

    assert answer["trace_id"] == response.headers["Trace-Id"]
    assert len(answer["trace_id"]) == 32


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "speech-9"},
        {"text": ""},
        {"text": "x" * 10_000},
        {"voice_setting": {"voice_id": VOICE, "vol": 0}},
        {"voice_setting": {"voice_id": VOICE, "pitch": 0.5}},
        {"voice_setting": {"voice_id": VOICE, "emotion": "neutral"}},
        {"audio_setting": {"sample_rate": 48000}},
        {"audio_setting": {"format": "ogg"}},
        {"output_format": "base64"},
        {"stream": "yes"},
    ],
)
async def test_speech_against_the_page_is_refused_and_free(
    stand_in: MiniMaxStandIn, client: RawMiniMax, fields: Json
) -> None:
    await client.clone(VOICE)
    good: Json = {"model": "speech-2.8-hd", "text": "Hi.", "voice_setting": {"voice_id": VOICE}}

    answer = await client.post("t2a_v2", {**good, **fields})

    assert status(answer) == 2013
    assert stand_in.ledger.spent_usd == 0


async def test_flagged_or_unpaid_speech_leaves_the_voice_unused(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.clone(VOICE)
    stand_in.switches.balance_usd = 1.0

    flagged = await client.speak(VOICE, "badword-flagged")
    unpaid = await client.speak(VOICE)

    assert message(flagged) == "input new_sensitive"
    assert status(unpaid) == 1008
    assert await cloned_voices(client) is None
