"""What can go wrong with Discord, met by a real discord.py bot."""

import re

import aiohttp
import discord
import pytest

from bot.sandbox.discord import MEMBER_PERMISSIONS, MessageFlag, Permission
from tests.fakes.discord_probe_bot import post_voice
from tests.integration.discord_probe import OGG, Clock, Town, a_bot, a_town


async def test_a_rate_limit_and_a_bad_gateway_are_met_and_tried_again() -> None:
    async with a_town() as town, a_bot(town) as bot:
        route = r"POST .*/channels/\d+/messages"
        town.stand_in.faults.fail(route, status=502)
        town.stand_in.faults.rate_limit(route, retry_after=0.01)

        await bot.get_partial_messageable(int(town.channel.id)).send("at last")

        assert [m["content"] for m in town.stand_in.messages(town.channel)] == ["at last"]
        assert len(_posts(town)) == 3


async def test_what_was_missed_while_the_gateway_was_down_comes_with_the_resume() -> None:
    async with a_town() as town, a_bot(town):
        await town.stand_in.gateway.drop()
        interaction = await town.stand_in.slash(town.alice, town.channel, "whisper", text="late")
        await interaction.answered(10)

        assert town.stand_in.gateway.resumes == 1


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.ATTACH_FILES, 50013),
        (Permission.SEND_VOICE_MESSAGES, 50173),
    ],
)
async def test_a_missing_permission_is_told_with_its_own_code(
    missing: Permission, code: int
) -> None:
    async with a_town() as town, a_bot(town) as bot:
        town.stand_in.set_bot_permissions(town.channel, MEMBER_PERMISSIONS & ~missing)

        with pytest.raises(discord.Forbidden) as refused:
            await post_voice(bot, int(town.channel.id), OGG, nonce="1")

        assert refused.value.code == code


async def test_the_permissions_a_bot_lacks_are_missing_from_the_interaction() -> None:
    async with a_town() as town, a_bot(town) as bot:
        allowed = MEMBER_PERMISSIONS & ~Permission.SEND_VOICE_MESSAGES
        town.stand_in.set_bot_permissions(town.channel, allowed)
        seen: list[discord.Interaction] = []

        async def on_interaction(interaction: discord.Interaction) -> None:
            seen.append(interaction)

        bot.add_listener(on_interaction)
        await (await town.stand_in.slash(town.alice, town.channel, "whisper", text="hm")).answered()

        assert seen[0].app_permissions.value == int(allowed)
        channel = bot.get_channel(int(town.channel.id))
        assert isinstance(channel, discord.TextChannel)
        assert channel.permissions_for(channel.guild.me).value == int(allowed)


async def test_an_answer_to_a_message_needs_the_message_history() -> None:
    async with a_town() as town, a_bot(town) as bot:
        said = await town.stand_in.say(town.alice, town.channel, "hello")
        channel = bot.get_partial_messageable(int(town.channel.id))
        reference = channel.get_partial_message(int(said["id"]))

        answer = await channel.send("hello you", reference=reference)
        allowed = MEMBER_PERMISSIONS & ~Permission.READ_MESSAGE_HISTORY
        town.stand_in.set_bot_permissions(town.channel, allowed)
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send("hello again", reference=reference)

        (_, shown) = town.stand_in.messages(town.channel)
        assert shown["referenced_message"]["content"] == "hello"
        assert [user.name for user in answer.mentions] == ["alice"]
        assert refused.value.code == 160002


async def test_a_signed_link_runs_out_and_reading_the_message_signs_it_anew() -> None:
    clock = Clock()
    async with a_town(clock=clock) as town, a_bot(town) as bot:
        said = await town.stand_in.say(town.alice, town.channel, "hi", files=[("a.ogg", OGG)])
        channel = bot.get_partial_messageable(int(town.channel.id))
        message = await channel.fetch_message(int(said["id"]))

        clock.now += 86_401
        with pytest.raises(discord.Forbidden):
            await message.attachments[0].read()
        again = await channel.fetch_message(int(said["id"]))

        assert await again.attachments[0].read() == OGG


async def test_a_file_taken_off_the_cdn_is_not_found() -> None:
    async with a_town() as town, a_bot(town) as bot:
        said = await town.stand_in.say(town.alice, town.channel, "hi", files=[("a.ogg", OGG)])
        town.stand_in.delete_file(said["attachments"][0])
        channel = bot.get_partial_messageable(int(town.channel.id))
        message = await channel.fetch_message(int(said["id"]))

        with pytest.raises(discord.NotFound):
            await message.attachments[0].read()


async def test_a_forged_link_is_refused() -> None:
    async with a_town() as town, aiohttp.ClientSession() as session:
        said = await town.stand_in.say(town.alice, town.channel, "hi", files=[("a.ogg", OGG)])
        link = said["attachments"][0]["url"]
        later = re.sub(r"ex=\w+", "ex=ffffffff", link)

        async with session.get(link) as honest, session.get(later) as forged:
            assert (honest.status, forged.status) == (200, 403)


async def test_a_voice_flag_can_be_dropped_from_follow_ups_without_a_word() -> None:
    async with a_town(voice_in_followups=False) as town, a_bot(town):
        interaction = await town.stand_in.slash(town.alice, town.channel, "speak", clip=("a", OGG))
        await interaction.until(lambda seen: bool(seen.followups))

        assert interaction.followups[0]["flags"] & MessageFlag.VOICE == 0
        assert interaction.followups[0]["attachments"]


async def test_a_person_can_refuse_direct_messages() -> None:
    async with a_town() as town, a_bot(town) as bot:
        town.alice.accepts_direct_messages = False
        alice = await bot.fetch_user(int(town.alice.id))

        with pytest.raises(discord.Forbidden) as refused:
            await alice.send("hello")

        assert refused.value.code == 50007


def _posts(town: Town) -> list[str]:
    return [
        request.path
        for request in town.stand_in.requests
        if request.method == "POST" and request.path.endswith("/messages")
    ]
