"""`myna check`: what is configured, whether each part answers, and a self-test of the audio."""

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import discord

from bot import settings as configuration
from bot.app import speech_api
from bot.audio.prep import audio_prep
from bot.domain.errors import MynaError, ServiceMisconfigured
from bot.frontends import wording_operator
from bot.notes import BUILT_IN_NOTE
from bot.settings import Settings
from bot.store import Database, StoreUnusable

FAILED = 1

Check = Callable[[Settings], Awaitable[str]]


class CheckFailed(Exception):
    """One part does not work; the message says what to do."""


async def run(settings: Settings) -> int:
    """Print a line for each setting and each part; return 0 if all work, else 1."""
    for line in configured(settings):
        print(line)
    failures = 0
    for name, check in CHECKS.items():
        try:
            print(f"ok      {name}: {await check(settings)}")
        except CheckFailed as error:
            failures += 1
            print(f"FAILED  {name}: {error}")
    return FAILED if failures else 0


def configured(settings: Settings) -> list[str]:
    """Return what is set, secrets only as being set."""
    lines = []
    for name, value in settings.model_dump().items():
        hidden = name in {"discord_token", "minimax_api_key"}
        shown = "(set, not shown)" if hidden else "" if value in (None, ()) else str(value)
        lines.append(f"set     {name.upper()}={_without_password(shown)}")
    lines += [
        f"unknown {name} in .env means nothing to Myna" for name in configuration.unknown_names()
    ]
    return lines


async def _audio(_: Settings) -> str:
    async with audio_prep(workers=1) as audio:
        with tempfile.TemporaryDirectory() as folder:
            try:
                sample = await audio.prepare(
                    [BUILT_IN_NOTE], Path(folder) / "sample", best_part=False
                )
            except MynaError as error:
                raise CheckFailed(f"the built-in note was not converted: {error!r}") from error
    return f"converted the built-in note: {sample.seconds:.1f} s, {sample.size} bytes"


async def _database(settings: Settings) -> str:
    try:
        async with Database(settings.database_url):
            return "can be read and written"
    except StoreUnusable as error:
        raise CheckFailed(str(error)) from error


async def _minimax(settings: Settings) -> str:
    async with aiohttp.ClientSession() as session:
        try:
            await speech_api(settings, session).check()
        except ServiceMisconfigured as error:
            raise CheckFailed(wording_operator.misconfigured(error)) from error
        except MynaError as error:
            raise CheckFailed(f"{settings.minimax_base_url} does not answer: {error!r}") from error
    return f"{settings.minimax_base_url} accepts the key"


async def _discord(settings: Settings) -> str:
    client = discord.Client(intents=discord.Intents(guilds=True), proxy=settings.discord_proxy)
    async with client:
        try:
            await client.login(settings.discord_token.get_secret_value())
        except discord.LoginFailure as error:
            raise CheckFailed(wording_operator.LOGIN_REFUSED) from error
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            raise CheckFailed(wording_operator.discord_unreachable(str(error))) from error
        return f"accepts the token of {client.user}"


CHECKS: dict[str, Check] = {
    "audio": _audio,
    "database": _database,
    "MiniMax": _minimax,
    "Discord": _discord,
}


def _without_password(value: str) -> str:
    """Hide what stands between user name and host of a database's address."""
    before, at, after = value.rpartition("@")
    if not at or "://" not in before:
        return value
    scheme, _, user = before.partition("://")
    return f"{scheme}://{user.partition(':')[0]}:…@{after}"
