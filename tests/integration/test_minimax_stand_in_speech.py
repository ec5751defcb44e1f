"""Speech from the MiniMax stand-in: as it is heard, streamed, timed, mixed and billed."""

import json
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from aiohttp import ClientPayloadError

from bot.sandbox.minimax import FaultKind, MiniMaxStandIn
from bot.sandbox.voice import SandboxVoice
from bot.sandbox.voice.pitch import track_pitch
from bot.sandbox.voice.sound_files import SoundFormat, read_mono
from tests.integration.raw_minimax import (
    Json,
    RawMiniMax,
    download,
    fast_stand_in,
    message,
    raw_client,
    sample,
    status,
)

VOICE = "Myna-test-1"
OTHER = "Myna-test-2"
RATE = 16_000
TEXT = "Hello there, this is my voice and it goes on for a while."


@pytest.fixture
async def stand_in() -> AsyncIterator[MiniMaxStandIn]:
    async with fast_stand_in() as running:
        yield running


@pytest.fixture
async def client(stand_in: MiniMaxStandIn) -> AsyncIterator[RawMiniMax]:
    async with raw_client(stand_in) as raw:
        await raw.clone(VOICE)
        yield raw


def data_of(answer: Json) -> dict[str, Any]:
    data = answer["data"]
    assert isinstance(data, dict)
    return data


def info_of(answer: Json) -> dict[str, Any]:
    info = answer["extra_info"]
    assert isinstance(info, dict)
    return info


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


async def raw_stream(client: RawMiniMax, **fields: object) -> tuple[str, bytes]:
    body = {
        "model": "speech-2.8-hd",
        "text": TEXT,
        "voice_setting": {"voice_id": VOICE},
        "stream": True,
        **fields,
    }
    async with client.session.post(f"{client.url}/v1/t2a_v2", json=body) as response:
        return response.content_type, await response.read()


async def stream(client: RawMiniMax, **fields: object) -> list[Json]:
    content_type, content = await raw_stream(client, **fields)
    assert content_type == "text/event-stream"
    *lines, end = content.split(b"\n\n")
    assert end == b""
    assert all(line.startswith(b"data: {") for line in lines)
    return [json.loads(line.removeprefix(b"data: ")) for line in lines]


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


async def test_a_stream_is_pieces_and_then_everything_again(client: RawMiniMax) -> None:
    *pieces, last = await stream(client)

    joined = b"".join(bytes.fromhex(data_of(piece)["audio"]) for piece in pieces)
    aggregate = bytes.fromhex(data_of(last)["audio"])
    assert len(pieces) >= 2
    assert {data_of(piece)["status"] for piece in pieces} == {1}
    assert data_of(last)["status"] == 2
    assert not any("extra_info" in piece for piece in pieces)
    assert info_of(last)["usage_characters"] == len(TEXT)
    assert joined != aggregate
    seconds = [len(read_mono(sound, RATE)[0]) / RATE for sound in (joined, aggregate)]
    assert seconds[1] == pytest.approx(seconds[0], abs=0.2)
    assert {piece["trace_id"] for piece in [*pieces, last]} == {last["trace_id"]}


async def test_a_stream_leaves_the_aggregate_out_when_asked_to(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    options = {"exclude_aggregated_audio": True}

    without = await stream(client, stream_options=options)
    stand_in.faults.plan(FaultKind.REPEATED_AGGREGATE, "t2a_v2")
    ignored = await stream(client, stream_options=options)

    assert data_of(without[-1])["audio"] == ""
    assert data_of(ignored[-1])["audio"] != ""


async def test_a_streamed_wav_has_no_lengths(client: RawMiniMax) -> None:
    first, *_ = await stream(client, audio_setting={"format": "wav"})

    head = bytes.fromhex(data_of(first)["audio"])[:200]
    assert head[4:8] == b"\xff\xff\xff\xff"
    assert head.partition(b"data")[2].startswith(b"\xff\xff\xff\xff")


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"voice_setting": {"voice_id": "nobody"}}, 2054), ({"text": "badword-flagged"}, 1026)],
)
async def test_a_refusal_does_not_stream(client: RawMiniMax, fields: Json, code: int) -> None:
    content_type, content = await raw_stream(client, **fields)

    assert content_type == "application/json"
    assert status(json.loads(content)) == code


async def test_a_stream_charges_the_fee_and_keeps_the_voice(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await stream(client)
    await client.speak(VOICE)

    assert stand_in.ledger.fees == 1
    assert stand_in.ledger.voices[VOICE].speech_characters == len(TEXT) + len("Hello.")


async def test_a_split_stream_is_the_same_stream(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    fields = {"text": "Hi.", "stream_options": {"exclude_aggregated_audio": True}}
    stand_in.faults.plan(FaultKind.SPLIT_STREAM, "t2a_v2")

    split = await stream(client, **fields)
    whole = await stream(client, **fields)

    assert [each["data"] for each in split] == [each["data"] for each in whole]


async def test_a_cut_stream_ends_in_an_event_as_though_it_were_whole(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.CUT_STREAM, "t2a_v2")

    _, content = await raw_stream(client)

    *whole, cut = content.split(b"\n\n")
    assert len(whole) >= 2
    assert cut.startswith(b"data: {")
    assert not cut.endswith(b"}")
    assert stand_in.ledger.spent_usd > 0


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATE, FaultKind.RESET_AFTER])
async def test_a_stream_may_lose_its_connection_after_it_was_charged(
    stand_in: MiniMaxStandIn, client: RawMiniMax, kind: FaultKind
) -> None:
    stand_in.faults.plan(kind, "t2a_v2")

    with pytest.raises((ClientPayloadError, OSError)):
        await raw_stream(client)

    assert stand_in.ledger.fees == 1


async def test_a_stream_may_lack_its_envelope(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    stand_in.faults.plan(FaultKind.EMPTY_BASE_RESP, "t2a_v2")

    assert {json.dumps(event["base_resp"]) for event in await stream(client)} == {"{}"}


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


async def test_subtitles_are_a_list_of_short_sentences_in_order(client: RawMiniMax) -> None:
    text = "Hello there. " + "x" * 120 + ".<#1#>The end."

    answer = await client.speak(VOICE, text, subtitle_enable=True)

    entries = json.loads(await download(data_of(answer)["subtitle_file"]))
    assert isinstance(entries, list)
    assert max(len(entry["text"]) for entry in entries) <= 50
    assert "".join(entry["text"] for entry in entries) == text.replace("<#1#>", "")
    assert all(text[each["text_begin"] : each["text_end"]] == each["text"] for each in entries)
    times = [time for each in entries for time in (each["time_begin"], each["time_end"])]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(info_of(answer)["audio_length"], abs=5)
    assert entries[-1]["time_begin"] - entries[-2]["time_end"] == pytest.approx(1000, abs=5)
    assert [each["is_final_segment"] for each in entries[-2:]] == [False, True]
    assert "timestamped_words" not in entries[0]


async def test_subtitles_may_have_words(client: RawMiniMax) -> None:
    streamed = await stream(
        client, text="One two.", subtitle_enable=True, subtitle_type="word_streaming"
    )

    (entry,) = json.loads(await download(data_of(streamed[-1])["subtitle_file"]))
    assert [word["word"] for word in entry["timestamped_words"]] == ["One", " ", "two."]
    assert entry["timestamped_words"][-1]["time_end"] == entry["time_end"]


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
