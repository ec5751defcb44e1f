"""The message components Discord accepts, with its limits (Discord API, "Component Reference")."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from bot.sandbox.discord.wire import ComponentType, JsonObject

CustomId = Annotated[str, Field(min_length=1, max_length=100)]
_BUTTONS_IN_A_ROW = 5
_LINK_STYLE, _PREMIUM_STYLE = 5, 6


class Component(BaseModel):
    """What every component has."""

    id: int | None = None


class Button(Component):
    """A button; exactly one of custom_id, url and sku_id, as its style wants."""

    type: Literal[2]
    style: Annotated[int, Field(ge=1, le=6)]
    custom_id: CustomId | None = None
    label: Annotated[str, Field(max_length=80)] | None = None
    emoji: JsonObject | None = None
    url: Annotated[str, Field(max_length=512)] | None = None
    sku_id: str | None = None
    disabled: bool | None = None

    @model_validator(mode="after")
    def _has_what_its_style_wants(self) -> Self:
        wanted = {_LINK_STYLE: "url", _PREMIUM_STYLE: "sku_id"}.get(self.style, "custom_id")
        for name in ("custom_id", "url", "sku_id"):
            if (getattr(self, name) is not None) != (name == wanted):
                raise ValueError(f"a button of style {self.style} has {wanted} and nothing else")
        if self.style != _PREMIUM_STYLE and not self.label and not self.emoji:
            raise ValueError("a button has a label or an emoji")
        return self


class SelectOption(BaseModel):
    """One choice of a select menu."""

    label: Annotated[str, Field(min_length=1, max_length=100)]
    value: Annotated[str, Field(min_length=1, max_length=100)]
    description: Annotated[str, Field(max_length=100)] | None = None
    emoji: JsonObject | None = None
    default: bool | None = None


class Select(Component):
    """What the five kinds of select menu share."""

    custom_id: CustomId
    placeholder: Annotated[str, Field(max_length=150)] | None = None
    min_values: Annotated[int, Field(ge=0, le=25)] | None = None
    max_values: Annotated[int, Field(ge=1, le=25)] | None = None
    disabled: bool | None = None
    required: bool | None = None

    @property
    def most(self) -> int:
        """How many values may be chosen."""
        return 1 if self.max_values is None else self.max_values

    @model_validator(mode="after")
    def _limits_go_together(self) -> Self:
        if (1 if self.min_values is None else self.min_values) > self.most:
            raise ValueError("min_values is above max_values")
        return self


class StringSelect(Select):
    """A menu of the bot's own choices."""

    type: Literal[3]
    options: Annotated[list[SelectOption], Field(min_length=1, max_length=25)]

    @model_validator(mode="after")
    def _values_differ(self) -> Self:
        if len({option.value for option in self.options}) < len(self.options):
            raise ValueError("the values of a select menu differ")
        return self

    @model_validator(mode="after")
    def _has_as_many_as_may_be_chosen(self) -> Self:
        if self.most > len(self.options):
            raise ValueError("max_values is above the number of options")
        if sum(bool(option.default) for option in self.options) > self.most:
            raise ValueError("more options are preset than may be chosen")
        return self


class DefaultValue(BaseModel):
    """What is chosen in a select menu before anybody touches it."""

    id: int | str
    type: Literal["user", "role", "channel"]


_DEFAULT_TYPES = {5: {"user"}, 6: {"role"}, 7: {"user", "role"}, 8: {"channel"}}


class EntitySelect(Select):
    """A menu of users, roles, both, or channels."""

    type: Literal[5, 6, 7, 8]
    default_values: Annotated[list[DefaultValue], Field(max_length=25)] | None = None
    channel_types: list[int] | None = None

    @model_validator(mode="after")
    def _presets_fit(self) -> Self:
        presets = self.default_values or []
        if len(presets) > self.most:
            raise ValueError("more is preset than may be chosen")
        if not {preset.type for preset in presets} <= _DEFAULT_TYPES[self.type]:
            raise ValueError("a preset is of another type than the menu")
        return self


AnySelect = StringSelect | EntitySelect


class ActionRow(Component):
    """Up to five buttons, or one select menu."""

    type: Literal[1]
    components: Annotated[
        list[Annotated[Button | StringSelect | EntitySelect, Field(discriminator="type")]],
        Field(min_length=1, max_length=_BUTTONS_IN_A_ROW),
    ]

    @model_validator(mode="after")
    def _select_stands_alone(self) -> Self:
        has_select = any(not isinstance(child, Button) for child in self.components)
        if has_select and len(self.components) > 1:
            raise ValueError("a select menu fills its row")
        return self


class TextDisplay(Component):
    """Markdown text."""

    type: Literal[10]
    content: Annotated[str, Field(min_length=1, max_length=4000)]


class Media(BaseModel):
    """A link to a picture or file; ``attachment://name`` for an uploaded one."""

    url: Annotated[str, Field(max_length=2048)]


class Thumbnail(Component):
    """A small picture beside a section."""

    type: Literal[11]
    media: Media
    description: Annotated[str, Field(max_length=1024)] | None = None
    spoiler: bool | None = None


class Section(Component):
    """Text with a button or a picture beside it."""

    type: Literal[9]
    components: Annotated[list[TextDisplay], Field(min_length=1, max_length=3)]
    accessory: Annotated[Button | Thumbnail, Field(discriminator="type")]


class GalleryItem(BaseModel):
    """One picture of a gallery."""

    media: Media
    description: Annotated[str, Field(max_length=1024)] | None = None
    spoiler: bool | None = None


class MediaGallery(Component):
    """Pictures."""

    type: Literal[12]
    items: Annotated[list[GalleryItem], Field(min_length=1, max_length=10)]


class File(Component):
    """An uploaded file shown in place."""

    type: Literal[13]
    file: Media
    spoiler: bool | None = None


class Separator(Component):
    """Space or a line."""

    type: Literal[14]
    divider: bool | None = None
    spacing: Literal[1, 2] | None = None


class Container(Component):
    """A box around other components."""

    type: Literal[17]
    accent_color: Annotated[int, Field(ge=0, le=0xFFFFFF)] | None = None
    spoiler: bool | None = None
    components: Annotated[
        list[
            Annotated[
                ActionRow | TextDisplay | Section | MediaGallery | File | Separator,
                Field(discriminator="type"),
            ]
        ],
        Field(min_length=1, max_length=40),
    ]


MessageComponent = Annotated[
    ActionRow | TextDisplay | Section | MediaGallery | File | Separator | Container,
    Field(discriminator="type"),
]


def walk(components: list[JsonObject]) -> Iterator[JsonObject]:
    """Yield every component of a JSON tree, parents first."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for only_child in ("accessory", "component"):
            if child := component.get(only_child):
                yield from walk([child])


def number(components: list[JsonObject]) -> None:
    """Give every component that has no id one, as the server does."""
    used = {component["id"] for component in walk(components) if component.get("id")}
    free = (candidate for candidate in range(1, 1 << 31) if candidate not in used)
    for component in walk(components):
        if not component.get("id"):
            component["id"] = next(free)


def media_links(components: list[JsonObject]) -> Iterator[JsonObject]:
    """Yield every media object (``{"url": …}``) of the tree."""
    for component in walk(components):
        if component["type"] == ComponentType.FILE:
            yield component["file"]
        elif component["type"] == ComponentType.THUMBNAIL:
            yield component["media"]
        elif component["type"] == ComponentType.MEDIA_GALLERY:
            for item in component["items"]:
                yield item["media"]
