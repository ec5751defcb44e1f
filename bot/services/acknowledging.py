"""What a restart has to find out: whether a face had acknowledged a request that was kept."""

from collections.abc import Awaitable, Callable

from bot.domain.people import Address

FindAcknowledged = Callable[[str, Address], Awaitable[Address | None]]
"""Returns where the request of that key was acknowledged, or None where it never was.

Raises `MynaError` where that cannot be told now.
"""
