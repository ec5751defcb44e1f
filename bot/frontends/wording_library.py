"""Every sentence a person reads about their voices: the list, sharing, versions, uses."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from bot.domain.people import PersonId
from bot.domain.sharing import Grant, Scope, Use
from bot.domain.voices import Voice, VoiceState
from bot.frontends.wording import expiry
from bot.frontends.wording_money import counted, money
from bot.services.library import Entry

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
PREVIEW: Final = "Listen"
RENAME: Final = "Rename"
MAKE_DEFAULT: Final = "Make default"
SHARES: Final = "Shared with"
USES: Final = "Who used it"
HISTORY: Final = "Versions"
TELL_ME: Final = "Tell me of uses"
TELL_ME_NOT: Final = "Don't tell me"
KEEP: Final = "Keep it"
BACK: Final = "Back"
EARLIER, LATER = "Earlier", "Later"
PICK_VERSION: Final = "Use another version"
PICK_GRANT: Final = "Take back"
RENAME_TITLE: Final = "Rename the voice"
RENAME_LABEL: Final = "Its new name"

NO_VOICES: Final = (
    "You have no voices yet. Post a voice note and choose Apps, Clone this voice on it, "
    "or use /clone."
)

_STATES: Final = {
    VoiceState.OFFERED: "was only offered",
    VoiceState.ASKED: "is asked for",
    VoiceState.CLONING: "is being cloned",
    VoiceState.READY: "can speak",
    VoiceState.HELD: "is on hold: a moderator decides",
    VoiceState.RETIRED: "is an earlier version",
    VoiceState.LOST: "is lost: the speech service no longer has it",
    VoiceState.FAILED: "could not be cloned",
    VoiceState.DELETED: "is deleted",
}


def list_text(entries: Sequence[Entry], *, now: datetime, quote: _Quote) -> str:
    """Return the list of somebody's voices, a line or two for each."""
    if not entries:
        return NO_VOICES
    return "\n".join(_line(entry, now, quote) for entry in entries)


def detail_text(entry: Entry, *, now: datetime, quote: _Quote) -> str:
    """Return all there is to say about one voice."""
    voice = entry.voice
    lines = [f"{quote(voice.label)} {state_text(voice)}."]
    if entry.is_default:
        lines.append("It is your default voice.")
    if _may_expire(voice):
        lines.append(expiry(voice, now))
    if voice.state is VoiceState.LOST:
        lines.append("Clone it again under the same name to go on; the lost one makes way for it.")
    lines.append(f"Made on {_day(voice.created_at)} with {voice.options.model}.")
    lines.append(f"{_uses(entry.uses)}, {money(entry.spent)} in all.")
    shared = "nobody" if not entry.shares else f"{entry.shares}"
    lines.append(f"Shared with {shared}.")
    if voice.tells_uses:
        lines.append("I tell you each time somebody else speaks with it.")
    return "\n".join(lines)


def state_text(voice: Voice) -> str:
    """Return where a voice stands, as the rest of a sentence."""
    if voice.state is VoiceState.READY and voice.replaces is not None:
        return "has a new version, which waits for your choice"
    return _STATES[voice.state]


def option_text(entry: Entry, *, now: datetime) -> str:
    """Return the small line below a voice in a menu: at most 100 characters."""
    voice = entry.voice
    parts = [state_text(voice)]
    if _may_expire(voice):
        parts.append(f"{voice.days_left(now)} days left")
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


def history_text(versions: Sequence[Voice], *, quote: _Quote) -> str:
    """Return the versions of a voice, newest first."""
    lines = [f"• {_moment(each.created_at)}: {state_text(each)}" for each in versions]
    return "\n".join([f"Versions of {quote(versions[0].label)} (UTC):", *lines])


def version_option(voice: Voice) -> str:
    """Return a version's name in a menu."""
    return f"{_moment(voice.created_at)}, {state_text(voice)}"[:100]


def default_text(label: str, *, quote: _Quote) -> str:
    """Return that a voice is the default one now."""
    return f"{quote(label)} speaks now where you name no voice."


def renamed_text(label: str, *, quote: _Quote) -> str:
    """Return that a voice has another name."""
    return f"It is called {quote(label)} now."


def _line(entry: Entry, now: datetime, quote: _Quote) -> str:
    voice = entry.voice
    star = " (default)" if entry.is_default else ""
    line = f"• {quote(voice.label)}{star} {state_text(voice)}"
    line += f" · {_uses(entry.uses)}, {money(entry.spent)}"
    if entry.shares:
        line += f" · shared with {entry.shares}"
    return f"{line}\n  {expiry(voice, now)}" if _may_expire(voice) else line


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
