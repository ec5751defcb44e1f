"""Cloning against the MiniMax stand-in: what it makes, what it refuses, and in which order."""

import asyncio

import numpy as np
import pytest

from bot.sandbox.minimax import FaultKind, MiniMaxStandIn
from bot.sandbox.voice.pitch import track_pitch
from bot.sandbox.voice.sound_files import read_mono, write_sound
from tests.integration.minimax_stand_in.raw_minimax import (
    RATE,
    Json,
    RawMiniMax,
    download,
    info_of,
    m4a_sample,
    message,
    raw_client,
    sample,
    status,
)

PREVIEW: Json = {"text": "Hello there, this is my new voice.", "model": "speech-2.8-hd"}
ZERO_BODY: Json = {"input_sensitive": False, "input_sensitive_type": 0, "demo_audio": ""}


async def test_a_clone_without_a_text_answers_no_voice_id_and_no_bill(client: RawMiniMax) -> None:
    answer = await client.clone()

    assert answer == {**ZERO_BODY, "base_resp": {"status_code": 0, "status_msg": "success"}}


async def test_the_bill_of_a_preview_agrees_with_its_audio(client: RawMiniMax) -> None:
    answer = await client.clone(**PREVIEW)

    audio = await download(answer["demo_audio"])
    heard, rate = read_mono(audio, RATE)
    bill = info_of(answer)
    assert rate == bill["audio_sample_rate"] == 32_000
    assert bill["audio_size"] == len(audio)
    assert bill["audio_length"] == pytest.approx(1000 * len(heard) / RATE, abs=150)
    assert bill["usage_characters"] == bill["word_count"] == 34
    assert bill["bitrate"] == 128_000


async def test_a_preview_is_charged_by_character_and_causes_no_clone_fee(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.clone("Myna-test-1", **PREVIEW)

    account = stand_in.ledger.voices["Myna-test-1"]
    assert account.preview_characters == 34
    assert account.fees == 0
    assert stand_in.ledger.spent_usd == pytest.approx(34 * 0.0001)


async def test_a_chinese_character_counts_two_on_the_bill(client: RawMiniMax) -> None:
    answer = await client.clone(text="你好 hi", model="speech-2.8-turbo")

    bill = info_of(answer)
    assert bill["usage_characters"] == 7


@pytest.mark.parametrize("pitch_hz", [110.0, 180.0, 260.0])
async def test_a_preview_follows_the_pitch_of_the_sample(
    client: RawMiniMax, pitch_hz: float
) -> None:
    file_id = await client.upload(sample(pitch_hz=pitch_hz))

    answer = await client.clone(file_id=file_id, **PREVIEW)

    heard, _rate = read_mono(await download(answer["demo_audio"]), RATE)
    assert np.median(track_pitch(heard, RATE).voiced) == pytest.approx(pitch_hz, rel=0.01)


async def test_a_model_without_a_text_makes_no_preview(client: RawMiniMax) -> None:
    answer = await client.clone(model="speech-2.8-hd")

    assert answer["demo_audio"] == ""
    assert "extra_info" not in answer


@pytest.mark.parametrize("filename", ["sample.mp3", "SAMPLE.WAV", "sample.m4a"])
async def test_every_accepted_format_is_cloned(client: RawMiniMax, filename: str) -> None:
    content = {
        "sample.mp3": sample(sound_format="mp3"),
        "SAMPLE.WAV": sample(),
        "sample.m4a": m4a_sample(),
    }[filename]

    answer = await client.clone(file_id=await client.upload(content, filename))

    assert status(answer) == 0


@pytest.mark.parametrize(
    ("voice_id", "reason"),
    [
        ("1starts-with-a-digit", "voice_id first character"),
        ("éclair-of-nine", "voice_id first character"),
        ("short12", "voice_id length"),
        ("a" * 257, "voice_id length"),
        ("with space 1", "voice_id character"),
        ("umlaut-ä-99", "voice_id character"),
        ("ends-with-dash-", "voice_id last character"),
        ("ends_with_score_", "voice_id last character"),
    ],
)
async def test_a_voice_id_against_the_grammar_is_refused(
    client: RawMiniMax, voice_id: str, reason: str
) -> None:
    answer = await client.clone(voice_id)

    assert status(answer) == 2013
    assert reason in message(answer)


@pytest.mark.parametrize("voice_id", ["abcdefg8", "a" * 256, "A-b_c-d_9"])
async def test_a_voice_id_at_the_limits_of_the_grammar_is_taken(
    client: RawMiniMax, voice_id: str
) -> None:
    assert status(await client.clone(voice_id)) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"file_id": "123456789012345"},
        {"file_id": 1.0},
        {"file_id": True},
        {"file_id": None},
        {"file_id": 2**63},
        {"text": "Hello."},
        {"text": "x" * 1001, "model": "speech-2.8-hd"},
        {"text": 7, "model": "speech-2.8-hd"},
        {"model": "Speech-2.8-HD"},
        {"model": None},
        {"language_boost": "en-US"},
        {"need_noise_reduction": "true"},
        {"need_volume_normalization": 1},
        {"clone_prompt": None},
        {"clone_prompt": {"prompt_audio": 7}},
        {"clone_prompt": {"prompt_text": "Only a text."}},
        {"clone_prompt": {"prompt_audio": "7", "prompt_text": "A string for an id."}},
        {"text_validation": "x" * 201},
        {"accuracy": 1.5},
        {"aigc_watermark": "no"},
        {"voice_name": "not a field"},
    ],
)
async def test_a_field_against_the_document_is_refused(client: RawMiniMax, fields: Json) -> None:
    answer = await client.clone(**fields)

    assert status(answer) == 2013


