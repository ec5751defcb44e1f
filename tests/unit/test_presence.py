"""Where Myna is, as the face tells it, and when a server is forgotten."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.audit import Act, AuditEntry
from bot.domain.people import MYNA
from bot.domain.servers import ServerSettings
from bot.domain.sharing import Grant, of_role
from bot.services.presence import Presence
from bot.store import Database
from tests.contract.kept import CREW, HERE, OTHERS, THERE, Kept
from tests.fakes.databases import sqlite_in
from tests.fakes.orders import NOON
from tests.fakes.speaking import Hands

MONTH = timedelta(days=30)
SET = ServerSettings(words=("darn",))


@pytest.fixture
def clock() -> Hands:
    return Hands(NOON)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    async with Database(sqlite_in(tmp_path)) as database:
        kept = Kept(database)
        await kept.servers.save(HERE, SET)
        yield kept


def started(kept: Kept, clock: Hands) -> Presence:
    """Return what a new process knows of where Myna is: nothing yet."""
    return Presence(
        servers=kept.servers,
        data=kept.data,
        audit=kept.audit,
        atomic=kept.atomic,
        keep_for=MONTH,
        now=clock,
    )


async def test_what_changed_while_myna_was_off_is_noted_at_the_start(
    kept: Kept, clock: Hands
) -> None:
    await started(kept, clock).compare({THERE: []})

    assert await kept.servers.known() == [THERE]
    assert await kept.servers.gone(NOON) == [HERE]


async def test_a_server_is_deleted_once_after_its_time_and_that_is_written_down(
    kept: Kept, clock: Hands
) -> None:
    presence = started(kept, clock)
    await presence.compare({HERE: []})
    await presence.removed(HERE)

    clock.move(MONTH - timedelta(seconds=1))
    assert await presence.sweep() == 0
    assert await kept.servers.settings(HERE) == SET

    clock.move(timedelta(seconds=1))
    assert [await presence.sweep() for _ in range(2)] == [1, 0]
    assert await kept.servers.settings(HERE) == ServerSettings()
    entry = AuditEntry(clock.now, None, MYNA, Act.REMOVED, HERE)
    assert await kept.audit.newest(None, limit=9) == [entry]


async def test_nothing_is_deleted_before_it_is_known_where_myna_is(
    kept: Kept, clock: Hands
) -> None:
    await kept.servers.note_gone(HERE, NOON)
    clock.move(2 * MONTH)
    presence = started(kept, clock)

    assert await presence.sweep() == 0
    await presence.compare({HERE: []})  # it was taken back while it was off
    assert await presence.sweep() == 0

    assert await kept.servers.settings(HERE) == SET


async def test_who_comes_back_starts_a_new_month(kept: Kept, clock: Hands) -> None:
    presence = started(kept, clock)
    await presence.compare({HERE: []})
    await presence.removed(HERE)
    clock.move(MONTH / 2)
    await presence.joined(HERE)
    await presence.removed(HERE)

    clock.move(MONTH / 2)
    assert await presence.sweep() == 0
    clock.move(MONTH / 2)
    assert await presence.sweep() == 1


async def test_the_servers_of_roles_are_learned_where_they_are_not_known(
    kept: Kept, clock: Hands
) -> None:
    voice = await kept.voice("discord-1")
    for role in (CREW, OTHERS):
        await kept.grants.share(Grant(voice, of_role(role), NOON))

    await started(kept, clock).compare({HERE: [CREW], THERE: []})

    assert await kept.data.unplaced() == {of_role(OTHERS)}
    by_role = {grant.to: grant.of_server for grant in await kept.grants.grants(voice)}
    assert by_role == {of_role(CREW): HERE, of_role(OTHERS): None}
