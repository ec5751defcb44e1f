"""How consent is asked for and answered: every sentence around cloning somebody else's voice."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.domain.consent import (
    Answer,
    Consent,
    ConsentRequest,
    Permission,
    Proof,
    RequestState,
)
from bot.domain.outcomes import ConsentAnswered, ConsentAsked, ConsentNotice, ConsentUsed
from bot.domain.voices import Voice
from bot.services.consenting import Overview

_Quote = Callable[[str], str]
_Name = Callable[[str], str]

COMMAND_GROUP: Final = "Who may have your voice cloned"
COMMAND_LIST: Final = "What you were asked, what you asked for, and what you allowed"
COMMAND_NEVER: Final = "Never let anybody clone your voice, anywhere, or allow questions again"
COMMAND_REVOKE: Final = "Let somebody no longer clone your voice without asking"
OPTION_NEVER: Final = "True: nobody may clone you or ask to. False: they may ask again"
OPTION_ASKER: Final = "Whom you no longer allow it"
OPTION_OWNER: Final = "Whose voice it is, if not your own: I will ask them first"

ANSWERS: Final = {
    Answer.ONCE: "Allow once",
    Answer.HERE: "Allow in this server",
    Answer.NO: "No",
    Answer.NEVER: "Never ask me again",
}
_TEXT_SHOWN: Final = 300
"""Characters of a preview that an owner is shown: with all else they fit into a message."""

TAKE_BACK: Final = "Take it back"
WITHDRAW: Final = "Withdraw"
MODAL_ASK: Final = "Ask them"
MODAL_ASK_HINT: Final = "I will ask them, and do nothing before they say yes"

WITHDRAWN: Final = "I have taken your request back."
TAKEN_BACK: Final = (
    "You took it back. Whatever was made of it is deleted, here and at the speech service."
)
NEVER_ON: Final = (
    "Nobody may have your voice cloned from now on, and nobody may ask. "
    "/consent never takes that back."
)
NEVER_OFF: Final = "People may ask you again. Nothing is cloned before you say yes."


def asked_text(request: ConsentRequest, quote: _Quote, name: _Name) -> str:
    """Return what an owner is asked."""
    note = "a voice note of yours" if request.source is None else f"this note: {request.source}"
    return (
        f"{name(request.asker)} would like to have your voice cloned from {note}\n"
        f"They would call it {quote(request.label)} and could have any text spoken with it, "
        f"first this: {quote(_shortened(request.text))}\n"
        "The voice would be yours: you see it in /voices, and can take it back or delete it at "
        "any time. Nothing is downloaded or made before you answer, and without an answer the "
        "question lapses after 72 hours."
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _TEXT_SHOWN else f"{text[:_TEXT_SHOWN]} …"


def answered_text(request: ConsentRequest, quote: _Quote, name: _Name) -> str:
    """Return what the asker is told."""
    owner, label = name(request.owner), quote(request.label)
    if request.sentence is not None:
        return _spoken_text(request, owner, label, name(request.asker))
    match request.state:
        case RequestState.ALLOWED:
            return f"{owner} allows {name(request.asker)} to have {label} made."
        case RequestState.REFUSED:
            return f"{owner} does not want {label} to be made. Nothing was fetched or spent."
        case RequestState.EXPIRED:
            return (
                f"{owner} did not answer whether {label} may be made. Nothing was fetched or spent."
            )
        case _:
            return f"The request for {label} is settled."


def _spoken_text(request: ConsentRequest, owner: str, label: str, asker: str) -> str:
    match request.state:
        case RequestState.ALLOWED if request.is_own:
            return f"{owner} has spoken the sentence for {label}, so it begins."
        case RequestState.ALLOWED:
            return f"{owner} has spoken their yes, and allows {asker} to have {label} made."
        case RequestState.EXPIRED:
            return f"{owner} did not speak their sentence in time, so {label} is not made."
        case RequestState.REFUSED:
            return f"{owner} does not want {label} to be made after all."
        case _:
            return f"The request for {label} is settled."


def used_text(request: ConsentRequest, quote: _Quote, name: _Name) -> str:
    """Return what an owner is told whose standing yes was used."""
    return (
        f"{name(request.asker)} had {quote(request.label)} made of your voice, "
        "as you allow them on that server. It is yours, see /voices. "
        "With /consent revoke they have to ask again."
    )


def notice_text(notice: ConsentNotice, quote: _Quote, name: _Name) -> str:
    """Return what somebody is told about a request."""
    match notice:
        case ConsentAsked(request=request):
            return asked_text(request, quote, name)
        case ConsentAnswered(request=request):
            return answered_text(request, quote, name)
        case ConsentUsed(request=request):
            return used_text(request, quote, name)


def said_text(answer: Answer, request: ConsentRequest, quote: _Quote, name: _Name) -> str:
    """Return what an owner reads after their answer, in place of the question."""
    asker, label = name(request.asker), quote(request.label)
    if answer is Answer.NO:
        return f"You said no to {asker}. Nothing was fetched or made."
    if answer is Answer.NEVER:
        return f"You said no to {asker}. {NEVER_ON}"
    further = ""
    if answer is Answer.HERE:
        further = " They may do so again on that server; /consent revoke takes that back."
    return f"You allowed {asker} to have {label} made of your voice.{further}"


def kept_text(request: ConsentRequest, name: _Name) -> str:
    """Return what the asker reads at once."""
    owner = name(request.owner)
    if request.state is RequestState.ALLOWED:
        return f"{owner} allowed that before, so it begins now. They will see the voice as theirs."
    return (
        f"I have asked {owner}, who has 72 hours to answer. "
        "Until they say yes, nothing is fetched, made or spent."
    )


def revoked_text(revoked: int, asker: str, name: _Name) -> str:
    """Return what an owner reads who took a standing yes back."""
    if not revoked:
        return f"{name(asker)} had no leave to clone you without asking."
    return f"{name(asker)} has to ask you again. Voices that were made stay until you delete them."


def made_for(owner: str, asker: str | None) -> str:
    """Return the line below a preview that says whose voice it is, and who asked for it.

    `asker` is None where that was the owner.
    """
    if asker is None:
        return f"AI voice of {owner}, who asked for it."
    return f"AI voice of {owner}, who allowed it; asked for by {asker}."


def overview_text(overview: Overview, now: datetime, quote: _Quote, name: _Name) -> str:
    """Return all that somebody has to do with consent; at most a message long."""
    lines = [NEVER_ON if overview.is_never_cloned else NEVER_OFF]
    to = [_waits(one, one.asker, now, quote, name) for one in overview.to]
    by = [_waits(one, one.owner, now, quote, name) for one in overview.by]
    may = [_may(one, name) for one in overview.permissions]
    given = [_given(consent, voice, quote, name) for consent, voice in overview.given]
    for title, shown in (
        ("**You were asked by**", to),
        ("**You asked**", by),
        ("**May clone you without asking**", may),
        ("**Voices you said yes to**", given),
    ):
        if shown:
            lines += [title, *shown[:_SHOWN]]
        if len(shown) > _SHOWN:
            lines.append(f"and {len(shown) - _SHOWN} more")
    return "\n".join(lines)


TO_BE_SPOKEN: Final = "waits for the recording"

_SHOWN: Final = 5
"""Lines of each kind: all of them fit into a message's 2000 characters."""


def _waits(request: ConsentRequest, other: str, now: datetime, quote: _Quote, name: _Name) -> str:
    hours = max(1, round((request.expires_at - now).total_seconds() / 3600))
    line = f"- {name(other)}: {quote(request.label)}, {hours} h left"
    if request.state is not RequestState.SPEAKING:
        return line
    return f"{line}, {TO_BE_SPOKEN}" + (f"\n> {request.sentence}" if request.is_own else "")


def _given(consent: Consent, voice: Voice, quote: _Quote, name: _Name) -> str:
    asker = "" if consent.asker is None else f" for {name(consent.asker)}"
    return (
        f"- {quote(voice.label)}{asker}, {PROOFS[consent.proof]} on {consent.given_at:%d %b %Y}; "
        "deleting it takes that back"
    )


PROOFS: Final = {
    Proof.TICKED: "you ticked it",
    Proof.PRESSED: "you pressed the button",
    Proof.SPOKEN: "you recorded the sentence",
}
"""How a yes is proved, in words."""


def _may(permission: Permission, name: _Name) -> str:
    return f"- {name(permission.asker)}, since {permission.given_at:%d %b %Y}"
