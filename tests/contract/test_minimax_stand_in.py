"""The client and the stand-in of MiniMax agree on the wire, though neither knows the other."""

import asyncio
import struct
import wave
from collections.abc import AsyncIterator
from datetime import timedelta
from math import pi, sin
from pathlib import Path

import aiohttp
import pytest

from bot.domain import errors as ours
from bot.domain.moderation import FlagKind
from bot.domain.speech import LANGUAGES, MODELS
from bot.domain.speeches import Effect, Emotion, SpeechSettings
from bot.domain.voices import CloneOptions
from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import (
    VERDICTS,
    Endpoint,
    MiniMaxRefusal,
    MiniMaxUnreachable,
    verdict_for,
)
from bot.minimax.gateway import MiniMaxSpeechApi
from bot.minimax.models import VoiceType
from bot.minimax.our_errors import our_error
from bot.minimax.speech_answers import SpeechSummary
from bot.minimax.speech_models import SpeechRequest, TimbreWeight, VoiceSetting
from bot.ports import CloneCall, SpeechApi, SpeechCall, SpeechFormat
from bot.sandbox.minimax import SANDBOX_API_KEY, FaultKind, MiniMaxStandIn, ToneVoice
from tests.fakes.minimax_loopback import ManualTime

VOICE_ID = "Guild42-alice-9f3c1a"
RATE = 8000
TEXT = "Hello there, this is what I want to say."
STOCK = "English_Graceful_Lady"
PLAIN = SpeechSettings(model="speech-2.8-hd")
OPTIONS = CloneOptions(text="Hello there, this is my new voice.", model="speech-2.8-hd")


@pytest.fixture
async def stand_in() -> AsyncIterator[MiniMaxStandIn]:
    async with MiniMaxStandIn(voice=ToneVoice()) as running:
        yield running


@pytest.fixture
async def client(stand_in: MiniMaxStandIn) -> AsyncIterator[MiniMaxClient]:
    async with aiohttp.ClientSession() as session:
        yield client_of(stand_in, session)


@pytest.fixture
def api(client: MiniMaxClient) -> SpeechApi:
    return MiniMaxSpeechApi(client)


def client_of(
    stand_in: MiniMaxStandIn, session: aiohttp.ClientSession, key: str = SANDBOX_API_KEY
) -> MiniMaxClient:
    time = ManualTime()
    return MiniMaxClient(
        session,
        base_url=stand_in.url,
        api_key=key,
        download_hosts=["127.0.0.1"],
        clock=time.clock,
        sleep=time.sleep,
    )


def tone(folder: Path, seconds: float) -> Path:
    """Write a wav file of a rising tone."""
    path = folder / f"tone-{seconds}.wav"
    count = int(seconds * RATE)
    levels = (int(9000 * sin(2 * pi * (120 + at / RATE) * at / RATE)) for at in range(count))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{count}h", *levels))
    return path


async def call_for(api: SpeechApi, folder: Path, options: CloneOptions = OPTIONS) -> CloneCall:
    file_id = await api.upload_sample(tone(folder, 11), filename="sample.wav")
    return CloneCall(voice_id=VOICE_ID, file_id=file_id, options=options)


async def test_a_clone_with_every_option_gives_a_preview(api: SpeechApi, tmp_path: Path) -> None:
    options = CloneOptions(
        text=OPTIONS.text,
        model="speech-2.6-turbo",
        language="English",
        noise_reduction=True,
        volume_normalization=True,
        prompt_text="This is how I talk.",
        watermark=True,
    )
    call = await call_for(api, tmp_path, options)
    prompt_id = await api.upload_prompt(tone(tmp_path, 6), filename="prompt.wav")

    answer = await api.clone(
        CloneCall(
            voice_id=VOICE_ID, file_id=call.file_id, options=options, prompt_file_id=prompt_id
        )
    )

    assert answer is not None
    assert answer.preview_url is not None
    assert answer.flag is FlagKind.NORMAL
    assert answer.charged_characters == len(OPTIONS.text)
    assert answer.trace_id
    await api.fetch_preview(answer.preview_url, tmp_path / "preview")
    assert (tmp_path / "preview").stat().st_size > 1000


async def test_uploads_and_voices_can_be_deleted_and_deleted_again(
    api: SpeechApi, tmp_path: Path
) -> None:
    call = await call_for(api, tmp_path)
    await api.clone(call)

    for _ in range(2):
        await api.forget_sample(call.file_id)
        await api.delete_voice(VOICE_ID)


