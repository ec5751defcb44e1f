"""The bodies of `t2a_v2` and `t2a_async_v2`; their rules are those of the T2A pages."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.sandbox.minimax.requests import RequestBody
from bot.sandbox.minimax.vocabulary import Int64, Language, Model
from bot.sandbox.voice.sound_files import SoundFormat

LONG_TEXT = 50_000
"""Most characters of `t2a_async_v2`'s `text`."""

_ONLY_2_6 = {"fluent", "whisper"}
_MODIFIED = {"mp3", "wav", "flac"}

Bend = Annotated[int, Field(ge=-100, le=100)]
SampleRate = Literal[8000, 16000, 22050, 24000, 32000, 44100]
BitRate = Literal[32000, 64000, 128000, 256000]
Emotion = Literal[
    "happy", "sad", "angry", "fearful", "disgusted", "surprised", "calm", "fluent", "whisper"
]


class Manner(RequestBody):
    """How a voice speaks."""

    speed: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    vol: Annotated[float, Field(gt=0, le=10)] = 1.0
    pitch: Annotated[int, Field(ge=-12, le=12)] = 0
    emotion: Emotion | None = None


class VoiceSetting(Manner):
    """Which voice speaks, and how; the voice is left out where voices are mixed."""

    voice_id: str = ""
    text_normalization: bool = False
    latex_read: bool = False


class LongVoiceSetting(Manner):
    """The same for long texts."""

    voice_id: Annotated[str, Field(min_length=1)]
    english_normalization: bool = False


class AudioSetting(RequestBody):
    """What file the sound comes in."""

    sample_rate: SampleRate = 32000
    bitrate: BitRate = 128000
    format: SoundFormat = "mp3"
    channel: Literal[1, 2] = 1
    force_cbr: bool = False


class LongAudioSetting(RequestBody):
    """The same for long texts, under other names and with other defaults."""

    audio_sample_rate: SampleRate = 32000
    bitrate: BitRate = 128000
    format: Literal["mp3", "pcm", "flac"] = "mp3"
    channel: Literal[1, 2] = 2


class PronunciationDictionary(RequestBody):
    """Readings, each written as `original/replacement`."""

    tone: list[Annotated[str, Field(pattern=r"^.+/.+$")]]


class TimbreWeight(RequestBody):
    """One of the voices that are mixed."""

    voice_id: Annotated[str, Field(min_length=1)]
    weight: Annotated[int, Field(ge=1, le=100)]


class VoiceModify(RequestBody):
    """How the voice is bent."""

    pitch: Bend = 0
    intensity: Bend = 0
    timbre: Bend = 0
    sound_effects: (
        Literal["spacious_echo", "auditorium_echo", "lofi_telephone", "robotic"] | None
    ) = None


class StreamOptions(RequestBody):
    """How a stream ends."""

    exclude_aggregated_audio: bool = False


class SpeechRequest(RequestBody):
    """`POST /v1/t2a_v2`."""

    model: Model
    text: Annotated[str, Field(min_length=1, max_length=9999)]
    voice_setting: VoiceSetting
    audio_setting: AudioSetting = AudioSetting()
    stream: bool = False
    stream_options: StreamOptions = StreamOptions()
    timbre_weights: list[TimbreWeight] = Field(default_factory=list, max_length=4)
    pronunciation_dict: PronunciationDictionary | None = None
    language_boost: Language | None = None
    voice_modify: VoiceModify | None = None
    subtitle_enable: bool = False
    subtitle_type: Literal["sentence", "word", "word_streaming"] = "sentence"
    output_format: Literal["hex", "url"] = "hex"
    aigc_watermark: bool = False

    @property
    def voices(self) -> list[TimbreWeight]:
        """Who speaks, and with which weight."""
        alone = self.voice_setting.voice_id
        return [TimbreWeight(voice_id=alone, weight=1)] if alone else self.timbre_weights

    @model_validator(mode="after")
    def _names_its_voice_once(self) -> Self:
        if bool(self.voice_setting.voice_id) == bool(self.timbre_weights):
            raise ValueError("voice_setting voice_id or timbre_weights")
        return self

    @model_validator(mode="after")
    def _knows_the_emotion(self) -> Self:
        _check_emotion(self.model, self.voice_setting)
        return self

    @model_validator(mode="after")
    def _is_modified_in_a_format_that_can_be(self) -> Self:
        allowed = {"mp3"} if self.stream else _MODIFIED
        if self.voice_modify is not None and self.audio_setting.format not in allowed:
            raise ValueError("voice_modify does not support this audio_setting format")
        return self

    @model_validator(mode="after")
    def _streams_what_can_be_streamed(self) -> Self:
        if self.subtitle_type == "word_streaming" and not self.stream:
            raise ValueError("subtitle_type word_streaming needs stream")
        if self.stream and self.output_format == "url":
            raise ValueError("output_format url is for non-streaming only")
        if self.stream and self.aigc_watermark:
            raise ValueError("aigc_watermark is for non-streaming only")
        return self


class LongSpeechRequest(RequestBody):
    """`POST /v1/t2a_async_v2`."""

    model: Model
    text: Annotated[str, Field(min_length=1, max_length=LONG_TEXT)] | None = None
    text_file_id: Int64 | None = None
    voice_setting: LongVoiceSetting
    audio_setting: LongAudioSetting = LongAudioSetting()
    pronunciation_dict: PronunciationDictionary | None = None
    language_boost: Language | None = None
    voice_modify: VoiceModify | None = None
    aigc_watermark: bool = False

    @property
    def voices(self) -> list[TimbreWeight]:
        """Who speaks."""
        return [TimbreWeight(voice_id=self.voice_setting.voice_id, weight=1)]

    @model_validator(mode="after")
    def _has_one_text(self) -> Self:
        if (self.text is None) == (self.text_file_id is None):
            raise ValueError("text or text_file_id")
        return self

    @model_validator(mode="after")
    def _knows_the_emotion(self) -> Self:
        _check_emotion(self.model, self.voice_setting)
        return self


def _check_emotion(model: str, manner: Manner) -> None:
    if manner.emotion in _ONLY_2_6 and not model.startswith("speech-2.6"):
        raise ValueError("voice_setting emotion")
