"""Who may do what: one row for each command, menu, button, select and form of Myna on Discord.

`docs/permissions.md` is this table in words: `python -m tests.wire.matrix > docs/permissions.md`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.errors import (
    AdministratorsOnly,
    Banned,
    CaseUnknown,
    ModeratorsOnly,
    MynaError,
    NotForYou,
    NothingToSpeak,
    NotShared,
    NotYourData,
    NotYours,
    NotYourSpeech,
    RecordingNotYours,
    ReviewersOnly,
    VoiceGone,
    VoiceUnknown,
)
from bot.frontends.wording_errors import explain


class Actor(StrEnum):
    """Who presses. All but the owners act on the things of the owner, `BANNED` on their own."""

    MEMBER = "member"
    OWNER = "owner"
    GRANTED = "granted member"
    MODERATOR = "moderator"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "server administrator"
    OPERATOR = "operator"
    BANNED = "banned owner"
    ELSEWHERE = "moderator of another server"
    LONE_MODERATOR = "moderator where no review role is set"


COLUMNS: Final = tuple(actor for actor in Actor if actor is not Actor.LONE_MODERATOR)
"""The columns of the document, whose legend says what a moderator may without a review role."""

OWNERS: Final = frozenset({Actor.OWNER, Actor.BANNED})
MODERATORS: Final = frozenset({Actor.MODERATOR, Actor.LONE_MODERATOR})
REVIEWERS: Final = frozenset({Actor.REVIEWER, Actor.OPERATOR, Actor.LONE_MODERATOR})
EVERYBODY: Final = frozenset(Actor)

Refusal = type[MynaError]


@dataclass(frozen=True)
class Row:
    """One thing to do, and who is refused with which error; everybody else may."""

    action: str
    what: str
    refused: Mapping[Actor, Refusal]

    def allowed(self) -> list[Actor]:
        """Return who may."""
        return [actor for actor in Actor if actor not in self.refused]


def _row(
    action: str,
    what: str,
    may: Iterable[Actor] = EVERYBODY,
    others: Refusal = NotYours,
    *,
    banned: Refusal | None = None,
    but: Mapping[Actor, Refusal] | None = None,
) -> Row:
    """Return a row: those in `may` may, `others` are refused so; `banned` and `but` come first."""
    first = dict(but or {}) | ({} if banned is None else {Actor.BANNED: banned})
    refused = {actor: others for actor in Actor if actor not in may}
    return Row(action, what, {**refused, **first})


_WITH_GRANT: Final = OWNERS | {Actor.GRANTED}
_REPEATERS: Final = OWNERS | MODERATORS
_ADMINISTRATORS: Final = frozenset({Actor.ADMINISTRATOR, Actor.ELSEWHERE})
_LIST_REVIEWERS: Final = REVIEWERS | {Actor.ELSEWHERE}  # who sees those of the other server

_COMMANDS: Final = (
    _row("/clone", "Have one's own voice cloned", banned=Banned),
    _row("/clone owner:", "Ask for somebody else's voice", banned=Banned),
    _row("menu: Clone this voice", "Open the form for a clone"),
    _row("/speak", "Have a text spoken by a stock voice", banned=Banned),
    _row("/speak voice:", "Have a text spoken by the owner's voice", _WITH_GRANT, VoiceUnknown,
         banned=Banned),
    _row("menu: Speak this message", "Have a message spoken", banned=Banned),
    _row("/voices list", "See one's own voices"),
    _row("/voices default", "Speak with the owner's voice by default", _WITH_GRANT, VoiceUnknown),
    _row("/voices share", "Share the owner's voice", OWNERS, VoiceUnknown,
         but={Actor.GRANTED: NotYours}),
    _row("/voices unshare", "Take a grant of the owner's voice back", OWNERS, VoiceUnknown,
         but={Actor.GRANTED: NotYours}),
    _row("/consent list", "See what one allowed and asked for"),
    _row("/consent never", "Keep oneself from being cloned, or no longer"),
    _row("/consent revoke", "Take one's own standing yes back"),
    _row("menu: Use as my consent", "Give one's own recording of a sentence", OWNERS,
         NothingToSpeak),
    _row("menu: Use as my consent, of others", "Give somebody else's recording", (),
         NothingToSpeak, but=dict.fromkeys(OWNERS, RecordingNotYours)),
    _row("/verify", "Ask whether Myna made a file"),
    _row("menu: Verify this audio", "Ask whether Myna made what was posted"),
    _row("/cases list", "See the cases of a server", _LIST_REVIEWERS, ReviewersOnly),
    _row("/cases show", "See a case", REVIEWERS, ReviewersOnly),
    _row("/cases log", "See the audit log of a server", _LIST_REVIEWERS, ReviewersOnly),
    _row("/usage", "See what one spent"),
    _row("/usage everyone:", "See what a server spent", MODERATORS | {Actor.ELSEWHERE},
         ModeratorsOnly),
    _row("/mydata export", "Get all that is kept about oneself"),
    _row("/mydata erase", "Be asked whether all of it is to be erased"),
    _row("/settings", "See the rules of a server", _ADMINISTRATORS, AdministratorsOnly),
)  # fmt: skip

_VOICE_BUTTONS: Final = (
    _row("myna:delete", "Ask to delete a voice", OWNERS),
    _row("myna:confirm-delete", "Delete a voice", OWNERS),
    _row("myna:again", "Try a failed clone again", OWNERS, banned=Banned),
    _row("myna:best-part", "Try it again with the best part", OWNERS, banned=Banned),
    _row("myna:add-note", "Open the form for another note"),
    _row("myna:approve", "Approve a new version of a voice", OWNERS),
    _row("myna:confirm-clone", "Take up the offer of a clone", OWNERS, banned=Banned),
    _row("myna:decline-clone", "Decline it", OWNERS),
)

_SPEECH_BUTTONS: Final = (
    _row("myna-speech:confirm", "Take up the offer of a speech", OWNERS, NotYourSpeech,
         banned=Banned),
    _row("myna-speech:decline", "Decline it", OWNERS, NotYourSpeech),
    _row("myna-speech:again", "Have a speech spoken anew", _REPEATERS, NotYourSpeech,
         banned=Banned),
    _row("myna-speech:remove", "Delete a speech", _REPEATERS, NotYourSpeech),
    _row("myna-speech:keep", "Keep an unused voice", OWNERS, banned=Banned),
    _row("myna-speech:how-to-clone", "Read how to clone a lost voice again"),
)  # fmt: skip

_SHELF: Final = (
    _row("myna-shelf:page", "Turn the pages of one's own voices"),
    _row("myna-shelf:pick", "Pick a voice without a menu", (), VoiceGone),
    _row("myna-shelf:open", "See a voice", OWNERS),
    _row("myna-shelf:preview", "Hear a voice's preview", OWNERS, banned=Banned),
    _row("myna-shelf:rename", "Open the form that renames a voice", OWNERS),
    _row("myna-shelf:default", "Make it one's default", OWNERS),
    _row("myna-shelf:shares", "See with whom it is shared", OWNERS),
    _row("myna-shelf:revoke", "Take a grant back without a menu", (), NotYours,
         but=dict.fromkeys(OWNERS, NotShared)),
    _row("myna-shelf:uses", "See who spoke with it", OWNERS),
    _row("myna-shelf:history", "See its versions", OWNERS),
    _row("myna-shelf:use", "Bring a version back", OWNERS),
    _row("myna-shelf:tell", "Be told of each use", OWNERS),
    _row("myna-shelf:tell-not", "Be told no more", OWNERS),
    _row("myna-shelf-menu:pick", "Pick a voice of a list", OWNERS),
    _row("myna-shelf-menu:revoke", "Take a grant back", OWNERS),
)  # fmt: skip

_CONSENT_BUTTONS: Final = (
    _row("myna-consent:once", "Allow one clone of the owner's voice", OWNERS, NotForYou),
    _row("myna-consent:here", "Allow them on this server", OWNERS, NotForYou),
    _row("myna-consent:no", "Refuse", OWNERS, NotForYou),
    _row("myna-consent:record", "Open the form for the recording", OWNERS, NotForYou),
    _row("myna-consent:take-back", "Take a yes back", OWNERS, NotForYou),
    _row("myna-consent:withdraw", "Withdraw one's own request", {Actor.GRANTED}, NotForYou),
    _row("myna-consent:never", "Refuse, and never be asked again", OWNERS, NotForYou),
)

_CASE_BUTTONS: Final = (
    _row("myna-case:take", "Take a case, or give it back", REVIEWERS, ReviewersOnly),
    _row("myna-case:evidence", "Hear the evidence of a case", REVIEWERS, ReviewersOnly),
    _row("myna-case:approve", "Open the form that approves", REVIEWERS, ReviewersOnly),
    _row("myna-case:reject", "Open the form that rejects", REVIEWERS, ReviewersOnly),
    _row("myna-case:ban", "Open the form that bans", REVIEWERS, ReviewersOnly),
    _row("myna-case:undo", "Open the form that undoes"),
    _row("myna-case:appeal", "Open the form for an appeal"),
    _row("myna-report:voice", "Open the form that reports a preview"),
    _row("myna-report:speech", "Open the form that reports a speech"),
)

_RULE_PARTS: Final = (
    _row("myna-rule:all", "See all rules", _ADMINISTRATORS, AdministratorsOnly),
    _row("myna-rule:reset", "Reset a rule", _ADMINISTRATORS, AdministratorsOnly),
    _row("myna-rule:form", "Open the form of a rule", _ADMINISTRATORS, AdministratorsOnly),
    _row("myna-rule-menu:pick", "See a rule", _ADMINISTRATORS, AdministratorsOnly),
    _row("myna-rule-menu:set", "Choose what a rule is", _ADMINISTRATORS, AdministratorsOnly),
    _row("myna-rule-menu:more", "Choose further languages", _ADMINISTRATORS, AdministratorsOnly),
    _row("myna-rule-channels:channels", "Choose where Myna works", _ADMINISTRATORS,
         AdministratorsOnly),
    _row("myna-rule-channels:review_channel", "Choose the review channel", _ADMINISTRATORS,
         AdministratorsOnly),
    _row("myna-rule-roles:clone_roles", "Choose who may clone", _ADMINISTRATORS,
         AdministratorsOnly),
    _row("myna-rule-roles:review_role", "Choose who reviews", _ADMINISTRATORS,
         AdministratorsOnly),
)  # fmt: skip

_FORMS: Final = (
    _row("CloneForm", "Send the form for a clone", banned=Banned),
    _row("SpeakForm", "Send the form for a long text", banned=Banned),
    _row("AddNoteForm", "Send another note for a failed clone", OWNERS, banned=Banned),
    _row("RenameForm", "Rename a voice", OWNERS),
    _row("RecordForm", "Send the recording of a sentence", OWNERS, NotForYou),
    _row("ChooseRequestForm", "Choose what a recording is for", OWNERS, NothingToSpeak),
    _row("DecisionForm: approve", "Approve", REVIEWERS, ReviewersOnly),
    _row("DecisionForm: reject", "Reject", REVIEWERS, ReviewersOnly),
    _row("DecisionForm: ban", "Ban from cloning", REVIEWERS, ReviewersOnly),
    _row("UndoForm", "Undo a decision", REVIEWERS, ReviewersOnly),
    _row("AppealForm", "Appeal a decision", OWNERS, CaseUnknown),
    _row("ReportForm: voice", "Report a preview", but={Actor.ELSEWHERE: CaseUnknown}),
    _row("ReportForm: speech", "Report a speech", but={Actor.ELSEWHERE: CaseUnknown}),
    _row("RuleForm", "Change a rule that is typed", _ADMINISTRATORS, AdministratorsOnly),
)

_PRIVACY: Final = (
    _row("myna-erase:keep", "Have nothing erased"),
    _row("myna-erase:erase", "Have all about the owner erased", OWNERS, NotYourData),
)

SECTIONS: Final[Mapping[str, tuple[Row, ...]]] = {
    "Commands and message menus": _COMMANDS,
    "Buttons of voices": _VOICE_BUTTONS,
    "Buttons of speeches": _SPEECH_BUTTONS,
    "The list of voices": _SHELF,
    "Consent": _CONSENT_BUTTONS,
    "Cases and reports": _CASE_BUTTONS,
    "The rules of a server": _RULE_PARTS,
    "Forms, when they are sent": _FORMS,
    "What is kept about somebody": _PRIVACY,
}

ROWS: Final = {row.action: row for rows in SECTIONS.values() for row in rows}
"""All rows by their action: a command, a menu, the beginning of a custom id, or a form."""


def cells() -> Iterator[tuple[str, Actor]]:
    """Yield each action with each actor."""
    for action in ROWS:
        for actor in Actor:
            yield action, actor


_HEAD: Final = """# Who may do what

