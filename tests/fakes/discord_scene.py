"""A server with Myna and two members in it, for tests of the Discord face."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from bot.domain.money import Budgets, Microdollars
from bot.domain.people import PersonId
from bot.domain.voices import UNUSED_LIFE, CloneOrder, Voice, VoiceKey, VoiceState
from bot.frontends.discord.client import CONNECTIONS_MAX, MynaBot
from bot.frontends.discord.delivery import DiscordDelivery
from bot.frontends.discord.face import Face
from bot.sandbox.discord.interactions import PATIENCE_SECONDS, Interaction
from bot.sandbox.discord.stand_in import SANDBOX_TOKEN, DiscordStandIn
from bot.sandbox.discord.wire import JsonObject
from bot.sandbox.discord.world import Channel, Person
from bot.services import Services
from bot.services.admission import CloneAdmission, SpeechRules
from bot.services.choosing import ChooseVoice
from bot.services.cloning import CloneVoice
from bot.services.consenting import AskConsent
from bot.services.deleting import DeleteVoice
from bot.services.keeping import KeepVoices
from bot.services.leave import Leave
from bot.services.library import Library
from bot.services.moderating import Desk, Moderate
from bot.services.privacy import Privacy
from bot.services.reporting import ReportAudio
from bot.services.speaking import SpeakText
from bot.services.spending import Usage
from bot.services.stock import StockVoices
from bot.services.succession import Succession
from bot.services.verifying import VerifyAudio
from tests.fakes.consents import FakeConsentStore
from tests.fakes.fingerprints import FakeFingerprintStore
from tests.fakes.house import House
from tests.fakes.jobs import RecordingJobs
from tests.fakes.myna import PRICES
from tests.fakes.privacy import NothingKept
from tests.fakes.servers import a_presence, keeping_all, nobody_leaves
from tests.fakes.speaking_stores import FakeSpeechStore, FakeSpendingStore
from tests.fakes.stores import FakeAtomic, FakeGrantStore, FakeKeyValueStore, FakeVoiceStore
from tests.fakes.trust import FakeEvidenceStore
from tests.fakes.waiting import until
from tests.fakes.world import FakeAlerts, FakeNoteSource, FakeSpeechApi, FakeSpeechCache, World

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOTE = ("note.ogg", b"OggS" + bytes(200), "audio/ogg")


class SceneJobs(RecordingJobs):
    """Jobs that a test can wait for, and that can be in trouble."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: Exception | None = None

    async def clone(self, key: VoiceKey, owner: PersonId) -> None:
        """Remember a clone once, however often it is started again."""
        if self.trouble is not None:
            raise self.trouble
        if key not in self.clones:
            await super().clone(key, owner)

    async def until_deleting(self, key: VoiceKey) -> None:
        """Wait until the deletion of a voice was started."""
        await until(lambda: key in self.deletions, within=PATIENCE_SECONDS)

    async def until_cloning(self, interaction: Interaction) -> VoiceKey:
        """Wait until the job that `interaction` asked for was started; return its key."""
        key = VoiceKey(f"discord-{interaction.id}")
        await until(lambda: key in self.clones, within=PATIENCE_SECONDS)
        return key


