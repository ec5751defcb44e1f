"""What people read before and after all that is kept about them is erased."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.erasure import Erased, Erasure, ErasureState, Left, Receipt, Refused
from bot.domain.outcomes import DataErased

_Quote = Callable[[str], str]

COMMAND_ERASE: Final = "Delete all that I keep about you, here and at the speech service"
ERASE: Final = "Erase everything"
KEEP: Final = "Never mind"
KEPT: Final = "Nothing was erased."
SOMEBODY: Final = "somebody whose data was erased"
"""In place of a name, wherever one was."""

QUESTION: Final = (
    "**This cannot be undone.** If you press the button:\n"
    "- What is being cloned or spoken for you, or with your voices, is stopped.\n"
    "- {voices}, here and at the speech service, and I delete their previews in the chat where I "
    "can.\n"
    "- I delete your consents, requests, permissions, shares, choices, the texts you had spoken, "
    "and your cases with what can be heard of them.\n"
    "- Charges, entries of speeches, fingerprints of posted audio, decided cases and the audit log "
    "stay, but not with your name: a random one stands in its place.\n"
    "- With your Discord id I keep bans that hold, and your wish if nobody may clone you.\n"
    "- Voices of others that you asked for stay theirs. Speeches that I posted stay in the chat; "
    "delete those yourself. Notes of finished jobs may name you for up to 30 days.\n"
    "Until it is done you can have nothing cloned or spoken. You get a receipt by direct message; "
    "if you take none, ask with /mydata erase within a week.\n"
    "To have a copy first, use /mydata export."
)
STARTED: Final = (
    "I am erasing all that I keep about you. You get a receipt by direct message when it is done; "
    "if you take none, ask with /mydata erase within a week."
)
RUNNING: Final = (
    "I am erasing all that I keep about you. It can take an hour or more where something is still "
    "being made, or the speech service is in trouble."
)
PENDING: Final = (
    "All that I kept about you is erased here. The speech service still has to delete voices; "
    "I ask it again every quarter of an hour and tell you when they are gone."
)
_DONE: Final = "All that I kept about you is erased."
_REST_DONE: Final = (
    "The speech service has deleted the voices that were left. Nothing of yours is with it now, "
    "and I have forgotten that it was you."
)
_ERASED: Final[Mapping[Erased, tuple[str, str]]] = MappingProxyType(
    {
        Erased.VOICES: ("voice", "voices"),
        Erased.CONSENTS: ("consent", "consents"),
        Erased.REQUESTS: ("request for consent", "requests for consent"),
        Erased.PERMISSIONS: ("standing permission", "standing permissions"),
        Erased.GRANTS: ("share", "shares"),
        Erased.TEXTS: ("text that you had spoken", "texts that you had spoken"),
        Erased.CASES: ("undecided case", "undecided cases"),
        Erased.EVIDENCE: ("sealed recording of a case", "sealed recordings of cases"),
    }
)
_LEFT: Final[Mapping[Left, tuple[str, str]]] = MappingProxyType(
    {
        Left.CHARGES: ("charge, as bookkeeping", "charges, as bookkeeping"),
        Left.SPEECHES: (
            "entry of a speech, without its text",
            "entries of speeches, no texts",
        ),
        Left.FILES: ("fingerprint of posted audio", "fingerprints of posted audio"),
        Left.CASES: ("entry of a case", "entries of cases"),
        Left.VOICES_OF_OTHERS: ("voice of somebody else", "voices of others that you asked for"),
        Left.AUDIT: ("entry of the audit log", "entries of the audit log"),
    }
)
_SHOWN: Final = 10


def question(voices: int) -> str:
    """Return what somebody reads before they decide."""
    goes = {0: "You have no voice to delete", 1: "Your one voice is deleted"}
    return QUESTION.format(voices=goes.get(voices, f"Your {voices} voices are deleted"))


def erased_text(notice: DataErased, quote: _Quote) -> str:
    """Return the receipt; at most a message long."""
    if notice.is_rest and not notice.receipt.refused:
        return _REST_DONE
    receipt = notice.receipt
    return "\n".join([_DONE, *_deleted(receipt), *_left(receipt), *_refused(receipt, quote)])


def standing_text(erasure: Erasure, quote: _Quote) -> str:
    """Return that an erasure runs, or its receipt where that could not be sent."""
    if erasure.state is ErasureState.RUNNING:
        return RUNNING
    return erased_text(DataErased(erasure.receipt), quote)


def _deleted(receipt: Receipt) -> list[str]:
    counted = [_counted(receipt.erased.get(kind, 0), _ERASED[kind]) for kind in Erased]
    listed = ", ".join(one for one in counted if one)
    return [f"**Deleted**: {listed or 'there was nothing to delete'}."]


def _left(receipt: Receipt) -> list[str]:
    counted = [_counted(receipt.left.get(kind, 0), names) for kind, names in _LEFT.items()]
    listed = ", ".join(one for one in counted if one)
    lines = [f"**Kept, with a random name in place of yours**: {listed}."] if listed else []
    mine = []
    if bans := receipt.left.get(Left.BANS, 0):
        mine.append(_counted(bans, ("ban", "bans")) + ", to protect the server")
    if receipt.left.get(Left.BUDGETS, 0):
        mine.append("how much of your budgets is used, until a week after their day or month")
    if receipt.left.get(Left.NEVER_CLONED, 0):
        mine.append("your wish that nobody may clone you (/consent never takes it back)")
    return [*lines, f"**Kept with your Discord id**: {'; '.join(mine)}."] if mine else lines


def _refused(receipt: Receipt, quote: _Quote) -> list[str]:
    if not receipt.refused:
        return []
    lines = ["**Not deleted yet**, because the speech service did not do it:"]
    lines += [_line(one, quote) for one in receipt.refused[:_SHOWN]]
    if len(receipt.refused) > _SHOWN:
        lines.append(f"and {len(receipt.refused) - _SHOWN} more")
    return [*lines, "I ask again every quarter of an hour, and tell you when they are gone."]


def _line(one: Refused, quote: _Quote) -> str:
    return f"- {quote(one.label)}, reference: {one.reference}"


def _counted(number: int, names: tuple[str, str]) -> str:
    return f"{number} {names[number != 1]}" if number else ""
