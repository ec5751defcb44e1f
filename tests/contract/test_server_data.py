"""What is kept of a server is found for who left it, and deleted when Myna is long gone from it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.consent import Permission
from bot.domain.moderation import Origin, case_key
from bot.domain.people import PersonId
from bot.domain.sharing import Grant, of_person, of_role, of_server
from bot.domain.voices import VoiceKey, VoiceState
from bot.ports import Unshared
from bot.store import Database
from bot.store.schema import consent_requests, grants, permissions, voice_terms
from bot.store.schema_trust import audit, bans, cases, evidence, servers
from tests.contract.kept import CREW, HERE, OTHERS, THERE, Kept
from tests.fakes.orders import ADA, BOB, NOON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
CARL = PersonId("discord:3")
MONTH = timedelta(days=30)
OF_A_SERVER = (servers, cases, evidence, bans, permissions, consent_requests, grants, audit)


@pytest.fixture
async def kept(database_url: str) -> AsyncIterator[Kept]:
    async with Database(database_url) as database:
        yield Kept(database)


async def test_nothing_is_left_of_a_server_but_its_members_voices_and_the_bill(
    kept: Kept, tmp_path: Path
) -> None:
    mine = await kept.everything(tmp_path, HERE, CREW)
    other = await kept.everything(tmp_path, THERE, OTHERS)
    before = {table.name: await kept.rows(table) for table in OF_A_SERVER}
    await kept.servers.note_gone(HERE, NOON - MONTH)

    assert await kept.data.delete(HERE, NOON - MONTH)

    # Of each kind the other server's half stays, and of the grants the one to a person too.
    after = {table.name: await kept.rows(table) for table in OF_A_SERVER}
    halves = {name: number // 2 for name, number in before.items()}
    assert after == halves | {"grants": 4}
    assert [one.to for one in await kept.grants.grants(mine.key)] == [of_person(BOB)]
    assert await kept.voices.get(mine.key) == mine
    assert (await kept.voices.order(mine.key)).server is None
    assert (await kept.voices.order(other.key)).server == THERE
    assert await kept.evidence.names(other.key) == ["preview"]
    here = [one async for one in kept.spending.charges(NOON, NOON + MONTH) if one.server == HERE]
    assert len(here) == 1


async def test_nobody_finds_a_voice_by_what_was_shared_with_a_server_that_is_deleted(
    kept: Kept, tmp_path: Path
) -> None:
    await kept.everything(tmp_path, HERE, CREW)
    scopes = [of_server(HERE), of_role(CREW)]
    assert await kept.grants.find(scopes, "", now=NOON, limit=9, owner=CARL)
    await kept.servers.note_gone(HERE, NOON)

    await kept.data.delete(HERE, NOON)

    assert await kept.grants.find(scopes, "", now=NOON, limit=9, owner=CARL) == []
    assert await kept.grants.find([of_person(BOB)], "", now=NOON, limit=9, owner=CARL)
    assert await kept.grants.find([], "", now=NOON, limit=9, owner=ADA)
    assert await kept.rows(voice_terms) > 0


async def test_an_order_that_nobody_has_begun_goes_with_its_request(kept: Kept) -> None:
    await kept.servers.note_gone(HERE, NOON)
    waiting = await kept.request("discord-2")

    await kept.data.delete(HERE, NOON)

    assert await kept.consents.request(waiting) is None
    assert await kept.voices.history(ADA, "discord-2") == []


async def test_nothing_is_deleted_where_myna_is_or_was_lately(kept: Kept, tmp_path: Path) -> None:
    await kept.everything(tmp_path, HERE, CREW)
    before = [await kept.rows(table) for table in OF_A_SERVER]

    assert not await kept.data.delete(HERE, NOON)
    await kept.servers.note_gone(HERE, NOON)
    assert not await kept.data.delete(HERE, NOON - MONTH)
    await kept.servers.note(HERE)
    assert not await kept.data.delete(HERE, NOON + MONTH)
    assert not await kept.data.delete(THERE, NOON)

    assert [await kept.rows(table) for table in OF_A_SERVER] == before


async def test_evidence_that_another_servers_case_needs_stays(kept: Kept, tmp_path: Path) -> None:
    await kept.case("discord-1", tmp_path)
    await kept.case("discord-1", tmp_path, server=THERE, origin=Origin.REPORTED)
    await kept.servers.note_gone(HERE, NOON)

    await kept.data.delete(HERE, NOON)

    assert await kept.evidence.names("discord-1") == ["preview"]
    assert await kept.cases.get(case_key(Origin.FLAGGED, "discord-1")) is None


async def test_owners_are_who_shared_or_permitted_there_and_who_was_cloned_there(
    kept: Kept,
) -> None:
    shared = await kept.voice("discord-1", owner=BOB, server=THERE)
    await kept.share(shared, HERE, CREW)
    await kept.consents.permit(Permission(CARL, BOB, HERE, NOON))
    await kept.voice("discord-2", owner=ADA)
    await kept.voice("discord-3", owner=PersonId("discord:4"), state=VoiceState.FAILED)

    assert await kept.data.owners(HERE, cloned=False, limit=9) == [BOB, CARL]
    assert await kept.data.owners(HERE, cloned=True, limit=9) == [ADA, BOB, CARL]
    assert await kept.data.owners(HERE, cloned=True, after=ADA, limit=1) == [BOB]
    assert await kept.data.owners(HERE, cloned=True, after=CARL, limit=9) == []


async def test_what_was_cloned_there_and_can_be_deleted_is_found(kept: Kept) -> None:
    held = await kept.voice("discord-1", state=VoiceState.HELD)
    ready = await kept.voice("discord-2")
    for number, state in enumerate((VoiceState.CLONING, VoiceState.DELETED), start=3):
        await kept.voice(f"discord-{number}", state=state)
    await kept.voice("discord-5", server=THERE)
    await kept.voice("discord-6", owner=BOB)

    assert await kept.data.cloned(HERE, ADA) == [held, ready]


async def test_unsharing_takes_back_what_one_owner_gave_one_server(kept: Kept) -> None:
    mine = await kept.voice("discord-1")
    other = await kept.voice("discord-2", owner=CARL)
    for voice in (mine, other):
        await kept.share(voice, HERE, CREW)
    await kept.grants.share(Grant(mine, of_server(THERE), NOON))
    for server in (HERE, THERE):
        await kept.consents.permit(Permission(ADA, BOB, server, NOON))

    assert await kept.data.unshare(HERE, ADA) == Unshared(grants=2, permissions=1)
    assert await kept.data.unshare(HERE, ADA) == Unshared(grants=0, permissions=0)

    assert {one.to for one in await kept.grants.grants(mine)} == {of_person(BOB), of_server(THERE)}
    assert len(await kept.grants.grants(other)) == 3
    assert [one.server for one in await kept.consents.permissions(ADA)] == [THERE]
    found = await kept.grants.find([of_role(CREW)], "", now=NOON, limit=9, owner=BOB)
    assert [voice.key for voice in found] == [other]


async def test_a_role_of_which_nobody_knows_the_server_is_placed(kept: Kept) -> None:
    voice = await kept.voice("discord-1")
    for role in (CREW, OTHERS):
        await kept.grants.share(Grant(voice, of_role(role), NOON))
    assert await kept.data.unplaced() == {of_role(CREW), of_role(OTHERS)}

    await kept.data.place(HERE, [CREW])

    assert await kept.data.unplaced() == {of_role(OTHERS)}
    assert await kept.data.unshare(HERE, ADA) == Unshared(grants=1, permissions=0)
    assert await kept.voices.get(VoiceKey("discord-1"))


async def test_a_role_keeps_its_server_where_a_grant_goes_to_another_version(kept: Kept) -> None:
    voice = await kept.voice("discord-1")
    await kept.grants.share(Grant(voice, of_role(CREW), NOON, of_server=HERE))

    (grant,) = await kept.grants.grants(voice)

    assert grant.of_server == HERE
