"""Waiting in tests: for a fact, never for a time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], *, within: float = 20.0) -> None:
    """Wait until `condition` holds.

    Raises:
        TimeoutError: it did not within so many seconds.
    """
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.005)
