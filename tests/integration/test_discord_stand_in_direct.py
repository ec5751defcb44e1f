"""The bot and a person by themselves: direct channels, opened from either side."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord import MEMBER_PERMISSIONS, Permission
from tests.integration.discord_probe import (
    OGG,
    Clock,
    a_bot,
    a_plain_client,
    a_town,
    content_of,
)

Asked = discord.Interaction[Any]


class YesOrNo(discord.ui.View):
    """Asks for a decision."""

    @discord.ui.button(label="Yes", custom_id="yes")
    async def yes(self, interaction: Asked, _button: Any) -> None:
        await interaction.response.edit_message(content="agreed", view=None)


def _add_commands(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Where am I?")
    async def where(interaction: Asked) -> None:
        may = interaction.app_permissions
        context = interaction.context
        await interaction.response.send_message(
            f"{type(interaction.channel).__name__} {type(interaction.user).__name__}"
            f" {interaction.guild_id} {context.dm_channel} {context.guild}"
            f" {may.attach_files} {may.embed_links} {may.send_messages}"
        )

    @tree.command(description="Only in servers")
    @app_commands.guild_only()
    async def there(interaction: Asked) -> None:
        await interaction.response.send_message("there")


async def test_a_command_in_a_direct_channel_comes_from_a_user_with_no_server() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        direct = town.stand_in.direct_channel(town.alice)

        asked = await town.stand_in.slash(town.alice, direct, "where")

        told = await content_of(asked)
        assert told == "DMChannel User None True False True True False"
        assert town.stand_in.direct_messages(town.alice) == [asked.message]


async def test_a_command_for_servers_is_not_offered_in_a_direct_channel() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        with pytest.raises(LookupError, match="there"):
            await town.stand_in.slash(town.alice, town.stand_in.direct_channel(town.alice), "there")
        asked = await town.stand_in.slash(town.alice, town.channel, "there")

        assert await content_of(asked) == "there"


async def test_a_button_the_bot_sent_to_a_person_is_pressed_there() -> None:
    async with a_town() as town, a_bot(town) as bot:
        bot.add_view(YesOrNo(timeout=None))
        alice = await bot.fetch_user(int(town.alice.id))
        await alice.send("do you agree?", view=YesOrNo(timeout=None))
        (asked,) = town.stand_in.direct_messages(town.alice)

        pressed = await town.stand_in.click(town.alice, asked, "Yes")

        assert await content_of(pressed) == "agreed"
        (changed,) = town.stand_in.direct_messages(town.alice)
        assert (changed["content"], changed["components"]) == ("agreed", [])
        assert town.stand_in.direct_messages(town.bob) == []


async def test_nobody_acts_in_the_direct_channel_of_another() -> None:
    async with a_town() as town, a_bot(town, _add_commands) as bot:
        alice = await bot.fetch_user(int(town.alice.id))
        await alice.send("do you agree?", view=YesOrNo(timeout=None))
        (asked,) = town.stand_in.direct_messages(town.alice)
        direct = town.stand_in.direct_channel(town.alice)

        with pytest.raises(LookupError, match="bob"):
            await town.stand_in.click(town.bob, asked, "Yes")
        with pytest.raises(LookupError, match="bob"):
            await town.stand_in.slash(town.bob, direct, "where")
        with pytest.raises(LookupError, match="bob"):
            await town.stand_in.say(town.bob, direct, "psst")


async def test_a_nonce_is_enforced_in_a_direct_channel_for_some_minutes() -> None:
    clock = Clock()
    async with a_plain_client(expect_complaints=False, clock=clock) as (town, client):
        _, opened = await client.call(
            "POST", "/users/@me/channels", {"recipient_id": town.alice.id}
        )
        path = f"/channels/{opened['id']}/messages"
        body = {"content": "once", "nonce": "n" * 25, "enforce_nonce": True}

        _, first = await client.call("POST", path, body)
        _, second = await client.call("POST", path, {**body, "content": "twice"})
        clock.now += 301
        _, later = await client.call("POST", path, body)

        assert first["id"] == second["id"] != later["id"]
        assert [m["content"] for m in town.stand_in.direct_messages(town.alice)] == ["once"] * 2


async def test_the_bot_reads_what_was_said_between_them() -> None:
    async with a_town() as town, a_bot(town) as bot:
        direct = town.stand_in.direct_channel(town.alice)
        await town.stand_in.say(town.alice, direct, "hello", files=[("a.ogg", OGG)])
        channel = await (await bot.fetch_user(int(town.alice.id))).create_dm()
        sent = await channel.send("hello you")

        history = [message async for message in channel.history()]
        fetched = await channel.fetch_message(sent.id)

        assert [message.content for message in history] == ["hello you", "hello"]
        assert await history[1].attachments[0].read() == OGG
        assert fetched.author == bot.user


async def test_the_bot_takes_back_what_it_said_and_nothing_else() -> None:
    async with a_town(expect_complaints=True) as town, a_bot(town) as bot:
        direct = town.stand_in.direct_channel(town.alice)
        said = await town.stand_in.say(town.alice, direct, "hello")
        channel = await (await bot.fetch_user(int(town.alice.id))).create_dm()
        await (await channel.send("oops")).delete()

        with pytest.raises(discord.Forbidden) as refused:
            await channel.get_partial_message(int(said["id"])).delete()

        assert refused.value.code == 50003
        assert [m["content"] for m in town.stand_in.direct_messages(town.alice)] == ["hello"]


@pytest.mark.parametrize(("recipient", "code"), [("myna", 50033), ("nobody", 10013)])
async def test_a_direct_channel_is_opened_with_people_only(recipient: str, code: int) -> None:
    async with a_plain_client() as (town, client):
        ids = {"myna": town.stand_in.world.bot.id, "nobody": "1"}

        _, answer = await client.call(
            "POST", "/users/@me/channels", {"recipient_id": ids[recipient]}
        )

        assert answer["code"] == code


async def test_a_person_who_takes_no_direct_messages_still_gets_answers_to_commands() -> None:
    async with a_town() as town, a_bot(town, _add_commands) as bot:
        town.alice.accepts_direct_messages = False
        alice = await bot.fetch_user(int(town.alice.id))
        with pytest.raises(discord.Forbidden) as refused:
            await alice.send("hello", view=YesOrNo())

        asked = await town.stand_in.slash(
            town.alice, town.stand_in.direct_channel(town.alice), "where"
        )

        assert refused.value.code == 50007
        assert (await content_of(asked)).startswith("DMChannel")


async def test_what_a_person_may_do_in_a_server_says_nothing_in_a_direct_channel() -> None:
    seen: list[discord.Permissions] = []

    def add_commands(tree: app_commands.CommandTree[Any]) -> None:
        @tree.command(description="What may I do?")
        async def may(interaction: Asked) -> None:
            seen.append(interaction.permissions)
            await interaction.response.send_message("seen")

    async with a_town() as town, a_bot(town, add_commands):
        mia = town.stand_in.add_person(
            "mia", permissions=MEMBER_PERMISSIONS | Permission.MANAGE_MESSAGES
        )
        for channel in (town.channel, town.stand_in.direct_channel(mia)):
            await content_of(await town.stand_in.slash(mia, channel, "may"))

    assert [permissions.manage_messages for permissions in seen] == [True, False]
