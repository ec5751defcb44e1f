"""What makes a message body one that Discord accepts, beyond the limits of single fields."""

import base64
import binascii
from collections.abc import Mapping

from bot.sandbox.discord.bodies import MessageBody
from bot.sandbox.discord.components import ActionRow, walk
from bot.sandbox.discord.wire import (
    DiscordError,
    JsonObject,
    MessageFlag,
    UploadedFile,
    invalid_form,
)

_ROWS_LIMIT = 5
_COMPONENTS_LIMIT = 40
_TEXT_LIMIT = 4000
_EMBEDS_TEXT_LIMIT = 6000
_WAVEFORM_LIMIT = 256
"""Bytes (Discord API, "Voice Messages": at most 256 datapoints of one byte)."""


def check_body(body: MessageBody, flags: MessageFlag, *, has_files: bool) -> None:
    """Pass if the parts of a message go together.

    Raises:
        DiscordError: 50006 for an empty message, 50035 for the rest.
    """
    components = body.model_dump()["components"] or []
    _check_custom_ids(components)
    if MessageFlag.COMPONENTS_V2 in flags:
        _check_components_v2(body, components)
    elif not all(isinstance(component, ActionRow) for component in body.components or []):
        raise invalid_form("components", "only action rows without the flag IS_COMPONENTS_V2")
    elif len(components) > _ROWS_LIMIT:
        raise invalid_form("components", f"at most {_ROWS_LIMIT} action rows")
    if sum(embed.text_length() for embed in body.embeds or []) > _EMBEDS_TEXT_LIMIT:
        raise invalid_form("embeds", f"at most {_EMBEDS_TEXT_LIMIT} characters in all")
    is_empty = not (body.content or body.embeds or components or has_files)
    if is_empty and MessageFlag.LOADING not in flags:
        raise DiscordError(400, 50006, "Cannot send an empty message", complaint=True)


def _check_components_v2(body: MessageBody, components: list[JsonObject]) -> None:
    if body.content or body.embeds:
        raise invalid_form(
            "content",
            "neither content nor embeds with the flag IS_COMPONENTS_V2",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        )
    everything = list(walk(components))
    if len(everything) > _COMPONENTS_LIMIT:
        raise invalid_form("components", f"at most {_COMPONENTS_LIMIT} in all")
    if sum(len(item.get("content") or "") for item in everything) > _TEXT_LIMIT:
        raise invalid_form("components", f"at most {_TEXT_LIMIT} characters in all")


def _check_custom_ids(components: list[JsonObject]) -> None:
    named = [item["custom_id"] for item in walk(components) if item.get("custom_id")]
    if len(named) > len(set(named)):
        raise invalid_form(
            "components", "a custom_id stands twice", "COMPONENT_CUSTOM_ID_DUPLICATED"
        )


def check_voice(body: MessageBody, parts: Mapping[str, UploadedFile]) -> None:
    """Pass if a message with the voice flag is a voice message (Discord API, "Voice Messages").

    Raises:
        DiscordError: 50159, 50160 or 50161.
    """
    if body.content or body.embeds or body.components:
        problem = "Voice messages do not support additional content."
        raise DiscordError(400, 50159, problem, complaint=True)
    files = list(parts.values())
    # The part itself has to say so: a name ending in .ogg is not enough.
    if len(files) != 1 or not files[0].content_type.startswith("audio/"):
        problem = "Voice messages must have a single audio attachment."
        raise DiscordError(400, 50160, problem, complaint=True)
    metadata = body.attachments[0] if body.attachments else None
    if metadata is None or metadata.duration_secs is None or metadata.waveform is None:
        problem = "Voice messages must have supporting metadata."
        raise DiscordError(400, 50161, problem, complaint=True)
    if not _is_waveform(metadata.waveform):
        raise invalid_form("attachments.0.waveform", "base64 of 1 to 256 bytes")


def _is_waveform(text: str) -> bool:
    try:
        return 1 <= len(base64.b64decode(text, validate=True)) <= _WAVEFORM_LIMIT
    except binascii.Error:
        return False
