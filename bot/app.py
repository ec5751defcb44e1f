"""The composition root: opens everything, wires it, starts the faces, closes in reverse."""

import asyncio
import logging
import math
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import aiohttp
import discord

from bot import health
from bot.audio.pool import WorkerUnavailable
from bot.audio.prep import audio_prep
from bot.domain.errors import OperatorError, ServiceMisconfigured, TemporaryError
from bot.frontends import wording_operator
from bot.frontends.discord.alerts import DiscordAlerts
from bot.frontends.discord.case_board import DiscordCaseBoard
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.delivery import DiscordDelivery
from bot.frontends.discord.face import Face
from bot.frontends.discord.membership import DiscordMembership
from bot.frontends.discord.notes import DiscordNotes
from bot.frontends.discord.operators import operators_of
from bot.jobs import (
    AlreadyRunning,
    DurableJobs,
    Engine,
    EngineUnusable,
    Guard,
    Housekeeping,
    load_voice_ids,
)
from bot.minimax.client import MiniMaxClient
from bot.minimax.download import DEFAULT_HOSTS
from bot.minimax.errors import Endpoint
from bot.minimax.gateway import MiniMaxSpeechApi
from bot.ports import Clock, Sleep
from bot.services import Services
from bot.services.stock import StockVoices
from bot.settings import Settings
from bot.store import Database, StoreUnusable, ambient
from bot.wiring import Stores, World, lanes, services, workflows

EXTENSIONS = (
    "cogs.clone",
    "cogs.speak",
    "cogs.voices",
    "cogs.consent",
    "cogs.verify",
    "cogs.cases",
    "cogs.usage",
    "cogs.privacy",
    "cogs.settings",
)

RESUME_AFTER = timedelta(minutes=10)
"""So often, orders this old are looked at again: long after the three seconds in which they are
acknowledged, soon enough for a member who waits."""

