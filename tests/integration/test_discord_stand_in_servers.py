"""Servers the bot is removed from and comes back to, deleted channels, the application's owner."""

import discord
import pytest

from tests.integration.discord_probe import (
    Clock,
    Heard,
    PlainClient,
    a_bot,
    a_plain_client,
    a_town,
    content_of,
)

ASIDE = {"type": 4, "data": {"content": "x"}}


async def _code(client: PlainClient, path: str, method: str = "GET") -> tuple[int, int]:
    status, answer = await client.call(method, path, {"content": "x"} if method != "GET" else None)
    return status, answer["code"] if status >= 400 else 0


async def test_a_bot_that_is_removed_is_told_and_a_later_connection_knows_nothing() -> None:
    async with a_town() as town, a_bot(town) as bot:
        heard = Heard(bot)
        other = town.stand_in.add_server("Other")
        await heard.until("GUILD_CREATE")

        town.stand_in.remove_bot(town.server)
        await heard.until("GUILD_DELETE")

        assert [guild.name for guild in bot.guilds] == ["Other"]
        await town.stand_in.say(town.alice, town.channel, "nobody hears this")
        town.stand_in.add_channel(other, "end")
        await heard.until("CHANNEL_CREATE")
        assert "MESSAGE_CREATE" not in heard.names
        async with a_bot(town) as later:
            assert [guild.name for guild in later.guilds] == ["Other"]


async def test_a_bot_that_is_added_again_joins_the_server() -> None:
    async with a_town() as town, a_bot(town) as bot:
        heard = Heard(bot)
        joined = []

        async def on_guild_join(guild: discord.Guild) -> None:
            joined.append(guild.name)

        bot.add_listener(on_guild_join)
        town.stand_in.add_role(town.server, "guards", town.stand_in.world.bot)
        town.stand_in.remove_bot(town.server)
        await heard.until("GUILD_DELETE")

        town.stand_in.add_bot(town.server)
        await heard.until("GUILD_CREATE")

        spoken = await town.stand_in.slash(town.alice, town.channel, "whisper", text="psst")
        assert await content_of(spoken)
        assert joined == ["Nest"]
        assert [role.name for role in bot.guilds[0].me.roles] == ["@everyone"]


async def test_a_removed_bot_has_no_access() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        bot_id = town.stand_in.world.bot.id
        await client.post({"content": "x"})
        (shown,) = town.stand_in.messages(town.channel)

        town.stand_in.remove_bot(town.server)

        channel, server = f"/channels/{town.channel.id}", f"/guilds/{town.server.id}"
        assert await _code(client, channel) == (403, 50001)
        assert await _code(client, f"{channel}/messages", "POST") == (403, 50001)
        assert await _code(client, f"{channel}/messages/{shown['id']}", "PATCH") == (403, 50001)
        assert await _code(client, f"{channel}/messages/{shown['id']}", "DELETE") == (403, 50001)
        assert await _code(client, server) == (404, 10004)
        for inside in ("channels", "roles", f"members/{town.alice.id}", f"bans/{town.alice.id}"):
            assert await _code(client, f"{server}/{inside}") == (403, 50001)
        assert await _code(client, f"/applications/{bot_id}{server}/commands") == (403, 50001)
        assert (await client.call("GET", "/users/@me/guilds")) == (200, [])
        town.stand_in.add_bot(town.server)
        assert await _code(client, f"{channel}/messages", "POST") == (200, 0)


async def test_a_removed_bot_has_no_commands_and_no_buttons() -> None:
    button = {"type": 2, "style": 1, "custom_id": "b", "label": "Press"}
    async with a_plain_client(expect_complaints=False) as (town, client):
        await client.post({"content": "x", "components": [{"type": 1, "components": [button]}]})
        (shown,) = town.stand_in.messages(town.channel)
        town.stand_in.remove_bot(town.server)

        with pytest.raises(LookupError, match="myna"):
            await town.stand_in.slash(town.alice, town.channel, "hi")
        with pytest.raises(LookupError, match="myna"):
            await town.stand_in.click(town.alice, shown, "Press")
        with pytest.raises(LookupError, match="myna"):
            await town.stand_in.forge_click(town.alice, shown, "b")


async def test_a_deleted_channel_is_gone_for_the_gateway() -> None:
    async with a_town() as town, a_bot(town) as bot:
        heard = Heard(bot)
        town.stand_in.add_channel(town.server, "side")
        await heard.until("CHANNEL_CREATE")

        town.stand_in.delete_channel(town.channel)
        await heard.until("CHANNEL_DELETE")

        assert [channel.name for channel in bot.guilds[0].text_channels] == ["side"]
        async with a_bot(town) as later:
            assert [channel.name for channel in later.guilds[0].text_channels] == ["side"]


async def test_a_deleted_channel_is_unknown_and_no_answer_is_owed_there() -> None:
    clock = Clock()
    async with a_plain_client(expect_complaints=False, monotonic=clock) as (town, client):
        await client.post({"content": "x"})
        (shown,) = town.stand_in.messages(town.channel)
        answered = await town.stand_in.slash(town.alice, town.channel, "hi")
        assert await client.answer(answered, ASIDE) == 0
        pending = await town.stand_in.slash(town.alice, town.channel, "hi")

        town.stand_in.delete_channel(town.channel)

        path = f"/channels/{town.channel.id}"
        assert await _code(client, path) == (404, 10003)
        assert await _code(client, f"{path}/messages", "POST") == (404, 10003)
        assert await _code(client, f"{path}/messages/{shown['id']}", "PATCH") == (404, 10003)
        assert await client.answer(pending, ASIDE) == 10003
        hook = f"/webhooks/{town.stand_in.world.bot.id}/{answered.token}"
        assert await _code(client, hook, "POST") == (404, 10003)
        assert await _code(client, f"{hook}/messages/@original") == (404, 10003)
        assert town.stand_in.messages(town.channel) == []
        with pytest.raises(LookupError, match="general"):
            await town.stand_in.say(town.alice, town.channel, "hello")
        with pytest.raises(ValueError, match="general"):
            town.stand_in.delete_channel(town.channel)
        clock.now += 10


async def _owner(client: PlainClient) -> str:
    names = set()
    for path in ("/applications/@me", "/oauth2/applications/@me"):
        _, application = await client.call("GET", path)
        names.add(application["owner"]["username"])
    (name,) = names
    return str(name)


async def test_the_application_has_an_owner_outside_of_all_servers_or_a_chosen_one() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        stranger = town.stand_in.world.application_owner
        path = f"/guilds/{town.server.id}/members/{stranger.id}"

        assert await _owner(client) == "operator"
        assert await _code(client, path) == (404, 10007)
        town.stand_in.join(stranger, town.server)
        assert await _code(client, path) == (200, 0)

        town.stand_in.world.application_owner = town.bob

        assert await _owner(client) == "bob"
