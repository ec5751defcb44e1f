"""Finding voices while somebody types: a million of them beside a thousand, and beside LIKE.

Both SQLite files are made by the product's own migrations and asked through its own store, in
turns, so that a busy machine disturbs them alike. The peer asks the large file the obvious way:
`label_key LIKE '%typed%'` over what the asker owns and what is shared with the server.
"""

import argparse
import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from benchmarks.table import percentile, table, verdict
from bot.domain.people import PersonId, RoleId, ServerId
from bot.domain.sharing import Scope, of_person, of_role, of_server
from bot.domain.voices import label_key
from bot.store import Database, SqlGrantStore
from bot.store.schema import grants, voices
from bot.store.voice_terms import own_scope, terms_of

SMALL, LARGE = 1_000, 1_000_000
SHARED: Final = 10
"""One voice of so many is shared with the server."""

P99_SECONDS = 0.010
RATIO = 1.5
LIMIT: Final = 25
"""What Discord shows (Discord, autocomplete)."""

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKER: Final = PersonId("discord:1")
SERVER: Final = of_server(ServerId("discord:55"))
SCOPES: Final[tuple[Scope, ...]] = (
    of_person(ASKER),
    SERVER,
    *(of_role(RoleId(f"discord:{number}")) for number in (7, 8, 9)),
)
FIRST: Final = ("Deep", "Bright", "Old", "Grandma", "Radio", "Little", "Captain", "Sleepy", "Loud")
SECOND: Final = (
    "Robin",
    "Heron",
    "Narrator",
    "Singer",
    "Teacher",
    "Pirate",
    "Anna",
    "Max",
    "Voice",
)
LANGUAGES: Final = ("English", "German", "Spanish", "Japanese", "Portuguese")
TYPED: Final = (
    *("", "d", "de", "deep", "deep r", "v", "vo", "voice", "na", "narr", "gr", "grandma"),
    *("english", "ger", "1", "12", "max", "x", "no such voice", "captain pirate"),
)
CHUNK: Final = 10_000
_Way = Callable[[str], Awaitable[object]]
MYNA_SMALL, MYNA_LARGE, PEER = "Myna, small", "Myna, large", "LIKE '%typed%', large"


@dataclass(frozen=True)
class _Row:
    key: str
    owner: str
    label: str
    language: str
    is_shared: bool


