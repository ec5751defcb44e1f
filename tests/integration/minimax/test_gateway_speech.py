"""MiniMax as the core's `SpeechApi`, where it speaks."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain import errors as ours
from bot.domain.speeches import Effect, Emotion, SpeechSettings, StockVoice
from bot.minimax.client import MiniMaxClient
from bot.minimax.gateway import MiniMaxSpeechApi
from bot.ports import SpeechApi, SpeechCall, SpeechFormat
from tests.fakes.files import names_in
from tests.fakes.minimax_loopback import SUCCESS, TRACE, Loopback, hang_up, refusal

SPEECH = "/v1/t2a_v2"
BEGIN = "/v1/t2a_async_v2"
QUERY = "/v1/query/t2a_async_query_v2"
RETRIEVE = "/v1/files/retrieve"
VOICE_ID = "Guild42-alice-9f3c1a"
PLAIN = SpeechSettings(model="speech-2.8-hd")
CALL = SpeechCall(voice_id=VOICE_ID, text="Hello.", settings=PLAIN)
SPOKEN: dict[str, Any] = {
    "data": {"audio": b"audio".hex(), "status": 2},
    "extra_info": {"usage_characters": 6},
    **SUCCESS,
}


@pytest.fixture
def api(client: MiniMaxClient) -> SpeechApi:
    return MiniMaxSpeechApi(client)


async def test_what_was_ordered_is_what_is_sent(
    api: SpeechApi, server: Loopback, tmp_path: Path
) -> None:
    server.answers[SPEECH] = SPOKEN
    settings = SpeechSettings(
        model="speech-2.6-hd",
        emotion=Emotion.WHISPER,
        speed=1.5,
        pitch=-3,
        volume=2.0,
        language="Croatian",
        effect=Effect.ROBOTIC,
        watermark=True,
    )

    answer = await api.speak(
        SpeechCall(VOICE_ID, "Hello.", settings, SpeechFormat.FLAC), tmp_path / "speech.flac"
    )

    assert server.asked[0].json == {
        "model": "speech-2.6-hd",
        "text": "Hello.",
        "voice_setting": {
            "voice_id": VOICE_ID,
            "speed": 1.5,
            "vol": 2.0,
            "pitch": -3,
            "emotion": "whisper",
        },
        "audio_setting": {"format": "flac", "sample_rate": 32000, "channel": 1},
        "language_boost": "Croatian",
        "voice_modify": {"sound_effects": "robotic"},
        "aigc_watermark": True,
        "stream": False,
    }
    assert (answer.charged_characters, answer.trace_id) == (6, TRACE)
    assert (tmp_path / "speech.flac").read_bytes() == b"audio"


@pytest.mark.parametrize(
    ("audio_format", "setting"),
    [
        (SpeechFormat.OPUS, {"format": "opus", "sample_rate": 24000, "channel": 1}),
        (
            SpeechFormat.MP3,
            {"format": "mp3", "sample_rate": 32000, "bitrate": 128000, "channel": 1},
        ),
    ],
)
async def test_each_format_has_its_setting_and_plain_speech_no_extras(
    api: SpeechApi,
    server: Loopback,
    tmp_path: Path,
    audio_format: SpeechFormat,
    setting: dict[str, object],
) -> None:
    server.answers[SPEECH] = SPOKEN

    await api.speak(SpeechCall(VOICE_ID, "Hello.", PLAIN, audio_format), tmp_path / "speech")

    sent = server.asked[0].json
    assert sent["audio_setting"] == setting
    assert not sent.keys() & {"voice_modify", "language_boost", "timbre_weights"}
    assert "emotion" not in sent["voice_setting"]


@pytest.mark.parametrize("data", [None, {"audio": "", "status": 2}])
async def test_speech_without_audio_is_too_short_and_says_what_it_cost(
    api: SpeechApi, server: Loopback, tmp_path: Path, data: object
) -> None:
    server.answers[SPEECH] = {**SPOKEN, "data": data}

    with pytest.raises(ours.SpeechTooShort) as caught:
        await api.speak(CALL, tmp_path / "speech")

    assert (caught.value.characters, caught.value.reference) == (6, TRACE)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("code", [2042, 2054, 20132])
async def test_a_voice_that_is_gone_is_lost(
    api: SpeechApi, server: Loopback, tmp_path: Path, code: int
) -> None:
    server.answers = {SPEECH: refusal(code), BEGIN: refusal(code)}

    with pytest.raises(ours.VoiceLost):
        await api.speak(CALL, tmp_path / "speech")
    with pytest.raises(ours.VoiceLost):
        await api.begin_recording(CALL)


@pytest.mark.parametrize(
    "message", ["invalid params, audio_setting format", "invalid params, opus is not supported"]
)
async def test_opus_may_be_refused_and_no_other_format(
    api: SpeechApi, server: Loopback, tmp_path: Path, message: str
) -> None:
    server.answers[SPEECH] = refusal(2013, message)

    with pytest.raises(ours.FormatRefused) as caught:
        await api.speak(CALL, tmp_path / "speech")
    with pytest.raises(ours.Unexpected):
        await api.speak(SpeechCall(VOICE_ID, "Hello.", PLAIN, SpeechFormat.MP3), tmp_path / "x")

    assert caught.value.audio_format == "opus"


@pytest.mark.parametrize(
    "message",
    ["invalid params, voice_setting emotion", "invalid params, glyph definition format error"],
)
async def test_another_wrong_field_is_unexpected_with_its_message(
    api: SpeechApi, server: Loopback, tmp_path: Path, message: str
) -> None:
    server.answers[SPEECH] = refusal(2013, message)

    with pytest.raises(ours.Unexpected) as caught:
        await api.speak(CALL, tmp_path / "speech")

    assert message in caught.value.what
    assert caught.value.reference == TRACE


async def test_a_manner_the_model_does_not_know_is_a_bug_that_is_told_without_the_text(
    api: SpeechApi, server: Loopback, tmp_path: Path
) -> None:
    settings = SpeechSettings(model="speech-2.8-hd", emotion=Emotion.WHISPER)

    with pytest.raises(ours.Unexpected) as caught:
        await api.speak(SpeechCall(VOICE_ID, "private", settings), tmp_path / "speech")

    assert "only the speech-2.6 models" in caught.value.what
    assert "private" not in caught.value.what
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(1000, "unknown error"), ours.ServiceDown),
        (refusal(1002), ours.ServiceBusy),
        (refusal(1008), ours.ServiceMisconfigured),
        (refusal(1026), ours.ContentRefused),
        (refusal(1027), ours.ContentRefused),
        (refusal(1039), ours.ServiceBusy),
        (refusal(1042), ours.TextHasInvisibleCharacters),
        (refusal(2056), ours.ServiceMisconfigured),
        (hang_up, ours.ServiceDown),
    ],
)
async def test_speech_that_is_refused_is_our_error(
    api: SpeechApi, server: Loopback, tmp_path: Path, answer: Any, kind: type[ours.MynaError]
) -> None:
    server.answers[SPEECH] = [answer]

    with pytest.raises(kind):
        await api.speak(CALL, tmp_path / "speech")

    assert server.answers[SPEECH] == []


async def test_a_recording_is_a_small_mono_mp3(api: SpeechApi, server: Loopback) -> None:
    server.answers[BEGIN] = {"task_id": "t1", "usage_characters": 20_000, **SUCCESS}
    settings = SpeechSettings(model="speech-2.8-turbo", speed=1.25, language="English")

    task = await api.begin_recording(SpeechCall(VOICE_ID, "x" * 20_000, settings))

    sent = server.asked[0].json
    assert sent["audio_setting"] == {
        "audio_sample_rate": 32000,
        "bitrate": 64000,
        "format": "mp3",
        "channel": 1,
    }
    assert sent["voice_setting"] == {"voice_id": VOICE_ID, "speed": 1.25, "vol": 1, "pitch": 0}
    assert (task.task_id, task.charged_characters, task.trace_id) == ("t1", 20_000, TRACE)


async def test_a_recording_is_ready_when_it_has_a_file(api: SpeechApi, server: Loopback) -> None:
    server.answers[QUERY] = [
        {"status": "processing", **SUCCESS},
        {"status": "Success", "file_id": 7, **SUCCESS},
    ]

    assert await api.recording_ready("t1") is None
    assert await api.recording_ready("t1") == 7


@pytest.mark.parametrize("status", ["Failed", "expired"])
async def test_a_recording_that_came_to_nothing_is_the_operators(
    api: SpeechApi, server: Loopback, status: str
) -> None:
    server.answers[QUERY] = {"status": status, **SUCCESS}

    with pytest.raises(ours.RecordingFailed) as caught:
        await api.recording_ready("t1")

    assert (caught.value.reason, caught.value.reference) == (status.lower(), TRACE)


def archive(name: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 6
        tar.addfile(member, io.BytesIO(b"speech"))
    return buffer.getvalue()


def serve(server: Loopback, response: bytes | int) -> None:
    link = f"{server.url}/7.tar?Signature=secret"
    server.answers[RETRIEVE] = {"file": {"file_id": 7, "download_url": link}, **SUCCESS}

    async def answer(_: web.Request) -> web.StreamResponse:
        if isinstance(response, int):
            return web.Response(status=response)
        return web.Response(body=response, content_type="application/x-tar")

    server.answers["/7.tar"] = answer


@pytest.mark.parametrize("content", [archive("7/content-7.mp3"), b"bare speech"])
async def test_a_recording_is_fetched_out_of_its_archive_or_bare(
    api: SpeechApi, server: Loopback, tmp_path: Path, content: bytes
) -> None:
    serve(server, content)

    await api.fetch_recording(7, tmp_path / "recording.mp3")

    assert names_in(tmp_path) == ["recording.mp3"]
    assert (tmp_path / "recording.mp3").read_bytes().endswith(b"speech")
    assert "Authorization" not in server.asked[-1].headers


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (archive("7.titles"), ours.RecordingFailed),
        (302, ours.RecordingFailed),
        (403, ours.ServiceDown),
        (503, ours.ServiceDown),
    ],
)
async def test_a_recording_that_cannot_be_fetched_leaves_nothing_behind(
    api: SpeechApi,
    server: Loopback,
    tmp_path: Path,
    response: bytes | int,
    kind: type[ours.MynaError],
) -> None:
    serve(server, response)

    with pytest.raises(kind) as caught:
        await api.fetch_recording(7, tmp_path / "recording.mp3")

    assert names_in(tmp_path) == []
    assert "secret" not in repr(ours.to_json(caught.value))


async def test_stock_voices_are_the_services_own_with_name_and_language(
    api: SpeechApi, server: Loopback
) -> None:
    server.answers["/v1/get_voice"] = {
        "system_voice": [
            {"voice_id": "English_Graceful_Lady", "voice_name": None, "description": []},
            {"voice_id": "Cantonese_PlayfulMan", "voice_name": "Playful Man"},
        ],
        "voice_cloning": None,
        **SUCCESS,
    }

    assert await api.stock_voices() == [
        StockVoice("English_Graceful_Lady", "Graceful Lady", "English"),
        StockVoice("Cantonese_PlayfulMan", "Playful Man", "Chinese,Yue"),
    ]
    assert server.asked[0].json == {"voice_type": "system"}
