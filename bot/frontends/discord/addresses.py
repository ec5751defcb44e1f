"""Discord's addresses and notes as the core carries them: ids that outlive a restart."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.domain.errors import NoNote, NotYourNote
from bot.domain.people import Address, NoteRef, PersonId, person_on
from bot.domain.voices import VoiceKey

FACE = "discord"

_AUDIBLE = ("audio/", "video/")


@dataclass(frozen=True, slots=True)
class Place:
    """The status message that a request is answered in; never an interaction's token.

    A token lives fifteen minutes (Discord, receiving and responding), a clone may take longer.
    `message` is 0 until there is one.
    """

    channel: int
    message: int
    person: int

    def to_address(self) -> Address:
        """Return the address that `from_address` reads back."""
        return Address(FACE, f"{self.channel}:{self.message}:{self.person}")

    @classmethod
    def from_address(cls, address: Address) -> "Place":
        """Read what `to_address` wrote."""
        channel, message, person = address.token.split(":")
        return cls(int(channel), int(message), int(person))


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where a note's bytes are; `channel` and `message` are None for an upload with a command.

    The signed link stays out of the repr: whoever has it can download the note.
    """

    url: str
    attachment: int
    channel: int | None = None
    message: int | None = None

    def __repr__(self) -> str:
        return f"NotePlace(attachment={self.attachment}, message={self.message})"

    def to_token(self) -> str:
        """Return the token that `from_token` reads back."""
        return json.dumps(
            {
                "url": self.url,
                "attachment": self.attachment,
                "channel": self.channel,
                "message": self.message,
            }
        )

    @classmethod
    def from_token(cls, token: str) -> "NotePlace":
        """Read what `to_token` wrote."""
        return cls(**json.loads(token))


def key_of(interaction: int) -> VoiceKey:
    """Return the key of the voice that this interaction asks for; the same one each time."""
    return VoiceKey(f"{FACE}-{interaction}")


def interaction_of(key: str) -> int:
    """Return the interaction that asked for the voice or speech `key`."""
    return int(key.removeprefix(f"{FACE}-"))


def person(user: discord.abc.Snowflake) -> PersonId:
    """Return the core's name for a Discord user."""
    return person_on(FACE, user.id)


def note(attachment: discord.Attachment, message: discord.Message | None = None) -> NoteRef:
    """Return the note in an attachment; `message` tells where a fresh link can be asked for."""
    place = NotePlace(
        url=attachment.url,
        attachment=attachment.id,
        channel=message.channel.id if message else None,
        message=message.id if message else None,
    )
    return NoteRef(FACE, place.to_token(), attachment.filename, attachment.size)


def notes_in(message: discord.Message) -> tuple[NoteRef, ...]:
    """Return what can be heard in somebody's message: a voice note, or audio and video files.

    Raises:
        NotYourNote: a bot or a webhook wrote the message, which cannot consent.
        NoNote: there is nothing to hear in it.
    """
    if message.author.bot or message.webhook_id is not None:
        raise NotYourNote
    return audio_in(message)


def audio_in(message: discord.Message) -> tuple[NoteRef, ...]:
    """Return what can be heard in a message, whoever wrote it.

    Raises:
        NoNote: there is nothing to hear in it.
    """
    notes = tuple(note(each, message) for each in _audible(message.attachments))
    if not notes:
        raise NoNote
    return notes


def _audible(attachments: Sequence[discord.Attachment]) -> list[discord.Attachment]:
    return [
        each
        for each in attachments
        if each.is_voice_message() or (each.content_type or "").startswith(_AUDIBLE)
    ]
