"""What a channel of the stand-in looks like in a terminal."""

import io
from typing import Any

import discord
import pytest

from bot.sandbox.terminal import ChannelView, as_lines
from tests.integration.discord_probe import PNG, a_bot, a_town


def _view() -> discord.ui.View:
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Again", custom_id="again"))
    view.add_item(discord.ui.Button(label="Help", url="https://example.org"))
    options = [discord.SelectOption(label="Calm")]
    menu: discord.ui.Select[Any] = discord.ui.Select(placeholder="Which voice?", options=options)
    view.add_item(menu)
    return view.add_item(discord.ui.UserSelect())


async def test_embeds_files_buttons_and_menus_are_shown_as_lines() -> None:
    async with a_town() as town, a_bot(town) as bot:
        embed = discord.Embed(title="Usage", description="by day")
        embed.add_field(name="Characters", value="12").set_image(url="attachment://chart.png")
        files = [
            discord.File(io.BytesIO(data), name)
            for name, data in (("chart.png", PNG), ("u.csv", b"1"))
        ]
        channel = bot.get_partial_messageable(int(town.channel.id))

        await channel.send("one\ntwo", embed=embed, files=files, view=_view())

        (shown,) = town.stand_in.messages(town.channel)
        assert as_lines(shown) == [
            "one",
            "two",
            "**Usage**",
            "by day",
            "Characters: 12",
            "🖼",
            "📎 u.csv",
            "[ Again ] [ Help ] [ Which voice? ▾ ] [ Choose ▾ ]",
        ]


async def test_a_message_that_changed_is_shown_where_it_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_town() as town, a_bot(town) as bot:
        view = ChannelView(town.stand_in, town.channel)
        channel = bot.get_partial_messageable(int(town.channel.id))
        message = await channel.send("one\ntwo")
        view.catch_up()
        await message.edit(content="one\nthree")
        view.catch_up()

    shown = capsys.readouterr().out.splitlines()
    assert [line.split() for line in shown] == [["myna", "one"], ["myna", "two"], ["myna", "three"]]
