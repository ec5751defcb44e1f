"""Modals: where they are opened from, what they hold, what a person can fill in."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord.modal_form import FieldValue
from tests.integration.discord_probe import Town, a_bot, a_plain_client, a_town, content_of

Asked = discord.Interaction[Any]


class Speech(discord.ui.Modal, title="Speak"):
    """Asks for a text and who may hear it."""

    def __init__(self, preset: discord.Member | discord.User, text: str = "Hello") -> None:
        super().__init__()
        self.text: Any = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, default=text, max_length=4000
        )
        options = [
            discord.SelectOption(label="Calm", value="calm", default=True),
            discord.SelectOption(label="Lively", value="lively"),
        ]
        self.style: Any = discord.ui.Select(options=options)
        self.hearer: Any = discord.ui.UserSelect(default_values=[preset])
        self.role: Any = discord.ui.RoleSelect(required=False, min_values=0)
        for text_of, field in (
            ("Text", self.text),
            ("Style", self.style),
            ("Hearer", self.hearer),
            ("Role", self.role),
        ):
            self.add_item(discord.ui.Label(text=text_of, component=field))

    async def on_submit(self, interaction: Asked) -> None:
        roles = [role.name for role in self.role.values]
        told = f"{self.style.values[0]} {self.hearer.values[0].name} {roles}"
        if interaction.message is not None:
            await interaction.response.edit_message(content=told, view=None)
        else:
            await interaction.response.send_message(f"{told} {len(self.text.value)}")


class Opener(discord.ui.View):
    """A button and a menu that open the form."""

    @discord.ui.button(label="Open", custom_id="open")
    async def button(self, interaction: Asked, _button: Any) -> None:
        await interaction.response.send_modal(Speech(interaction.user))

    @discord.ui.select(
        cls=discord.ui.Select, custom_id="menu", options=[discord.SelectOption(label="Open it")]
    )
    async def menu(self, interaction: Asked, _menu: Any) -> None:
        await interaction.response.send_modal(Speech(interaction.user))


def _add_commands(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Open the form")
    async def form(interaction: Asked) -> None:
        await interaction.response.send_modal(Speech(interaction.user))

    @tree.command(description="Show what opens the form")
    async def openers(interaction: Asked) -> None:
        await interaction.response.send_message("open", view=Opener(timeout=None), ephemeral=True)

    @tree.context_menu(name="Speak this message")
    async def speak_this(interaction: Asked, message: discord.Message) -> None:
        await interaction.response.send_modal(Speech(message.author, message.content))


async def test_a_form_sent_untouched_holds_what_was_preset() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        opened = await (await town.stand_in.slash(town.alice, town.channel, "form")).answered()

        sent = await town.stand_in.submit_modal(opened, {})

        assert await content_of(sent) == "calm alice [] 5"


async def test_a_form_takes_people_roles_and_four_thousand_characters() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        role = town.stand_in.add_role(town.server, "singers")
        opened = await (await town.stand_in.slash(town.alice, town.channel, "form")).answered()
        values: dict[str, FieldValue] = {
            "Text": "é" * 4000,
            "Style": ["lively"],
            "Hearer": [town.bob],
            "Role": [role],
        }

        sent = await town.stand_in.submit_modal(opened, values)

        assert await content_of(sent) == "lively bob ['singers'] 4000"


@pytest.mark.parametrize(
    "wrong",
    [
        {"Text": "x" * 4001},
        {"Text": ""},
        {"Style": ["wild"]},
        {"Style": []},
        {"Style": "calm"},
        {"Hearer": ["1"]},
        {"Role": ["1"]},
    ],
)
async def test_a_form_takes_nothing_else(wrong: dict[str, FieldValue]) -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        opened = await (await town.stand_in.slash(town.alice, town.channel, "form")).answered()

        with pytest.raises(ValueError, match=next(iter(wrong))):
            await town.stand_in.submit_modal(opened, wrong)


async def _openers(town: Town) -> dict[str, Any]:
    asked = await (await town.stand_in.slash(town.alice, town.channel, "openers")).answered()
    assert asked.message is not None
    return asked.message


@pytest.mark.parametrize(("name", "values"), [("open", []), ("menu", ["Open it"])])
async def test_a_form_from_a_button_or_a_menu_changes_their_message(
    name: str, values: list[str]
) -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        shown = await _openers(town)

        opened = await (await town.stand_in.click(town.alice, shown, name, values)).answered()
        sent = await (await town.stand_in.submit_modal(opened, {"Hearer": [town.bob]})).answered()

        assert sent.original is not None
        assert sent.original.id == shown["id"]
        (changed,) = town.stand_in.messages(town.channel, town.alice)
        assert (changed["content"], changed["components"]) == ("calm bob []", [])


async def test_a_form_from_a_message_menu_is_filled_from_the_message() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        said = await town.stand_in.say(town.bob, town.channel, "I am a text")

        used = await town.stand_in.message_menu(town.alice, "Speak this message", said)
        sent = await town.stand_in.submit_modal(await used.answered(), {})

        assert await content_of(sent) == "calm bob [] 11"


def _modal(component: dict[str, Any]) -> dict[str, Any]:
    label = {"type": 18, "label": "Label", "component": component}
    return {"type": 9, "data": {"custom_id": "form", "title": "Form", "components": [label]}}


TEXT: dict[str, Any] = {"type": 4, "custom_id": "text", "style": 2}
MENU: dict[str, Any] = {"type": 3, "custom_id": "m", "options": [{"label": "A", "value": "a"}]}


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ({**TEXT, "value": "v" * 4000, "max_length": 4000}, 0),
        ({**TEXT, "value": "v" * 4001}, 50035),
        ({**TEXT, "value": "vv", "max_length": 1}, 50035),
        ({**TEXT, "max_length": 4001}, 50035),
        ({**TEXT, "min_length": 3, "max_length": 2}, 50035),
        ({**TEXT, "placeholder": "p" * 101}, 50035),
        (MENU, 0),
        ({**MENU, "disabled": False}, 0),
        ({**MENU, "disabled": True}, 50035),
        ({**MENU, "max_values": 2}, 50035),
        ({"type": 2, "style": 1, "custom_id": "b", "label": "B"}, 50035),
    ],
)
async def test_a_field_of_a_form_keeps_to_its_limits(component: dict[str, Any], code: int) -> None:
    async with a_plain_client(expect_complaints=code != 0) as (town, client):
        asked = await town.stand_in.slash(town.alice, town.channel, "hi")

        assert await client.answer(asked, _modal(component)) == code


async def test_a_form_is_not_answered_with_another_form() -> None:
    async with a_plain_client() as (town, client):
        asked = await town.stand_in.slash(town.alice, town.channel, "hi")
        await client.answer(asked, _modal(TEXT))
        sent = await town.stand_in.submit_modal(asked, {"text": "hello"})

        assert await client.answer(sent, _modal(TEXT)) == 50035
        assert await client.answer(sent, {"type": 7, "data": {"content": "x"}}) == 50035
