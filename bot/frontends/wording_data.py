"""What people read about the data they get and the data that is erased; the page's words too."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain.consent import Statement
from bot.domain.privacy import Section
from bot.frontends.wording import CONSENT

COMMAND_GROUP: Final = "What I keep about you"
COMMAND_EXPORT: Final = "Get all that I keep about you, as files"

SENT: Final = "I have sent you all that I keep about you by direct message."
SENT_FOR: Final = (
    "This is all that I keep about you. Open index.html in a browser to read it; "
    "the other files hold the same for machines."
)
SENT_HERE: Final = (
    "You take no direct messages from me, so I answer here, where only you can see it. "
) + SENT_FOR
CUT: Final = (
    "It was too much for one file: the oldest texts, or the oldest records of a kind, "
    "are left out. readme.txt in it says which."
)

STATEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Statement.OWN_OR_PERMITTED: CONSENT,
        Statement.ALLOWED_ONCE: "The owner of the voice allowed this one clone.",
        Statement.ALLOWED_HERE: (
            "The owner of the voice allowed this clone, and further ones by the same person "
            "on the same server."
        ),
    }
)
"""What each statement of consent says."""

TITLE: Final = "What Myna keeps about you"
INTRODUCTION: Final = (
    "Every kind of thing that is kept has a part of its own below; the file of the same name "
    "beside this page holds it in full. Times are UTC. Whoever is called discord:123 is who has "
    "that number on Discord. Other people are shown only as far as it concerns you: not who "
    "reported something, which moderator decided, or what others had spoken with your voices. The "
    "speech service's own names of voices and calls are left out: they are handles in the account "
    "of whoever runs Myna, and open a voice to anybody who gets hold of that account."
)
NOTHING: Final = "Nothing of this kind is kept."
SHOWN_FIRST: Final = "The newest {shown} of {all} are shown here. The file {file} has the rest."
OLDER_LEFT_OUT: Final = "There is more: older records of this kind did not fit."
TEXTS_LEFT_OUT: Final = "The {number} oldest texts are left out, because all would not fit."
SHARED_TOO: Final = (
    "What is shared with a server or a role that you are in is not listed here, because it is "
    "kept for the server and not for you."
)

SECTIONS: Final[Mapping[Section, tuple[str, str]]] = MappingProxyType(
    {
        Section.SETTINGS: ("Your choices", "Your default voice, and whether nobody may clone you."),
        Section.VOICES: ("Your voices", "Also those that are deleted, lost or came to nothing."),
        Section.VOICES_ASKED_FOR: (
            "Voices of others that you asked for",
            "They belong to the people whose voices they are.",
        ),
        Section.CONSENTS_GIVEN: (
            "Consents that you gave",
            "What you declared, when, for which clone, with what proof, and when you took it back.",
        ),
        Section.CONSENTS_RECEIVED: (
            "Consents that you were given",
            "Who allowed you to have their voice cloned.",
        ),
        Section.REQUESTS: ("Requests for consent", "Those that you made, and those made to you."),
        Section.PERMISSIONS_GIVEN: (
            "Standing permissions that you gave",
            "Who may clone you on a server without asking again.",
        ),
        Section.PERMISSIONS_RECEIVED: (
            "Standing permissions that you were given",
            "Whom you may clone on a server without asking again.",
        ),
        Section.GRANTS_GIVEN: ("Shares of your voices", "Who may speak with them."),
        Section.GRANTS_RECEIVED: ("Voices shared with you", SHARED_TOO),
        Section.SPEECHES: ("What you had spoken", "With its text, for as long as that is kept."),
        Section.USES: ("Who else spoke with your voices", "When, and how much."),
        Section.FILES: (
            "Posted audio files",
            "Recognised by a fingerprint (SHA-256) of their bytes; the audio is not kept.",
        ),
        Section.CASES: (
            "Cases about you",
            "What was flagged, refused or reported of what you asked for, or of your voices.",
        ),
        Section.REPORTS: ("Reports that you made", "Your words, and what became of the report."),
        Section.EVIDENCE: (
            "What can be heard of cases",
            "Kept encrypted, for moderators alone, until some days after the decision.",
        ),
        Section.BANS: ("Bans from cloning", "Servers whose moderators do not let you clone."),
        Section.CHARGES: ("Charges", "What the speech service charged for what you asked for."),
        Section.BUDGETS: ("Your budgets", "What counts as spent by you, by day and month."),
        Section.HOLDS: ("Money set aside", "For what is under way."),
        Section.AUDIT: ("Audit log", "What you did as somebody with power: moderating, settings."),
    }
)
"""Title and explanation of each part."""

_TRUTHS: Final = {True: "yes", False: "no", None: "-"}


def field_name(name: str) -> str:
    """Return what a field is called on the page."""
    return name.removesuffix("_microdollars").replace("_", " ").capitalize()


def moment(value: str) -> str:
    """Return an ISO 8601 moment as people write it; anything else as it is."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{at:%d %b %Y, %H:%M}"


def truth(value: bool | None) -> str:  # noqa: FBT001  it is what is said
    """Return a truth, or that there is no value, in a word."""
    return _TRUTHS[value]
