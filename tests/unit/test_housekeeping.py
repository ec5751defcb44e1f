"""What the schedules do, and that they wait until it is known where Myna is."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.voices import VoiceState
from bot.jobs import Housekeeping
from tests.fakes.discord_scene import NOW, services
from tests.fakes.jobs import RecordingJobs
from tests.fakes.orders import ADA, a_consent, a_voice, an_order
from tests.fakes.stores import FakeVoiceStore
from tests.fakes.world import FakeSpeechCache
from tests.unit.test_departures import HERE, Desk


async def run(chores: Housekeeping, name: str) -> None:
    """Let the schedule of that name come due."""
    await {each.name: each.body for each in chores.schedules()}[name](NOW)


async def test_nobody_is_asked_about_before_it_is_known_where_myna_is() -> None:
    desk = Desk()
    await desk.servers.note(HERE)
    desk.data.sharing = {HERE: [ADA]}
    house = services(FakeVoiceStore(), RecordingJobs(), FakeSpeechCache())
    chores = Housekeeping()
    chores.services = replace(house, departures=desk.started())

    await run(chores, "leave")
    assert desk.membership.asked == []

    await house.presence.compare({HERE: []})
    await run(chores, "leave")
    assert desk.membership.asked == [(HERE, ADA)]


async def test_what_is_over_is_tidied_away() -> None:
    voices = FakeVoiceStore()
    order = an_order()
    offered = replace(a_voice(order), state=VoiceState.OFFERED, created_at=NOW - timedelta(hours=1))
    await voices.reserve(order, offered, a_consent(order))
    chores = Housekeeping()
    chores.services = services(voices, RecordingJobs(), FakeSpeechCache())

    await run(chores, "tidy")

    assert voices.entries == {}
