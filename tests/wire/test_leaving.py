"""What becomes of what is kept when somebody leaves a server, and when Myna is removed from it."""

import csv
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.servers import OnLeave
from bot.sandbox.discord import Permission
from tests.wire import ahead
from tests.wire.command_line import run_command
from tests.wire.passing import later
from tests.wire.speeches import activated, refused, rows, sentence_of, spoken
from tests.wire.world import World, eventually, whispered
from tests.wire.world import world as open_world

DAY = timedelta(days=1)
A_MOMENT = timedelta(minutes=5)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Yield a Myna whose clock can be put ahead; ada's voice is shared with the server and bob."""
    command = (str(Path(ahead.__file__).resolve()),)
    settings = {ahead.AHEAD_SECONDS: "0", "MYNA_OPERATOR_CHANNEL": ""}
    async with open_world(tmp_path, settings=settings, command=command) as opened:
        server = f"discord:{opened.server.id}"
        await eventually(lambda: servers(opened) == [(server, 0)])
        await activated(opened)
        singers = opened.discord.add_role(opened.server, "singers")
        for to in ({"server": True}, {"role": singers}, {"member": opened.bob}):
            pressed = await opened.discord.slash(
                opened.ada, opened.channel, "voices share", voice="Robin", **to
            )
            await whispered(pressed)
        yield opened


def scopes(world: World) -> set[str]:
    """Return the kinds of scopes that ada's voice is shared with."""
    return {scope.partition(":")[0] for (scope,) in rows(world, "SELECT scope FROM grants")}


def state(world: World) -> str:
    """Return how ada's voice stands."""
    ((found,),) = rows(world, "SELECT state FROM voices")
    return str(found)


def servers(world: World) -> list[tuple[object, ...]]:
    """Return which servers Myna keeps something of, and whether it is gone from them."""
    return list(rows(world, "SELECT server, gone_at IS NOT NULL FROM servers"))


def set_on_leave(world: World, on_leave: OnLeave) -> None:
    """Set it as an administrator would."""
    with closing(sqlite3.connect(world.myna.data / "myna.sqlite", timeout=30)) as database:
        database.execute("UPDATE servers SET settings = ?", [json.dumps({"on_leave": on_leave})])
        database.commit()


async def audit(world: World) -> list[dict[str, str]]:
    """Return what `myna audit --csv` prints, while Myna runs."""
    printed = await run_command(world.myna, "audit", "--csv")
    assert (printed.code, printed.err) == (0, "")
    return list(csv.DictReader(printed.out.splitlines()))


async def until_asked_of_ada(world: World) -> None:
    """Wait until Myna has asked Discord whether ada is still there."""
    path = f"/guilds/{world.server.id}/members/{world.ada.id}"
    await eventually(lambda: any(each.path.endswith(path) for each in world.discord.requests))


# --- Myna is removed from a server


async def test_a_server_that_myna_was_removed_from_is_forgotten_after_its_time(
    world: World,
) -> None:
    server = f"discord:{world.server.id}"
    world.discord.remove_bot(world.server)
    await eventually(lambda: servers(world) == [(server, 1)])
    await later(world, 29 * DAY)
    assert scopes(world) == {"server", "role", "person"}

    await later(world, DAY + A_MOMENT)

    await eventually(lambda: servers(world) == [])
    assert scopes(world) == {"person"}
    assert state(world) == "ready"
    assert rows(world, "SELECT DISTINCT server FROM voices") == [(None,)]
    assert {one for (one,) in rows(world, "SELECT server FROM charges")} == {server}
    (entry,) = await audit(world)
    assert (entry["server"], entry["act"]) == ("", "server data deleted")
    assert (entry["actor"], entry["subject"]) == ("myna", server)