async def test_a_lost_answer_followed_by_the_same_id_is_one_clone(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path
) -> None:
    stand_in.faults.plan(FaultKind.RESET_AFTER, "voice_clone")
    call = await call_for(api, tmp_path)

    with pytest.raises(ours.ServiceDown):
        await api.clone(call)
    answer = await api.clone(call)

    assert answer is None


@pytest.mark.parametrize(
    "likeness",
    [
        {"wide_file_ids": False, "sensitive_as_object": False},
        {"wide_file_ids": True, "sensitive_as_object": True},
    ],
    ids=["seen", "documented"],
)
async def test_a_flag_comes_through_in_both_shapes_and_with_ids_of_any_width(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path, likeness: dict[str, bool]
) -> None:
    for switch, position in likeness.items():
        setattr(stand_in.switches, switch, position)
    stand_in.switches.sensitive_code = 0
    stand_in.faults.plan(FaultKind.FLAG, "voice_clone", code=5)

    answer = await api.clone(await call_for(api, tmp_path))

    assert answer is not None
    assert answer.flag is FlagKind.ABUSE


async def test_a_flag_with_a_refusal_is_the_policys(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path
) -> None:
    stand_in.faults.plan(FaultKind.FLAG, "voice_clone", code=2)
    call = await call_for(api, tmp_path)

    with pytest.raises(ours.ContentRefused):
        await api.clone(call)


@pytest.mark.parametrize("code", [code for code in VERDICTS if code != 2039])
async def test_every_code_is_read_from_the_wire(
    client: MiniMaxClient, stand_in: MiniMaxStandIn, code: int
) -> None:
    stand_in.faults.plan(FaultKind.ANSWER, "voice_clone", code=code)
    api = MiniMaxSpeechApi(client)

    with pytest.raises(ours.MynaError) as caught:
        await api.clone(CloneCall(voice_id=VOICE_ID, file_id=1, options=OPTIONS))

    cause = caught.value.__cause__
    assert isinstance(cause, MiniMaxRefusal)
    assert type(caught.value) is type(our_error(cause))
    assert cause.verdict is verdict_for(code, Endpoint.CLONE)
    assert cause.trace_id


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("bad_gateway", ours.ServiceDown),
        ("too_many_requests", ours.ServiceBusy),
        ("reset_before", ours.ServiceDown),
        ("truncate", ours.ServiceDown),
        ("empty_base_resp", ours.ServiceDown),
    ],
)
async def test_a_broken_answer_is_a_matter_of_time(
    api: SpeechApi,
    stand_in: MiniMaxStandIn,
    tmp_path: Path,
    kind: str,
    error: type[ours.MynaError],
) -> None:
    stand_in.faults.plan(FaultKind(kind), "voice_clone")
    call = await call_for(api, tmp_path)

    with pytest.raises(error):
        await api.clone(call)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncate"])
async def test_an_upload_survives_one_broken_connection(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path, kind: str
) -> None:
    stand_in.faults.plan(FaultKind(kind), "files/upload")

    assert await api.upload_sample(tone(tmp_path, 11), filename="sample.wav") > 0


async def test_a_sample_too_short_for_the_service_says_so(api: SpeechApi, tmp_path: Path) -> None:
    file_id = await api.upload_sample(tone(tmp_path, 9), filename="sample.wav")

    with pytest.raises(ours.SampleRejected) as caught:
        await api.clone(CloneCall(voice_id=VOICE_ID, file_id=file_id, options=OPTIONS))

    assert caught.value.reason == "too short"


async def test_an_unreadable_sample_is_the_members_file(api: SpeechApi, tmp_path: Path) -> None:
    path = tmp_path / "sample.wav"
    path.write_bytes(b"this is no audio at all" * 1000)
    file_id = await api.upload_sample(path, filename="sample.wav")

    with pytest.raises(ours.SampleRejected) as caught:
        await api.clone(CloneCall(voice_id=VOICE_ID, file_id=file_id, options=OPTIONS))

    assert caught.value.reason == "unreadable"
    assert caught.value.reference


async def test_a_link_that_expired_is_a_lost_preview(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path
) -> None:
    stand_in.faults.plan(FaultKind.EXPIRED_LINK, "voice_clone")
    answer = await api.clone(await call_for(api, tmp_path))
    assert answer is not None
    assert answer.preview_url is not None

    with pytest.raises(ours.PreviewLost):
        await api.fetch_preview(answer.preview_url, tmp_path / "preview")


