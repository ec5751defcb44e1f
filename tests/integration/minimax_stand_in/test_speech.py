"""Speech from the MiniMax stand-in: as it is heard, refused, mixed and billed."""

from typing import Any

import numpy as np
import pytest

from bot.sandbox.minimax import FaultKind, MiniMaxStandIn
from bot.sandbox.voice import SandboxVoice
from bot.sandbox.voice.pitch import track_pitch
from bot.sandbox.voice.sound_files import SoundFormat, read_mono
from tests.integration.minimax_stand_in.raw_minimax import (
    RATE,
    VOICE,
    Json,
    RawMiniMax,
    data_of,
    info_of,
    message,
    raw_client,
    sample,
    status,
)

pytestmark = pytest.mark.usefixtures("cloned_voice")

OTHER = "Myna-test-2"
TEXT = "Hello there, this is my voice and it goes on for a while."


def heard(answer: Json) -> tuple[float, float]:
    """Answer how long the speech is, in seconds, and its pitch in hertz."""
    sound, _rate = read_mono(bytes.fromhex(data_of(answer)["audio"]), RATE)
    voiced = track_pitch(sound, RATE).voiced
    return len(sound) / RATE, float(np.median(voiced)) if len(voiced) else 0.0


async def say(client: RawMiniMax, text: str = TEXT, /, **setting: object) -> Json:
    return await client.speak(
        VOICE,
        text,
        voice_setting={"voice_id": VOICE, **setting},
        audio_setting={"format": "wav"},
    )


@pytest.mark.parametrize(("speed", "pitch"), [(0.5, 0), (2, 0), (1, -12), (1, 7), (1.5, 12)])
async def test_speed_and_pitch_are_heard(client: RawMiniMax, speed: float, pitch: int) -> None:
    plain_seconds, plain_hertz = heard(await say(client))

    seconds, hertz = heard(await say(client, speed=speed, pitch=pitch))

    assert seconds == pytest.approx(plain_seconds / speed, rel=0.02)
    assert hertz == pytest.approx(plain_hertz * 2 ** (pitch / 12), rel=0.03)


async def test_the_sandbox_voice_is_bent_as_well() -> None:
    speaker = SandboxVoice().invent(150)
    async with (
        MiniMaxStandIn(voice=_Always(speaker), rpm={}) as stand_in,
        raw_client(stand_in) as client,
    ):
        await client.clone(VOICE)
        plain_seconds, plain_hertz = heard(await say(client))
        seconds, hertz = heard(await say(client, speed=1.6, pitch=5))

    assert seconds == pytest.approx(plain_seconds / 1.6, rel=0.15)
    assert hertz == pytest.approx(plain_hertz * 2 ** (5 / 12), rel=0.1)


class _Always:
    def __init__(self, speaker: Any) -> None:
        self._speaker = speaker

    def learn(self, _sample: bytes) -> Any:
        return self._speaker

    def invent(self, _pitch_hz: float) -> Any:
        return self._speaker


async def test_volume_is_heard(client: RawMiniMax) -> None:
    def loudest(answer: Json) -> float:
        sound, _rate = read_mono(bytes.fromhex(data_of(answer)["audio"]), RATE)
        return float(np.max(np.abs(sound)))

    plain, quiet, loud = [loudest(await say(client, vol=vol)) for vol in (1.0, 0.5, 10.0)]

    assert quiet == pytest.approx(plain / 2, rel=0.05)
    assert plain < loud <= 1


async def test_a_pause_is_silence_of_its_length(client: RawMiniMax) -> None:
    without, _ = heard(await say(client, "x" * 30))
    answer = await say(client, "x" * 15 + "<#2.5#>" + "x" * 15)

    assert heard(answer)[0] == pytest.approx(without + 2.5, abs=0.1)
    assert info_of(answer)["usage_characters"] == 37


