"""What people read about what is kept of them, and what is deleted."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.domain.errors import BeingErased, ExportTooSoon, NotYourData, StillUnderWay

_Quote = Callable[[str], str]


def leaving_text(labels: Sequence[str], server: str | None, quote: _Quote) -> str:
    """Tell an owner which voices are deleted because they left a server; None: its name is gone."""
    where = "a server" if server is None else f"the server {quote(server)}"
    goes, them = ("voice", "it") if len(labels) == 1 else ("voices", "them")
    return (
        f"You are no longer on {where}, and it has set that voices made there are deleted then. "
        f"I am deleting your {goes} {_listed(labels, quote)}, and have the speech service "
        f"delete {them}."
    )


def _listed(labels: Sequence[str], quote: _Quote) -> str:
    *first, last = map(quote, labels)
    return f"{', '.join(first)} and {last}" if first else last


def privacy_sentence(error: BaseException) -> str | None:
    """Return the sentence for an error of this kind, None for any other."""
    if isinstance(error, ExportTooSoon):
        left = "in a minute" if error.minutes == 1 else f"in {error.minutes} minutes"
        return (
            "You had all that I keep about you less than an hour ago, and gathering it is work. "
            f"Please ask again {left}."
        )
    return _SENTENCES.get(type(error))


_SENTENCES: Final[Mapping[type[BaseException], str]] = MappingProxyType(
    {
        BeingErased: (
            "All that I keep about you is being erased. Until you have the receipt, "
            "I can make nothing new for you."
        ),
        NotYourData: "That is somebody else's data: only they can have it erased.",
        StillUnderWay: "Something is still being made. Please try again in a few minutes.",
    }
)
