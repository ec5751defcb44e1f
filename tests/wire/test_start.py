"""Starting: what is wrong with a set-up is one sentence and an exit code, and nothing secret."""

import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.discord import SANDBOX_TOKEN
from bot.sandbox.minimax import SANDBOX_API_KEY
from bot.sandbox.minimax.faults import FaultKind
from bot.sandbox.product import Product
from tests.wire.command_line import Ended, run_command
from tests.wire.world import World, eventually
from tests.wire.world import world as open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

TYPO = "MTAwMDAwMDAwMDAwMDAwMDAw.sandbox.mistyped-token"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def unstarted(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Yield a Myna that is not running, and will not be."""
    async with open_world(tmp_path_factory.mktemp("myna"), start=False, product=Product) as opened:
        yield opened


def sentence(ended: Ended, code: int) -> str:
    """Return the one line of a start that failed with `code`."""
    assert ended.code == code, ended.err
    assert ended.out == ""
    (line,) = ended.err.splitlines()
    for secret in (SANDBOX_TOKEN, SANDBOX_API_KEY, TYPO):
        assert secret not in line
    return line


def closed_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "MINIMAX_API_KEY"])
async def test_a_missing_secret_is_named(unstarted: World, name: str) -> None:
    ended = await run_command(unstarted.myna, "run", **{name: ""})

    assert sentence(ended, os.EX_CONFIG).startswith(f"{name} is not set")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MYNA_CLONES_AT_ONCE", "many"),
        ("MYNA_DEFAULT_MODEL", "speech-99"),
        ("MINIMAX_BASE_URL", "api.minimax.io"),
        ("MYNA_OPERATOR_CHANNEL", "#operators"),
    ],
)
async def test_a_setting_that_makes_no_sense_is_named(
    unstarted: World, name: str, value: str
) -> None:
    ended = await run_command(unstarted.myna, "run", **{name: value})

    assert sentence(ended, os.EX_CONFIG).startswith(f"{name} is wrong: ")


async def test_a_key_of_the_wrong_region_is_told_with_where_to_look(unstarted: World) -> None:
    ended = await run_command(unstarted.myna, "run", MINIMAX_API_KEY="sk-api-of-elsewhere")

    line = sentence(ended, os.EX_CONFIG)
    assert "MINIMAX_BASE_URL" in line
    assert "code 2049, trace " in line
    assert "sk-api-of-elsewhere" not in line


async def test_a_token_that_discord_does_not_know_is_told(unstarted: World) -> None:
    unstarted.expected_complaints.append("401: Unauthorized")

    ended = await run_command(unstarted.myna, "run", DISCORD_TOKEN=TYPO)

    assert "DISCORD_TOKEN" in sentence(ended, os.EX_CONFIG)


async def test_a_data_folder_that_cannot_be_made_is_told(unstarted: World, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file" / "data"
    blocked.parent.write_text("in the way", encoding="utf-8")

    ended = await run_command(unstarted.myna, "run", MYNA_DATA_DIR=str(blocked))

    assert str(blocked) in sentence(ended, os.EX_CANTCREAT)


async def test_a_database_that_cannot_be_opened_is_told(unstarted: World, tmp_path: Path) -> None:
    (tmp_path / "myna.sqlite").mkdir()

    ended = await run_command(unstarted.myna, "run", MYNA_DATA_DIR=str(tmp_path))

    assert "database" in sentence(ended, os.EX_CANTCREAT)


async def test_a_database_that_is_something_else_is_told(unstarted: World, tmp_path: Path) -> None:
    (tmp_path / "myna.sqlite").write_text("Dear diary, " * 500, encoding="utf-8")

    ended = await run_command(unstarted.myna, "run", MYNA_DATA_DIR=str(tmp_path))

    assert "database" in sentence(ended, os.EX_CANTCREAT)


async def test_discord_out_of_reach_is_told(unstarted: World) -> None:
    nowhere = f"http://127.0.0.1:{closed_port()}"

    ended = await run_command(unstarted.myna, "run", DISCORD_PROXY=nowhere)

    assert "DISCORD_PROXY" in sentence(ended, os.EX_UNAVAILABLE)


# --- the other commands


async def test_check_finds_every_part_working_and_prints_no_secret(unstarted: World) -> None:
    ended = await run_command(unstarted.myna, "check")

    assert ended.code == os.EX_OK
    for part in ("audio", "database", "MiniMax", "Discord"):
        assert f"ok      {part}: " in ended.out
    assert "DISCORD_TOKEN=(set, not shown)" in ended.out
    assert SANDBOX_TOKEN not in ended.out + ended.err
    assert SANDBOX_API_KEY not in ended.out + ended.err


async def test_a_database_that_check_makes_is_for_its_owner_only(
    unstarted: World, tmp_path: Path
) -> None:
    await run_command(unstarted.myna, "check", MYNA_DATA_DIR=str(tmp_path))

    assert (tmp_path / "myna.sqlite").stat().st_mode & 0o077 == 0


async def test_check_goes_on_after_a_part_that_fails(unstarted: World) -> None:
    unstarted.minimax.faults.plan(FaultKind.ANSWER, "get_voice", code=2049)

    ended = await run_command(unstarted.myna, "check")

    assert ended.code == 1
    assert "FAILED  MiniMax: " in ended.out
    assert "ok      Discord: " in ended.out
    assert ended.err == ""


async def test_health_says_whether_a_bot_is_connected(tmp_path: Path) -> None:
    async with open_world(tmp_path, start=False, product=Product) as world:
        before = await run_command(world.myna, "health")
        await world.myna.start()
        await eventually((world.myna.data / "heartbeat").exists)
        while_it_runs = await run_command(world.myna, "health")
        await world.myna.stop()
        after = await run_command(world.myna, "health")

    assert (before.code, while_it_runs.code, after.code) == (1, 0, 1)


# --- what is no reason to stay away


@pytest.mark.parametrize("kind", [FaultKind.BAD_GATEWAY, FaultKind.RESET_BEFORE])
async def test_myna_starts_while_minimax_is_down_and_clones_once_it_is_back(
    tmp_path: Path, kind: FaultKind
) -> None:
    async with open_world(tmp_path, start=False, product=Product) as world:
        world.minimax.faults.plan(kind, "get_voice", times=2)

        await world.myna.start()

        world.minimax.faults.clear()
        await world.clone()
        await world.bubble()
        await world.settled()