async def test_the_key_check_tells_a_good_key_from_a_bad_one(stand_in: MiniMaxStandIn) -> None:
    async with aiohttp.ClientSession() as session:
        await MiniMaxSpeechApi(client_of(stand_in, session)).check()
        with pytest.raises(ours.ServiceMisconfigured) as caught:
            await MiniMaxSpeechApi(client_of(stand_in, session, "sk-api-wrong")).check()

    assert caught.value.code == 2049


async def test_a_fresh_clone_is_not_listed(
    client: MiniMaxClient, api: SpeechApi, tmp_path: Path
) -> None:
    await api.clone(await call_for(api, tmp_path))

    listing = await client.get_voices(VoiceType.ALL)

    assert listing.cloned == ()
    assert listing.system


def spoken_call(
    settings: SpeechSettings = PLAIN, audio_format: SpeechFormat = SpeechFormat.OPUS
) -> SpeechCall:
    return SpeechCall(STOCK, TEXT, settings, audio_format)


@pytest.mark.parametrize(
    ("audio_format", "magic"),
    [(SpeechFormat.OPUS, b"OggS"), (SpeechFormat.FLAC, b"fLaC"), (SpeechFormat.MP3, b"ID3")],
)
async def test_speech_comes_in_the_format_asked_for(
    api: SpeechApi, tmp_path: Path, audio_format: SpeechFormat, magic: bytes
) -> None:
    answer = await api.speak(spoken_call(audio_format=audio_format), tmp_path / "speech")

    assert (tmp_path / "speech").read_bytes().startswith(magic)
    assert answer.charged_characters == len(TEXT)


@pytest.mark.parametrize("emotion", Emotion)
@pytest.mark.parametrize("model", MODELS)
async def test_every_emotion_is_spoken_or_refused_before_it_is_sent(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path, model: str, emotion: Emotion
) -> None:
    settings = SpeechSettings(model=model, emotion=emotion)

    if emotion in {Emotion.FLUENT, Emotion.WHISPER} and "2.6" not in model:
        with pytest.raises(ours.Unexpected):
            await api.speak(spoken_call(settings), tmp_path / "speech")
        assert stand_in.ledger.calls("/v1/t2a_v2") == []
    else:
        await api.speak(spoken_call(settings), tmp_path / "speech")


@pytest.mark.parametrize("effect", Effect)
async def test_every_effect_is_had_in_flac(api: SpeechApi, tmp_path: Path, effect: Effect) -> None:
    settings = SpeechSettings(
        model="speech-2.8-turbo",
        speed=2,
        pitch=12,
        volume=10,
        language="Chinese,Yue",
        effect=effect,
        watermark=True,
    )

    await api.speak(spoken_call(settings, SpeechFormat.FLAC), tmp_path / "speech")

    assert (tmp_path / "speech").stat().st_size > 1000


async def test_a_new_voice_speaks_at_a_fee_that_the_bill_finds_by_trace_id(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path
) -> None:
    await api.clone(await call_for(api, tmp_path))
    call = SpeechCall(VOICE_ID, TEXT, PLAIN)

    first = await api.speak(call, tmp_path / "first")
    second = await api.speak(call, tmp_path / "second")

    price = len(TEXT) * 0.0001
    for answer, usd in ((first, 1.5 + price), (second, price)):
        assert answer.trace_id is not None
        characters, charged = stand_in.ledger.charged(answer.trace_id)
        assert characters == answer.charged_characters
        assert charged == pytest.approx(usd)


async def test_a_deleted_voice_is_lost(api: SpeechApi, tmp_path: Path) -> None:
    await api.clone(await call_for(api, tmp_path))
    await api.delete_voice(VOICE_ID)

    with pytest.raises(ours.VoiceLost):
        await api.speak(SpeechCall(VOICE_ID, TEXT, PLAIN), tmp_path / "speech")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.REFUSED_OPUS, ours.FormatRefused),
        (FaultKind.NULL_DATA, ours.SpeechTooShort),
        (FaultKind.TRUNCATE, ours.ServiceDown),
        (FaultKind.RESET_AFTER, ours.ServiceDown),
        (FaultKind.FLAG, ours.ContentRefused),
    ],
)
async def test_what_goes_wrong_with_speech_is_told_apart(
    api: SpeechApi,
    stand_in: MiniMaxStandIn,
    tmp_path: Path,
    kind: FaultKind,
    error: type[ours.MynaError],
) -> None:
    stand_in.faults.plan(kind, "t2a_v2", code=3)

    with pytest.raises(error):
        await api.speak(spoken_call(), tmp_path / "speech")


