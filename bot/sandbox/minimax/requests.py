"""The bodies that the endpoints accept, strictly: a string of digits is no number.

Field rules of `voice_clone` are those of the "Voice Clone" OpenAPI document, with the three fields
that only later pages describe (`text_validation`, `accuracy`, `aigc_watermark`).
"""

import re
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.sandbox.minimax.answers import invalid
from bot.sandbox.minimax.vocabulary import FilePurpose, Int64, Language, Model

_VOICE_ID_LENGTHS = range(8, 257)
_VOICE_ID_REST = re.compile(r"[A-Za-z0-9_-]*")


class RequestBody(BaseModel):
    """A JSON body: no coercion, and no field the pages do not name."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ClonePrompt(RequestBody):
    """The short clip and its transcript; both are needed."""

    prompt_audio: Int64
    prompt_text: Annotated[str, Field(min_length=1)]


class VoiceCloneRequest(RequestBody):
    """`POST /v1/voice_clone`."""

    file_id: Int64
    voice_id: str
    clone_prompt: ClonePrompt | None = None
    text: Annotated[str, Field(max_length=1000)] = ""
    model: Model | None = None
    language_boost: Language | None = None
    need_noise_reduction: bool = False
    need_volume_normalization: bool = False
    text_validation: Annotated[str, Field(max_length=200)] = ""
    accuracy: Annotated[float, Field(ge=0, le=1)] = 0.7
    aigc_watermark: bool = False

    @field_validator("clone_prompt", "model", mode="before")
    @classmethod
    def _is_left_out_rather_than_null(cls, value: object) -> object:
        return never_null(value)

    @field_validator("voice_id")
    @classmethod
    def _keeps_the_grammar(cls, voice_id: str) -> str:
        if not (voice_id[:1].isascii() and voice_id[:1].isalpha()):
            raise ValueError("voice_id first character")
        if len(voice_id) not in _VOICE_ID_LENGTHS:
            raise ValueError("voice_id length")
        if not _VOICE_ID_REST.fullmatch(voice_id):
            raise ValueError("voice_id character")
        if voice_id[-1] in "-_":
            raise ValueError("voice_id last character")
        return voice_id

    @model_validator(mode="after")
    def _has_a_model_for_its_text(self) -> Self:
        if self.text and self.model is None:
            raise ValueError("model is required when text is given")
        return self


class FileDeletion(RequestBody):
    """`POST /v1/files/delete`."""

    file_id: Int64
    purpose: FilePurpose


class VoiceListing(RequestBody):
    """`POST /v1/get_voice`."""

    voice_type: Literal["system", "voice_cloning", "voice_generation", "all"]


class VoiceDeletion(RequestBody):
    """`POST /v1/delete_voice`."""

    voice_type: Literal["voice_cloning", "voice_generation"]
    voice_id: Annotated[str, Field(min_length=1)]


Body = TypeVar("Body", bound=RequestBody)


def parse(body_type: type[Body], body: object, *, refuse_unknown: bool = True) -> Body:
    """Check a decoded JSON body.

    Raises:
        Refusal: 2013 that names the first bad field.
    """
    if not isinstance(body, dict):
        raise invalid("the body is no JSON object")
    if not refuse_unknown:
        body = {name: value for name, value in body.items() if name in body_type.model_fields}
    try:
        return body_type.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = " ".join(map(str, first["loc"]))
        raise invalid(f"{field}: {first['msg']}".removeprefix(": ")) from error


def never_null(value: object) -> object:
    """Refuse null where a field may only be left out."""
    if value is None:
        raise ValueError("null is not allowed")
    return value
