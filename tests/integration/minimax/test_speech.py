"""Speech through the MiniMax client: what is sent, and what is made of the answers."""

import asyncio
import json
import logging
from contextlib import aclosing
from typing import Any

import pytest
from aiohttp import web

from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import MiniMaxBadAnswer, MiniMaxError, MiniMaxRefusal, MiniMaxUnreachable
from bot.minimax.speech_answers import SpeechSummary
from bot.minimax.speech_models import (
    AudioSetting,
    PronunciationDict,
    SpeechRequest,
    VoiceModify,
    VoiceSetting,
)
from bot.minimax.timeouts import Timeouts
from tests.fakes.minimax_loopback import (
    KEY,
    SUCCESS,
    TRACE,
    Loopback,
    MakeClient,
    ManualTime,
    hang_up,
    refusal,
)

SPEECH = "/v1/t2a_v2"
ALICE = VoiceSetting(voice_id="Guild42-alice-9f3c1a")
SMALL = SpeechRequest(model="speech-2.8-hd", text="Hello.", voice_setting=ALICE)
STREAM = SMALL.model_copy(update={"stream": True})
INFO = {"usage_characters": 6, "audio_length": 400, "audio_size": 0, "audio_format": "mp3"}
LINK = "https://files.minimax.io/a.mp3?Signature=secret"


def answer(**data: object) -> dict[str, Any]:
    return {"data": {"status": 2, **data}, "extra_info": INFO, "trace_id": "body", **SUCCESS}


