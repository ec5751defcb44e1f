"""Who owns a server, leaves it, is banned from it and comes back."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord import MEMBER_PERMISSIONS, Permission
from tests.integration.discord_probe import (
    Heard,
    PlainClient,
    Town,
    a_bot,
    a_plain_client,
    a_town,
    content_of,
)

BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "b", "label": "Press"}]}


def _add_may(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="What may I do?")
    async def may(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(str(interaction.permissions.manage_guild))

    @tree.command(description="Who is that?")
    async def who(interaction: discord.Interaction[Any], person: discord.User) -> None:
        await interaction.response.send_message(type(person).__name__)


async def _member(town: Town, client: PlainClient, person_id: str) -> tuple[int, int]:
    status, answer = await client.call("GET", f"/guilds/{town.server.id}/members/{person_id}")
    return status, answer.get("code", 0)


async def _ban(town: Town, client: PlainClient, person_id: str) -> tuple[int, Any]:
    status, answer = await client.call("GET", f"/guilds/{town.server.id}/bans/{person_id}")
    return (status, answer) if status == 200 else (status, answer["code"])


async def test_the_owner_may_do_everything_in_the_own_server_only() -> None:
    async with a_town() as town, a_bot(town, _add_may) as bot:
        owned = town.stand_in.add_server("Own", owner=town.alice)
        there = town.stand_in.add_channel(owned, "there")

        own = await content_of(await town.stand_in.slash(town.alice, there, "may"))
        other = await content_of(await town.stand_in.slash(town.alice, town.channel, "may"))
        guest = await content_of(await town.stand_in.slash(town.bob, there, "may"))

        guild = bot.get_guild(int(owned.id))
        assert guild is not None
        assert guild.owner_id == int(town.alice.id)
        assert (own, other, guest) == ("True", "False", "False")


async def test_a_server_is_handed_over() -> None:
    async with a_town() as town, a_bot(town, _add_may) as bot:
        heard = Heard(bot)

        town.stand_in.set_owner(town.server, town.bob)
        await heard.until("GUILD_UPDATE")

        asked = await town.stand_in.slash(town.bob, town.channel, "may")
        assert await content_of(asked) == "True"
        assert bot.guilds[0].owner_id == int(town.bob.id)
        assert [channel.name for channel in bot.guilds[0].text_channels] == ["general"]
        with pytest.raises(ValueError, match="bob"):
            town.stand_in.leave(town.bob, town.server)
        with pytest.raises(ValueError, match="bob"):
            town.stand_in.ban(town.bob, town.server)


async def test_who_has_left_is_no_member_any_more() -> None:
    async with a_plain_client() as (town, client):
        town.stand_in.leave(town.alice, town.server)

        assert await _member(town, client, town.alice.id) == (404, 10007)
        assert await _member(town, client, town.bob.id) == (200, 0)
        assert await _member(town, client, "1") == (404, 10013)
        assert (await client.call("GET", f"/users/{town.alice.id}"))[0] == 200


async def test_a_search_finds_members_by_how_their_names_begin() -> None:
    async with a_plain_client() as (town, client):
        town.stand_in.add_person("albert")
        path = f"/guilds/{town.server.id}/members/search"

        async def found(query: str) -> list[str]:
            _, members = await client.call("GET", f"{path}?{query}")
            return [member["user"]["username"] for member in members]

        assert await found("query=AL&limit=10") == ["alice", "albert"]
        assert await found("query=AL") == ["alice"]
        town.stand_in.leave(town.alice, town.server)
        assert await found("query=AL") == ["albert"]
        assert await found("query=operator") == []
        assert (await client.call("GET", path))[0] == 400
        assert (await client.call("GET", f"{path}?query=a&limit=1001"))[0] == 400


async def test_members_are_listed_for_a_bot_with_the_privileged_intent() -> None:
    intents = discord.Intents(guilds=True, members=True)
    async with a_town() as town, a_bot(town, intents=intents) as bot:
        town.stand_in.leave(town.bob, town.server)

        listed = {member.name async for member in bot.guilds[0].fetch_members()}

        assert listed == {"myna", "alice"}


async def test_members_are_not_listed_for_other_bots() -> None:
    async with a_plain_client() as (town, client):
        status, answer = await client.call("GET", f"/guilds/{town.server.id}/members")

        assert (status, answer["code"]) == (403, 50001)


async def test_who_has_left_can_do_nothing_there() -> None:
    modal = {
        "type": 9,
        "data": {
            "custom_id": "m",
            "title": "New",
            "components": [
                {"type": 18, "label": "A", "component": {"type": 4, "custom_id": "t", "style": 1}}
            ],
        },
    }
    async with a_plain_client(expect_complaints=False) as (town, client):
        stand_in = town.stand_in
        await client.post({"content": "x", "components": [BUTTON]})
        (shown,) = stand_in.messages(town.channel)
        opened = await stand_in.slash(town.alice, town.channel, "hi")
        await client.answer(opened, modal)
        stand_in.leave(town.alice, town.server)

        with pytest.raises(LookupError, match="alice"):
            await stand_in.slash(town.alice, town.channel, "hi")
        with pytest.raises(LookupError, match="alice"):
            await stand_in.say(town.alice, town.channel, "hello")
        with pytest.raises(LookupError, match="alice"):
            await stand_in.click(town.alice, shown, "Press")
        with pytest.raises(LookupError, match="alice"):
            await stand_in.forge_click(town.alice, shown, "b")
        with pytest.raises(LookupError, match="alice"):
            await stand_in.submit_modal(opened, {"A": "x"})


async def test_who_comes_back_is_a_member_without_the_roles_of_before() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        role = town.stand_in.add_role(
            town.server, "keepers", town.alice, permissions=Permission.MANAGE_GUILD
        )
        town.stand_in.leave(town.alice, town.server)
        with pytest.raises(ValueError, match="alice"):
            town.stand_in.give_role(town.alice, role)

        town.stand_in.join(town.alice, town.server)

        assert await _member(town, client, town.alice.id) == (200, 0)
        permissions = town.stand_in.world.permissions_of(town.alice, town.server)
        assert permissions == MEMBER_PERMISSIONS
        with pytest.raises(ValueError, match="alice"):
            town.stand_in.join(town.alice, town.server)
        sent = await town.stand_in.slash(town.alice, town.channel, "hi")
        assert await client.answer(sent, {"type": 4, "data": {"content": "x"}}) == 0


async def test_somebody_else_is_chosen_as_a_plain_user_after_leaving() -> None:
    async with a_town() as town, a_bot(town, _add_may):
        before = await town.stand_in.slash(town.alice, town.channel, "who", person=town.bob)
        town.stand_in.leave(town.bob, town.server)
        after = await town.stand_in.slash(town.alice, town.channel, "who", person=town.bob)

        assert (await content_of(before), await content_of(after)) == ("Member", "User")


async def test_a_ban_is_shown_to_a_bot_that_may_ban() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        stand_in = town.stand_in
        stand_in.ban(town.alice, town.server, "spam")
        assert await _member(town, client, town.alice.id) == (404, 10007)
        assert await _ban(town, client, town.alice.id) == (403, 50013)

        stand_in.add_role(
            town.server, "guards", stand_in.world.bot, permissions=Permission.BAN_MEMBERS
        )

        banned = {"user": town.alice.user(), "reason": "spam"}
        assert await _ban(town, client, town.alice.id) == (200, banned)
        assert await _ban(town, client, town.bob.id) == (404, 10026)


async def test_a_ban_keeps_somebody_out_until_it_is_lifted() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        stand_in = town.stand_in
        stand_in.add_role(
            town.server, "guards", stand_in.world.bot, permissions=Permission.BAN_MEMBERS
        )
        stand_in.ban(town.alice, town.server)
        with pytest.raises(ValueError, match="unban"):
            stand_in.join(town.alice, town.server)

        stand_in.unban(town.alice, town.server)

        assert await _ban(town, client, town.alice.id) == (404, 10026)
        assert await _member(town, client, town.alice.id) == (404, 10007)
        stand_in.join(town.alice, town.server)
        assert await _member(town, client, town.alice.id) == (200, 0)


_BANS = ["GUILD_BAN_ADD", "GUILD_BAN_REMOVE"]
_MOVES = ["GUILD_MEMBER_REMOVE", "GUILD_MEMBER_ADD"]


@pytest.mark.parametrize(
    ("intents", "granted", "expected"),
    [
        (discord.Intents(guilds=True), Permission.BAN_MEMBERS, []),
        (discord.Intents(guilds=True, moderation=True), Permission.BAN_MEMBERS, _BANS),
        (discord.Intents(guilds=True, moderation=True), Permission.VIEW_AUDIT_LOG, _BANS),
        (discord.Intents(guilds=True, moderation=True), Permission.MANAGE_GUILD, []),
        (discord.Intents(guilds=True, members=True), Permission.BAN_MEMBERS, _MOVES),
    ],
)
async def test_events_about_members_follow_intents_and_permissions(
    intents: discord.Intents, granted: Permission, expected: list[str]
) -> None:
    async with a_town() as town, a_bot(town, intents=intents) as bot:
        town.stand_in.add_role(town.server, "guards", town.stand_in.world.bot, permissions=granted)
        heard = Heard(bot)

        town.stand_in.ban(town.alice, town.server)
        town.stand_in.unban(town.alice, town.server)
        town.stand_in.join(town.alice, town.server)
        town.stand_in.add_channel(town.server, "the end")
        await heard.until("CHANNEL_CREATE")

        told = [name for name in heard.names if name in _BANS + _MOVES]
        assert told == expected


async def test_the_bot_hears_of_its_own_roles_without_the_privileged_intent() -> None:
    async with a_town() as town, a_bot(town, intents=discord.Intents(guilds=True)) as bot:
        heard = Heard(bot)

        town.stand_in.add_role(
            town.server, "guards", town.stand_in.world.bot, permissions=Permission.BAN_MEMBERS
        )
        await heard.until("GUILD_MEMBER_UPDATE")

        assert bot.guilds[0].me.guild_permissions.ban_members


async def test_nobody_gets_a_direct_message_without_a_common_server() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        path = f"/channels/{town.stand_in.direct_channel(town.alice).id}/messages"
        first, _ = await client.call("POST", path, {"content": "x"})

        town.stand_in.ban(town.alice, town.server)
        status, answer = await client.call("POST", path, {"content": "x"})

        assert first == 200
        assert (status, answer["code"]) == (403, 50278)
