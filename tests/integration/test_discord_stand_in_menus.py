"""Select menus and buttons in messages, also ephemeral ones, and presses that are forged."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord import Channel, Person, Role
from tests.integration.discord_probe import (
    PlainClient,
    Town,
    a_bot,
    a_plain_client,
    a_town,
    content_of,
)

Asked = discord.Interaction[Any]


class Choosing(discord.ui.View):
    """One menu of every kind, each telling what was chosen."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        options = [discord.SelectOption(label=name.title(), value=name) for name in ("calm", "gay")]
        menus: list[Any] = [
            discord.ui.Select(custom_id="style", options=options, max_values=2),
            discord.ui.UserSelect(custom_id="user", max_values=2),
            discord.ui.RoleSelect(custom_id="role"),
            discord.ui.MentionableSelect(custom_id="anybody", max_values=2),
            discord.ui.ChannelSelect(custom_id="where"),
        ]
        for menu in menus:
            menu.callback = _telling(menu)
            self.add_item(menu)


def _telling(menu: Any) -> Any:
    async def callback(interaction: Asked) -> None:
        told = [each if isinstance(each, str) else type(each).__name__ for each in menu.values]
        await interaction.response.send_message(" ".join(told))

    return callback


class Panel(discord.ui.View):
    """Buttons that change the message they stand in, each in another way."""

    @discord.ui.button(label="At once", custom_id="once")
    async def at_once(self, interaction: Asked, _button: Any) -> None:
        await interaction.response.edit_message(content="changed at once")

    @discord.ui.button(label="Later", custom_id="later")
    async def later(self, interaction: Asked, _button: Any) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="changed later", view=None)

    @discord.ui.button(label="More", custom_id="more")
    async def more(self, interaction: Asked, _button: Any) -> None:
        await interaction.response.defer()
        said = await interaction.followup.send("more", ephemeral=True, wait=True)
        await interaction.followup.edit_message(said.id, content="even more")

    @discord.ui.button(label="Away", custom_id="away")
    async def away(self, interaction: Asked, _button: Any) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()


