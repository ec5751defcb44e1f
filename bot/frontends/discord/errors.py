"""Translate what discord.py raises into Myna's errors, once, at the border."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp
import discord

from bot.domain.errors import CannotPost, FaceDown, Unexpected

# Discord, opcodes and status codes, JSON error codes.
UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_INTERACTION: Final = 10062
ALREADY_ACKNOWLEDGED: Final = 40060
MISSING_ACCESS: Final = 50001
MISSING_PERMISSIONS: Final = 50013

_NO_PLACE: Final = frozenset(
    {UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, MISSING_ACCESS, MISSING_PERMISSIONS}
)
_TOO_MANY_REQUESTS: Final = 429
_CLOSED: Final = "Session is closed"
"""What aiohttp says of a request after the good-bye; it has no class of its own for it."""


def is_over(error: BaseException) -> bool:
    """Say whether Discord takes no first answer to this interaction any more.

    More than three seconds have passed, or it was delivered twice and answered the first time.
    """
    if not isinstance(error, discord.HTTPException):
        return False
    return error.code in {UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED}


def is_acknowledged(error: BaseException) -> bool:
    """Say whether Discord refuses an answer because an earlier delivery was answered."""
    return isinstance(error, discord.HTTPException) and error.code == ALREADY_ACKNOWLEDGED


@contextmanager
def translated() -> Iterator[None]:
    """Raise Myna's errors instead of discord.py's.

    Raises:
        FaceDown: Discord is in trouble or out of reach; time helps.
        CannotPost: the channel, the message or the right to use it is gone.
        Unexpected: Discord refuses what Myna sent.
    """
    try:
        yield
    except discord.DiscordServerError as error:
        raise FaceDown(reason=f"Discord answered {error.status}") from error
    except discord.RateLimited as error:
        raise FaceDown(reason="Discord asks to slow down") from error
    except discord.HTTPException as error:
        if error.status == _TOO_MANY_REQUESTS:
            raise FaceDown(reason="Discord asks to slow down") from error
        if error.code in _NO_PLACE:
            raise CannotPost(missing=[]) from error
        raise Unexpected(what=f"Discord answered {error.status}, code {error.code}") from error
    except RuntimeError as error:
        if str(error) != _CLOSED:
            raise
        # Myna is stopping: what was cut off here goes on after the next start.
        raise FaceDown(reason="the connection to Discord was closed") from error
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise FaceDown(reason=f"no answer from Discord ({type(error).__name__})") from error
