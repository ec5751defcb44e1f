"""Pictures, tables and embeds in messages, and messages that are changed or gone."""

import io
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.integration.discord_probe import (
    OGG,
    PNG,
    a_bot,
    a_plain_client,
    a_town,
    content_of,
)

Asked = discord.Interaction[Any]
CSV = b"day,characters\n2026-01-01,12\n"


def _png(name: str = "usage.png") -> discord.File:
    return discord.File(io.BytesIO(PNG), name)


def _csv() -> discord.File:
    return discord.File(io.BytesIO(CSV), "usage.csv")


def _chart() -> discord.Embed:
    embed = discord.Embed(title="Usage", description="by day", timestamp=discord.utils.utcnow())
    embed.add_field(name="Characters", value="12", inline=True)
    return embed.set_image(url="attachment://usage.png").set_footer(text="so far")


def _add_commands(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Show the usage")
    async def usage(interaction: Asked) -> None:
        await interaction.response.send_message(
            "usage", files=[_png(), _csv()], embed=_chart(), ephemeral=True
        )
        await interaction.followup.send("table", file=_csv(), ephemeral=True)

    @tree.command(description="Show the usage later")
    async def later(interaction: Asked) -> None:
        await interaction.response.defer()
        await interaction.followup.send("first", file=_png("first.png"))
        await interaction.edit_original_response(
            content="usage", attachments=[_png()], embed=_chart()
        )


async def test_an_ephemeral_answer_carries_a_chart_and_a_table() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        asked = await town.stand_in.slash(town.alice, town.channel, "usage")
        await asked.until(lambda seen: bool(seen.followups))

        assert asked.message is not None
        (embed,) = asked.message["embeds"]
        (table,) = asked.message["attachments"]
        assert embed["fields"] == [{"name": "Characters", "value": "12", "inline": True}]
        assert town.stand_in.read_file(embed["image"]) == PNG
        assert (embed["image"]["width"], embed["image"]["height"]) == (640, 480)
        assert (town.stand_in.read_file(table), table["content_type"]) == (CSV, "text/csv")
        assert "/ephemeral-attachments/" in table["url"]
        assert town.stand_in.read_file(asked.followups[0]["attachments"][0]) == CSV
        assert town.stand_in.messages(town.channel, town.bob) == []


async def test_an_edit_takes_the_place_of_a_picture() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        asked = await town.stand_in.slash(town.alice, town.channel, "later")
        await asked.until(lambda seen: (seen.message or {}).get("content") == "usage")

        (shown,) = town.stand_in.messages(town.channel)
        assert shown["attachments"] == []
        assert shown["embeds"][0]["image"]["url"].split("?")[0].endswith("/usage.png")


async def test_an_edit_adds_a_picture_to_those_that_are_there() -> None:
    async with a_town() as town, a_bot(town) as bot:
        channel = bot.get_partial_messageable(int(town.channel.id))
        message = await channel.send("one", file=_csv())

        changed = await message.add_files(_png())
        replaced = await changed.edit(attachments=[_png("other.png")])

        assert [item.filename for item in changed.attachments] == ["usage.csv", "usage.png"]
        assert [item.filename for item in replaced.attachments] == ["other.png"]
        assert (replaced.attachments[0].width, replaced.attachments[0].height) == (640, 480)


async def test_what_an_embed_shows_is_no_attachment_until_the_embed_goes() -> None:
    async with a_town() as town, a_bot(town) as bot:
        channel = bot.get_partial_messageable(int(town.channel.id))
        message = await channel.send(embed=_chart(), file=_png())

        without = await message.edit(embed=None, content="gone")

        assert message.attachments == []
        assert [item.filename for item in without.attachments] == ["usage.png"]


async def test_a_message_changed_in_one_thing_keeps_the_others() -> None:
    async with a_town() as town, a_bot(town) as bot:
        channel = bot.get_partial_messageable(int(town.channel.id))
        view = discord.ui.View().add_item(discord.ui.Button(label="Press", custom_id="press"))
        message = await channel.send("one", embed=_chart(), files=[_png(), _csv()], view=view)

        await message.edit(content="two")
        fetched = await channel.fetch_message(message.id)

        assert (fetched.content, len(fetched.embeds)) == ("two", 1)
        assert [item.filename for item in fetched.attachments] == ["usage.csv"]
        (row,) = fetched.components
        assert isinstance(row, discord.ActionRow)
        assert isinstance(row.children[0], discord.Button)
        assert row.children[0].custom_id == "press"


EMBEDS: dict[str, tuple[dict[str, Any], int]] = {
    "a field": ({"fields": [{"name": "n", "value": "v"}]}, 0),
    "nothing": ({}, 50035),
    "long title": ({"title": "t" * 257}, 50035),
    "long description": ({"description": "d" * 4097}, 50035),
    "26 fields": ({"fields": [{"name": "n", "value": "v"}] * 26}, 50035),
    "nameless field": ({"fields": [{"name": "", "value": "v"}]}, 50035),
    "long field": ({"fields": [{"name": "n", "value": "v" * 1025}]}, 50035),
    "long footer": ({"footer": {"text": "t" * 2049}}, 50035),
    "long author": ({"author": {"name": "n" * 257}}, 50035),
    "no link": ({"title": "t", "url": "example.org"}, 50035),
    "no time": ({"title": "t", "timestamp": "yesterday"}, 50035),
    "missing picture": ({"image": {"url": "attachment://gone.png"}}, 50035),
    "strange picture": ({"image": {"url": "file:///etc/passwd"}}, 50035),
}


@pytest.mark.parametrize(("embed", "code"), EMBEDS.values(), ids=EMBEDS.keys())
async def test_an_embed_keeps_to_its_limits(embed: dict[str, Any], code: int) -> None:
    async with a_plain_client(expect_complaints=code != 0) as (_, client):
        assert await client.post({"embeds": [embed]}) == code


async def test_an_embed_shows_pictures_only() -> None:
    async with a_plain_client() as (_, client):
        embed = {"image": {"url": "attachment://note.ogg"}}

        assert await client.post({"embeds": [embed]}, (OGG,)) == 50035


async def test_what_the_bot_asked_for_is_kept_as_it_was_asked() -> None:
    async with a_town() as town, a_bot(town) as bot:
        channel = bot.get_partial_messageable(int(town.channel.id))
        await channel.send(embed=_chart(), file=_png())

        (asked,) = [item for item in town.stand_in.requests if item.parts]
        assert asked.json["embeds"][0]["image"] == {"url": "attachment://usage.png"}


async def test_a_message_that_is_gone_is_unknown_and_nobodys_fault() -> None:
    async with a_town() as town, a_bot(town) as bot:
        channel = bot.get_partial_messageable(int(town.channel.id))
        message = await channel.send("soon gone")
        town.stand_in.delete_message(town.stand_in.messages(town.channel)[0])

        codes = []
        for call in (message.delete(), message.edit(content="x"), message.fetch()):
            with pytest.raises(discord.NotFound) as unknown:
                await call
            codes.append(unknown.value.code)

        assert codes == [10008, 10008, 10008]


async def test_the_bot_deletes_its_own_message_and_needs_leave_for_others() -> None:
    async with a_town() as town, a_bot(town) as bot:
        channel = bot.get_partial_messageable(int(town.channel.id))
        said = await town.stand_in.say(town.alice, town.channel, "hello")
        await (await channel.send("oops")).delete()

        with pytest.raises(discord.Forbidden) as refused:
            await channel.get_partial_message(int(said["id"])).delete()

        assert refused.value.code == 50013
        assert [m["id"] for m in town.stand_in.messages(town.channel)] == [said["id"]]


async def test_a_reply_shows_what_it_answers_until_that_is_gone() -> None:
    async with a_town() as town, a_bot(town) as bot:
        said = await town.stand_in.say(town.alice, town.channel, "hello")
        channel = bot.get_partial_messageable(int(town.channel.id))
        sent = await channel.get_partial_message(int(said["id"])).reply("hello you")
        town.stand_in.delete_message(said)

        fetched = await channel.fetch_message(sent.id)

        assert fetched.type is discord.MessageType.reply
        assert fetched.reference is not None
        assert fetched.reference.message_id == int(said["id"])
        assert town.stand_in.messages(town.channel)[0]["referenced_message"] is None


async def test_a_message_menu_brings_text_author_and_mentions() -> None:
    seen: list[discord.Message] = []

    def add_commands(tree: app_commands.CommandTree[Any]) -> None:
        @tree.context_menu(name="Speak this message")
        async def speak_this(interaction: Asked, message: discord.Message) -> None:
            seen.append(message)
            await interaction.response.send_message("seen")

    async with a_town() as town, a_bot(town, add_commands):
        role = town.stand_in.add_role(town.server, "singers", mentionable=True)
        text = f"hello <@{town.bob.id}> and <@&{role.id}>"
        said = await town.stand_in.say(town.alice, town.channel, text)
        direct = town.stand_in.direct_channel(town.bob)
        hidden = await town.stand_in.say(town.bob, direct, "between us")

        for person, message in ((town.bob, said), (town.bob, hidden)):
            await content_of(
                await town.stand_in.message_menu(person, "Speak this message", message)
            )

    public, private = seen
    assert (public.content, public.author.name, public.attachments) == (text, "alice", [])
    assert [user.name for user in public.mentions] == ["bob"]
    assert public.raw_role_mentions == [int(role.id)]
    assert (private.content, private.author.name, private.guild) == ("between us", "bob", None)


async def test_an_edit_can_take_every_file_away() -> None:
    async with a_town() as town, a_bot(town) as bot:
        channel = bot.get_partial_messageable(int(town.channel.id))
        view = discord.ui.View().add_item(discord.ui.Button(label="Press", custom_id="press"))
        message = await channel.send("one", files=[_png(), _csv()], view=view)

        changed = await message.edit(attachments=[])

        (shown,) = town.stand_in.messages(town.channel)
        assert (changed.attachments, shown["attachments"]) == ([], [])
        assert (shown["content"], len(shown["components"])) == ("one", 1)
        assert (await channel.fetch_message(message.id)).attachments == []


async def test_a_message_that_was_only_files_needs_something_in_their_place() -> None:
    async with a_plain_client() as (town, client):
        assert await client.post({}, files=(OGG,)) == 0
        (shown,) = town.stand_in.messages(town.channel)
        path = f"/channels/{town.channel.id}/messages/{shown['id']}"

        status, answer = await client.call("PATCH", path, {"attachments": []})
        assert (status, answer["code"]) == (400, 50006)
        status, answer = await client.call("PATCH", path, {"attachments": [], "content": "gone"})

        assert (status, answer["content"], answer["attachments"]) == (200, "gone", [])


async def test_an_answer_to_an_interaction_loses_its_files_too() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        sent = await town.stand_in.slash(town.alice, town.channel, "hi")
        hook = f"/webhooks/{town.stand_in.world.bot.id}/{sent.token}"
        assert await client.answer(sent, {"type": 5, "data": {"flags": 64}}) == 0
        await client.call("PATCH", f"{hook}/messages/@original", {"content": "one"}, (OGG,))
        assert sent.message is not None
        assert [item["filename"] for item in sent.message["attachments"]] == ["note.ogg"]

        await client.call("PATCH", f"{hook}/messages/@original", {"attachments": []})

        assert (sent.message["content"], sent.message["attachments"]) == ("one", [])