def _add_commands(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Show menus")
    async def menus(interaction: Asked) -> None:
        await interaction.response.send_message("choose", view=Choosing())

    @tree.command(description="Show buttons to one only")
    async def mine(interaction: Asked) -> None:
        await interaction.response.send_message("yours", view=Panel(), ephemeral=True)


async def _shown(town: Town, command: str) -> dict[str, Any]:
    asked = await (await town.stand_in.slash(town.alice, town.channel, command)).answered()
    assert asked.message is not None
    return asked.message


async def test_menus_of_every_kind_tell_the_bot_what_was_chosen() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        role = town.stand_in.add_role(town.server, "singers")
        shown = await _shown(town, "menus")
        chosen: list[tuple[str, list[str | Person | Role | Channel], str]] = [
            ("style", ["gay", "calm"], "gay calm"),
            ("user", [town.bob, town.alice.id], "Member Member"),
            ("role", [role], "Role"),
            ("anybody", [role, town.bob], "Role Member"),
            ("where", [town.channel], "AppCommandChannel"),
        ]

        for menu, values, told in chosen:
            pressed = await town.stand_in.click(town.bob, shown, menu, values)
            assert sorted((await content_of(pressed)).split()) == sorted(told.split())


@pytest.mark.parametrize(
    ("menu", "values"),
    [
        ("style", []),
        ("style", ["loud"]),
        ("style", ["calm", "calm"]),
        ("style", ["calm", "gay", "calm"]),
        ("user", ["1"]),
        ("role", ["alice"]),
        ("where", ["alice"]),
        ("user", ["singers"]),
        ("role", ["owls"]),
    ],
)
async def test_a_menu_takes_only_what_it_offers(menu: str, values: list[str]) -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        elsewhere = town.stand_in.add_server("Roost")
        ids = {
            "alice": town.alice.id,
            "singers": town.stand_in.add_role(town.server, "singers").id,
            "owls": town.stand_in.add_role(elsewhere, "owls").id,
        }
        shown = await _shown(town, "menus")

        with pytest.raises(ValueError, match=r"menu|chosen"):
            await town.stand_in.click(
                town.alice, shown, menu, [ids.get(value, value) for value in values]
            )


async def test_an_ephemeral_message_is_changed_through_its_buttons() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        shown = await _shown(town, "mine")

        await (await town.stand_in.click(town.alice, shown, "At once")).answered()
        (at_once,) = town.stand_in.messages(town.channel, town.alice)
        more = await town.stand_in.click(town.alice, shown, "More")
        await more.until(lambda seen: [m["content"] for m in seen.followups] == ["even more"])
        later = await town.stand_in.click(town.alice, shown, "Later")
        await later.until(lambda seen: (seen.message or {}).get("content") == "changed later")

        assert (at_once["content"], len(at_once["components"])) == ("changed at once", 1)
        changed, said = town.stand_in.messages(town.channel, town.alice)
        assert (changed["id"], changed["components"]) == (shown["id"], [])
        assert said["content"] == "even more"
        assert town.stand_in.messages(town.channel, town.bob) == []


async def test_an_ephemeral_message_is_taken_away_through_its_button() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        shown = await _shown(town, "mine")

        pressed = await town.stand_in.click(town.alice, shown, "Away")
        await pressed.until(lambda _: not town.stand_in.messages(town.channel, town.alice))

        assert pressed.message is None


class Deed(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"deed:(?P<owner>\d+)"):
    """Done for its owner alone, which is checked by nobody but the bot."""

    def __init__(self, owner: int) -> None:
        super().__init__(discord.ui.Button(label="Do", custom_id=f"deed:{owner}"))
        self.owner = owner

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: Any, /) -> "Deed":
        return cls(int(match["owner"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        is_owner = interaction.user.id == self.owner
        await interaction.response.send_message("done" if is_owner else "no", ephemeral=True)


async def test_a_forged_press_reaches_the_bot_from_any_message() -> None:
    async with a_town() as town, a_bot(town, _add_commands) as bot:
        bot.add_dynamic_items(Deed)
        shown = await _shown(town, "menus")
        custom_id = f"deed:{town.alice.id}"

        with pytest.raises(LookupError):
            await town.stand_in.click(town.bob, shown, custom_id)
        by_bob = await town.stand_in.forge_click(town.bob, shown, custom_id)
        by_alice = await town.stand_in.forge_click(town.alice, town.channel, custom_id)

        assert (await content_of(by_bob), await content_of(by_alice)) == ("no", "done")
        assert town.stand_in.messages(town.channel)[0] == shown


async def test_a_forged_press_reaches_a_message_that_only_another_sees() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        secret = await _shown(town, "mine")

        with pytest.raises(LookupError):
            await town.stand_in.click(town.bob, secret, "once")
        forged = await (await town.stand_in.forge_click(town.bob, secret, "once")).answered()

        assert forged.person is town.bob
        assert (forged.message or {})["content"] == "changed at once"


async def test_a_forged_choice_is_what_the_menu_never_offered() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        shown = await _shown(town, "menus")

        forged = await town.stand_in.forge_click(town.bob, shown, "style", ("loud",))

        assert await content_of(forged) == "loud"


async def test_a_forged_press_may_be_left_unanswered() -> None:
    async with a_town(ack_deadline=-1.0) as town, a_bot(town) as bot:
        await bot.get_partial_messageable(int(town.channel.id)).send("nothing to press here")

        forged = await town.stand_in.forge_click(town.bob, town.channel, "what:is:this")

        assert forged.answer is None


MENU: dict[str, Any] = {"type": 3, "custom_id": "m", "options": [{"label": "A", "value": "a"}]}
TWO = [{"label": "A", "value": "a", "default": True}, {"label": "B", "value": "b", "default": True}]


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        (MENU, 0),
        ({**MENU, "options": []}, 50035),
        ({**MENU, "options": [{"label": str(n), "value": str(n)} for n in range(26)]}, 50035),
        ({**MENU, "options": [{"label": "l" * 101, "value": "a"}]}, 50035),
        ({**MENU, "options": [{"label": "A", "value": "v" * 101}]}, 50035),
        ({**MENU, "options": [{"label": "A", "value": "a", "description": "d" * 101}]}, 50035),
        ({**MENU, "options": MENU["options"] * 2}, 50035),
        ({**MENU, "options": TWO}, 50035),
        ({**MENU, "max_values": 2}, 50035),
        ({**MENU, "min_values": 2}, 50035),
        ({**MENU, "placeholder": "p" * 151}, 50035),
        ({"type": 5, "custom_id": "m", "max_values": 25}, 0),
        ({"type": 5, "custom_id": "m", "max_values": 26}, 50035),
        ({"type": 5, "custom_id": "m", "default_values": [{"id": "1", "type": "role"}]}, 50035),
        (
            {"type": 7, "custom_id": "m", "default_values": [{"id": "1", "type": "user"}] * 2},
            50035,
        ),
    ],
)
async def test_a_select_menu_keeps_to_its_limits(menu: dict[str, Any], code: int) -> None:
    async with a_plain_client(expect_complaints=code != 0) as (_, client):
        row = {"type": 1, "components": [menu]}

        assert await client.post({"content": "x", "components": [row]}) == code


async def _answer(client: PlainClient, town: Town, kind: int) -> int:
    asked = await town.stand_in.slash(town.alice, town.channel, "hi")
    return await client.answer(asked, {"type": kind, "data": {"content": "x"}})


@pytest.mark.parametrize("kind", [6, 7, 8])
async def test_a_command_cannot_be_answered_by_changing_a_message(kind: int) -> None:
    async with a_plain_client() as (town, client):
        assert await _answer(client, town, kind) == 50035