def _rows(count: int) -> Iterator[_Row]:
    names = list(product(FIRST, SECOND))
    for number in range(count):
        first, second = names[number % len(names)]
        yield _Row(
            key=f"discord-{number}",
            owner=ASKER if number % (count // 10) == 0 else f"discord:{2 + number // 5}",
            label=f"{first} {second} {number}",
            language=LANGUAGES[number % len(LANGUAGES)],
            is_shared=number % SHARED == 1,
        )


def _fill(file: Path, count: int) -> None:
    """Insert the voices past the store, which would need an hour for a million."""
    rows = _rows(count)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-500000")
        while some := list(islice(rows, CHUNK)):
            connection.executemany(
                "INSERT INTO voices (key, owner, label, label_key, voice_id, state, created_at,"
                " options, notes, best_part, address_face, address_token) VALUES (?, ?, ?, ?, ?,"
                " 'ready', '2026-11-23 12:00:00.000000', ?, '[]', 0, 'discord', '')",
                [
                    (
                        *(row.key, row.owner, row.label, label_key(row.label), row.key),
                        f'{{"text": "Hello.", "model": "m", "language": "{row.language}"}}',
                    )
                    for row in some
                ],
            )
            connection.executemany(
                "INSERT INTO grants VALUES (?, ?, '2026-11-23 12:00:00.000000', NULL)",
                [(row.key, SERVER) for row in some if row.is_shared],
            )
            connection.executemany(
                "INSERT INTO voice_terms VALUES (?, ?, ?, NULL)",
                [
                    (scope, term, row.key)
                    for row in some
                    for scope in (own_scope(PersonId(row.owner)), *[SERVER] * row.is_shared)
                    for term in terms_of(row.label, row.language)
                ],
            )


def _like(database: Database) -> _Way:
    shared = sa.select(grants.c.voice).where(grants.c.scope.in_(SCOPES))

    async def find(typed: str) -> object:
        statement = (
            sa.select(voices)
            .where(
                voices.c.state == "ready",
                sa.or_(voices.c.owner == ASKER, voices.c.key.in_(shared)),
                voices.c.label_key.like(f"%{label_key(typed)}%"),
            )
            .order_by(voices.c.owner != ASKER, voices.c.label_key)
            .limit(LIMIT)
        )
        async with database.begin() as connection:
            return (await connection.execute(statement)).all()

    return find


def _find(database: Database) -> _Way:
    store = SqlGrantStore(database)

    async def find(typed: str) -> object:
        return await store.find(SCOPES, typed, now=NOW, limit=LIMIT, owner=ASKER)

    return find


@dataclass
class _Costs:
    """What each call of one way took, in seconds; `cpu` is that of the process, all threads."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


async def _measure(ways: dict[str, _Way], turns: int, peer_turns: int) -> dict[str, _Costs]:
    costs = {name: _Costs() for name in ways}
    for turn, typed in product(range(turns + 1), TYPED):
        for name, find in ways.items():
            if name == PEER and turn > peer_turns:
                continue
            wall, cpu = time.perf_counter(), time.process_time()
            await find(typed)
            if turn > 0:  # the first turn fills the caches
                costs[name].wall.append(time.perf_counter() - wall)
                costs[name].cpu.append(time.process_time() - cpu)
    return costs


async def _opened(stack: AsyncExitStack, folder: Path, count: int) -> Database:
    file = folder / f"{count}.sqlite"
    database = await stack.enter_async_context(Database(f"sqlite+aiosqlite:///{file}"))
    started = time.perf_counter()
    await asyncio.to_thread(_fill, file, count)
    print(
        f"{count} voices, {count // SHARED} of them shared with one server: filled in"
        f" {time.perf_counter() - started:.0f} s, {file.stat().st_size / 2**20:.0f} MiB"
    )
    return database


async def run(few: int, many: int, turns: int, peer_turns: int) -> bool:
    """Measure, print, and return whether every target is reached."""
    print(f"\nAutocomplete: {len(TYPED)} typed beginnings, at most {LIMIT} voices each")
    print(f"{os.cpu_count()} cores, SQLite {sqlite3.sqlite_version}, load before:", end=" ")
    print(f"{os.getloadavg()[0]:.1f}\n")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="myna-benchmark-")))
        small = await _opened(stack, folder, few)
        large = await _opened(stack, folder, many)
        ways = {MYNA_SMALL: _find(small), MYNA_LARGE: _find(large), PEER: _like(large)}
        costs = await _measure(ways, turns, peer_turns)
    table(
        ("p50 ms", "p99 ms", "max ms", "CPU p50 ms", "CPU p99 ms", "n"),
        [(name, _figures(each)) for name, each in costs.items()],
    )
    fast = verdict(
        "p99 of the large", percentile(costs[MYNA_LARGE].wall, 99) * 1e3, P99_SECONDS * 1e3, "ms"
    )
    slowest = [percentile(costs[name].wall, 99) for name in (MYNA_LARGE, MYNA_SMALL)]
    even = verdict("large in small, p99", slowest[0] / slowest[1], RATIO, "times")
    return fast and even


def _figures(costs: _Costs) -> list[str]:
    wall, cpu = costs.wall, costs.cpu
    shown = (percentile(wall, 50), percentile(wall, 99), max(wall))
    spent = (percentile(cpu, 50), percentile(cpu, 99))
    return [*(f"{each * 1e3:.2f}" for each in (*shown, *spent)), str(len(wall))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when every target is reached, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=SMALL)
    parser.add_argument("--many", type=int, default=LARGE)
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--peer-turns", type=int, default=3)
    given = parser.parse_args(arguments)
    return 0 if asyncio.run(run(given.few, given.many, given.turns, given.peer_turns)) else 1


if __name__ == "__main__":
    sys.exit(main())
