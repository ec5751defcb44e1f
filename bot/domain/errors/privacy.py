"""What people cannot do with what is kept about them."""

from dataclasses import dataclass

from bot.domain.errors.kinds import MemberError


@dataclass(eq=False)
class ExportTooSoon(MemberError):
    """They had all that is kept about them less than an hour ago; `minutes` are left of it."""

    minutes: int
