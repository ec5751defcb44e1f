"""Everything that decides about speaking, on real stores, with jobs that only remember."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.domain.money import Budgets, Charge, Microdollars, Period, PriceList, Whose
from bot.domain.outcomes import SpeechDone, SpeechFailed, SpeechOutcome
from bot.domain.people import Address, Asker, PersonId, RoleId, ServerId
from bot.domain.sharing import Grant, Scope
from bot.domain.speeches import Effect, Speech, SpeechKey, SpeechOrder, SpeechState, VoiceChoice
from bot.domain.voices import UNUSED_LIFE, Voice, VoiceKey, VoiceState
from bot.jobs import SPEAK_WORKFLOW
from bot.ports import Clock, Jobs
from bot.services.admission import SpeechRules
from bot.services.choosing import ChooseVoice
from bot.services.keeping import KeepVoices
from bot.services.library import Library
from bot.services.speaking import Offered, SpeakText
from bot.services.stock import StockVoices
from bot.store import Database
from bot.store.schema import holds
from tests.fakes.databases import sqlite_in
from tests.fakes.house import House
from tests.fakes.jobs import RecordingJobs
from tests.fakes.myna import PRICES, Kept, Myna, ended, running, voice_id
from tests.fakes.orders import (
    ADA,
    ADDRESS,
    BOB,
    NOON,
    SERVER,
    a_consent,
    a_speech_order,
    a_voice,
    an_order,
)
from tests.fakes.world import FakeSpeechApi, FakeSpeechCache, World

MINE = VoiceKey("discord-1")
SECOND = timedelta(seconds=1)
EVER = (NOON - timedelta(days=60), NOON + timedelta(days=60))

ELSEWHERE = ServerId("discord:66")
SINGERS = RoleId("discord:77")

AS_ADA = Asker(ADA, SERVER)
AS_BOB = Asker(BOB, SERVER)
MODERATOR = Asker(PersonId("discord:9"), SERVER, moderates=True)
FOREIGN_MODERATOR = Asker(PersonId("discord:8"), ELSEWHERE, moderates=True)
STRANGER = Asker(PersonId("discord:7"), SERVER)

RULES = SpeechRules(
    prices=PRICES,
    budgets=Budgets(),
    quote_above=Microdollars(10_000),
    characters=50_000,
    at_once=2,
    per_minute=5,
)
"""On the HD model, more than 100 characters are offered first."""


GENEROUS = replace(RULES, quote_above=Microdollars(10**9), at_once=10**3, per_minute=10**4)
"""Everything is done at once, and as much as one likes."""


class Hands:
    """A clock that stands still until it is moved on."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        """Let so much time pass."""
        self.now += by


@dataclass
class Desk:
    """The services over one database."""

    database: Database
    kept: Kept
    clock: Hands
    jobs: RecordingJobs
    cache: FakeSpeechCache
    choose: ChooseVoice
    speak: SpeakText
    library: Library
    keeping: KeepVoices

    async def offer(
        self, key: str, asker: Asker, *, text: str = "x" * 200, voice: VoiceKey = MINE
    ) -> Offered:
        """Ask for what is dear enough to be offered."""
        offered = await self.speak.ask(an_ask(key, asker, text=text, voice=voice), asker)
        assert isinstance(offered, Offered)
        return offered

    async def ask(
        self, key: str, asker: Asker, *, text: str = "Hello there.", voice: VoiceKey = MINE
    ) -> Speech:
        """Ask for what is cheap enough to be taken."""
        taken = await self.speak.ask(an_ask(key, asker, text=text, voice=voice), asker)
        assert isinstance(taken, Speech)
        return taken

    async def confirm(self, key: str, new_key: str, asker: Asker) -> Speech:
        """Press the button of an offer that is no dearer by now."""
        taken = await self.press(key, new_key, asker)
        assert isinstance(taken, Speech)
        return taken

    async def press(self, key: str, new_key: str, asker: Asker) -> Speech | Offered:
        """Press an offer's button."""
        return await self.speak.confirm(
            SpeechKey(key), new_key=SpeechKey(new_key), asker=asker, address=ADDRESS
        )

    async def again(self, key: str, new_key: str, asker: Asker) -> Speech | Offered:
        """Press Regenerate."""
        return await self.speak.again(
            SpeechKey(key), new_key=SpeechKey(new_key), asker=asker, address=ADDRESS
        )

    async def done(self, key: str, asker: Asker, *, text: str = "Hello there.") -> Speech:
        """Let a speech be asked for, spoken and posted, for nothing."""
        await self.ask(key, asker, text=text)
        await self.speak.start(SpeechKey(key), ADDRESS)
        await self.kept.spending.release(key)
        return await self.kept.speeches.settle(SpeechKey(key), SpeechState.DONE, posted=1)

    async def held(self) -> int:
        """Return the micro-dollars that are held or spent, by everybody."""
        return await held_in(self.kept, self.clock.now)

    async def leaves_nothing(self, *keys: str) -> bool:
        """Say whether no speech is under way, nothing is held, and no job was started."""
        under_way = await self.kept.speeches.under_way()
        return not (under_way or await self.held() or await holds_in(self.database)) and not (
            set(keys) & set(self.jobs.speeches)
        )


