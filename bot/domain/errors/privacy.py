"""What people cannot do with what is kept about them."""

from dataclasses import dataclass

from bot.domain.errors.kinds import MemberError, TemporaryError


@dataclass(eq=False)
class ExportTooSoon(MemberError):
    """They had all that is kept about them less than an hour ago; `minutes` are left of it."""

    minutes: int


@dataclass(eq=False)
class BeingErased(MemberError):
    """All that is kept about them is being deleted: until that is over, nothing new begins."""


@dataclass(eq=False)
class NotYourData(MemberError):
    """Somebody else's data: only they can have it erased."""


@dataclass(eq=False)
class StillUnderWay(TemporaryError):
    """Something of theirs is still being made or spoken."""
