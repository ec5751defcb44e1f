"""Every sentence about cases: what moderators decide by, and what those concerned are told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from bot.domain.audit import AuditEntry
from bot.domain.moderation import (
    APPEAL_WITHIN,
    About,
    Case,
    CaseReport,
    CaseState,
    Decision,
    FlagKind,
    Nudge,
    Origin,
)
from bot.domain.outcomes import CaseNotice, CasesUnseen, CaseTold, ReportTold
from bot.domain.people import MYNA

_Quote = Callable[[str], str]


class Markup(NamedTuple):
    """How a face shows things: a short quote, a long passage, a person, and where a card stands."""

    quote: _Quote
    passage: _Quote
    name: Callable[[str], str]
    link: Callable[[Case], str | None]


COMMAND_GROUP: Final = "What was flagged, reported or caught, and what became of it"
COMMAND_LIST: Final = "The cases of this server"
COMMAND_SHOW: Final = "One case, with its buttons"
COMMAND_LOG: Final = "Who did what: the newest lines of the audit log"
OPTION_STATE: Final = "Only cases that stand like this"
OPTION_ORIGIN: Final = "Only cases that came up like this"
OPTION_MEMBER: Final = "Only cases of this member"
OPTION_CASE: Final = "The case, as its card names it"

TAKE: Final = "Take"
GIVE_BACK: Final = "Give back"
EVIDENCE: Final = "Evidence"
APPEAL: Final = "Appeal"
UNDO: Final = "Undo"
REPORT: Final = "Report"
DECISIONS: Final = MappingProxyType(
    {
        Decision.APPROVE: "Approve",
        Decision.REJECT: "Reject",
        Decision.BAN: "Ban from cloning",
    }
)

REASON_LABEL: Final = "Why?"
REASON_HINT: Final = "Who asked for it is told; the audit log keeps it."
BAN_LABEL: Final = "For how long?"
BAN_HINT: Final = "They may neither clone nor speak on this server meanwhile."
BAN_DAYS: Final = MappingProxyType({1: "A day", 7: "A week", 30: "30 days", 0: "For good"})
APPEAL_TITLE: Final = "Appeal"
APPEAL_LABEL: Final = "What should another moderator know?"
APPEAL_HINT: Final = "You can appeal once. Somebody else than before decides."
REPORT_TITLE: Final = "Report to the moderators"
REPORT_LABEL: Final = "What is wrong with it?"
REPORT_HINT: Final = "Moderators read this and see your name. I tell nobody else who you are."

REPORTED: Final = "Thank you. The moderators of this server will look at it."
APPEALED: Final = "Your appeal is with the moderators. Somebody else than before decides it."
NOTHING_TO_HEAR: Final = "There is nothing to hear of this case."
NO_CASES: Final = "There are no such cases."
NO_LOG: Final = "Nothing was written down yet."
LOG_TITLE: Final = "Audit log"

KINDS: Final = MappingProxyType(
    {
        FlagKind.NORMAL: "nothing",
        FlagKind.SEVERE_VIOLATION: "severe violation",
        FlagKind.PORNOGRAPHIC: "pornographic",
        FlagKind.ADVERTISEMENT: "advertisement",
        FlagKind.PROHIBITED: "prohibited",
        FlagKind.ABUSE: "abuse",
        FlagKind.TERROR_VIOLENCE: "terror or violence",
        FlagKind.OTHER: "other",
    }
)
"""The provider's kinds in words (docs/minimax.md, `input_sensitive_type`)."""

STATES: Final = MappingProxyType(
    {
        CaseState.OPEN: "open",
        CaseState.LOCKED: "locked",
        CaseState.APPEALED: "appealed",
        CaseState.APPROVED: "approved",
        CaseState.REJECTED: "rejected",
        CaseState.BANNED: "banned",
    }
)

ORIGINS: Final = MappingProxyType(
    {
        Origin.FLAGGED: "flagged by the speech service",
        Origin.REFUSED: "refused by the speech service",
        Origin.REPORTED: "reported",
        Origin.WORDS: "caught by word rules",
    }
)

_TEXT_SHOWN: Final = 380
_SAID_SHOWN: Final = 250
"""Characters of a text and of what somebody says of it, as they are shown: what would be markup
takes two. With all else a card stays below 2000."""

_LOG_MAX: Final = 4096
"""Characters of the description of an embed (Discord, embed limits)."""