def sends(*events: dict[str, Any], hangs_up: bool = False) -> Any:
    async def send(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Trace-Id": TRACE})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        for event in events:
            await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        return await hang_up(request) if hangs_up else response

    return send


async def listen(client: MiniMaxClient, request: SpeechRequest = STREAM) -> list[Any]:
    async with aclosing(client.speak_streaming(request)) as parts:
        return [part async for part in parts]


async def test_speech_sends_every_field_under_its_own_name(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[SPEECH] = answer(audio="ff")

    await client.speak(
        SpeechRequest(
            model="speech-2.6-hd",
            text="Hello<#0.5#>there.",
            voice_setting=VoiceSetting(
                voice_id="Guild42-alice-9f3c1a",
                speed=1.5,
                vol=2,
                pitch=-3,
                emotion="whisper",
                text_normalization=True,
                latex_read=False,
            ),
            audio_setting=AudioSetting(sample_rate=24000, bitrate=64000, format="flac", channel=1),
            pronunciation_dict=PronunciationDict(tone=("omg/oh my god",)),
            language_boost="Chinese,Yue",
            voice_modify=VoiceModify(pitch=-5, intensity=0, timbre=5, sound_effects="robotic"),
            subtitle_enable=True,
            subtitle_type="word",
            output_format="hex",
            aigc_watermark=True,
        )
    )

    assert server.asked[0].json == {
        "model": "speech-2.6-hd",
        "text": "Hello<#0.5#>there.",
        "voice_setting": {
            "voice_id": "Guild42-alice-9f3c1a",
            "speed": 1.5,
            "vol": 2,
            "pitch": -3,
            "emotion": "whisper",
            "text_normalization": True,
            "latex_read": False,
        },
        "audio_setting": {"sample_rate": 24000, "bitrate": 64000, "format": "flac", "channel": 1},
        "pronunciation_dict": {"tone": ["omg/oh my god"]},
        "language_boost": "Chinese,Yue",
        "voice_modify": {"pitch": -5, "intensity": 0, "timbre": 5, "sound_effects": "robotic"},
        "subtitle_enable": True,
        "subtitle_type": "word",
        "output_format": "hex",
        "aigc_watermark": True,
        "stream": False,
    }


async def test_speech_is_its_audio_its_bill_and_its_trace(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[SPEECH] = answer(audio=b"audio".hex(), subtitle_file=LINK, ced="")

    result = await client.speak(SMALL)

    assert (result.audio, result.url, result.subtitles) == (b"audio", None, LINK)
    assert (result.info.usage_characters, result.info.audio_length) == (6, 400)
    assert result.trace_id == TRACE
    assert "secret" not in repr(result)


async def test_a_link_comes_in_place_of_the_audio(client: MiniMaxClient, server: Loopback) -> None:
    server.answers[SPEECH] = answer(audio=LINK)

    result = await client.speak(SMALL.model_copy(update={"output_format": "url"}))

    assert (result.audio, result.url) == (b"", LINK)
    assert "secret" not in repr(result)


@pytest.mark.parametrize(
    "payload",
    [
        {"data": None, "extra_info": INFO, **SUCCESS},
        {"data": {}, "extra_info": INFO, **SUCCESS},
        {"data": {"audio": "", "status": 2}, "extra_info": INFO, **SUCCESS},
        {"data": {"audio": None, "status": "?"}, "extra_info": INFO, **SUCCESS},
    ],
    ids=str,
)
async def test_speech_without_audio_still_says_what_it_cost(
    client: MiniMaxClient, server: Loopback, payload: dict[str, Any]
) -> None:
    server.answers[SPEECH] = payload

    result = await client.speak(SMALL)

    assert (result.audio, result.url) == (b"", None)
    assert (result.info.usage_characters, result.trace_id) == (6, TRACE)


@pytest.mark.parametrize("audio", ["not hex", "fff", 7, ["ff"]])
async def test_audio_that_is_no_hex_is_an_error(
    client: MiniMaxClient, server: Loopback, audio: object
) -> None:
    server.answers[SPEECH] = answer(audio=audio)

    with pytest.raises(MiniMaxBadAnswer, match="hex"):
        await client.speak(SMALL)


async def test_an_answer_with_minutes_of_audio_is_read_whole(
    client: MiniMaxClient, server: Loopback
) -> None:
    audio = bytes(3_000_000)
    server.answers[SPEECH] = answer(audio=audio.hex())

    result = await client.speak(SMALL.model_copy(update={"text": "x" * 1200}))

    assert result.audio == audio


async def test_an_answer_that_is_longer_than_its_text_could_be_is_not_read(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[SPEECH] = answer(audio="ff" * 3_000_000)

    with pytest.raises(MiniMaxBadAnswer, match="too long"):
        await client.speak(SMALL)


async def test_speech_whose_answer_is_lost_is_not_sent_again(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[SPEECH] = [hang_up, answer(audio="ff")]

    with pytest.raises(MiniMaxUnreachable):
        await client.speak(SMALL)

    assert len(server.answers[SPEECH]) == 1


async def test_a_request_goes_to_the_method_that_it_is_for(client: MiniMaxClient) -> None:
    with pytest.raises(ValueError, match="speak_streaming"):
        await client.speak(STREAM)
    with pytest.raises(ValueError, match="for speak"):
        await listen(client, SMALL)


async def test_speech_stays_below_60_a_minute_unless_told_otherwise(
    make_client: MakeClient, server: Loopback, time: ManualTime
) -> None:
    server.answers[SPEECH] = answer(audio="ff")
    client = make_client(requests_per_minute={"voice_clone": 10})

    for _ in range(61):
        await client.speak(SMALL)

    assert len(time.slept) == 1
    assert time.slept[0] >= 60


async def test_a_stream_gives_its_pieces_and_then_the_bill(
    client: MiniMaxClient, server: Loopback
) -> None:
    pieces = [{"data": {"audio": part.hex(), "status": 1}, **SUCCESS} for part in (b"one", b"two")]
    server.answers[SPEECH] = sends(*pieces, answer(audio=b"onetwo".hex(), subtitle_file=LINK))

    *audio, summary = await listen(client)

    assert audio == [b"one", b"two"]
    assert isinstance(summary, SpeechSummary)
    assert (summary.info.usage_characters, summary.subtitles) == (6, LINK)
    assert server.asked[0].json["stream"] is True
    assert server.asked[0].json["stream_options"] == {"exclude_aggregated_audio": True}


async def test_an_event_of_megabytes_is_no_trouble(client: MiniMaxClient, server: Loopback) -> None:
    audio = bytes(700_000)
    server.answers[SPEECH] = sends(
        {"data": {"audio": audio.hex(), "status": 1}, **SUCCESS}, answer(audio=audio.hex())
    )

    heard, _summary = await listen(client)

    assert heard == audio


async def test_a_stream_without_end_is_cut_off(client: MiniMaxClient, server: Loopback) -> None:
    event = {"data": {"audio": "00" * 500_000, "status": 1}, **SUCCESS}
    server.answers[SPEECH] = sends(*[event] * 12, answer())

    with pytest.raises(MiniMaxBadAnswer, match="too long"):
        await listen(client)


@pytest.mark.parametrize("code", [1002, 1008, 2013, 2054])
async def test_a_refusal_in_place_of_a_stream_is_that_refusal(
    client: MiniMaxClient, server: Loopback, code: int
) -> None:
    server.answers[SPEECH] = refusal(code, "said so")

    with pytest.raises(MiniMaxRefusal) as caught:
        await listen(client)

    assert (caught.value.code, caught.value.trace_id) == (code, TRACE)


async def test_a_rate_limit_in_place_of_a_stream_closes_the_endpoint(
    client: MiniMaxClient, server: Loopback, time: ManualTime
) -> None:
    server.answers[SPEECH] = [refusal(1002), answer(audio="ff")]

    with pytest.raises(MiniMaxRefusal) as caught:
        await listen(client)
    await client.speak(SMALL)

    assert caught.value.retry_after is not None
    assert time.slept == [caught.value.retry_after]


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (web.json_response({"data": None, **SUCCESS}), 200),
        (web.Response(status=502, text="<html>", content_type="text/html"), 502),
        (web.Response(status=503, text="data: {}", content_type="text/event-stream"), 503),
    ],
    ids=["success", "html", "event stream"],
)
async def test_what_is_no_stream_is_an_error(
    client: MiniMaxClient, server: Loopback, response: web.Response, status: int
) -> None:
    server.answers[SPEECH] = lambda _: asyncio.sleep(0, response)

    with pytest.raises(MiniMaxBadAnswer) as caught:
        await listen(client)

    assert caught.value.http_status == status


async def test_a_stream_whose_connection_breaks_is_an_error_after_what_came(
    client: MiniMaxClient, server: Loopback
) -> None:
    piece = {"data": {"audio": "ff", "status": 1}, **SUCCESS}
    server.answers[SPEECH] = sends(piece, hangs_up=True)
    parts = client.speak_streaming(STREAM)

    assert await anext(parts) == b"\xff"
    with pytest.raises(MiniMaxUnreachable):
        await anext(parts)


async def test_a_stream_that_falls_silent_is_given_up(
    server: Loopback, make_client: MakeClient
) -> None:
    never = asyncio.Event()

    async def stop_talking(request: web.Request) -> web.StreamResponse:
        response = await sends()(request)
        await never.wait()
        assert isinstance(response, web.StreamResponse)
        return response

    server.answers[SPEECH] = stop_talking

    with pytest.raises(MiniMaxUnreachable, match="Timeout"):
        async with asyncio.timeout(5):
            await listen(make_client(timeouts=Timeouts(silence=0.05)))

    never.set()


async def test_the_key_is_never_told_by_a_stream(
    client: MiniMaxClient, server: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers[SPEECH] = [
        sends(refusal(1004, f"key {KEY} is wrong")),
        refusal(1004, f"key {KEY} is wrong"),
    ]

    for _ in range(2):
        with pytest.raises(MiniMaxError) as caught:
            await listen(client)
        assert "[key]" in str(caught.value)
        assert KEY not in repr(caught.value)

    assert KEY not in "".join(record.getMessage() for record in caplog.records)
