"""Starting: commands are told to Discord only when that changed; the operator hears of trouble."""

from datetime import timedelta

import discord
import pytest

from bot.domain.errors import PreviewLost, ServiceMisconfigured
from bot.frontends.discord.alerts import DiscordAlerts
from bot.frontends.discord.commands import FACT
from tests.fakes.discord_scene import NOW, Scene, scene

BAD_KEY = ServiceMisconfigured(code=2049, message="invalid api key")


def syncs(stage: Scene) -> int:
    return sum(
        request.method == "PUT" and request.path.endswith("/commands")
        for request in stage.discord.requests
    )


async def test_commands_are_synced_once_and_not_at_every_start() -> None:
    async with scene() as stage:
        for _ in range(2):
            async with stage.myna():
                pass

        assert syncs(stage) == 1


async def test_commands_are_synced_again_when_discord_was_told_others() -> None:
    async with scene() as stage:
        async with stage.myna():
            pass
        await stage.facts.write(FACT, "of another version or application")
        async with stage.myna():
            pass

        assert syncs(stage) == 2


async def test_nothing_is_read_that_people_write() -> None:
    async with scene() as stage, stage.myna() as running:
        assert running.bot.intents == discord.Intents(guilds=True, moderation=True)


async def test_the_operator_hears_of_one_kind_of_trouble_once_an_hour() -> None:
    now = [NOW]
    async with scene() as stage, stage.myna() as running:
        alerts = DiscordAlerts(running.bot, int(stage.channel.id), now=lambda: now[0])
        await alerts.alert(BAD_KEY, "r-1")
        await alerts.alert(BAD_KEY, "r-2")
        await alerts.alert(PreviewLost(reason="@everyone"), "r-3")
        now[0] += timedelta(hours=1)
        await alerts.alert(BAD_KEY, "r-4")

        said = [str(message["content"]) for message in stage.seen()]
        assert [text.rsplit(" ", 1)[-1] for text in said] == ["r-1", "r-3", "r-4"]
        assert "2049" in said[0]
        assert not any(message["mention_everyone"] for message in stage.seen())


async def test_every_trouble_is_logged_also_without_a_channel(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with scene() as stage, stage.myna() as running:
        alerts = DiscordAlerts(running.bot, None, now=lambda: NOW)
        await alerts.alert(BAD_KEY, "r-1")
        await alerts.alert(BAD_KEY, "r-2")

        assert stage.seen() == []
    assert ["r-1" in caplog.text, "r-2" in caplog.text] == [True, True]


async def test_trouble_that_nobody_could_be_told_of_is_told_the_next_time() -> None:
    async with scene() as stage, stage.myna() as running:
        alerts = DiscordAlerts(running.bot, int(stage.channel.id), now=lambda: NOW)
        stage.discord.faults.fail(r"^POST .*/messages$", status=403)
        await alerts.alert(BAD_KEY, "r-1")
        await alerts.alert(BAD_KEY, "r-2")

        said = [str(message["content"]) for message in stage.seen()]
        assert [text.rsplit(" ", 1)[-1] for text in said] == ["r-2"]


async def test_an_operator_channel_that_is_gone_fails_nothing() -> None:
    async with scene() as stage, stage.myna() as running:
        alerts = DiscordAlerts(running.bot, 1, now=lambda: NOW)

        await alerts.alert(BAD_KEY, "r-1")