@dataclass
class Speaker:
    """Somebody who speaks through a running Myna; its jobs do the rest."""

    myna: Myna
    speak: SpeakText

    async def say(
        self,
        key: str,
        text: str = "Hello there.",
        *,
        asker: Asker = AS_ADA,
        voice: VoiceKey = MINE,
        fresh: bool = False,
        effect: Effect | None = None,
    ) -> SpeechKey:
        """Have a text spoken at once, whatever it costs; return its key."""
        order = replace(an_ask(key, asker, text=text, voice=voice), fresh=fresh)
        order = replace(order, settings=replace(order.settings, effect=effect))
        await self.speak.ask(order, asker, offer=False)
        await self.speak.start(order.key, Address("discord", order.key))
        return order.key

    async def hear(self, key: str, text: str = "Hello there.", **how: Any) -> SpeechOutcome:
        """Have a text spoken, and wait for what becomes of it."""
        await self.say(key, text, **how)
        return await self.outcome(key)

    async def outcome(self, key: str) -> SpeechOutcome:
        """Wait until a speech has ended; return the one thing that was told."""
        await ended(SPEAK_WORKFLOW, key)
        (told,) = self.myna.world.outcomes[key]
        assert isinstance(told, SpeechDone | SpeechFailed)
        return told

    async def bill(self, key: str) -> list[tuple[str, int, str | None, bool]]:
        """Return kind, characters, trace id and whether it counts, of each charge of a speech."""
        charged = await charges_in(self.myna.kept, key)
        return [(each.kind.value, each.characters, each.trace_id, each.counted) for each in charged]

    async def is_balanced(self) -> bool:
        """Say whether nothing is held, and every counter is what was charged and counts."""
        kept = self.myna.kept
        sums: dict[tuple[Whose, PersonId | ServerId | None], int] = defaultdict(int)
        for charge in await charges_in(kept):
            sums[Whose.ALL, None] += charge.amount
            sums[Whose.PERSON, charge.person] += charge.amount * charge.counted
            sums[Whose.SERVER, charge.server] += charge.amount * charge.counted
        standing = {
            key: await kept.spending.spent(*key, Period.MONTH, NOON)
            for key in {(Whose.ALL, None), *sums}
        }
        return standing == {key: sums[key] for key in standing} and not await holds_in(
            self.myna.database
        )


def speaker(myna: Myna, *, rules: SpeechRules | None = None, now: Clock = lambda: NOON) -> Speaker:
    """Return somebody who may ask for a lot at once."""
    stock = StockVoices(FakeSpeechApi(World()), now=now)
    kept = myna.kept
    choose = ChooseVoice(voices=kept.voices, grants=kept.grants, stock=stock, now=now)
    return Speaker(myna, speaking(kept, myna.jobs, now, rules or GENEROUS, choose))


@asynccontextmanager
async def running_speaker(
    folder: Path, world: World, *, is_used: bool = True, now: Clock = lambda: NOON
) -> AsyncIterator[Speaker]:
    """Run a Myna in which Ada has a voice; in the end all is settled and cleared away."""
    async with running(folder, world, now=now) as myna:
        await keep_voice(myna.kept, is_used=is_used)
        one = speaker(myna, now=now)
        yield one
        for key in world.outcomes:
            await ended(SPEAK_WORKFLOW, key)
        assert await one.is_balanced()
        assert list((folder / "work").glob("*")) == []