@pytest.mark.parametrize("kind", [FaultKind.ZERO_AUDIO_SIZE, FaultKind.SHORT_AUDIO])
async def test_figures_that_are_wrong_do_not_hide_the_audio(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path, kind: FaultKind
) -> None:
    stand_in.faults.plan(kind, "t2a_v2")

    await api.speak(spoken_call(), tmp_path / "speech")

    assert (tmp_path / "speech").read_bytes().startswith(b"OggS")


@pytest.mark.parametrize("as_tar", [True, False], ids=["archive", "bare"])
async def test_a_recording_is_begun_awaited_and_fetched(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path, *, as_tar: bool
) -> None:
    stand_in.switches.long_speech_as_tar = as_tar

    task = await api.begin_recording(spoken_call())
    first = await api.recording_ready(task.task_id)
    file_id = await ready(api, stand_in, task.task_id)
    await api.fetch_recording(file_id, tmp_path / "recording.mp3")

    assert first is None
    assert task.charged_characters == len(TEXT)
    assert (tmp_path / "recording.mp3").read_bytes().startswith(b"ID3")


async def ready(api: SpeechApi, stand_in: MiniMaxStandIn, task_id: str) -> int:
    async with asyncio.timeout(30):
        while True:
            stand_in.clock.advance(timedelta(seconds=1))
            if (file_id := await api.recording_ready(task_id)) is not None:
                return file_id


async def test_a_recording_may_come_to_nothing(api: SpeechApi, stand_in: MiniMaxStandIn) -> None:
    stand_in.faults.plan(FaultKind.FAILED_TASK, "t2a_async_v2")
    task = await api.begin_recording(spoken_call())

    with pytest.raises(ours.RecordingFailed):
        await ready(api, stand_in, task.task_id)


async def test_the_stock_voices_have_languages_the_service_knows_and_can_speak(
    api: SpeechApi, tmp_path: Path
) -> None:
    voices = await api.stock_voices()

    languages = {voice.language for voice in voices}
    assert len(voices) > 280
    assert languages - {None} <= LANGUAGES.keys()
    assert len(languages) > 20
    assert [voice for voice in voices if not voice.name or "_" in voice.name] == []
    await api.speak(SpeechCall(voices[-1].voice_id, TEXT, PLAIN), tmp_path / "speech")


STREAM = SpeechRequest(
    model="speech-2.8-hd",
    text="Hi there.",
    voice_setting=VoiceSetting(),
    timbre_weights=(
        TimbreWeight(voice_id=STOCK, weight=30),
        TimbreWeight(voice_id="Wise_Woman", weight=70),
    ),
    stream=True,
)


@pytest.mark.parametrize("kind", [None, FaultKind.SPLIT_STREAM, FaultKind.REPEATED_AGGREGATE])
async def test_a_stream_is_heard_once_however_it_comes(
    client: MiniMaxClient, stand_in: MiniMaxStandIn, kind: FaultKind | None
) -> None:
    expected = await client.speak(STREAM.model_copy(update={"stream": False}))
    if kind is not None:
        stand_in.faults.plan(kind, "t2a_v2")

    *audio, summary = [part async for part in client.speak_streaming(STREAM)]

    assert isinstance(summary, SpeechSummary)
    assert summary.info.usage_characters == len(STREAM.text)
    assert b"".join(part for part in audio if isinstance(part, bytes)) == expected.audio


@pytest.mark.parametrize("kind", [FaultKind.CUT_STREAM, FaultKind.TRUNCATE])
async def test_a_stream_that_is_cut_is_an_error(
    client: MiniMaxClient, stand_in: MiniMaxStandIn, kind: FaultKind
) -> None:
    stand_in.faults.plan(kind, "t2a_v2")

    with pytest.raises(MiniMaxUnreachable):
        _ = [part async for part in client.speak_streaming(STREAM)]


@pytest.mark.parametrize("code", [1002, 1008, 2054])
async def test_a_refusal_of_a_stream_is_read_from_the_wire(
    client: MiniMaxClient, stand_in: MiniMaxStandIn, code: int
) -> None:
    stand_in.faults.plan(FaultKind.ANSWER, "t2a_v2", code=code)

    with pytest.raises(MiniMaxRefusal) as caught:
        _ = [part async for part in client.speak_streaming(STREAM)]

    assert caught.value.code == code
    assert caught.value.trace_id