class ManualPace:
    """Time that passes only while somebody sleeps; real tasks get a turn meanwhile."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def services(voices: FakeVoiceStore, jobs: RecordingJobs, cache: FakeSpeechCache) -> Services:
    grants, speeches = FakeGrantStore(voices), FakeSpeechStore(lambda: NOW)
    spending, atomic = FakeSpendingStore(), FakeAtomic()
    stock = StockVoices(FakeSpeechApi(World()), now=lambda: NOW)
    choose = ChooseVoice(voices=voices, grants=grants, stock=stock, now=lambda: NOW)
    rules = SpeechRules(
        prices=PRICES,
        budgets=Budgets(),
        quote_above=Microdollars(50_000),
        characters=50_000,
        at_once=3,
        per_minute=10,
    )
    consents = FakeConsentStore(voices)
    house = House(atomic=atomic)
    rules_here, screening = house.rules(lambda: NOW), house.screening(lambda: NOW)
    leave = Leave(consents, rules_here)
    admission = CloneAdmission(
        spending=spending,
        house=rules_here,
        prices=PRICES,
        budgets=Budgets(),
        now=lambda: NOW,
    )
    spoken = house.speaking(lambda: NOW, consents=consents, jobs=jobs, admission=admission)
    return Services(
        speak_consent=spoken,
        clone_voice=CloneVoice(
            voices=voices,
            jobs=jobs,
            voice_ids=lambda key, attempt: f"Myna-{key}-{attempt}",
            now=lambda: NOW,
            under_way_limit=3,
            spending=spending,
            atomic=atomic,
            leave=leave,
            screening=screening,
            admission=admission,
            quote_above=Microdollars(50_000),
        ),
        ask_consent=AskConsent(
            consents=consents,
            voices=voices,
            voice_ids=lambda key, attempt: f"Myna-{key}-{attempt}",
            atomic=atomic,
            jobs=jobs,
            leave=leave,
            screening=screening,
            admission=admission,
            spoken=spoken,
            now=lambda: NOW,
        ),
        verify_audio=VerifyAudio(
            fingerprints=FakeFingerprintStore(), notes=FakeNoteSource(World())
        ),
        keep_voices=KeepVoices(voices=voices, jobs=jobs, now=lambda: NOW),
        delete_voice=DeleteVoice(voices=voices, jobs=jobs),
        speak_text=SpeakText(
            choose=choose,
            house=rules_here,
            screening=screening,
            speeches=speeches,
            spending=spending,
            cache=cache,
            atomic=atomic,
            jobs=jobs,
            rules=rules,
            now=lambda: NOW,
        ),
        choose_voice=choose,
        library=Library(
            voices=voices,
            grants=grants,
            speeches=speeches,
            atomic=atomic,
            choose=choose,
            house=rules_here,
            now=lambda: NOW,
        ),
        presence=a_presence(lambda: NOW),
        departures=nobody_leaves(jobs, lambda: NOW),
        retention=keeping_all(voices, speeches, cache, lambda: NOW),
        house_rules=rules_here,
        server_rules=house.server_rules(lambda: NOW),
        usage=Usage(spending=spending, house=rules_here, budgets=Budgets(), now=lambda: NOW),
        moderate=Moderate(
            desk=Desk(
                cases=house.cases,
                bans=house.bans,
                voices=voices,
                evidence=FakeEvidenceStore(),
                audit=house.audit,
            ),
            rules=rules_here,
            succession=Succession(voices=voices, grants=grants),
            atomic=atomic,
            jobs=jobs,
            now=lambda: NOW,
        ),
        privacy=Privacy(records=NothingKept(), erasures=house.erasures, jobs=jobs, now=lambda: NOW),
        report_audio=ReportAudio(
            voices=voices,
            speeches=speeches,
            cases=house.cases,
            open_case=house.open_case(lambda: NOW),
            atomic=atomic,
            jobs=jobs,
            now=lambda: NOW,
        ),
    )


@dataclass
class Scene:
    """Everything a test of the face touches."""

    discord: DiscordStandIn
    channel: Channel
    ada: Person
    bob: Person
    facts: FakeKeyValueStore = field(default_factory=FakeKeyValueStore)
    voices: FakeVoiceStore = field(default_factory=FakeVoiceStore)
    jobs: SceneJobs = field(default_factory=SceneJobs)
    world: World = field(default_factory=World)
    pace: ManualPace = field(default_factory=ManualPace)

    @asynccontextmanager
    async def myna(self) -> AsyncIterator["Running"]:
        """Run the bot until the block ends; a second block is the bot started again."""
        context = ssl.create_default_context(cafile=self.discord.certificate_file)
        bot = MynaBot(
            facts=self.facts,
            extensions=["cogs.clone"],
            proxy=self.discord.proxy_url,
            connector=aiohttp.TCPConnector(ssl=context, limit=CONNECTIONS_MAX),
        )
        delivery = self._delivery(bot)
        bot.face = Face(
            services(self.voices, self.jobs, FakeSpeechCache()),
            delivery.status,
            FakeAlerts(self.world),
            "speech-2.8-hd",
            notes=FakeNoteSource(self.world),
            now=lambda: NOW,
            clone_fee=PRICES.clone_fee,
            operators=frozenset(),
        )
        async with asyncio.TaskGroup() as tasks, delivery, bot:
            tasks.create_task(bot.start(SANDBOX_TOKEN))
            await self.discord.ready()
            try:
                yield Running(bot, delivery)
            finally:
                await bot.close()

    async def cloned(self, label: str = "Robin") -> tuple[CloneOrder, Voice]:
        """Have Ada order a clone, settle it as ready, and return order and voice."""
        pressed = await self.discord.slash(
            self.ada, self.channel, "clone", note=NOTE, name=label, consent=True
        )
        key = await self.jobs.until_cloning(pressed)
        voice = await self.voices.settle(
            key, VoiceState.READY, deadline=NOW + UNUSED_LIFE, charged_characters=36
        )
        return await self.voices.order(key), voice

    @asynccontextmanager
    async def offline(self) -> AsyncIterator[DiscordDelivery]:
        """Give the delivery of a bot that has not logged in yet."""
        bot = MynaBot(facts=self.facts, extensions=[])
        async with self._delivery(bot) as delivery:
            yield delivery

    def _delivery(self, bot: MynaBot) -> DiscordDelivery:
        return DiscordDelivery(
            bot, now=lambda: NOW, monotonic=self.pace.monotonic, sleep=self.pace.sleep
        )

    def seen(self, by: Person | None = None) -> list[JsonObject]:
        """Return the channel's messages."""
        return self.discord.messages(self.channel, by)


@dataclass
class Running:
    """A bot that is connected."""

    bot: MynaBot
    delivery: DiscordDelivery


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """Open a stand-in with one server, one channel, Ada and Bob."""
    async with DiscordStandIn() as stand_in:
        server = stand_in.add_server("Aviary")
        channel = stand_in.add_channel(server, "voices")
        ada, bob = stand_in.add_person("ada"), stand_in.add_person("bob", locale="de")
        yield Scene(stand_in, channel, ada, bob)
    assert stand_in.complaints == []
