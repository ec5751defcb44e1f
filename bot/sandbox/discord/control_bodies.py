"""What may be sent to the control side, as models, and what it shows in return."""

import base64
import binascii
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.sandbox.discord.interactions import PATIENCE_SECONDS, Interaction
from bot.sandbox.discord.wire import JsonObject, Permission, UploadedFile

LONGEST_WAIT_SECONDS = 600.0


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FileOrder(_Order):
    """A file: its bytes as base64, or the name of a part of the multipart body."""

    name: str | None = None
    content_type: str = ""
    base64: str | None = None
    part: str | None = None

    def resolve(self, parts: Mapping[str, UploadedFile]) -> UploadedFile:
        """Return the file.

        Raises:
            ValueError: there are no bytes, or they are no base64.
        """
        if self.part is not None:
            if self.part not in parts:
                raise ValueError(f"the body has no part {self.part!r}")
            sent = parts[self.part]
            return UploadedFile(
                self.name or sent.name, sent.data, self.content_type or sent.content_type
            )
        if self.base64 is None or self.name is None:
            raise ValueError("a file has a name and base64, or part")
        try:
            data = base64.b64decode(self.base64, validate=True)
        except binascii.Error as problem:
            raise ValueError(f"{self.name} is no base64") from problem
        return UploadedFile(self.name, data, self.content_type)


class NoOrder(_Order):
    """Nothing: the path says it all."""


class ServerOrder(_Order):
    """A server to add; ``owner`` is one of the people."""

    name: str
    owner: str | None = None


class PlaceOrder(_Order):
    """A server that the bot is taken from, or added to again."""

    server: str


class MemberOrder(PlaceOrder):
    """Somebody who comes to a server, goes or owns it."""

    person: str


class BanOrder(MemberOrder):
    """Somebody to ban from a server."""

    reason: str | None = None


class PersonOrder(_Order):
    """A person to add."""

    name: str
    locale: str = "en-US"
    permissions: list[str] | None = None


class RoleOrder(_Order):
    """A role to add."""

    server: str
    name: str
    members: list[str] = []
    permissions: list[str] = []
    mentionable: bool = False


class EntityOrder(_Order):
    """Somebody or something that an option or a menu takes: exactly one of these, by name or id."""

    person: str | None = None
    role: str | None = None
    channel: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("exactly one of person, role and channel")
        return self


class ChannelOrder(_Order):
    """A channel to add."""

    server: str
    name: str
    bot_permissions: list[str] | None = None


class PermissionOrder(_Order):
    """What the bot may do in a channel from now on."""

    bot_permissions: list[str]


class VoiceOrder(_Order):
    """What makes a message a voice note: its length, and 256 bytes at most as base64."""

    seconds: float
    waveform: str = "AAAA"


class _PersonOrder(_Order):
    person: str
    wait: float = Field(default=PATIENCE_SECONDS, ge=0, le=LONGEST_WAIT_SECONDS)


class SayOrder(_PersonOrder):
    """A message to post."""

    channel: str
    content: str = ""
    files: list[FileOrder] = []
    voice: VoiceOrder | None = None
    reply_to: str | None = None


OptionOrder = str | int | float | bool | FileOrder | EntityOrder
"""What an option takes."""
FieldOrder = str | bool | list[str | FileOrder | EntityOrder]
"""What a field of a modal takes."""


class SlashOrder(_PersonOrder):
    """A slash command to run."""

    channel: str
    name: str
    options: dict[str, OptionOrder] = {}


class AutocompleteOrder(_PersonOrder):
    """An option to type into."""

    channel: str
    name: str
    option: str
    typed: str = ""
    options: dict[str, OptionOrder] = {}


class MenuOrder(_PersonOrder):
    """A message menu command to run."""

    name: str
    message: str


class ClickOrder(_PersonOrder):
    """A button to press or a menu to choose from."""

    message: str
    component: str
    values: list[str | EntityOrder] = []
    forge: bool = False


class ModalOrder(_Order):
    """A modal to send."""

    interaction: str
    values: dict[str, FieldOrder] = {}
    wait: float = Field(default=PATIENCE_SECONDS, ge=0, le=LONGEST_WAIT_SECONDS)


class FaultOrder(_Order):
    """A trouble for requests whose "METHOD /path" matches ``route``."""

    route: str
    times: int = 1
    status: int | None = None
    retry_after: float | None = None
    delay: float = 0.0


class SettingsOrder(_Order):
    """What of Discord's behaviour to change."""

    voice_in_channels: bool | None = None
    voice_in_followups: bool | None = None


class DropOrder(_Order):
    """How to drop the gateway's connections."""

    resumable: bool = True
    code: int = 4000


def permissions_named(names: list[str]) -> Permission:
    """Return the sum of permissions given by name.

    Raises:
        ValueError: there is none of such a name.
    """
    total = Permission(0)
    for name in names:
        if name not in Permission.__members__:
            raise ValueError(f"no permission {name!r}, only {list(Permission.__members__)}")
        total |= Permission[name]
    return total


def describe(interaction: Interaction) -> JsonObject:
    """Return an interaction as the control side shows it."""
    return {
        "id": interaction.id,
        "type": interaction.type.name.lower(),
        "answered": interaction.answer is not None,
        "answer_type": interaction.answer["type"] if interaction.answer else None,
        "message": interaction.message,
        "followups": interaction.followups,
        "modal": interaction.modal,
        "choices": interaction.choices,
    }
