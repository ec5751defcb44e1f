"""A real discord.py bot, through the proxy and TLS, against the stand-in."""

import discord
import pytest

from bot.sandbox.discord import MessageFlag
from tests.fakes.discord_probe_bot import post_voice
from tests.integration.discord_probe import OGG, a_bot, a_plain_client, a_town


async def test_a_slash_command_carries_a_file_to_the_bot_and_another_back() -> None:
    async with a_town() as town, a_bot(town):
        interaction = await town.stand_in.slash(
            town.alice, town.channel, "reverse", clip=("in.ogg", OGG, "audio/ogg"), shift=3
        )
        await interaction.completed()

        assert interaction.message is not None
        assert interaction.message["content"] == "shift 3"
        assert town.stand_in.read_file(interaction.message["attachments"][0]) == OGG[::-1]
        assert interaction.followups == [interaction.message]


async def test_only_the_person_meant_sees_an_ephemeral_answer() -> None:
    async with a_town() as town, a_bot(town):
        interaction = await town.stand_in.slash(town.alice, town.channel, "whisper", text="psst")
        await interaction.answered()

        assert interaction.is_ephemeral
        assert [m["content"] for m in town.stand_in.messages(town.channel, town.alice)] == ["psst"]
        assert town.stand_in.messages(town.channel, town.bob) == []


async def test_a_message_menu_brings_the_voice_note_it_was_used_on() -> None:
    async with a_town() as town, a_bot(town):
        note = await town.stand_in.say(
            town.alice, town.channel, files=[("note.ogg", OGG)], voice=(3.5, b"\x01\x02")
        )

        interaction = await town.stand_in.message_menu(town.bob, "Measure", note)
        await interaction.answered()

        assert interaction.message is not None
        assert interaction.message["content"] == "True 3.5"


async def test_a_modal_is_filled_in_with_text_choice_file_and_tick() -> None:
    async with a_town() as town, a_bot(town):
        opened = await (await town.stand_in.slash(town.alice, town.channel, "new")).answered()

        sent = await town.stand_in.submit_modal(
            opened, {"Name": "Bea", "Kind": ["Calm"], "Clip": [("c.ogg", OGG)], "I agree": True}
        )
        await sent.answered()

        assert sent.message is not None
        assert sent.message["content"] == f"Bea Calm {len(OGG)} True"


async def test_a_button_works_after_the_bot_was_restarted() -> None:
    async with a_town() as town:
        async with a_bot(town):
            shown = await (await town.stand_in.slash(town.alice, town.channel, "panel")).answered()
        async with a_bot(town):
            assert shown.message is not None
            pressed = await town.stand_in.click(town.alice, shown.message, "Again")
            await pressed.answered()

    assert pressed.message is not None
    assert pressed.message["content"] == "again 7"


async def test_a_voice_message_posted_twice_with_one_nonce_is_there_once() -> None:
    async with a_town() as town, a_bot(town) as bot:
        first = await post_voice(bot, int(town.channel.id), OGG, nonce="speech-1")
        second = await post_voice(bot, int(town.channel.id), OGG, nonce="speech-1")

        assert first["id"] == second["id"]
        (posted,) = town.stand_in.messages(town.channel)
        assert posted["flags"] == MessageFlag.VOICE
        assert posted["attachments"][0]["duration_secs"] == 1.5


async def test_typing_into_an_option_brings_suggestions() -> None:
    async with a_town() as town, a_bot(town):
        choices = await town.stand_in.autocomplete(
            town.alice, town.channel, "whisper", "text", "hey"
        )

        assert choices == [{"name": "hey!", "value": "hey"}]


async def test_a_message_pings_unless_it_says_whom_it_may_ping() -> None:
    async with a_town() as town, a_bot(town) as bot:
        channel = bot.get_partial_messageable(int(town.channel.id))
        text = f"<@{town.alice.id}>"

        loud = await channel.send(text)
        quiet = await channel.send(text, allowed_mentions=discord.AllowedMentions.none())

        assert [user.name for user in loud.mentions] == ["alice"]
        assert quiet.mentions == []


@pytest.mark.parametrize("name", ["reverse", "whisper"])
async def test_a_person_cannot_send_a_command_without_its_required_option(name: str) -> None:
    async with a_town() as town, a_bot(town):
        with pytest.raises(ValueError, match="is required"):
            await town.stand_in.slash(town.alice, town.channel, name)


async def test_the_bot_replies_in_every_channel_it_sees() -> None:
    async with a_town() as town, a_bot(town) as bot:
        side = town.stand_in.add_channel(town.server, "side")
        said = await town.stand_in.say(town.alice, side, "hello")
        channel = bot.get_partial_messageable(int(side.id))

        await channel.send("back", reference=channel.get_partial_message(int(said["id"])))

        (_, reply) = town.stand_in.messages(side)
        assert (reply["type"], reply["referenced_message"]["content"]) == (19, "hello")
        assert reply["message_reference"]["channel_id"] == side.id


async def test_a_reply_to_a_message_that_is_gone_is_an_ordinary_one_where_the_bot_allows() -> None:
    async with a_town() as town, a_bot(town) as bot:
        said = await town.stand_in.say(town.alice, town.channel, "hello")
        town.stand_in.delete_message(said)
        channel = bot.get_partial_messageable(int(town.channel.id))
        gone = discord.MessageReference(
            message_id=int(said["id"]), channel_id=channel.id, fail_if_not_exists=False
        )

        await channel.send("back", reference=gone)

        (reply,) = town.stand_in.messages(town.channel)
        assert (reply["type"], reply["content"]) == (0, "back")


async def test_a_reply_leads_to_no_other_channel() -> None:
    async with a_plain_client() as (town, client):
        side = town.stand_in.add_channel(town.server, "side")
        said = await town.stand_in.say(town.alice, side, "hello")

        reference = {"message_id": said["id"], "channel_id": side.id}
        assert await client.post({"content": "x", "message_reference": reference}) == 50035
