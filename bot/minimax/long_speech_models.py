"""Long texts: what `t2a_async_v2` can be asked for, and how far it is.

Its names differ from those of `t2a_v2`, and it ignores wrong ones without a word.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bot.minimax import limits
from bot.minimax.models import FileId, LenientAnswer, StrictRequest, exact_integer, null_is
from bot.minimax.speech_answers import Count
from bot.minimax.speech_models import (
    BitRate,
    Language,
    Manner,
    Model,
    PronunciationDict,
    SampleRate,
    VoiceModify,
    check_emotion,
)


class LongVoiceSetting(Manner):
    """Whose voice, and how it speaks."""

    voice_id: Annotated[str, StringConstraints(min_length=1, max_length=limits.VOICE_ID_MOST)]
    english_normalization: bool | None = None


class LongAudioSetting(StrictRequest):
    """What file the speech comes in; without `channel` it may be stereo."""

    audio_sample_rate: SampleRate | None = None
    bitrate: BitRate | None = None
    format: Literal["mp3", "pcm", "flac"] | None = None
    channel: Literal[1, 2] | None = None


class LongSpeechRequest(StrictRequest):
    """The body of a `t2a_async_v2` call; `text_file_id` names an upload for `LONG_TEXT`."""

    model: Model
    voice_setting: LongVoiceSetting
    text: (
        Annotated[str, StringConstraints(min_length=1, max_length=limits.LONG_TEXT_LIMIT)] | None
    ) = None
    text_file_id: FileId | None = None
    audio_setting: LongAudioSetting | None = None
    pronunciation_dict: PronunciationDict | None = None
    language_boost: Language | None = None
    voice_modify: VoiceModify | None = None
    aigc_watermark: bool | None = None

    @model_validator(mode="after")
    def _has_one_text(self) -> Self:
        if (self.text is None) == (self.text_file_id is None):
            raise ValueError("either a text or a text_file_id")
        return self

    @model_validator(mode="after")
    def _knows_the_emotion(self) -> Self:
        check_emotion(self.model, self.voice_setting.emotion)
        return self


TaskId = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]


class SpeechTask(LenientAnswer):
    """A long text was taken; `usage_characters` are billed."""

    task_id: Annotated[TaskId, StringConstraints(min_length=1)]
    usage_characters: Count = 0


class TaskState(StrEnum):
    """How far a long text is."""

    PROCESSING = "processing"
    SUCCESS = "success"
    FAILED = "failed"
    EXPIRED = "expired"


class SpeechTaskStatus(LenientAnswer):
    """How far a long text is; only a success has a `file_id`."""

    status: Annotated[
        TaskState,
        BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
    ]
    file_id: Annotated[int, BeforeValidator(exact_integer), null_is(0), Field(ge=0)] = 0

    @model_validator(mode="after")
    def _has_a_file_when_done(self) -> Self:
        if self.status is TaskState.SUCCESS and self.file_id == 0:
            raise ValueError("a success without a file")
        return self


class RetrievedFile(LenientAnswer):
    """A file at the service; `download_url` is a signed link."""

    file_id: Annotated[FileId, BeforeValidator(exact_integer)]
    download_url: Annotated[str, StringConstraints(min_length=1)] = Field(repr=False)