async def test_nothing_is_lost_where_myna_comes_back_in_time(world: World) -> None:
    server = f"discord:{world.server.id}"
    await world.myna.stop()
    world.discord.remove_bot(world.server)  # which Myna only learns when it is started again
    await world.myna.start()
    await eventually(lambda: servers(world) == [(server, 1)])

    await world.myna.stop()
    world.discord.add_bot(world.server)
    await later_from_off(world, 40 * DAY)

    await eventually(lambda: servers(world) == [(server, 0)])
    assert scopes(world) == {"server", "role", "person"}
    assert await audit(world) == []
    await spoken(world, sentence_of(world), world.bob, voice="Robin")


async def later_from_off(world: World, step: timedelta) -> None:
    """Let time pass for a Myna that is off already, and start it again."""
    await world.myna.start()
    await later(world, step)


# --- somebody leaves


async def test_who_leaves_shares_with_the_server_and_its_roles_no_longer(world: World) -> None:
    world.discord.leave(world.ada, world.server)

    await later(world, DAY + A_MOMENT)

    await eventually(lambda: scopes(world) == {"person"})
    assert state(world) == "ready"
    carl = world.discord.add_person("carl")
    assert "no voice called" in await refused(world, "Hello.", person=carl, voice="Robin")
    await spoken(world, sentence_of(world), world.bob, voice="Robin")
    (entry,) = await audit(world)
    assert (entry["act"], entry["subject"]) == ("member left", f"discord:{world.ada.id}")
    assert (entry["server"], entry["actor"]) == (f"discord:{world.server.id}", "myna")
    assert entry["detail"] == "shares taken back: 2"


async def test_where_a_server_keeps_what_leavers_shared_nobody_is_even_asked_about(
    world: World,
) -> None:
    set_on_leave(world, OnLeave.KEEP)
    world.discord.leave(world.ada, world.server)
    looks = len(world.discord.requests)

    await later(world, DAY + A_MOMENT)

    await spoken(world, sentence_of(world), world.bob, voice="Robin")
    assert scopes(world) == {"server", "role", "person"}
    since = [each.path for each in world.discord.requests[looks:]]
    assert not any(path.endswith(f"/members/{world.ada.id}") for path in since)
    assert await audit(world) == []


async def test_where_a_server_wants_that_a_leavers_voice_is_deleted_and_they_are_told(
    world: World,
) -> None:
    set_on_leave(world, OnLeave.DELETE)
    world.discord.add_server("Elsewhere")  # where Myna can still reach ada
    world.discord.leave(world.ada, world.server)

    await later(world, DAY + A_MOMENT)

    await eventually(lambda: state(world) == "deleted")
    assert scopes(world) == set()
    assert len(world.arrived("/v1/delete_voice")) == 1
    (letter,) = world.discord.direct_messages(world.ada)
    assert "You are no longer on the server **Aviary**" in letter["content"]
    assert "**Robin**" in letter["content"]
    (entry,) = await audit(world)
    assert entry["detail"] == "shares taken back: 2, voices to delete: 1"


async def test_who_cannot_be_told_any_more_loses_the_voice_all_the_same(world: World) -> None:
    set_on_leave(world, OnLeave.DELETE)
    world.discord.leave(world.ada, world.server)

    await later(world, DAY + A_MOMENT)

    await eventually(lambda: state(world) == "deleted")
    assert world.discord.direct_messages(world.ada) == []


async def test_who_is_banned_is_found_at_once_where_myna_may_know(world: World) -> None:
    bot, may_ban = world.discord.world.bot, Permission.BAN_MEMBERS
    world.discord.add_role(world.server, "gatekeepers", bot, permissions=may_ban)
    world.discord.ban(world.ada, world.server)

    await eventually(lambda: scopes(world) == {"person"})


async def test_who_is_still_there_loses_nothing(world: World) -> None:
    set_on_leave(world, OnLeave.DELETE)

    await later(world, DAY + A_MOMENT)
    await until_asked_of_ada(world)

    await spoken(world, sentence_of(world), world.bob, voice="Robin")
    assert (state(world), scopes(world)) == ("ready", {"server", "role", "person"})
    assert await audit(world) == []
