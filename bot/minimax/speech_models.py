"""What `t2a_v2` can be asked for, checked before it costs anything."""

from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from bot.minimax import limits
from bot.minimax.models import StrictRequest, one_of

AudioFormat = Literal["mp3", "pcm", "flac", "wav", "pcmu_raw", "pcmu_wav", "opus"]
"""Values of `audio_setting.format` (docs/minimax.md, "Speech"); `opus` is Ogg/Opus."""

SampleRate = Literal[8000, 16000, 22050, 24000, 32000, 44100]
"""Values of `audio_setting.sample_rate`, in hertz (docs/minimax.md, "Speech")."""

BitRate = Literal[32000, 64000, 128000, 256000]
"""Values of `audio_setting.bitrate`, in bits a second; mp3 only (docs/minimax.md, "Speech")."""

Emotion = Literal[
    "happy", "sad", "angry", "fearful", "disgusted", "surprised", "calm", "fluent", "whisper"
]
"""Values of `voice_setting.emotion` (docs/minimax.md, "Speech")."""

SoundEffect = Literal["spacious_echo", "auditorium_echo", "lofi_telephone", "robotic"]
"""Values of `voice_modify.sound_effects` (docs/minimax.md, "Speech")."""

EMOTIONS: Final[tuple[str, ...]] = get_args(Emotion)
SOUND_EFFECTS: Final[tuple[str, ...]] = get_args(SoundEffect)

EMOTIONS_OF_2_6: Final = frozenset({"fluent", "whisper"})
"""What only the 2.6 models know (docs/minimax.md, "Speech")."""

DEFAULT_FORMAT: Final = "mp3"
_MODIFIED_FORMATS: Final = frozenset({"mp3", "wav", "flac"})
_MOST_VOICES: Final = 4

Bend = Annotated[int, Field(ge=-100, le=100)]
Model = Annotated[str, one_of(limits.MODELS)]
Language = Annotated[str, one_of(limits.LANGUAGES)]


class Manner(StrictRequest):
    """Whose voice, and how it speaks: `vol` is above 0, `pitch` in semitones.

    `voice_id` is empty where voices are mixed.
    """

    voice_id: Annotated[str, StringConstraints(max_length=limits.VOICE_ID_MOST)] = ""
    speed: Annotated[float, Field(ge=0.5, le=2)] | None = None
    vol: Annotated[float, Field(gt=0, le=10)] | None = None
    pitch: Annotated[int, Field(ge=-12, le=12)] | None = None
    emotion: Emotion | None = None


class VoiceSetting(Manner):
    """The same for speech in one go; `latex_read` is for Chinese only."""

    text_normalization: bool | None = None
    latex_read: bool | None = None


class AudioSetting(StrictRequest):
    """What file the speech comes in; `force_cbr` is for streamed mp3 only."""

    sample_rate: SampleRate | None = None
    bitrate: BitRate | None = None
    format: AudioFormat | None = None
    channel: Literal[1, 2] | None = None
    force_cbr: bool | None = None


class PronunciationDict(StrictRequest):
    """Readings, each written as `original/replacement`."""

    tone: tuple[Annotated[str, StringConstraints(pattern=r"^[^/]+/.+$")], ...]


class TimbreWeight(StrictRequest):
    """One of the voices that are mixed, and how much of it."""

    voice_id: Annotated[str, StringConstraints(min_length=1, max_length=limits.VOICE_ID_MOST)]
    weight: Annotated[int, Field(ge=1, le=100)]


class VoiceModify(StrictRequest):
    """How the voice is bent: negative is deeper, stronger, fuller; positive the opposite."""

    pitch: Bend | None = None
    intensity: Bend | None = None
    timbre: Bend | None = None
    sound_effects: SoundEffect | None = None


class StreamOptions(StrictRequest):
    """Whether the last event leaves out the whole audio, which came in pieces already."""

    exclude_aggregated_audio: bool = True


class SpeechRequest(StrictRequest):
    """The body of a `t2a_v2` call; `stream` decides which of the client's methods takes it."""

    model: Model
    text: Annotated[str, StringConstraints(min_length=1, max_length=limits.SPEECH_TEXT_LIMIT - 1)]
    voice_setting: VoiceSetting
    audio_setting: AudioSetting | None = None
    timbre_weights: (
        Annotated[tuple[TimbreWeight, ...], Field(min_length=1, max_length=_MOST_VOICES)] | None
    ) = None
    pronunciation_dict: PronunciationDict | None = None
    language_boost: Language | None = None
    voice_modify: VoiceModify | None = None
    subtitle_enable: bool | None = None
    subtitle_type: Literal["sentence", "word", "word_streaming"] | None = None
    output_format: Literal["hex", "url"] | None = None
    aigc_watermark: bool | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None

    @property
    def audio_format(self) -> str:
        """The format that will come."""
        chosen = self.audio_setting.format if self.audio_setting else None
        return chosen or DEFAULT_FORMAT

    def body(self) -> dict[str, Any]:
        """Return the JSON body; a stream leaves out its aggregate unless told otherwise."""
        body = super().body()
        if self.stream:
            body.setdefault("stream_options", StreamOptions().body())
        return body

    @model_validator(mode="after")
    def _speaks_with_one_voice_or_a_mix(self) -> Self:
        if bool(self.voice_setting.voice_id) == bool(self.timbre_weights):
            raise ValueError("either a voice_id, or timbre_weights and an empty voice_id")
        return self

    @model_validator(mode="after")
    def _knows_the_emotion(self) -> Self:
        check_emotion(self.model, self.voice_setting.emotion)
        return self

    @model_validator(mode="after")
    def _can_be_modified(self) -> Self:
        allowed = {"mp3"} if self.stream else _MODIFIED_FORMATS
        if self.voice_modify is not None and self.audio_format not in allowed:
            raise ValueError(f"voice_modify needs one of the formats {', '.join(sorted(allowed))}")
        return self

    @model_validator(mode="after")
    def _asks_a_stream_for_what_streams_have(self) -> Self:
        cbr = self.audio_setting is not None and bool(self.audio_setting.force_cbr)
        if cbr and not (self.stream and self.audio_format == "mp3"):
            raise ValueError("force_cbr is for streamed mp3")
        if not self.stream and (self.stream_options or self.subtitle_type == "word_streaming"):
            raise ValueError("stream_options and word_streaming need a stream")
        if self.stream and (self.output_format == "url" or self.aigc_watermark):
            raise ValueError("a stream has no links and no aigc_watermark")
        return self


def check_emotion(model: str, emotion: str | None) -> None:
    """Check that the model knows the emotion.

    Raises:
        ValueError: it does not.
    """
    if emotion in EMOTIONS_OF_2_6 and not model.startswith("speech-2.6"):
        raise ValueError(f"only the speech-2.6 models know the emotion {emotion}")
