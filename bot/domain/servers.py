"""What the owner of a server sets; without a word everything has a safe default."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from bot.domain.money import Budgets, Microdollars, Period, Whose
from bot.domain.people import ChannelId, RoleId


class SpokenConsent(StrEnum):
    """For whose voices the owner has to record a sentence that Myna makes."""

    OFF = "off"
    OTHERS = "others"  # for voices that somebody else asks for
    ALWAYS = "always"


class OnFlag(StrEnum):
    """What becomes of a preview that the provider flagged."""

    HOLD = "hold"  # it waits for a moderator
    REJECT = "reject"  # it is locked at once; a moderator may overturn that


class OnLeave(StrEnum):
    """What becomes of the voices of somebody who left the server or was banned from it."""

    KEEP = "keep"
    UNSHARE = "unshare"  # nobody there may speak with them any more
    DELETE = "delete"  # those that were cloned there are deleted


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """All there is to set on one server. Empty lists allow all there is.

    Attributes:
        review_channel: where cases are posted; None: nobody is shown them but by `/cases`.
        review_role: who decides them; None: who may manage messages on the whole server.
        clone_roles: who may clone.
        channels: where one may clone and speak.
        default_model: of who chooses none; None: the operator's.
        languages: in which one may clone and speak.
        day_limit, month_limit: most micro-dollars that the server's members may spend; None: the
            operator's limit, which counts in any case.
        words: texts with one of these are neither cloned nor spoken.
        watermark: whether the provider is to mark what it makes (`aigc_watermark`).
        evidence_days: how long evidence is kept after the decision.
        on_flag, on_leave, spoken_consent: see there.
        remind_hours: after how many hours moderators are reminded of a case.
        case_days: how long a decided case is kept.
    """

    review_channel: ChannelId | None = None
    review_role: RoleId | None = None
    clone_roles: tuple[RoleId, ...] = ()
    channels: tuple[ChannelId, ...] = ()
    spoken_consent: SpokenConsent = SpokenConsent.OFF
    default_model: str | None = None
    languages: tuple[str, ...] = ()
    day_limit: int | None = None
    month_limit: int | None = None
    words: tuple[str, ...] = ()
    on_flag: OnFlag = OnFlag.HOLD
    on_leave: OnLeave = OnLeave.UNSHARE
    watermark: bool = False
    evidence_days: int = 7
    remind_hours: int = 24
    case_days: int = 365

    def lower(self, budgets: Budgets) -> Budgets:
        """Return the budgets that count here: a server's own limits lower the operator's."""
        limits = dict(budgets.limits)
        for period, own in ((Period.DAY, self.day_limit), (Period.MONTH, self.month_limit)):
            if own is not None:
                mine = Microdollars(own)
                limits[Whose.SERVER, period] = min(mine, limits.get((Whose.SERVER, period), mine))
        return Budgets(limits)

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` takes back: what differs from the defaults."""
        usual = ServerSettings()
        mine = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in mine
            if value != getattr(usual, name)
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "ServerSettings":
        """Rebuild what `to_json` gave; names that no longer exist are passed over."""
        known = {each.name for each in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
            if name in known
        }
        for name, kind in _CHOICES.items():
            if name in values:
                values[name] = kind(values[name])
        return cls(**values)


_CHOICES = {"spoken_consent": SpokenConsent, "on_flag": OnFlag, "on_leave": OnLeave}
