"""Send a native voice message: the one module that leans on discord.py's undocumented parts.

discord.py 2.7 can read voice messages but has no public way to send one. It takes the message
flag, the attachment's `duration_secs` and `waveform`, and a file part whose type is audio
(Discord, message object, voice messages); discord.py always says application/octet-stream.
"""

from typing import Any, Final

import discord
from discord.http import MultipartParameters, handle_message_parameters

from bot.domain.samples import Bubble

PART_TYPE: Final = "audio/ogg"


class _VoiceFile(discord.File):
    """A file that tells Discord its length and loudness beside its name."""

    __slots__ = ("_bubble",)

    def __init__(self, bubble: Bubble, filename: str) -> None:
        super().__init__(bubble.path, filename)
        self._bubble = bubble

    def to_dict(self, index: int) -> dict[str, Any]:
        """Return the attachment's metadata."""
        return {
            **super().to_dict(index),
            "duration_secs": self._bubble.seconds,
            "waveform": self._bubble.waveform_base64,
        }


async def send_voice_message(
    client: discord.Client,
    channel: int,
    bubble: Bubble,
    *,
    filename: str,
    nonce: str,
    reply_to: discord.MessageReference,
) -> bool:
    """Post `bubble` in a channel; return whether it came out as a voice message.

    Discord was seen to drop the flag without a word, so what it returned is what counts.
    The nonce, at most 25 characters, lets Discord refuse a repetition for some minutes.

    Raises:
        discord.HTTPException: code 50173 where the channel forbids voice messages.
    """
    with handle_message_parameters(
        file=_VoiceFile(bubble, filename),
        flags=discord.MessageFlags(voice=True),
        nonce=nonce,
        message_reference=reply_to.to_message_reference_dict(),
        allowed_mentions=discord.AllowedMentions.none(),
    ) as parameters:
        sent = await client.http.send_message(channel, params=_as_audio(parameters))
    return discord.MessageFlags._from_value(sent.get("flags", 0)).voice  # noqa: SLF001  no public way


def _as_audio(parameters: MultipartParameters) -> MultipartParameters:
    for part in parameters.multipart or []:
        if part["name"].startswith("files["):
            part["content_type"] = PART_TYPE
    return parameters