Resume = Callable[[], Awaitable[int]]
"""Starts what lies about: runs that a full disk broke off, orders Discord was silent about."""

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """Why Myna does not start: one sentence for the operator, and an exit code of sysexits.h."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


async def run(settings: Settings, now: Clock = utc_now) -> None:
    """Run Myna until it is told to stop; `now` is the time that voices and budgets go by.

    Raises:
        CannotStart: it cannot work as it is set up, or Discord shut it out.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with opened(settings, now) as (bot, resume), asyncio.TaskGroup() as tasks:
        stopping = tasks.create_task(stop.wait())
        beating = tasks.create_task(_beat(bot, settings))
        resuming = tasks.create_task(resume_stranded(resume))
        connected = tasks.create_task(stay_connected(bot.connect))
        await asyncio.wait({stopping, connected}, return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        await bot.close()
        for task in (stopping, beating, resuming):
            task.cancel()
    health.stop(settings.myna_data_dir)
    if (refused := connected.result()) is not None:
        raise refused


@asynccontextmanager
async def opened(settings: Settings, now: Clock = utc_now) -> AsyncIterator[tuple[MynaBot, Resume]]:
    """Open and wire everything; yield the bot, logged in and ready to connect, and `Resume`.

    Raises:
        CannotStart: something cannot be opened.
    """
    async with AsyncExitStack() as stack:
        try:
            bot, resume = await _wired(settings, stack, now)
        except (StoreUnusable, EngineUnusable) as error:
            raise CannotStart(str(error), os.EX_CANTCREAT) from error
        except WorkerUnavailable as error:
            raise CannotStart(wording_operator.worker_unusable(str(error)), os.EX_OSERR) from error
        except AlreadyRunning as error:
            raise CannotStart(str(error), os.EX_TEMPFAIL) from error
        yield bot, resume


async def _wired(settings: Settings, stack: AsyncExitStack, now: Clock) -> tuple[MynaBot, Resume]:
    guard = _take_data_folder(settings, stack)
    database = await stack.enter_async_context(Database(settings.database_url))
    stores = Stores(database, settings, now)
    session = await stack.enter_async_context(aiohttp.ClientSession())
    speech = speech_api(settings, session)
    stock = StockVoices(speech, now=now)
    await _check_account(stock)
    audio = await stack.enter_async_context(audio_prep(workers=settings.myna_audio_workers))
    bot = await stack.enter_async_context(
        MynaBot(facts=stores.facts, extensions=EXTENSIONS, proxy=settings.discord_proxy)
    )
    delivery = await stack.enter_async_context(
        DiscordDelivery(bot, now=now, monotonic=time.monotonic)
    )
    await _log_in(bot, settings)
    world = World(
        speech=speech,
        audio=audio,
        notes=DiscordNotes(bot, session, proxy=settings.discord_proxy),
        notifier=delivery,
        membership=DiscordMembership(bot),
        board=DiscordCaseBoard(bot, settings.myna_operator_channel),
        alerts=DiscordAlerts(bot, settings.myna_operator_channel, now=now),
        voice_ids=await load_voice_ids(stores.facts),
        now=now,
    )
    chores = Housekeeping()
    engine = await stack.enter_async_context(
        Engine(
            executor_id=guard.executor_id,
            url=settings.jobs_database_url,
            application=database.engine,
            ambient=ambient,
            workflows=workflows(settings, stores, world, stock),
            alerts=world.alerts,
            lanes=lanes(settings),
            schedules=chores.schedules(),
        )
    )
    jobs = DurableJobs(engine)
    use_cases = services(settings, stores, world, jobs, stock)
    chores.services = use_cases
    bot.face = Face(
        use_cases,
        delivery.status,
        world.alerts,
        settings.myna_default_model,
        notes=world.notes,
        now=now,
        clone_fee=settings.prices.clone_fee,
        operators=operators_of(bot, settings.myna_operators),
    )
    resume = partial(_resume, use_cases, delivery, stock)
    log.info("started; %d requests under way", await resume())
    await chores.catch_up()
    return bot, lambda: resume(ordered_before=now() - RESUME_AFTER)


async def _resume(
    use_cases: Services,
    delivery: DiscordDelivery,
    stock: StockVoices,
    *,
    ordered_before: datetime | None = None,
) -> int:
    """Start what lies about, and keep the list of stock voices fresh; return what was started."""
    clones = await use_cases.clone_voice.resume(
        delivery.acknowledged, ordered_before=ordered_before
    )
    speeches = await use_cases.speak_text.resume(
        delivery.acknowledged, ordered_before=ordered_before
    )
    await use_cases.ask_consent.resume()
    await stock.refresh()
    return clones + speeches


def speech_api(settings: Settings, session: aiohttp.ClientSession) -> MiniMaxSpeechApi:
    """Return MiniMax as it is configured."""
    client = MiniMaxClient(
        session,
        base_url=settings.minimax_base_url,
        api_key=settings.minimax_api_key.get_secret_value(),
        group_id=settings.minimax_group_id,
        requests_per_minute={
            Endpoint.CLONE: settings.minimax_clone_rpm,
            Endpoint.SPEECH: settings.minimax_speech_rpm,
        },
        download_hosts=(*DEFAULT_HOSTS, *settings.minimax_download_hosts),
    )
    return MiniMaxSpeechApi(client)


def _take_data_folder(settings: Settings, stack: AsyncExitStack) -> Guard:
    """Make the folder and keep every other Myna out, before anything in it is touched."""
    folder = settings.myna_data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return stack.enter_context(Guard(folder))
    except OSError as error:
        sentence = wording_operator.folder_unusable(str(folder), error.strerror or str(error))
        raise CannotStart(sentence, os.EX_CANTCREAT) from error


async def _check_account(stock: StockVoices) -> None:
    try:
        await stock.ask()
    except ServiceMisconfigured as error:
        raise CannotStart(wording_operator.misconfigured(error), os.EX_CONFIG) from error
    except (TemporaryError, OperatorError) as error:
        # It may come back while people talk; every clone is tried again by itself.
        log.warning("MiniMax did not answer as it should: %r", error)


async def _log_in(bot: MynaBot, settings: Settings) -> None:
    try:
        await bot.login(settings.discord_token.get_secret_value())
    except discord.LoginFailure as error:
        raise CannotStart(wording_operator.LOGIN_REFUSED, os.EX_CONFIG) from error
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise CannotStart(
            wording_operator.discord_unreachable(str(error)), os.EX_UNAVAILABLE
        ) from error


async def stay_connected(connect: Callable[[], Awaitable[None]]) -> CannotStart | None:
    """Stay connected until the bot is closed; return why Discord would not have it."""
    try:
        await connect()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        return CannotStart(wording_operator.shut_out(str(error)), os.EX_UNAVAILABLE)
    return None


async def resume_stranded(resume: Resume, sleep: Sleep = asyncio.sleep) -> None:
    """Call `resume` every now and then, whatever becomes of it."""
    while True:
        await sleep(RESUME_AFTER.total_seconds())
        try:
            await resume()
        except Exception:
            log.exception("what was left lying could not be taken up; trying again later")


async def _beat(bot: MynaBot, settings: Settings) -> None:
    await bot.wait_until_ready()
    while True:
        if math.isfinite(bot.latency):  # infinite while the gateway is lost
            await asyncio.to_thread(health.beat, settings.myna_data_dir)
        await asyncio.sleep(health.BEAT_SECONDS)