_HOURS: Final = int(APPEAL_WITHIN.total_seconds() // 3600)


def reason_title(decision: Decision) -> str:
    """Return the title of the form that asks for a reason."""
    return DECISIONS[decision]


def case_text(report: CaseReport, markup: Markup) -> str:
    """Return the card of a case as moderators see it; at most a message long."""
    case, name = report.case, markup.name
    where = markup.link(case)
    lines = [
        f"**Case** `{case.key}` · {STATES[case.state]}",
        _why(case, markup),
        f"Asked for by {name(case.person)}" + ("" if where is None else f", here: {where}"),
        _whose(case, markup),
        f"It says: {_shortened(case.text, markup, _TEXT_SHOWN)}",
    ]
    if case.report is not None:
        lines.append(f"The report: {_shortened(case.report, markup, _SAID_SHOWN)}")
    if report.evidence:
        lines.append(f"To hear: {', '.join(report.evidence)} (press {EVIDENCE})")
    lines += _standing(case, markup)
    if report.earlier:
        told = [f"{_in_short(each)} {each.opened_at:%d %b %Y}" for each in report.earlier]
        lines.append(f"Earlier cases of theirs: {', '.join(told)}")
    else:
        lines.append("No other cases of theirs.")
    return "\n".join(line for line in lines if line)


def _why(case: Case, markup: Markup) -> str:
    match case.origin:
        case Origin.FLAGGED:
            return f"The speech service flagged the voice: {KINDS[case.kind]}"
        case Origin.REFUSED:
            return f"The speech service refused the content ({KINDS[case.kind]}); nothing was made"
        case Origin.WORDS:
            return "The word rules of this server caught the text; nothing was made"
        case Origin.REPORTED:
            by = "somebody" if case.reporter is None else markup.name(case.reporter)
            return f"Reported by {by}"


def _whose(case: Case, markup: Markup) -> str:
    if case.about is About.TEXT:
        return ""
    label = markup.quote(case.label)
    if case.owner is None:
        return f"Voice: {label}, one of the speech service's own"
    return f"Voice: {label} of {markup.name(case.owner)}"


def _standing(case: Case, markup: Markup) -> list[str]:
    lines, name = [], markup.name
    if case.appeal is not None:
        lines.append(f"Appealed: {_shortened(case.appeal, markup, _SAID_SHOWN)}")
    if case.state is CaseState.LOCKED:
        lines.append(
            f"Locked by itself: the voice is deleted {_HOURS} hours after that unless you approve."
        )
    elif case.decided_by is not None:
        by = "by itself" if case.decided_by == MYNA else f"by {name(case.decided_by)}"
        why = "" if not case.reason else f": {_shortened(case.reason, markup, _SAID_SHOWN)}"
        before = "Before the appeal" if case.state is CaseState.APPEALED else "Decided"
        lines.append(f"{before} {by}{why}")
    if case.state is CaseState.BANNED:
        lines.append(f"Banned {_until(case.banned_until)}")
    if case.is_pending and case.taken_by is not None:
        lines.append(f"Taken by {name(case.taken_by)}")
    return lines


def _until(moment: datetime | None) -> str:
    return "for good" if moment is None else f"until {moment:%d %b %Y, %H:%M} UTC"


def _shortened(text: str, markup: Markup, limit: int) -> str:
    line = " ".join(text.split())
    if not line:
        return "(not kept)"
    shown, kept = markup.passage(line), line
    while len(shown) > limit:
        kept = kept[: -max(1, (len(shown) - limit) // 2)]
        shown = f"{markup.passage(kept)} …"
    return shown


def _in_short(case: Case) -> str:
    what = KINDS[case.kind] if case.origin in {Origin.FLAGGED, Origin.REFUSED} else case.origin
    return f"{what} ({STATES[case.state]})"


def list_text(cases: Sequence[Case], markup: Markup) -> str:
    """Return cases, one in a line; ten of them fit into a message."""
    lines = []
    for case in cases:
        where = markup.link(case)
        place = "" if where is None else f" · {where}"
        when = f"{case.opened_at:%d %b %Y}"
        lines.append(f"`{case.key}` {_in_short(case)}, {markup.name(case.person)}, {when}{place}")
    return "\n".join(lines) or NO_CASES


def choice_text(case: Case) -> str:
    """Return a case as it is offered while somebody types."""
    return f"{case.key} {_in_short(case)} {case.label}".strip()


def decided_text(case: Case) -> str:
    """Return what a moderator reads after their decision."""
    return f"Case `{case.key}` is {STATES[case.state]} now."


def entry_text(entry: AuditEntry, markup: Markup) -> str:
    """Return one line of the audit log."""
    who = "Myna" if entry.actor == MYNA else markup.name(entry.actor)
    detail = f" ({markup.quote(entry.detail)})" if entry.detail else ""
    reason = f": {markup.quote(entry.reason)}" if entry.reason else ""
    return f"{entry.at:%d %b %H:%M} {who} · {entry.act.value} · {entry.subject}{detail}{reason}"


def log_text(entries: Sequence[AuditEntry], markup: Markup) -> str:
    """Return entries, one in a line: as many of the first as fit into an embed."""
    shown, length = [], 0
    for entry in entries:
        line = entry_text(entry, markup)
        length += len(line) + 1
        if length > _LOG_MAX:
            break
        shown.append(line)
    return "\n".join(shown) or NO_LOG


def nudge_text(case: Case, why: Nudge) -> str:
    """Return what calls moderators to a case."""
    if why is Nudge.APPEALED:
        return f"Case `{case.key}` was appealed. Somebody who did not decide it before has to."
    return f"Case `{case.key}` waits for a decision, since {case.opened_at:%d %b, %H:%M} UTC."


def case_notice_text(notice: CaseNotice, quote: _Quote, passage: _Quote) -> str:
    """Return what somebody is told of a case."""
    match notice:
        case CaseTold(case=case):
            return _told(case, quote, passage)
        case ReportTold(case=case):
            outcome = "acted on it" if case.state is not CaseState.APPROVED else "let it stand"
            return f"Moderators have looked at what you reported, and {outcome}."
        case CasesUnseen(is_unset=is_unset):
            return _unseen(is_unset=is_unset)


def case_news_text(case: Case, quote: _Quote) -> str:
    """Return what is said of a case where everybody reads it: neither the flag nor why."""
    return (
        f"Moderators have news about {_what(case, quote)}: the case is {STATES[case.state]}. "
        "I say no more where everybody reads it."
    )


def _told(case: Case, quote: _Quote, passage: _Quote) -> str:
    what = _what(case, quote)
    if case.state is CaseState.APPEALED:
        return f"The appeal about {what} is with the moderators."
    if case.state is CaseState.LOCKED:
        return (
            f"{what} is locked: the speech service reported a {KINDS[case.kind]}. It is deleted "
            f"in {_HOURS} hours unless a moderator overturns that."
        )
    after = "After the appeal another" if case.appealed_at is not None else "A"
    if case.decided_by == MYNA:
        return f"{what} stayed locked for {_HOURS} hours and is deleted now."
    if case.state is CaseState.APPROVED:
        return f"{after} moderator approved {what}. {_consequence(case)}".rstrip()
    reason = f" They say: {passage(case.reason)}" if case.reason else ""
    ban = ""
    if case.state is CaseState.BANNED:
        until = _until(case.banned_until)
        ban = f" You may neither clone nor speak on that server {until}."
    final = " That is final." if case.appealed_at is not None else ""
    return f"{after} moderator rejected {what}.{reason} {_consequence(case)}{ban}{final}"


def _what(case: Case, quote: _Quote) -> str:
    match case.about:
        case About.VOICE:
            return f"the voice {quote(case.label)}"
        case About.SPEECH:
            return f"what was said with {quote(case.label)}"
        case About.TEXT:
            return "your text with a word that the server does not allow"


def _consequence(case: Case) -> str:
    if case.state is CaseState.APPROVED:
        if case.origin is Origin.FLAGGED and case.appealed_at is None:
            return "It can speak now, and its preview is where it was asked for."
        if case.origin is Origin.FLAGGED:
            return "If it was not deleted before, it can speak now; else you can clone it again."
        return "Nothing is held against you."
    if case.origin is Origin.REFUSED or case.about is About.TEXT:
        return "Nothing was made of it."
    if case.about is About.VOICE:
        return "The voice is deleted, here and at the speech service."
    return "It is taken back."


def _unseen(*, is_unset: bool) -> str:
    why = (
        "there is no review channel yet"
        if is_unset
        else "I cannot post in its review channel any more"
    )
    return (
        f"Something on your server waits for a moderator, and {why}. Choose one with /settings; "
        "until then cases wait, and moderators see them with /cases list. I will not write again "
        "about this until cases could be shown."
    )
