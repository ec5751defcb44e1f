"""Every sentence a person reads about their voices: the list, sharing, versions, uses."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from bot.domain.people import PersonId
from bot.domain.sharing import Grant, Scope, Use
from bot.domain.voices import Voice, VoiceState
from bot.frontends.wording import expiry
from bot.frontends.wording_money import counted, money
from bot.frontends.wording_speech import KEEP_IT
from bot.services.choosing import is_in_place
from bot.services.library import Entry, Page

_Quote = Callable[[str], str]
_Name = Callable[[PersonId], str]
_ScopeName = Callable[[Scope], str]

COMMAND_GROUP: Final = "Your voices"
COMMAND_LIST: Final = "See your voices: their state, uses and cost; rename, share or delete them"
COMMAND_SHARE: Final = "Let somebody speak with one of your voices"
COMMAND_UNSHARE: Final = "Take that back, at once"
COMMAND_DEFAULT: Final = "Choose the voice that speaks where you name none"
OPTION_OWN_VOICE: Final = "One of your own voices"
OPTION_ANY_VOICE: Final = "Any voice you may speak with"
OPTION_MEMBER: Final = "A person, wherever they are"
OPTION_ROLE: Final = "Everybody with this role"
OPTION_SERVER: Final = "Everybody on this server"
OPTION_DAYS: Final = "For so many days; left out: until you take it back"

PICK: Final = "Choose a voice"
PREVIEW: Final = "Play it here"
USE_VERSION: Final = "Use this version"
RENAME: Final = "Rename"
MAKE_DEFAULT: Final = "Make default"
SHARES: Final = "Shared with"
USES: Final = "Who used it"
HISTORY: Final = "Versions"
TELL_ME: Final = "Tell me of uses"
TELL_ME_NOT: Final = "Don't tell me"
BACK: Final = "Back"
EARLIER, LATER = "Earlier", "Later"
PICK_VERSION: Final = "Look at another version"
PICK_GRANT: Final = "Take back"
RENAME_TITLE: Final = "Rename the voice"
RENAME_LABEL: Final = "Its new name"

EVERYBODY_HERE: Final = "Everybody on this server"
EVERYBODY_ELSEWHERE: Final = "Everybody on another server"
EVERYBODY_WITH: Final = "Everybody with {role}"
A_ROLE: Final = "Everybody with a role of another server"

NO_VOICES: Final = (
    "You have no voices yet. Post a voice note and choose Apps, Clone this voice on it, "
    "or use /clone."
)
DEFAULT_GONE: Final = (
    "Your default voice cannot speak for you here: /voices default chooses another."
)
SHARED_HERE: Final = "Shared with you here:"
MORE_SHARED: Final = "… and more, which /speak offers while you type."

_STATES: Final = {
    VoiceState.REQUESTED: "was only asked for",
    VoiceState.OFFERED: "was only offered",
    VoiceState.ASKED: "is asked for",
    VoiceState.CLONING: "is being cloned",
    VoiceState.READY: "can speak",
    VoiceState.HELD: "is on hold: it was flagged and cannot be used",
    VoiceState.RETIRED: "is an earlier version",
    VoiceState.LOST: "is lost: the speech service no longer has it",
    VoiceState.FAILED: "could not be cloned",
    VoiceState.DELETED: "is deleted",
}


def list_text(page: Page, *, now: datetime, quote: _Quote, name: _Name) -> str:
    """Return a page of somebody's voices, a line or two for each; first what speaks by default.

    Below stand voices that others share with them.
    """
    lines = []
    if page.default is not None:
        kind = "a stock voice" if page.default.voice is None else "shared with you"
        lines.append(f"Your default voice is {quote(page.default.label)}, {kind}.")
    elif page.is_default_gone:
        lines.append(DEFAULT_GONE)
    lines += [_line(entry, now, quote) for entry in page.entries] or [NO_VOICES]
    if page.shared:
        lines.append(SHARED_HERE)
        lines += [f"• {quote(each.label)} by {name(each.owner)}" for each in page.shared]
    if page.are_more_shared:
        lines.append(MORE_SHARED)
    return "\n".join(lines)


def detail_text(entry: Entry, *, now: datetime, quote: _Quote) -> str:
    """Return all there is to say about one voice, and what its buttons do for all to see."""
    voice = entry.voice
    lines = [f"{quote(voice.label)} {state_text(voice, now)}."]
    if entry.is_default:
        lines.append("It is your default voice.")
    if _may_expire(voice):
        lines.append(expiry(voice, now))
    if voice.state is VoiceState.LOST:
        lines.append("Clone it again under the same name to go on; the lost one makes way for it.")
    if voice.has_run_out(now):
        lines.append("Clone it again under the same name to go on.")
    if voice.state is VoiceState.HELD:
        lines.append("Whoever runs me can look at it.")
    lines.append(f"Made on {_day(voice.created_at)} with {voice.options.model}.")
    lines.append(f"{_uses(entry.uses)}, {money(entry.spent)} in all.")
    shared = "nobody" if not entry.shares else f"{entry.shares}"
    lines.append(f"Shared with {shared}.")
    if voice.tells_uses:
        lines.append("I tell you each time somebody else speaks with it.")
    if is_in_place(voice):
        can_be_kept = voice.used_at is None and not voice.has_run_out(now)
        posting = f"“{PREVIEW}” and “{KEEP_IT}” post" if can_be_kept else f"“{PREVIEW}” posts"
        lines.append(f"{posting} in this channel, for everybody in it to hear.")
    return "\n".join(lines)


def state_text(voice: Voice, now: datetime) -> str:
    """Return where a voice stands, as the rest of a sentence."""
    is_proposed = voice.state is VoiceState.READY and voice.replaces is not None
    if voice.has_run_out(now):
        if is_proposed:
            return "has a new version, probably deleted"
        if voice.state is VoiceState.RETIRED:
            return "is an earlier version, probably deleted"
        return "is probably deleted by the speech service"
    return "has a new version that waits for you" if is_proposed else _STATES[voice.state]


def option_text(entry: Entry, *, now: datetime) -> str:
    """Return the small line below a voice in a menu: at most 100 characters."""
    voice = entry.voice
    parts = [state_text(voice, now)]
    if _may_expire(voice) and not voice.has_run_out(now):
        parts.append(_left(voice, now))
    parts.append(_uses(entry.uses))
    return " · ".join(parts)[:100]


def shared_text(voice: Voice, grant: Grant, *, quote: _Quote, scope: _ScopeName) -> str:
    """Return that a voice is shared now."""
    return (
        f"{scope(grant.to)} may speak with {quote(voice.label)} now, {_until(grant)}. "
        "They cannot rename, delete or share it. /voices unshare takes it back at once."
    )


def unshared_text(voice: Voice, to: Scope, *, quote: _Quote, scope: _ScopeName) -> str:
    """Return that a voice is shared no more."""
    return f"{scope(to)} can no longer speak with {quote(voice.label)}."


def grants_text(voice: Voice, grants: Sequence[Grant], *, quote: _Quote, scope: _ScopeName) -> str:
    """Return with whom a voice is shared."""
    if not grants:
        return (
            f"{quote(voice.label)} is shared with nobody. /voices share lets others speak with it."
        )
    lines = [f"• {scope(grant.to)}, {_until(grant)}" for grant in grants]
    return "\n".join([f"{quote(voice.label)} is shared with:", *lines])


def uses_text(voice: Voice, uses: Sequence[Use], *, quote: _Quote, name: _Name) -> str:
    """Return who spoke with a voice lately."""
    if not uses:
        return f"Nobody has spoken with {quote(voice.label)} yet."
    lines = [f"• {_moment(use.at)}: {name(use.by)}, {counted(use.characters)}" for use in uses]
    return "\n".join([f"{quote(voice.label)} spoke for (UTC):", *lines])


def history_text(versions: Sequence[Voice], *, now: datetime, quote: _Quote) -> str:
    """Return the versions of a voice, newest first."""
    lines = [f"• {_moment(each.created_at)}: {state_text(each, now)}" for each in versions]
    return "\n".join([f"Versions of {quote(versions[0].label)} (UTC):", *lines])


def version_option(voice: Voice, *, now: datetime) -> str:
    """Return a version's name in a menu."""
    return f"{_moment(voice.created_at)}, {state_text(voice, now)}"[:100]


