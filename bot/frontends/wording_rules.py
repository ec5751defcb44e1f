"""What people read where the rules of a server, or its moderators, do not allow something."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain.errors import (
    AdministratorsOnly,
    AnotherModerator,
    AppealClosed,
    Banned,
    CannotUndo,
    CaseOver,
    CaseTaken,
    CaseUnknown,
    EvidenceGone,
    LabelNotHere,
    LanguageNotHere,
    MemberError,
    MynaError,
    NotHere,
    NothingToSpeak,
    NotTheSentence,
    OwnCase,
    ReasonInvalid,
    RecordingNotYours,
    ReportedBefore,
    ReviewChannelUnusable,
    ReviewersOnly,
    RoleMissing,
    RuleInvalid,
    SentenceMissing,
    TooManyReports,
    WordsRefused,
)
from bot.domain.speech import LANGUAGES
from bot.frontends.wording_settings import REVIEW_UNUSABLE, TITLES, Mention

_SENTENCES: Final[Mapping[type[MynaError], str]] = MappingProxyType(
    {
        WordsRefused: (
            "This server does not allow a word in that text, so nothing was made of it. "
            "Its moderators can see what you wrote. Please choose other words."
        ),
        SentenceMissing: (
            "On this server a sentence is spoken before a voice is cloned. "
            "Please use /clone once more: it shows you yours."
        ),
        NothingToSpeak: "No sentence of yours waits to be spoken. /consent list shows what waits.",
        RecordingNotYours: "A sentence counts only if the one who speaks it posted the recording.",
        NotTheSentence: (
            "The speech service heard something else than the sentence. Nothing of it was kept."
        ),
        LabelNotHere: "This server does not allow a word in that name. Please choose another.",
        ReviewersOnly: "Only those who review cases on that server may do that.",
        AdministratorsOnly: "Only who may manage this server can do that, and only there.",
        CaseUnknown: "I know no such case here.",
        CaseOver: "Somebody was quicker: that case was decided or changed just now.",
        OwnCase: "You are part of this case, so somebody else has to decide it.",
        AnotherModerator: "You decided this before it was appealed, so somebody else has to now.",
        AppealClosed: "There is nothing to appeal any more: each decision can be, once, for 72 h.",
        CannotUndo: "What that decision did cannot be undone: what was deleted stays deleted.",
        ReportedBefore: "Moderators know of this already. Thank you all the same.",
        TooManyReports: (
            "As many of your reports wait for moderators as may. They will get to them."
        ),
        EvidenceGone: "There is nothing to hear of it, or not any more.",
    }
)


def plain_mention(_: str, name: str) -> str:
    """Show an id as it is, for a terminal."""
    return name


def rule_sentence(error: BaseException, mention: Mention) -> str | None:
    """Return the sentence for an error of this kind, None for any other."""
    sentence: str | None = None
    match error:
        case Banned(ends_at=ends_at):
            sentence = _banned(ends_at)
        case NotHere(channels=channels):
            listed = ", ".join(mention("channel", each) for each in channels)
            sentence = f"On this server I clone and speak elsewhere only: {listed}."
        case RoleMissing(roles=roles):
            listed = ", ".join(mention("role", each) for each in roles)
            sentence = f"On this server cloning is for members with one of these roles: {listed}."
        case LanguageNotHere(languages=languages):
            listed = ", ".join(LANGUAGES[each].label for each in languages if each in LANGUAGES)
            sentence = f"On this server I clone and speak these languages only: {listed}."
        case RuleInvalid(name=name, allowed=allowed):
            sentence = f"{TITLES.get(name, name)}: I need {allowed}."
        case ReviewChannelUnusable(channel=channel, missing=missing):
            sentence = REVIEW_UNUSABLE.format(
                channel=mention("channel", channel), rights=", ".join(missing)
            )
        case CaseTaken(by=by):
            by = mention("person", by)
            sentence = f"{by} is looking at this case. Ask them, or wait an hour."
        case ReasonInvalid(length=length, limit=limit):
            sentence = _about_reason(length, limit)
        case MemberError():
            sentence = _SENTENCES.get(type(error))
    return sentence


def _banned(ends_at: datetime | None) -> str:
    until = "" if ends_at is None else f" until {ends_at:%d %b %Y, %H:%M} UTC"
    return f"Moderators of this server do not let you clone or speak here{until}."


def _about_reason(length: int, limit: int) -> str:
    if length > limit:
        return f"That has {length} characters; {limit} is the most. Please shorten it."
    return "Please say why, in a few words: others have to understand it later."
