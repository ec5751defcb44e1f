"""MiniMax's requests and answers: strict in what is sent, lenient in what is read."""

from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from bot.minimax import limits

FLAG_OTHER: Final = 7
"""The `input_sensitive_type` for "other" (docs/minimax.md, "Voice clone")."""


class Purpose(StrEnum):
    """What an uploaded file is for."""

    VOICE_CLONE = "voice_clone"
    PROMPT_AUDIO = "prompt_audio"
    LONG_TEXT = "t2a_async_input"
    LONG_SPEECH = "t2a_async"  # what `t2a_async_v2` made; never uploaded


class VoiceType(StrEnum):
    """Which voices to list."""

    SYSTEM = "system"
    CLONED = "voice_cloning"
    DESIGNED = "voice_generation"
    ALL = "all"


def exact_integer(value: object) -> object:
    """Read an id: an integer, or a string of its digits."""
    # A float has lost digits of an id already; a digit string has not.
    if isinstance(value, bool | float):
        raise ValueError("must be an integer")  # noqa: TRY004  pydantic reports ValueError
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value


def one_of(allowed: tuple[str, ...]) -> AfterValidator:
    """Refuse every other string than those `allowed`."""

    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return AfterValidator(check)


def null_is(empty: object) -> BeforeValidator:
    """Read null as `empty`."""
    return BeforeValidator(lambda value: empty if value is None else value)


FileId = Annotated[int, Field(gt=0, le=limits.INT64_MAX)]


class StrictRequest(BaseModel):
    """A JSON body: no coercion, no field that does not exist."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    def body(self) -> dict[str, Any]:
        """Return the JSON body; what was not asked for is left out."""
        return self.model_dump(mode="json", exclude_none=True)


class ClonePrompt(StrictRequest):
    """A short clip with its transcript, which makes the clone closer."""

    prompt_audio: FileId
    prompt_text: Annotated[str, AfterValidator(limits.check_prompt_text)]


class CloneRequest(StrictRequest):
    """The body of a `voice_clone` call."""

    file_id: FileId
    voice_id: Annotated[str, AfterValidator(limits.check_voice_id)]
    clone_prompt: ClonePrompt | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=limits.TEXT_LIMIT)] | None = (
        None
    )
    model: Annotated[str, one_of(limits.MODELS)] | None = None
    language_boost: Annotated[str, one_of(limits.LANGUAGES)] | None = None
    need_noise_reduction: bool | None = None
    need_volume_normalization: bool | None = None
    text_validation: (
        Annotated[str, StringConstraints(min_length=1, max_length=limits.TRANSCRIPT_LIMIT)] | None
    ) = None
    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    aigc_watermark: bool | None = None

    @model_validator(mode="after")
    def _text_needs_a_model(self) -> Self:
        if self.text is not None and self.model is None:
            raise ValueError("a preview text needs a model")
        return self


class LenientAnswer(BaseModel):
    """What is read of an answer; the rest is ignored."""

    # Errors without input: a signed link or a member's words would end up in a traceback.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    trace_id: str | None = None


class BaseResp(BaseModel):
    """The envelope's verdict; 0 is success."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status_code: Annotated[int, BeforeValidator(exact_integer)]
    status_msg: Annotated[str, null_is("")] = ""


class UploadedFile(LenientAnswer):
    """A file the service took."""

    file_id: Annotated[FileId, BeforeValidator(exact_integer)]
    size: Annotated[int, null_is(0)] = Field(default=0, alias="bytes")


class ExtraInfo(BaseModel):
    """What a preview is, and what it cost; only `usage_characters` is to be relied on."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    audio_length: Annotated[int, null_is(0)] = 0
    audio_sample_rate: Annotated[int, null_is(0)] = 0
    audio_size: Annotated[int, null_is(0)] = 0
    bitrate: Annotated[int, null_is(0)] = 0
    word_count: Annotated[int, null_is(0)] = 0
    usage_characters: Annotated[int, null_is(0)] = 0


class CloneResult(LenientAnswer):
    """A voice was cloned; its id is the one that was sent.

    `input_sensitive_type` is 0 unless the content check fired. `demo_audio` is a signed link.
    """

    input_sensitive_type: int = 0
    demo_audio: Annotated[str, null_is("")] = Field(default="", repr=False)
    extra_info: Annotated[ExtraInfo, null_is(ExtraInfo())] = ExtraInfo()

    @model_validator(mode="before")
    @classmethod
    def _read_both_shapes_of_the_flag(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "input_sensitive_type": flag_of(data)}


class ListedVoice(BaseModel):
    """A voice the service lists."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    voice_id: str
    voice_name: Annotated[str, null_is("")] = ""


VoiceList = Annotated[tuple[ListedVoice, ...], null_is(())]


class VoiceListing(LenientAnswer):
    """The voices the service lists; a clone is missing until it has spoken once."""

    system: VoiceList = Field(default=(), alias="system_voice")
    cloned: VoiceList = Field(default=(), alias="voice_cloning")
    designed: VoiceList = Field(default=(), alias="voice_generation")


class Deletion(LenientAnswer):
    """Something is gone; `was_gone` says that it was before the call."""

    was_gone: bool = False


def flag_of(data: dict[str, Any]) -> int:
    """Read the flag: a boolean with a sibling on the wire, an object in the schema."""
    flag = data.get("input_sensitive")
    if isinstance(flag, dict):
        return _number(flag.get("type"))
    has_fired = flag in (True, "true")
    return _number(data.get("input_sensitive_type")) or (FLAG_OTHER if has_fired else 0)


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else 0
