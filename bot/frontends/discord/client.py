"""The Discord client: minimal intents, commands, buttons, and no traceback for anybody to see."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.frontends import wording
from bot.frontends.discord.addresses import person
from bot.frontends.discord.answers import answering, refuse
from bot.frontends.discord.case_views import CaseButton, ReportButton
from bot.frontends.discord.commands import sync_if_changed
from bot.frontends.discord.consent_views import ConsentButton
from bot.frontends.discord.erase_views import EraseButton
from bot.frontends.discord.face import Face, Press
from bot.frontends.discord.form_ids import is_forgotten
from bot.frontends.discord.library_views import ShelfButton, ShelfMenu
from bot.frontends.discord.markup import NOBODY
from bot.frontends.discord.membership import roles_of, server_of
from bot.frontends.discord.settings_views import RuleButton, RuleChannels, RuleMenu, RuleRoles
from bot.frontends.discord.speech_views import SpeechButton
from bot.frontends.discord.views import VoiceButton
from bot.ports import KeyValueStore

P = ParamSpec("P")

_log = logging.getLogger(__name__)

# Myna never joins voice channels, so what those would need is not worth a warning.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

CONNECTIONS_MAX: Final = 100
"""Open connections to Discord. Two hundred presses at once are acknowledged sooner over these
than over two hundred new ones, each with its own TLS handshake (discord.py sets no limit)."""


class _Tree(app_commands.CommandTree["MynaBot"]):
    async def on_error(
        self,
        interaction: discord.Interaction["MynaBot"],
        error: app_commands.AppCommandError,
    ) -> None:
        """Answer with a sentence whatever a command raised."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await refuse(interaction, cause)


def _ended_by_close(
    handler: Callable[Concatenate["MynaBot", P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate["MynaBot", P], Coroutine[Any, Any, None]]:
    """Let closing the bot end a handler, before what it works with is closed too."""

    @wraps(handler)
    async def run(bot: "MynaBot", /, *args: P.args, **kwargs: P.kwargs) -> None:
        task = asyncio.current_task()
        if bot.is_closed() or task is None:
            return
        bot.handling.add(task)
        try:
            await handler(bot, *args, **kwargs)
        finally:
            bot.handling.discard(task)

    return run


class MynaBot(commands.AutoShardedBot):
    """Myna on Discord. `face` must be set before `start`: it is wired after the client exists."""

    face: Face

    def __init__(
        self,
        *,
        facts: KeyValueStore,
        extensions: Sequence[str],
        proxy: str | None = None,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            # Servers, their channels, and who is banned; what people write is never read.
            intents=discord.Intents(guilds=True, moderation=True),
            tree_cls=_Tree,
            help_command=None,
            allowed_mentions=NOBODY,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            proxy=proxy,
            connector=connector or aiohttp.TCPConnector(limit=CONNECTIONS_MAX),
        )
        self._facts = facts
        self._extensions = extensions
        self.handling: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Leave Discord, and end what is being done about its news: the next READY tells anew."""
        await super().close()
        handling = list(self.handling)
        for task in handling:
            task.cancel()
        await asyncio.gather(*handling, return_exceptions=True)

    async def setup_hook(self) -> None:
        """Load the commands and buttons once, after the log-in and before the gateway."""
        self.add_dynamic_items(
            *(VoiceButton, SpeechButton, ShelfButton, ShelfMenu),
            *(ConsentButton, CaseButton, ReportButton, EraseButton),
            *(RuleButton, RuleMenu, RuleChannels, RuleRoles),
        )
        for extension in self._extensions:
            await self.load_extension(extension)
        assert self.application_id is not None  # the log-in brought it
        await sync_if_changed(self.tree, self.application_id, self._facts)

    @_ended_by_close
    async def on_ready(self) -> None:
        """Tell where Myna is: it may have been off when that changed, or when somebody left."""
        _log.info("ready as %s in %s servers", self.user, len(self.guilds))
        services = self.face.services
        await services.presence.compare({server_of(each): roles_of(each) for each in self.guilds})
        await services.presence.sweep()
        await services.departures.sweep()

    @_ended_by_close
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Tell that Myna was brought to a server, perhaps back to it."""
        await self.face.services.presence.joined(server_of(guild))

    @_ended_by_close
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Tell that Myna was removed from a server; an outage does not count."""
        await self.face.services.presence.removed(server_of(guild))

    @_ended_by_close
    async def on_member_ban(
        self, guild: discord.Guild, user: discord.User | discord.Member
    ) -> None:
        """Tell that somebody was banned, where Myna may know; elsewhere it will ask."""
        await self.face.services.departures.left(server_of(guild), person(user))

    async def on_interaction(self, interaction: Press) -> None:
        """Answer a form that was opened too long ago; discord.py passes over it in silence."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        form = str(dict(interaction.data or {}).get("custom_id"))
        if is_forgotten(form, mark=self.face.mark, sent_at=interaction.created_at):
            async with answering(interaction):
                await interaction.response.send_message(wording.FORM_FORGOTTEN, ephemeral=True)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:  # noqa: ANN401  as inherited
        """Log what an event handler raised; there is nobody to answer."""
        _log.exception("handling %s failed", event_method)
