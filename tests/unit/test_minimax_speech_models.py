"""A request for speech that the service would refuse is not made."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.minimax import limits
from bot.minimax.long_speech_models import LongSpeechRequest, SpeechTaskStatus, TaskState
from bot.minimax.models import UploadedFile
from bot.minimax.speech import SPEECH_MAX_BYTES, answer_max_bytes
from bot.minimax.speech_answers import SpeechInfo
from bot.minimax.speech_models import (
    AudioSetting,
    PronunciationDict,
    SpeechRequest,
    StreamOptions,
    TimbreWeight,
    VoiceModify,
    VoiceSetting,
)

ALICE = VoiceSetting(voice_id="Guild42-alice-9f3c1a")
GOOD: dict[str, Any] = {"model": "speech-2.8-hd", "text": "Hello.", "voice_setting": ALICE}
LONG: dict[str, Any] = {
    "model": "speech-2.8-hd",
    "text": "Hello.",
    "voice_setting": {"voice_id": "Guild42-alice-9f3c1a"},
}
OPUS = AudioSetting(format="opus", sample_rate=24000)
PAIR = (TimbreWeight(voice_id="a", weight=1), TimbreWeight(voice_id="b", weight=100))


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "speech-2.8"},
        {"text": ""},
        {"text": "x" * 10_000},
        {"voice_setting": VoiceSetting()},
        {"timbre_weights": PAIR},
        {"timbre_weights": (), "voice_setting": VoiceSetting()},
        {"timbre_weights": (PAIR[0],) * 5, "voice_setting": VoiceSetting()},
        {"voice_modify": VoiceModify(pitch=10), "audio_setting": OPUS},
        {
            "voice_modify": VoiceModify(pitch=10),
            "audio_setting": AudioSetting(format="flac"),
            "stream": True,
        },
        {"audio_setting": AudioSetting(force_cbr=True)},
        {"audio_setting": AudioSetting(force_cbr=True, format="pcm"), "stream": True},
        {"subtitle_enable": True, "subtitle_type": "word_streaming"},
        {"stream_options": StreamOptions()},
        {"stream": True, "output_format": "url"},
        {"stream": True, "aigc_watermark": True},
        {"output_format": "base64"},
        {"language_boost": "en-US"},
        {"typo": 1},
    ],
    ids=str,
)
def test_speech_the_service_would_refuse_is_not_asked_for(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SpeechRequest(**{**GOOD, **fields})


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (VoiceSetting, {"speed": 0.49}),
        (VoiceSetting, {"speed": 2.01}),
        (VoiceSetting, {"vol": 0}),
        (VoiceSetting, {"vol": 10.5}),
        (VoiceSetting, {"pitch": 13}),
        (VoiceSetting, {"pitch": 0.5}),
        (VoiceSetting, {"emotion": "neutral"}),
        (AudioSetting, {"sample_rate": 48000}),
        (AudioSetting, {"bitrate": 96000}),
        (AudioSetting, {"format": "ogg"}),
        (AudioSetting, {"channel": 3}),
        (TimbreWeight, {"voice_id": "a", "weight": 0}),
        (TimbreWeight, {"voice_id": "a", "weight": 101}),
        (VoiceModify, {"timbre": -101}),
        (VoiceModify, {"sound_effects": "reverb"}),
        (PronunciationDict, {"tone": ("omg",)}),
    ],
    ids=str,
)
def test_a_setting_outside_its_range_is_refused(kind: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x" * 9_999},
        {"voice_setting": VoiceSetting(voice_id="a", speed=0.5, vol=10, pitch=-12)},
        {"voice_setting": VoiceSetting(voice_id="Chinese (Mandarin)_News_Anchor")},
        {"voice_setting": VoiceSetting(), "timbre_weights": PAIR},
        {"audio_setting": OPUS},
        {"audio_setting": AudioSetting(format="flac"), "voice_modify": VoiceModify(timbre=100)},
        {"pronunciation_dict": PronunciationDict(tone=("omg/oh my god", "x/(a/b)"))},
        {"subtitle_enable": True, "subtitle_type": "word"},
        {"output_format": "url"},
    ],
    ids=str,
)
def test_speech_at_the_limits_is_asked_for(fields: dict[str, Any]) -> None:
    assert SpeechRequest(**{**GOOD, **fields}).body()["model"] == "speech-2.8-hd"


@pytest.mark.parametrize("model", limits.MODELS)
@pytest.mark.parametrize("emotion", ["fluent", "whisper"])
def test_only_the_2_6_models_are_asked_to_whisper_or_be_fluent(model: str, emotion: Any) -> None:
    setting = VoiceSetting(voice_id="a", emotion=emotion)
    body: dict[str, Any] = {"model": model, "text": "Hello.", "voice_setting": setting}

    if model.startswith("speech-2.6"):
        assert SpeechRequest(**body).voice_setting.emotion == emotion
    else:
        with pytest.raises(ValidationError, match=r"only the speech-2\.6 models"):
            SpeechRequest(**body)


def test_mixed_voices_go_out_with_an_empty_voice_id() -> None:
    body = SpeechRequest(
        model="speech-2.8-hd", text="Hi.", voice_setting=VoiceSetting(), timbre_weights=PAIR
    ).body()

    assert body["voice_setting"] == {"voice_id": ""}
    assert body["timbre_weights"] == [
        {"voice_id": "a", "weight": 1},
        {"voice_id": "b", "weight": 100},
    ]


def test_a_stream_leaves_out_the_aggregate_unless_it_is_wanted() -> None:
    wanted = SpeechRequest(
        **GOOD, stream=True, stream_options=StreamOptions(exclude_aggregated_audio=False)
    )

    assert SpeechRequest(**GOOD, stream=True).body()["stream_options"] == {
        "exclude_aggregated_audio": True
    }
    assert wanted.body()["stream_options"] == {"exclude_aggregated_audio": False}
    assert "stream_options" not in SpeechRequest(**GOOD).body()


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x" * 50_001},
        {"text": None},
        {"text_file_id": 7},
        {"voice_setting": {"voice_id": ""}},
        {"voice_setting": {"voice_id": "a", "text_normalization": True}},
        {"voice_setting": {"voice_id": "a", "emotion": "whisper"}},
        {"audio_setting": {"sample_rate": 32000}},
        {"audio_setting": {"format": "opus"}},
        {"output_format": "url"},
    ],
    ids=str,
)
def test_a_long_text_has_names_of_its_own(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LongSpeechRequest.model_validate({**LONG, **fields})


@pytest.mark.parametrize("fields", [{"text": "x" * 50_000}, {"text": None, "text_file_id": 7}])
def test_a_long_text_comes_as_text_or_as_a_file(fields: dict[str, Any]) -> None:
    assert LongSpeechRequest.model_validate({**LONG, **fields}).body()["voice_setting"]


@pytest.mark.parametrize(
    ("spelled", "state"),
    [
        ("Processing", TaskState.PROCESSING),
        ("processing", TaskState.PROCESSING),
        ("FAILED", TaskState.FAILED),
        ("Expired", TaskState.EXPIRED),
    ],
)
def test_a_status_is_read_in_any_case(spelled: str, state: TaskState) -> None:
    assert SpeechTaskStatus.model_validate({"status": spelled, "file_id": None}).status is state


@pytest.mark.parametrize(
    "payload",
    [{}, {"status": "Done"}, {"status": None}, {"status": "Success"}, {"status": 2, "file_id": 7}],
)
def test_a_status_that_says_nothing_is_not_guessed_at(payload: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SpeechTaskStatus.model_validate(payload)


def test_figures_of_speech_are_read_whatever_they_are() -> None:
    info = SpeechInfo.model_validate(
        {
            "audio_length": "9900",
            "audio_size": None,
            "audio_bitrate": 128000,
            "audio_format": None,
            "invisible_character_ratio": "?",
            "word_count": [],
            "usage_characters": 26.0,
            "new": {},
        }
    )

    assert (info.audio_length, info.audio_size, info.bitrate) == (9900, 0, 128000)
    assert (info.word_count, info.usage_characters) == (0, 26)


@pytest.mark.parametrize("setting", [None, OPUS, AudioSetting(format="wav", channel=2)])
def test_an_answer_may_be_as_long_as_its_text_needs_and_no_longer(
    setting: AudioSetting | None,
) -> None:
    short = answer_max_bytes(SpeechRequest(**{**GOOD, "audio_setting": setting}))
    paused = answer_max_bytes(
        SpeechRequest(**{**GOOD, "text": "One<#90#>two.", "audio_setting": setting})
    )
    longest = answer_max_bytes(
        SpeechRequest(**{**GOOD, "text": "x" * 9_999, "audio_setting": setting})
    )

    assert 4_000_000 < short < paused < longest <= SPEECH_MAX_BYTES


def test_long_texts_have_purposes_that_answers_may_name() -> None:
    answer = {"file_id": 7, "purpose": "t2a_async_input"}

    assert UploadedFile.model_validate(answer).file_id == 7