def plain_server(here: str | None, number: int) -> str:
    """Return a server's name where it is this one."""
    return f"another server ({number})" if here is None else f"server {here}"


def plain_role(name: str | None, number: int) -> str:
    """Return a role's name where it is one of this server."""
    return f"role of another server ({number})" if name is None else f"role {name}"


def plain_member(name: str | None, number: int) -> str:
    """Return a member's name where it is known."""
    return f"member {name or number}"


def default_text(label: str, *, quote: _Quote) -> str:
    """Return that a voice is the default one now."""
    return f"{quote(label)} speaks now where you name no voice."


def renamed_text(label: str, *, quote: _Quote) -> str:
    """Return that a voice has another name."""
    return f"It is called {quote(label)} now."


def _line(entry: Entry, now: datetime, quote: _Quote) -> str:
    voice = entry.voice
    star = " (default)" if entry.is_default else ""
    line = f"• {quote(voice.label)}{star} {state_text(voice, now)}"
    line += f" · {_uses(entry.uses)}, {money(entry.spent)}"
    if entry.shares:
        line += f" · shared with {entry.shares}"
    if _may_expire(voice) and not voice.has_run_out(now):
        line += f"\n  expires in {_left(voice, now)} unless it says something new"
    return line


def _left(voice: Voice, now: datetime) -> str:
    left = voice.days_left(now)
    return "less than a day" if left == 0 else "1 day" if left == 1 else f"{left} days"


def _may_expire(voice: Voice) -> bool:
    return (
        voice.state in {VoiceState.READY, VoiceState.RETIRED}
        and voice.used_at is None
        and voice.deadline is not None
    )


def _uses(count: int) -> str:
    return "never used" if count == 0 else "used once" if count == 1 else f"used {count} times"


def _until(grant: Grant) -> str:
    return (
        "until you take it back"
        if grant.expires_at is None
        else f"until {_moment(grant.expires_at)}"
    )


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _moment(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M}"
