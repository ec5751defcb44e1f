"""Post a preview as a native voice message: the one module that leans on discord.py's insides.

discord.py 2.7 can read voice messages but has no public way to send one. It takes the message
flag, the attachment's `duration_secs` and `waveform`, and a file part whose type is audio
(Discord, message object, voice messages); discord.py always says application/octet-stream.
"""

from dataclasses import dataclass
from typing import Any, Final

import discord
from discord.http import MultipartParameters, handle_message_parameters

from bot.domain.samples import Bubble
from bot.frontends.discord.markup import NOBODY

_PART_TYPE: Final = "audio/ogg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A bubble as it is posted.

    `nonce`, at most 25 characters, lets Discord refuse a repetition for some minutes.
    `reply_to` is a message of the same channel, or None.
    """

    bubble: Bubble
    filename: str
    nonce: str
    reply_to: int | None = None
    is_voice_message: bool = True


class _File(discord.File):
    """A file that tells Discord its length and loudness beside its name."""

    __slots__ = ("_preview",)

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview.bubble.path, preview.filename)
        self._preview = preview

    def to_dict(self, index: int) -> dict[str, Any]:
        """Return the attachment's metadata."""
        metadata = {**super().to_dict(index), "id": str(index)}
        if self._preview.is_voice_message:
            metadata["duration_secs"] = self._preview.bubble.seconds
            metadata["waveform"] = self._preview.bubble.waveform_base64
        return metadata


async def post(client: discord.Client, channel: int, preview: Preview) -> bool:
    """Post `preview` in a channel; return whether it came out as a voice message.

    Discord was seen to drop the flag without a word, so what it returned is what counts.

    Raises:
        discord.HTTPException: code 50173 where the channel forbids voice messages.
    """
    file = _File(preview)
    with handle_message_parameters(
        file=file,
        flags=discord.MessageFlags(voice=preview.is_voice_message),
        nonce=preview.nonce,
        message_reference=_reference(preview.reply_to),
        allowed_mentions=NOBODY,
    ) as parameters:
        sent = await client.http.send_message(channel, params=_as_audio(parameters))
    return discord.MessageFlags._from_value(sent.get("flags", 0)).voice  # noqa: SLF001  no public way


def _reference(message: int | None) -> Any:  # noqa: ANN401  discord.py's own type asks for more than Discord
    if message is None:
        return discord.utils.MISSING
    # Where that message is gone the preview still comes: it matters more than the reply.
    return {"message_id": str(message), "fail_if_not_exists": False}


def _as_audio(parameters: MultipartParameters) -> MultipartParameters:
    for part in parameters.multipart or []:
        if part["name"].startswith("files["):
            part["content_type"] = _PART_TYPE
    return parameters
