"""Run the stand-in on its own, for a person or for another process."""

import asyncio
import sys

from bot.sandbox.minimax.control import CONTROL_PREFIX
from bot.sandbox.minimax.server import SANDBOX_API_KEY, MiniMaxStandIn


async def serve(port: int) -> None:
    """Print how to use it and serve until cancelled; port 0 lets the system choose.

    Raises:
        SandboxExtraMissing: the packages of `myna[sandbox]` are not installed.
        OSError: the port is taken.
    """
    stand_in = MiniMaxStandIn()
    await stand_in.start(port)
    try:
        sys.stdout.write(introduction(stand_in.url))
        sys.stdout.flush()
        await asyncio.Event().wait()
    finally:
        await stand_in.stop()


def introduction(url: str) -> str:
    """Say where it is and what to do with it."""
    return (
        f"MiniMax stand-in at {url}\n"
        f"  API key    {SANDBOX_API_KEY}\n"
        f"  use it     point a client's base URL at {url}; nothing costs money\n"
        f"  the bill   curl {url}{CONTROL_PREFIX}/ledger\n"
        f"  a fault    curl -X POST {url}{CONTROL_PREFIX}/faults "
        '-d \'{"kind": "answer", "endpoint": "voice_clone", "code": 1002}\'\n'
        f"  time       curl -X POST {url}{CONTROL_PREFIX}/clock "
        "-d '{\"advance_seconds\": 604800}'\n"
        "  stop       Ctrl+C\n"
    )