Each row is something that can be pressed, chosen or sent on Discord, each column who does it. Every
service in `bot/services` decides that by itself, from what Discord vouches for with the press: who,
on which server, with which roles. No button is trusted: an id that was forged is refused as any
other, only the presser is told, and nothing changes. Each cell is pressed by
`tests/wire/test_permission_matrix.py`, and this file is made from its table.

✓ may; a letter: refused, with the sentence below. Where nobody in particular is meant ("one's own",
a list), everybody sees and changes what is theirs, and a moderator of another server what is of
that server. A form that opens for everybody refuses when it is sent.

| column | who |
| --- | --- |
| member | has nothing to do with the things at hand |
| owner | whose voice it is, and who asked for the clone, the speech, or what the case is about |
| granted | the owner shares the voice with them; they asked for what is withdrawn |
| moderator | has Manage Messages on the server; **is a reviewer where no review role is set** |
| reviewer | has the review role of the server |
| admin | has Manage Server |
| operator | runs this Myna (`MYNA_OPERATORS`) |
| banned | an owner whom moderators banned from cloning, with their own things |
| elsewhere | has Manage Messages and Manage Server, but on another server, and presses there |
"""

_SHORT: Final = {
    Actor.GRANTED: "granted",
    Actor.ADMINISTRATOR: "admin",
    Actor.BANNED: "banned",
    Actor.ELSEWHERE: "elsewhere",
}


def markdown() -> str:
    """Return the matrix as a document."""
    kinds = dict.fromkeys(kind for row in ROWS.values() for kind in row.refused.values())
    letters = {kind: chr(ord("a") + number) for number, kind in enumerate(kinds)}
    columns = [_SHORT.get(actor, actor.value) for actor in COLUMNS]
    lines = [
        f"| what | pressed | {' | '.join(columns)} |",
        f"| --- | --- |{' :-: |' * len(columns)}",
    ]
    for title, rows in SECTIONS.items():
        lines.append(f"| **{title}** | |{' |' * len(columns)}")
        for row in rows:
            marks = [letters[row.refused[one]] if one in row.refused else "✓" for one in COLUMNS]
            lines.append(f"| {row.what} | `{row.action}` | {' | '.join(marks)} |")
    told = [f"- **{letter}**: {sentence(kind)}" for kind, letter in letters.items()]
    return "\n".join([_HEAD, *lines, "", "The sentences:", "", *told, ""])


_ANY: Final = "…"


def sentence(kind: Refusal) -> str:
    """Return what is read of an error; what differs between two of a kind is `…`."""
    if kind is VoiceUnknown:
        return explain(VoiceUnknown(name=_ANY))
    return explain(Banned(until=None) if kind is Banned else kind())


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201  its answer