def an_ask(
    key: str, asker: Asker, *, text: str = "Hello there.", voice: VoiceKey = MINE
) -> SpeechOrder:
    """Return what the face makes of somebody's request."""
    return a_speech_order(
        key, asker=asker.person, server=asker.server, voice=VoiceChoice(key=voice), text=text
    )


@asynccontextmanager
async def open_desk(
    folder: Path,
    *,
    rules: SpeechRules = RULES,
    budgets: Budgets | None = None,
    jobs: RecordingJobs | None = None,
    url: str | None = None,
) -> AsyncIterator[Desk]:
    """Open the services over the database at `url`, else over one in `folder`; it is noon."""
    rules = rules if budgets is None else replace(rules, budgets=budgets)
    clock, jobs, cache = Hands(), jobs or RecordingJobs(), FakeSpeechCache()
    async with Database(url or sqlite_in(folder)) as database:
        kept = Kept.on(database, cache)
        stock = StockVoices(FakeSpeechApi(World()), now=clock)
        await stock.ask()
        choose = ChooseVoice(voices=kept.voices, grants=kept.grants, stock=stock, now=clock)
        yield Desk(
            database=database,
            kept=kept,
            clock=clock,
            jobs=jobs,
            cache=cache,
            choose=choose,
            speak=speaking(kept, jobs, clock, rules, choose),
            library=Library(
                voices=kept.voices,
                grants=kept.grants,
                speeches=kept.speeches,
                atomic=kept.atomic,
                choose=choose,
                house=House.of(kept).rules(clock),
                now=clock,
            ),
            keeping=KeepVoices(voices=kept.voices, jobs=jobs, now=clock),
        )


def speaking(
    kept: Kept, jobs: Jobs, now: Clock, rules: SpeechRules, choose: ChooseVoice
) -> SpeakText:
    """Return the service over what is kept."""
    house = House.of(kept, jobs)
    return SpeakText(
        choose=choose,
        house=house.rules(now),
        screening=house.screening(now),
        speeches=kept.speeches,
        spending=kept.spending,
        cache=kept.cache,
        atomic=kept.atomic,
        jobs=jobs,
        rules=rules,
        now=now,
    )


async def keep_voice(
    kept: Kept,
    key: str = "discord-1",
    *,
    owner: PersonId = ADA,
    label: str = "Me",
    state: VoiceState = VoiceState.READY,
    is_used: bool = True,
    replaces: VoiceKey | None = None,
    made_at: datetime = NOON,
) -> Voice:
    """Keep a voice that was cloned at `made_at`, and used then."""
    order = an_order(key, owner=owner, label=label)
    order = replace(order, address=Address("discord", key))
    voice = replace(a_voice(order, voice_id=voice_id(order.key, 1), now=made_at), replaces=replaces)
    await kept.voices.reserve(order, voice, a_consent(order, now=made_at))
    if is_used:
        await kept.voices.mark_used(order.key, made_at)
    return await kept.voices.settle(order.key, state, deadline=made_at + UNUSED_LIFE)


async def share(
    kept: Kept, to: Scope, *, voice: VoiceKey = MINE, until: datetime | None = None
) -> None:
    """Let somebody speak with a voice."""
    await kept.grants.share(Grant(voice, to, NOON, until))


async def held_in(kept: Kept, at: datetime) -> int:
    """Return the micro-dollars that are held or spent around `at`, by everybody."""
    return await kept.spending.spent(Whose.ALL, None, Period.MONTH, at)


async def holds_in(database: Database) -> dict[str, int]:
    """Return what is held for each job."""
    async with database.engine.begin() as connection:
        found = await connection.execute(sa.select(holds.c.job, holds.c.amount))
        return {row.job: row.amount for row in found}


async def charges_in(kept: Kept, job: str | None = None) -> list[Charge]:
    """Return what the provider charged, for one job or for all."""
    every = [charge async for charge in kept.spending.charges(*EVER)]
    return [charge for charge in every if job in {None, charge.job}]


def price(characters: int, *, fee: bool = False, prices: PriceList = PRICES) -> int:
    """Return what so many characters cost on the HD model, in micro-dollars."""
    return prices.of("speech-2.8-hd", characters) + fee * prices.clone_fee
