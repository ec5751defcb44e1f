"""Myna's command line, run to its end with the product's own environment."""

import asyncio
import sys
from dataclasses import dataclass

from bot.sandbox.product import Product
from tests.wire.world import PATIENCE


@dataclass(frozen=True)
class Ended:
    """A command line that has run."""

    code: int
    out: str
    err: str


async def run_command(myna: Product, *arguments: str, **variables: str) -> Ended:
    """Run `myna …` with the product's environment, in which `variables` replace others.

    Raises:
        TimeoutError: it did not end.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env={**myna.environment, **variables},
        cwd=myna.data.parent,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())
