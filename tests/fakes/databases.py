"""Databases that are up to date already: copying one is faster than migrating each anew."""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from bot.store import Database

FILE = "myna.sqlite"


def sqlite_in(folder: Path) -> str:
    """Return the address of the database in a folder, made there unless there is one."""
    file = folder / FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_template())
    return f"sqlite+aiosqlite:///{file}"


def migrate(url: str) -> None:
    """Bring a database up to date, wherever it is called: in a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _open(url)).result()


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        migrate(f"sqlite+aiosqlite:///{file}")
        return file.read_bytes()


async def _open(url: str) -> None:
    async with Database(url):
        pass
