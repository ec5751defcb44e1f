"""Sentences for whoever runs Myna: why it does not start, and what the account lacks."""

from bot.domain.errors import CannotPost, HardCapReached, MynaError, ServiceMisconfigured
from bot.domain.money import Period
from bot.frontends.wording_money import money

LOGIN_REFUSED = (
    "Discord does not accept DISCORD_TOKEN: copy it anew from the developer portal, under Bot."
)

_ACCOUNT = {
    1004: "MiniMax does not accept the key: check MINIMAX_API_KEY, and MINIMAX_GROUP_ID if set",
    1008: "The MiniMax account has no money left: add credit",
    2038: "The MiniMax account may not clone voices: verify it, as a person or a company",
    2049: (
        "MiniMax does not accept the key: check MINIMAX_API_KEY, and that MINIMAX_BASE_URL is of"
        " the region the key was made in"
    ),
    2056: "The quota of the MiniMax subscription is used up: wait for the next window, or upgrade",
    2061: "The MiniMax plan lacks the model: choose another as MYNA_DEFAULT_MODEL, or upgrade",
}


def misconfigured(error: ServiceMisconfigured) -> str:
    """Return what is wrong with the account, with the code and trace id support asks for."""
    said = _ACCOUNT.get(error.code, f"MiniMax refuses this account: {error.message}")
    trace = f", trace {error.reference}" if error.reference else ""
    return f"{said} (code {error.code}{trace})."


def trouble(error: MynaError) -> str:
    """Return what the operator is told when a clone or a command meets trouble."""
    if isinstance(error, ServiceMisconfigured):
        return misconfigured(error)
    if isinstance(error, CannotPost):
        return "An answer could not be posted: its channel, or my right to post there, is gone."
    if isinstance(error, HardCapReached):
        return _hard_cap(error)
    return f"Something went wrong that only you can look into: {error!r}"


def _hard_cap(error: HardCapReached) -> str:
    is_day = error.period == Period.DAY
    span, setting = ("day", "MYNA_TOTAL_DAY_USD") if is_day else ("month", "MYNA_TOTAL_MONTH_USD")
    return (
        f"Your hard cap of {money(error.limit)} a {span} does not allow what was just asked for: "
        f"it is refused until the next {span} (UTC), or until you raise {setting}."
    )


def discord_unreachable(reason: str) -> str:
    """Return that Discord cannot be reached, and where to look."""
    lines = reason.splitlines()
    shown = f" ({lines[0]})" if lines else ""
    return f"Discord does not answer{shown}: check the network and DISCORD_PROXY."


def shut_out(reason: str) -> str:
    """Return that Discord ended the connection for good."""
    return f"Discord ended the connection for good ({reason}): check DISCORD_TOKEN and the network."


def worker_unusable(reason: str) -> str:
    """Return that recordings cannot be decoded here."""
    return f"The process that decodes recordings does not start: {reason}."


def folder_unusable(folder: str, reason: str) -> str:
    """Return that the data folder cannot be written."""
    return f"The data folder {folder} cannot be written: {reason} (MYNA_DATA_DIR)."
