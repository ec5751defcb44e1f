"""Who is asked about, how often, and what a job does to those who are gone."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.audit import Act, AuditEntry
from bot.domain.consent import Permission
from bot.domain.errors import CannotPost, FaceDown, ServiceMisconfigured
from bot.domain.outcomes import VoicesLeaving
from bot.domain.people import MYNA, PersonId, RoleId, ServerId
from bot.domain.servers import OnLeave, ServerSettings
from bot.domain.sharing import Grant, of_person, of_role, of_server
from bot.domain.voices import VoiceKey, VoiceState
from bot.jobs.depart import departure_key
from bot.services import departures
from bot.services.departures import ROUND_EVERY, Departures
from tests.fakes.jobs import RecordingJobs
from tests.fakes.myna import Myna, an_order_of, ended, running, voice_id
from tests.fakes.orders import ADA, BOB, NOON, a_consent, a_voice
from tests.fakes.servers import FakeMembership, FakeServerData
from tests.fakes.speaking import Hands
from tests.fakes.stores import FakeKeyValueStore
from tests.fakes.trust import FakeServerStore
from tests.fakes.waiting import until
from tests.fakes.world import World

HERE, THERE = ServerId("discord:55"), ServerId("discord:56")
CREW = RoleId("discord:77")
CARL, DORA = PersonId("discord:3"), PersonId("discord:4")


@dataclass
class Desk:
    """The sweep, and all that it works with."""

    servers: FakeServerStore = field(default_factory=FakeServerStore)
    data: FakeServerData = field(default_factory=FakeServerData)
    membership: FakeMembership = field(default_factory=FakeMembership)
    facts: FakeKeyValueStore = field(default_factory=FakeKeyValueStore)
    jobs: RecordingJobs = field(default_factory=RecordingJobs)
    clock: Hands = field(default_factory=Hands)

    def started(self) -> Departures:
        """Return a sweep as a new process has it."""
        return Departures(
            servers=self.servers,
            data=self.data,
            membership=self.membership,
            facts=self.facts,
            jobs=self.jobs,
            now=self.clock,
        )

    async def sweep(self) -> int:
        return await self.started().sweep()


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    for server in (HERE, THERE):
        await desk.servers.note(server)
    desk.data.sharing = {HERE: [ADA, BOB], THERE: [ADA, CARL]}
    return desk


async def test_whoever_is_gone_gets_a_job_and_nobody_else(desk: Desk) -> None:
    desk.membership.gone = {(HERE, BOB), (THERE, ADA)}

    assert await desk.sweep() == 2

    assert desk.jobs.departures == [(HERE, BOB), (THERE, ADA)]
    assert desk.membership.asked == [(HERE, ADA), (HERE, BOB), (THERE, ADA), (THERE, CARL)]


async def test_everybody_is_asked_about_once_a_day_over_restarts(desk: Desk) -> None:
    for _ in range(3):
        await desk.sweep()
    assert len(desk.membership.asked) == 4

    desk.clock.move(ROUND_EVERY - timedelta(seconds=1))
    await desk.sweep()
    assert len(desk.membership.asked) == 4

    desk.clock.move(timedelta(seconds=1))
    await desk.sweep()
    assert len(desk.membership.asked) == 8


async def test_one_run_asks_about_a_few_and_the_next_goes_on_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departures, "AT_ONCE", 3)

    await desk.sweep()
    assert desk.membership.asked == [(HERE, ADA), (HERE, BOB), (THERE, ADA)]

    await desk.sweep()
    assert desk.membership.asked[3:] == [(THERE, CARL)]


async def test_one_run_looks_at_a_few_servers_and_the_next_goes_on_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departures, "SERVERS_AT_ONCE", 1)

    await desk.sweep()
    assert {server for server, _ in desk.membership.asked} == {HERE}

    await desk.sweep()
    assert desk.membership.asked[2:] == [(THERE, ADA), (THERE, CARL)]
    await desk.sweep()
    assert len(desk.membership.asked) == 4


async def test_where_discord_is_down_the_round_goes_on_there_when_it_is_back(desk: Desk) -> None:
    desk.membership.gone = {(HERE, BOB)}
    desk.membership.is_down_at = 1
    assert await desk.sweep() == 0

    desk.membership.is_down_at = None
    assert await desk.sweep() == 1

    assert desk.membership.asked == [(HERE, ADA), (HERE, BOB), (THERE, ADA), (THERE, CARL)]


async def test_nobody_is_taken_for_gone_where_it_cannot_be_told(desk: Desk) -> None:
    desk.membership.gone = {(HERE, ADA), (THERE, ADA)}
    desk.membership.hidden = {HERE}

    await desk.sweep()

    assert desk.jobs.departures == [(THERE, ADA)]


async def test_a_server_decides_about_whom_is_asked(desk: Desk) -> None:
    desk.data.only_cloned = {HERE: [DORA], THERE: [DORA]}
    await desk.servers.save(HERE, ServerSettings(on_leave=OnLeave.KEEP))
    await desk.servers.save(THERE, ServerSettings(on_leave=OnLeave.DELETE))

    await desk.sweep()

    assert desk.membership.asked == [(THERE, ADA), (THERE, CARL), (THERE, DORA)]


async def test_a_server_that_myna_is_gone_from_is_not_asked(desk: Desk) -> None:
    await desk.servers.note_gone(HERE, NOON)

    await desk.sweep()

    assert {server for server, _ in desk.membership.asked} == {THERE}


async def test_of_a_ban_the_job_is_started_at_once_unless_the_server_keeps_all(desk: Desk) -> None:
    await desk.servers.save(THERE, ServerSettings(on_leave=OnLeave.KEEP))

    await desk.started().left(HERE, ADA)
    await desk.started().left(THERE, ADA)

    assert desk.jobs.departures == [(HERE, ADA)]
    assert desk.membership.asked == []


# --- the job


async def keep_voice(myna: Myna, key: str, *, server: ServerId | None) -> VoiceKey:
    """Keep a ready voice of Ada, shared with the server, a role of it, and Bob."""
    order = replace(an_order_of(key), server=server)
    voice = a_voice(order, voice_id=voice_id(order.key, 1))
    await myna.voices.reserve(order, voice, a_consent(order))
    await myna.voices.settle(order.key, VoiceState.READY)
    for grant in (
        Grant(order.key, of_server(HERE), NOON),
        Grant(order.key, of_role(CREW), NOON, of_server=HERE),
        Grant(order.key, of_person(BOB), NOON),
    ):
        await myna.kept.grants.share(grant)
    return order.key


async def departed(myna: Myna) -> None:
    """Let Ada have left, and the job do its work."""
    await myna.jobs.depart(HERE, ADA)
    await ended("depart_v1", departure_key(HERE, ADA))


async def kinds(myna: Myna, key: VoiceKey) -> list[str]:
    """Return the kinds of scopes that a voice is shared with."""
    return sorted(one.to.partition(":")[0] for one in await myna.kept.grants.grants(key))


async def test_unsharing_takes_back_what_the_server_got_and_is_written_down_once(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        key = await keep_voice(myna, "a", server=HERE)
        await myna.kept.consents.permit(Permission(ADA, BOB, HERE, NOON))
        for _ in range(2):
            await departed(myna)

        assert await kinds(myna, key) == ["person"]
        assert (await myna.voices.get(key)).state is VoiceState.READY
        detail = "shares taken back: 2, permissions taken back: 1"
        assert await myna.kept.audit.newest(HERE, limit=9) == [
            AuditEntry(NOON, HERE, MYNA, Act.LEFT, ADA, detail)
        ]
    assert world.notices == []


async def test_deleting_is_for_voices_cloned_there_and_its_owner_is_told_why(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await myna.kept.servers.save(HERE, ServerSettings(on_leave=OnLeave.DELETE))
        here = await keep_voice(myna, "a", server=HERE)
        there = await keep_voice(myna, "b", server=THERE)

        await departed(myna)
        await ended("delete_v1", here)

        assert (await myna.voices.get(here)).state is VoiceState.DELETED
        assert (await myna.voices.get(there)).state is VoiceState.READY
        assert await kinds(myna, there) == ["person"]
    assert world.notices == [(ADA, VoicesLeaving(HERE, ("a",)))]


async def test_a_setting_that_changed_meanwhile_counts(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await myna.kept.servers.save(HERE, ServerSettings(on_leave=OnLeave.KEEP))
        key = await keep_voice(myna, "a", server=HERE)

        await departed(myna)

        assert await kinds(myna, key) == ["person", "role", "server"]
        assert await myna.kept.audit.newest(HERE, limit=9) == []


@pytest.mark.parametrize("error", [CannotPost(missing=[]), FaceDown(reason="down")])
async def test_who_cannot_be_told_loses_the_voice_all_the_same(
    tmp_path: Path, world: World, error: CannotPost | FaceDown
) -> None:
    world.fail("notify", *[error] * 99)
    async with running(tmp_path, world) as myna:
        await myna.kept.servers.save(HERE, ServerSettings(on_leave=OnLeave.DELETE))
        key = await keep_voice(myna, "a", server=HERE)

        await departed(myna)
        await ended("delete_v1", key)

        assert (await myna.voices.get(key)).state is VoiceState.DELETED
    is_trouble = isinstance(error, FaceDown)
    assert [type(one) for one, _ in world.alerts] == [FaceDown] * is_trouble


@pytest.mark.parametrize("crash_at", [1, 2])
async def test_a_kill_while_they_are_told_tells_them_once_and_deletes(
    tmp_path: Path, world: World, crash_at: int
) -> None:
    world.crash_at[ADA] = crash_at
    async with running(tmp_path, world) as myna:
        await myna.kept.servers.save(HERE, ServerSettings(on_leave=OnLeave.DELETE))
        key = await keep_voice(myna, "a", server=HERE)
        await myna.jobs.depart(HERE, ADA)
        await until(lambda: len(world.touched[ADA]) >= crash_at)
    world.crash_at.clear()

    async with running(tmp_path, world) as myna:
        await ended("depart_v1", departure_key(HERE, ADA))
        await ended("delete_v1", key)
        assert (await myna.voices.get(key)).state is VoiceState.DELETED
        assert len(await myna.kept.audit.newest(HERE, limit=9)) == 1
    assert len(world.notices) == 1


async def test_a_deletion_that_failed_is_tried_again_the_next_time(
    tmp_path: Path, world: World
) -> None:
    world.fail("delete_voice", *[ServiceMisconfigured(code=2049, message="key")])
    async with running(tmp_path, world) as myna:
        await myna.kept.servers.save(HERE, ServerSettings(on_leave=OnLeave.DELETE))
        key = await keep_voice(myna, "a", server=HERE)
        await departed(myna)
        await ended("delete_v1", key)
        assert (await myna.voices.get(key)).state is VoiceState.READY

        await departed(myna)
        await ended("delete_v1", key)

        assert (await myna.voices.get(key)).state is VoiceState.DELETED
