"""The modals Discord accepts, with its limits (Discord API, "Component Reference")."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from bot.sandbox.discord.components import (
    Component,
    CustomId,
    EntitySelect,
    Select,
    StringSelect,
    TextDisplay,
)

TEXT_LIMIT = 4000
"""Characters of a text input (Discord API, "Text Input")."""


class TextInput(Component):
    """A text field; labelled by the Label around it, or by itself in an action row."""

    type: Literal[4]
    custom_id: CustomId
    style: Literal[1, 2]
    label: Annotated[str, Field(min_length=1, max_length=45)] | None = None
    min_length: Annotated[int, Field(ge=0, le=TEXT_LIMIT)] | None = None
    max_length: Annotated[int, Field(ge=1, le=TEXT_LIMIT)] | None = None
    required: bool | None = None
    value: Annotated[str, Field(max_length=TEXT_LIMIT)] | None = None
    placeholder: Annotated[str, Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _lengths_go_together(self) -> Self:
        most = TEXT_LIMIT if self.max_length is None else self.max_length
        if (self.min_length or 0) > most:
            raise ValueError("min_length is above max_length")
        if len(self.value or "") > most:
            raise ValueError("the preset value is longer than max_length")
        return self


class FileUpload(Component):
    """A place to drop files."""

    type: Literal[19]
    custom_id: CustomId
    min_values: Annotated[int, Field(ge=0, le=10)] | None = None
    max_values: Annotated[int, Field(ge=1, le=10)] | None = None
    required: bool | None = None


class GroupOption(BaseModel):
    """One line of a radio or checkbox group."""

    label: Annotated[str, Field(min_length=1, max_length=100)]
    value: Annotated[str, Field(min_length=1, max_length=100)]
    description: Annotated[str, Field(max_length=100)] | None = None
    default: bool | None = None


class RadioGroup(Component):
    """One of several."""

    type: Literal[21]
    custom_id: CustomId
    required: bool | None = None
    options: Annotated[list[GroupOption], Field(min_length=2, max_length=10)]


class CheckboxGroup(Component):
    """Any of several."""

    type: Literal[22]
    custom_id: CustomId
    min_values: Annotated[int, Field(ge=0, le=10)] | None = None
    max_values: Annotated[int, Field(ge=1, le=10)] | None = None
    required: bool | None = None
    options: Annotated[list[GroupOption], Field(min_length=1, max_length=10)]


class Checkbox(Component):
    """Yes or no."""

    type: Literal[23]
    custom_id: CustomId
    default: bool | None = None


class Label(Component):
    """A caption with one field."""

    type: Literal[18]
    label: Annotated[str, Field(min_length=1, max_length=45)]
    description: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    component: Annotated[
        TextInput
        | StringSelect
        | EntitySelect
        | FileUpload
        | RadioGroup
        | CheckboxGroup
        | Checkbox,
        Field(discriminator="type"),
    ]

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if isinstance(self.component, Select) and self.component.disabled:
            raise ValueError("a select menu in a modal cannot be disabled")
        return self


class TextInputRow(Component):
    """The older form: an action row around one text field, which then needs its own label."""

    type: Literal[1]
    components: Annotated[list[TextInput], Field(min_length=1, max_length=1)]

    @model_validator(mode="after")
    def _is_labelled(self) -> Self:
        if self.components[0].label is None:
            raise ValueError("a text input in an action row has a label")
        return self


class Modal(BaseModel):
    """What a modal callback carries."""

    custom_id: CustomId
    title: Annotated[str, Field(min_length=1, max_length=45)]
    components: Annotated[
        list[Annotated[Label | TextInputRow | TextDisplay, Field(discriminator="type")]],
        Field(min_length=1, max_length=5),
    ]