@pytest.mark.parametrize("body", [[], "text", 7, None])
async def test_a_body_that_is_no_object_is_refused(client: RawMiniMax, body: object) -> None:
    assert status(await client.post("voice_clone", body)) == 2013


async def test_a_body_of_another_content_type_is_refused(client: RawMiniMax) -> None:
    async with client.session.post(f"{client.url}/v1/voice_clone", data=b"{}") as response:
        answer = await response.json()

    assert status(answer) == 2013


async def test_undocumented_fields_can_be_let_through(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.refuse_unknown_fields = False

    assert status(await client.clone(voice_name="ignored")) == 0


async def test_an_unknown_file_is_refused(client: RawMiniMax) -> None:
    answer = await client.clone(file_id=311103389282466)

    assert message(answer) == "invalid params, file_id not exist"


async def test_a_prompt_clip_is_no_sample(client: RawMiniMax) -> None:
    file_id = await client.upload(sample(), purpose="prompt_audio")

    assert status(await client.clone(file_id=file_id)) == 2013


async def test_an_ogg_file_is_refused_for_its_name(client: RawMiniMax) -> None:
    file_id = await client.upload(sample(sound_format="opus"), "voice-message.ogg")

    answer = await client.clone(file_id=file_id)

    assert message(answer) == "invalid params, invalid file ext for voice clone"


@pytest.mark.parametrize("content", [b"", b"no sound at all" * 999, sample(sound_format="opus")])
async def test_a_file_that_cannot_be_decoded_is_an_unknown_error(
    client: RawMiniMax, content: bytes
) -> None:
    file_id = await client.upload(content, "sample.mp3")

    answer = await client.clone(file_id=file_id)

    assert answer == {
        **ZERO_BODY,
        "base_resp": {"status_code": 1000, "status_msg": "unknown error"},
    }


@pytest.mark.parametrize(
    ("seconds", "code", "words"),
    [
        (9.9, 2037, "too short"),
        (10.0, 0, "success"),
        (300.0, 0, "success"),
        (301, 2037, "too long"),
    ],
)
async def test_the_decoded_duration_decides(
    client: RawMiniMax, seconds: float, code: int, words: str
) -> None:
    silence = np.zeros(int(seconds * 8000), np.float32)
    file_id = await client.upload(write_sound(silence, 8000, "wav", out_rate=8000))

    answer = await client.clone(file_id=file_id)

    assert status(answer) == code
    assert words in message(answer)


@pytest.mark.parametrize(
    ("seconds", "transcript", "code"),
    [
        (6.0, "This is how I talk.", 0),
        (6.0, "这是我的声音。", 0),
        (6.0, "It ends in a quote, he said (really.)", 0),
        (6.0, "No punctuation at the end", 2013),
        (6.0, "A transcript-mismatch is heard.", 1044),
        (6.0, "Far too much to say. " * 20, 1044),
        (8.0, "This is how I talk.", 2048),
        (4.0, "This is how I talk.", 2037),
    ],
)
async def test_a_prompt_clip_is_checked_with_its_transcript(
    client: RawMiniMax, seconds: float, transcript: str, code: int
) -> None:
    prompt = await client.upload(sample(seconds), purpose="prompt_audio")

    answer = await client.clone(clone_prompt={"prompt_audio": prompt, "prompt_text": transcript})

    assert status(answer) == code


async def test_an_unknown_prompt_clip_is_refused(client: RawMiniMax) -> None:
    sample_id = await client.upload(sample())
    prompt = {"prompt_audio": sample_id, "prompt_text": "The sample is no prompt."}

    assert status(await client.clone(file_id=sample_id, clone_prompt=prompt)) == 2013


@pytest.mark.parametrize(
    ("transcript", "code"), [("What I said.", 0), ("transcript-mismatch", 1043)]
)
async def test_an_expected_transcript_is_compared(
    client: RawMiniMax, transcript: str, code: int
) -> None:
    answer = await client.clone(text_validation=transcript, accuracy=0.8)

    assert status(answer) == code


async def test_a_taken_voice_id_is_refused_and_keeps_its_voice(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.clone("Myna-test-1")

    again = await client.clone("Myna-test-1")

    assert status(again) == 2039
    assert stand_in.ledger.voices["Myna-test-1"].clone_calls == 2
    assert stand_in.ledger.clones == 1
    assert status(await client.speak("Myna-test-1")) == 0


async def test_of_two_simultaneous_clones_with_one_id_only_one_is_made(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    answers = await asyncio.gather(*(client.clone("Myna-test-1", **PREVIEW) for _ in range(4)))

    assert sorted(map(status, answers)) == [0, 2039, 2039, 2039]
    assert stand_in.ledger.voices["Myna-test-1"].preview_characters == 34


@pytest.mark.parametrize(("word", "kind"), [("badword-flagged", 5), ("badword-flagged-2", 2)])
async def test_a_trigger_word_is_flagged_and_nothing_is_made(
    stand_in: MiniMaxStandIn, client: RawMiniMax, word: str, kind: int
) -> None:
    answer = await client.clone(text=f"Say {word} now", model="speech-2.8-hd")

    assert answer == {
        "input_sensitive": True,
        "input_sensitive_type": kind,
        "demo_audio": "",
        "base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"},
    }
    assert stand_in.ledger.clones == 0
    assert stand_in.ledger.spent_usd == 0


async def test_a_flag_can_come_with_success_and_as_an_object(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.sensitive_code = 0
    stand_in.switches.sensitive_as_object = True
    stand_in.faults.plan(FaultKind.FLAG, "voice_clone", code=3)

    answer = await client.clone()

    assert answer["input_sensitive"] == {"type": 3}
    assert "input_sensitive_type" not in answer
    assert status(answer) == 0
    assert stand_in.ledger.clones == 1


async def test_an_unverified_account_may_not_clone(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.may_clone = False

    assert status(await client.clone()) == 2038


async def test_a_preview_beyond_the_balance_makes_no_voice(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.balance_usd = 0.001

    refused = await client.clone(**PREVIEW)
    without_preview = await client.clone()

    assert status(refused) == 1008
    assert status(without_preview) == 0


async def test_a_text_of_invisible_characters_is_refused(client: RawMiniMax) -> None:
    answer = await client.clone(text="Hi\u200b\u200d", model="speech-2.8-hd")

    assert status(answer) == 1042


async def test_the_checks_come_in_the_documented_order(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.clone("Myna-taken-1")
    short = await client.upload(sample(3.0))
    flagged: Json = {"text": "badword-flagged", "model": "speech-2.8-hd"}
    stand_in.switches.balance_usd = 0.0

    too_short_before_taken = await client.clone("Myna-taken-1", file_id=short)
    taken_before_flagged = await client.clone("Myna-taken-1", **flagged)
    flagged_before_balance = await client.clone("Myna-free-1", **flagged)
    balance_last = await client.clone("Myna-free-1", **PREVIEW)

    order = [too_short_before_taken, taken_before_flagged, flagged_before_balance, balance_last]
    assert [status(answer) for answer in order] == [2037, 2039, 1026, 1008]


async def test_the_sandbox_voice_answers_when_no_other_is_given() -> None:
    async with MiniMaxStandIn() as stand_in, raw_client(stand_in) as client:
        answer = await client.clone(**PREVIEW)

        heard, _rate = read_mono(await download(answer["demo_audio"]), RATE)

    assert 1.5 < len(heard) / RATE < 4.0
