"""The client and the stand-in of MiniMax agree: speech and recordings, over the wire."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import errors as ours
from bot.domain.speech import LANGUAGES, MODELS
from bot.domain.speeches import Effect, Emotion, SpeechSettings
from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import MiniMaxRefusal, MiniMaxUnreachable
from bot.minimax.speech_answers import SpeechSummary
from bot.minimax.speech_models import SpeechRequest, TimbreWeight, VoiceSetting
from bot.ports import SpeechApi, SpeechCall, SpeechFormat
from bot.sandbox.minimax import FaultKind, MiniMaxStandIn
from tests.contract.minimax.calls import PLAIN, STOCK, TEXT, VOICE_ID, call_for, spoken_call


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
