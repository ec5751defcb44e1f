"""The bodies a bot sends, with Discord's limits (Discord API, "Create Message")."""

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    StrictFloat,
    StrictInt,
    ValidationError,
    model_validator,
)

from bot.sandbox.discord.components import MessageComponent
from bot.sandbox.discord.wire import DiscordError, JsonObject

CONTENT_LIMIT = 2000


class EmbedField(BaseModel):
    """A name and a value."""

    name: Annotated[str, Field(min_length=1, max_length=256)]
    value: Annotated[str, Field(min_length=1, max_length=1024)]
    inline: bool | None = None


_Link = Annotated[str, Field(max_length=2048, pattern=r"^https?://.")]
_PictureLink = Annotated[str, Field(max_length=2048, pattern=r"^(https?|attachment)://.")]


class EmbedPicture(BaseModel):
    """An image or thumbnail; ``attachment://name`` for an uploaded one."""

    url: _PictureLink


class EmbedFooter(BaseModel):
    """The small print."""

    text: Annotated[str, Field(min_length=1, max_length=2048)]
    icon_url: _PictureLink | None = None


class EmbedAuthor(BaseModel):
    """The line above the title."""

    name: Annotated[str, Field(min_length=1, max_length=256)]
    url: _Link | None = None
    icon_url: _PictureLink | None = None


class Embed(BaseModel):
    """A rich embed (Discord API, "Embed Limits")."""

    title: Annotated[str, Field(max_length=256)] | None = None
    description: Annotated[str, Field(max_length=4096)] | None = None
    url: _Link | None = None
    timestamp: AwareDatetime | None = None
    color: Annotated[int, Field(ge=0, le=0xFFFFFF)] | None = None
    fields: Annotated[list[EmbedField], Field(max_length=25)] | None = None
    footer: EmbedFooter | None = None
    author: EmbedAuthor | None = None
    image: EmbedPicture | None = None
    thumbnail: EmbedPicture | None = None

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        shown = (self.title, self.description, self.fields, self.author, self.footer)
        if not any((*shown, self.image, self.thumbnail)):
            raise ValueError("an embed shows something")
        return self

    def text_length(self) -> int:
        """Count what the limit of 6000 over all embeds counts."""
        parts = [self.title, self.description]
        parts += [text for field in self.fields or [] for text in (field.name, field.value)]
        parts += [self.footer.text if self.footer else None]
        parts += [self.author.name if self.author else None]
        return sum(len(part) for part in parts if part)


class AttachmentMetadata(BaseModel):
    """What a body says about one file: the part's number for a new one, the id for an old one."""

    id: int | str
    filename: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    description: Annotated[str, Field(max_length=1024)] | None = None
    duration_secs: Annotated[float, Field(ge=0, le=2_147_483_647)] | None = None
    waveform: Annotated[str, Field(max_length=400)] | None = None


class AllowedMentions(BaseModel):
    """Whom a message may ping."""

    parse: list[Literal["users", "roles", "everyone"]] | None = None
    users: Annotated[list[int | str], Field(max_length=100)] | None = None
    roles: Annotated[list[int | str], Field(max_length=100)] | None = None
    replied_user: bool | None = None


class MessageReference(BaseModel):
    """The message that is answered."""

    message_id: int | str
    channel_id: int | str | None = None
    guild_id: int | str | None = None
    fail_if_not_exists: bool | None = None
    type: Literal[0] | None = None


class MessageBody(BaseModel):
    """A message as it is created or edited."""

    content: Annotated[str, Field(max_length=CONTENT_LIMIT)] | None = None
    embeds: Annotated[list[Embed], Field(max_length=10)] | None = None
    components: Annotated[list[MessageComponent], Field(max_length=40)] | None = None
    attachments: Annotated[list[AttachmentMetadata], Field(max_length=10)] | None = None
    allowed_mentions: AllowedMentions | None = None
    message_reference: MessageReference | None = None
    nonce: int | Annotated[str, Field(max_length=25)] | None = None
    enforce_nonce: bool | None = None
    flags: int | None = None
    tts: bool | None = None


class Choice(BaseModel):
    """One suggestion of an autocomplete answer."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    value: Annotated[str, Field(min_length=1, max_length=100)] | StrictInt | StrictFloat


class Choices(BaseModel):
    """An autocomplete answer."""

    choices: Annotated[list[Choice], Field(max_length=25)]


class Callback(BaseModel):
    """The first answer to an interaction."""

    type: Literal[4, 5, 6, 7, 8, 9]
    data: JsonObject | None = None


_Body = TypeVar("_Body", bound=BaseModel)


def parse(model: type[_Body], body: Any) -> _Body:  # noqa: ANN401  whatever JSON has arrived
    """Return ``body`` as ``model``.

    Raises:
        DiscordError: 50035 with the places that are wrong, in Discord's form.
    """
    try:
        return model.model_validate(body)
    except ValidationError as problem:
        errors: JsonObject = {}
        for detail in problem.errors():
            place = errors
            for step in detail["loc"]:
                place = place.setdefault(str(step), {})
            place.setdefault("_errors", []).append(
                {"code": detail["type"].upper(), "message": detail["msg"]}
            )
        raise DiscordError(
            400, 50035, "Invalid Form Body", errors=errors, complaint=True
        ) from problem