@pytest.mark.parametrize(
    "text",
    [
        "<#1#>Hello.",
        "Hello.<#1#>",
        "One.<#1#><#1#>Two.",
        "One.<#1#> ! <#1#>Two.",
        "One.<#0#>Two.",
        "One.<#100#>Two.",
        "One.<#1.234#>Two.",
        "One.<#a#>Two.",
        "One.<##>Two.",
    ],
)
async def test_a_pause_against_the_page_is_refused_and_free(
    stand_in: MiniMaxStandIn, client: RawMiniMax, text: str
) -> None:
    answer = await say(client, text)

    assert status(answer) == 2013
    assert "pause" in message(answer)
    assert stand_in.ledger.bill == []


@pytest.mark.parametrize("model", ["speech-2.8-hd", "speech-2.6-turbo", "speech-02-hd"])
@pytest.mark.parametrize("emotion", ["fluent", "whisper", "happy"])
async def test_some_emotions_belong_to_the_2_6_models(
    client: RawMiniMax, model: str, emotion: str
) -> None:
    setting = {"voice_id": VOICE, "emotion": emotion}

    answer = await client.speak(VOICE, model=model, voice_setting=setting)

    if emotion == "happy" or "2.6" in model:
        assert status(answer) == 0
    else:
        assert status(answer) == 2013
        assert "voice_setting emotion" in message(answer)


async def test_an_emotion_nobody_knows_is_named(client: RawMiniMax) -> None:
    answer = await say(client, emotion="neutral")

    assert message(answer).startswith("invalid params, voice_setting emotion")


@pytest.mark.parametrize(
    "fields",
    [
        {"timbre_weights": [{"voice_id": VOICE, "weight": 1}]},
        {"voice_setting": {}, "timbre_weights": []},
        {"voice_setting": {}, "timbre_weights": [{"voice_id": VOICE, "weight": 0}]},
        {"voice_setting": {}, "timbre_weights": [{"voice_id": VOICE, "weight": 101}]},
        {"voice_setting": {}, "timbre_weights": [{"voice_id": VOICE, "weight": 1}] * 5},
        {"voice_setting": {}, "timber_weights": [{"voice_id": VOICE, "weight": 1}]},
        {"voice_modify": {"pitch": 101}},
        {"voice_modify": {"sound_effects": "reverb"}},
        {"voice_modify": {"pitch": 1}, "audio_setting": {"format": "opus"}},
        {"voice_modify": {"pitch": 1}, "audio_setting": {"format": "wav"}, "stream": True},
        {"stream": True, "output_format": "url"},
        {"stream": True, "aigc_watermark": True},
        {"stream_options": {"exclude_aggregated": True}, "stream": True},
        {"subtitle_enable": True, "subtitle_type": "word_streaming"},
        {"pronunciation_dict": {"tone": ["omg"]}},
    ],
    ids=str,
)
async def test_what_the_page_does_not_allow_is_refused_as_json(
    stand_in: MiniMaxStandIn, client: RawMiniMax, fields: Json
) -> None:
    answer = await client.speak(VOICE, **fields)

    assert status(answer) == 2013
    assert set(answer) == {"base_resp"}
    assert stand_in.ledger.bill == []


