"""The same flows under simcord, a simulation of Discord that somebody else wrote."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import simcord

from bot.domain.errors import ConsentMissing, NotYours, ServiceDown
from bot.domain.outcomes import CloneFailed, PostedAs, Progress, Stage, VoiceReady
from bot.domain.voices import UNUSED_LIFE, CloneOrder, VoiceKey, VoiceState
from bot.frontends import wording
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.delivery import DiscordDelivery
from bot.frontends.discord.face import Face
from bot.frontends.wording_errors import explain
from tests.fakes.discord_scene import NOW, ManualPace, services
from tests.fakes.jobs import RecordingJobs
from tests.fakes.myna import PRICES
from tests.fakes.stores import FakeKeyValueStore, FakeVoiceStore
from tests.fakes.world import FakeAlerts, FakeNoteSource, FakeSpeechCache, World

NOTE = ("note.ogg", b"OggS" + bytes(200))


@dataclass
class Aviary:
    """A simulated server with Myna and two members in it."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    ada: simcord.MemberActor
    bob: simcord.MemberActor
    voices: FakeVoiceStore
    jobs: RecordingJobs
    delivery: DiscordDelivery

    async def ask(self, **options: Any) -> simcord.InteractionResult:
        given = {"note": NOTE, "name": "Robin", "consent": True} | options
        return await self.ada.slash(self.channel, "clone", **given)

    async def order(self) -> CloneOrder:
        return await self.voices.order(self.jobs.clones[-1])


@asynccontextmanager
async def aviary() -> AsyncIterator[Aviary]:
    voices, jobs, pace = FakeVoiceStore(), RecordingJobs(), ManualPace()
    world = World()
    bot = MynaBot(facts=FakeKeyValueStore(), extensions=["cogs.clone"])
    delivery = DiscordDelivery(bot, now=lambda: NOW, monotonic=pace.monotonic, sleep=pace.sleep)
    bot.face = Face(
        services(voices, jobs, FakeSpeechCache()),
        delivery.status,
        FakeAlerts(world),
        "speech-2.8-hd",
        notes=FakeNoteSource(world),
        now=lambda: NOW,
        clone_fee=PRICES.clone_fee,
        operators=frozenset(),
    )
    async with delivery, simcord.run(bot, shard_count=1) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("voices")
        ada = guild.add_member(env.create_user("ada"))
        bob = guild.add_member(env.create_user("bob"))
        yield Aviary(env, channel, ada, bob, voices, jobs, delivery)


def content(result: simcord.InteractionResult) -> str:
    assert result.response is not None
    return result.response.content


async def test_a_clone_is_acknowledged_and_shown_to_its_end() -> None:
    async with aviary() as place:
        asked = await place.ask()
        first = content(asked)
        order = await place.order()
        voice = await place.voices.settle(
            order.key, VoiceState.READY, deadline=NOW + UNUSED_LIFE, charged_characters=36
        )
        await place.delivery.progress(order.address, Progress("Robin", Stage.CLONING))
        await place.delivery.conclude(order.address, VoiceReady(voice, PostedAs.BUBBLE))

        assert first.startswith("Cloning **Robin**")
        assert content(asked).startswith("**Robin** is ready.")


async def test_without_consent_nothing_is_ordered() -> None:
    async with aviary() as place:
        asked = await place.ask(consent=False)

        assert asked.ephemeral
        assert content(asked) == explain(ConsentMissing())
        assert place.jobs.clones == []


async def test_the_menu_orders_ones_own_note_and_only_asks_for_somebody_elses() -> None:
    async with aviary() as place:
        note = await place.ada.send(place.channel, attachments=[NOTE])
        asking = await place.bob.context_menu(place.channel, wording.COMMAND_MENU, note)
        await place.bob.submit_modal(asking, {"name": "Ada", "consent": True})
        shown = await place.ada.context_menu(place.channel, wording.COMMAND_MENU, note)
        await place.ada.submit_modal(shown, {"name": "Robin", "consent": True})

        assert len(place.jobs.questions) == 1
        assert (await place.order()).label == "Robin"


async def test_the_button_under_a_failure_tries_again_for_its_owner_alone() -> None:
    async with aviary() as place:
        asked = await place.ask()
        order = await place.order()
        await place.voices.settle(order.key, VoiceState.FAILED)
        failed = CloneFailed(order.key, order.owner, order.label, ServiceDown(reason="down"), "r-1")
        await place.delivery.conclude(order.address, failed)
        assert asked.response is not None
        by_bob = await place.bob.click(asked.response.message, label=wording.TRY_AGAIN)
        by_ada = await place.ada.click(asked.response.message, label=wording.TRY_AGAIN)

        assert by_bob.followups[0].content == explain(NotYours())
        assert by_ada.acknowledged
        assert place.jobs.clones == [order.key, VoiceKey(place.jobs.clones[1])]