async def test_mixed_voices_sound_in_between_and_each_costs_its_fee_once(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    for voice_id, hertz in ((OTHER, 220.0), ("Myna-test-3", 110.0)):
        await client.clone(voice_id, file_id=await client.upload(sample(pitch_hz=hertz)))
    mix = [{"voice_id": OTHER, "weight": 50}, {"voice_id": "Myna-test-3", "weight": 50}]

    for _ in range(2):
        answer = await client.speak("", TEXT, timbre_weights=mix, audio_setting={"format": "wav"})

    assert heard(answer)[1] == pytest.approx((220 * 110) ** 0.5, rel=0.05)
    assert stand_in.ledger.voices[OTHER].fees == 1
    assert stand_in.ledger.voices["Myna-test-3"].fees == 1
    assert sum(line.characters for line in stand_in.ledger.bill) == 2 * len(TEXT)
    assert status(await client.speak("", timbre_weights=[{"voice_id": "no", "weight": 1}])) == 2054


async def test_the_services_own_voices_differ_and_are_many(client: RawMiniMax) -> None:
    listed = await client.post("get_voice", {"voice_type": "system"})
    voices = listed["system_voice"]
    assert isinstance(voices, list)

    pitches = [
        heard(await client.speak(each["voice_id"], TEXT, audio_setting={"format": "wav"}))[1]
        for each in voices[:2]
    ]

    assert 280 < len({each["voice_id"] for each in voices}) < 340
    assert abs(pitches[0] - pitches[1]) > 30
    assert any(not each["voice_name"] for each in voices)


async def test_opus_is_ogg_opus(client: RawMiniMax) -> None:
    answer = await client.speak(VOICE, TEXT, audio_setting={"format": "opus", "sample_rate": 24000})

    audio = bytes.fromhex(data_of(answer)["audio"])
    assert audio.startswith(b"OggS")
    assert b"OpusHead" in audio[:64]


async def test_data_may_be_null_and_is_charged_all_the_same(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.NULL_DATA, "t2a_v2")

    answer = await client.speak(VOICE)

    assert answer["data"] is None
    assert info_of(answer)["usage_characters"] == 6
    assert stand_in.ledger.voices[VOICE].speech_characters == 6


async def test_the_size_may_be_zero_beside_good_audio(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.ZERO_AUDIO_SIZE, "t2a_v2")

    answer = await client.speak(VOICE)

    assert info_of(answer)["audio_size"] == 0
    assert data_of(answer)["audio"]


async def test_opus_may_be_refused_by_name_and_nothing_else_is(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.REFUSED_OPUS, "t2a_v2")

    mp3 = await client.speak(VOICE)
    opus = await client.speak(VOICE, audio_setting={"format": "opus"})

    assert status(mp3) == 0
    assert status(opus) == 2013
    assert "format" in message(opus)


@pytest.mark.parametrize("sound_format", ["mp3", "opus"])
async def test_short_audio_is_short_and_charged_in_full(
    stand_in: MiniMaxStandIn, client: RawMiniMax, sound_format: SoundFormat
) -> None:
    stand_in.faults.plan(FaultKind.SHORT_AUDIO, "t2a_v2")

    answer = await client.speak(VOICE, TEXT, audio_setting={"format": sound_format})

    assert heard(answer)[0] < 0.4
    assert info_of(answer)["usage_characters"] == len(TEXT)


async def test_a_bill_is_reconciled_by_trace_id(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.clone(OTHER, text="Hello.", model="speech-2.8-turbo")
    first = await client.speak(VOICE, "Ten chars.")
    second = await client.speak(VOICE, "Ten chars.")
    refused = await client.speak("nobody")

    bill = stand_in.ledger.as_json()["bill"]
    assert isinstance(bill, list)
    assert [(line["voice_id"], line["kind"], line["characters"]) for line in bill] == [
        (OTHER, "preview", 6),
        (VOICE, "speech", 10),
        (VOICE, "clone_fee", 0),
        (VOICE, "speech", 10),
    ]
    for answer, usd in ((first, 1.501), (second, 0.001)):
        characters, charged = stand_in.ledger.charged(str(answer["trace_id"]))
        assert (characters, round(charged, 6)) == (10, usd)
    assert sum(line["usd"] for line in bill) == pytest.approx(stand_in.ledger.spent_usd)
    assert status(refused) == 2054


async def test_each_request_keeps_the_trace_id_of_its_answer_and_its_charge(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    answer = await client.speak(VOICE, "Ten chars.")
    await client.speak("nobody")

    requests = stand_in.ledger.as_json()["requests"]
    assert isinstance(requests, list)
    charged, refused = requests[-2:]
    assert charged["trace_id"] == answer["trace_id"]
    assert (charged["usage_characters"], charged["usd"]) == (10, 1.501)
    assert len(refused["trace_id"]) == 32
    assert (refused["usage_characters"], refused["usd"]) == (0, 0)
