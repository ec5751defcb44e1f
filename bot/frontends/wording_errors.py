"""What people read when something went wrong: a sentence for each error, saying what to do."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Final

from bot.domain.errors import (
    AccuracyInvalid,
    AskedAlready,
    BudgetReached,
    CannotPost,
    ConsentMissing,
    ConsentWithdrawn,
    ContentRefused,
    EmotionUnsupported,
    FaceDown,
    FormatRefused,
    GrantInvalid,
    HardCapReached,
    IdTaken,
    InterjectionsUnsupported,
    LabelInvalid,
    LabelTaken,
    LanguageUnknown,
    LanguageUnsupported,
    ModelUnknown,
    ModeratorsOnly,
    MynaError,
    NeverClone,
    NoDefaultVoice,
    NoLongerKept,
    NoNote,
    NoteMissing,
    NoteRefused,
    NoteTooBig,
    NotForYou,
    NothingToSay,
    NotShared,
    NotYourNote,
    NotYours,
    NotYourSpeech,
    OfferGone,
    OperatorError,
    PauseInvalid,
    PreviewLost,
    PromptIncomplete,
    PromptMismatch,
    PromptRefused,
    PromptTextInvalid,
    PromptTooLong,
    RecordingFailed,
    RequestOver,
    SampleRejected,
    ServiceBusy,
    ServiceDown,
    ServiceMisconfigured,
    SettingInvalid,
    SpeechTooLong,
    SpeechTooShort,
    SpeechUnsaved,
    TextFileUnusable,
    TextHasInvisibleCharacters,
    TextInvalid,
    TooManyJobs,
    TooManyNotes,
    TooManyRequests,
    TooManySpeeches,
    TooMuchLost,
    TooSoon,
    TranscriptMismatch,
    TwoTexts,
    Unexpected,
    ValidationTextInvalid,
    VoiceGone,
    VoiceIsLost,
    VoiceIsRetired,
    VoiceLost,
    VoiceNotReady,
    VoiceUnknown,
)
from bot.domain.money import Period, Whose
from bot.frontends.wording_money import money
from bot.frontends.wording_notes import problem
from bot.frontends.wording_privacy import privacy_sentence
from bot.frontends.wording_rules import plain_mention, rule_sentence
from bot.frontends.wording_settings import Mention

_Quote = Callable[[str], str]

_MEGABYTE: Final = 1_000_000

_APOLOGY: Final = (
    "Sorry, something went wrong on my side, not yours. Whoever runs me has been told."
)
_OPERATORS_TURN: Final = (
    "Sorry, I cannot clone voices right now; it is nothing you did. Whoever runs me has been told."
)

_SENTENCES: Final[Mapping[type[MynaError], str]] = MappingProxyType(
    {
        ConsentMissing: (
            "I only clone a voice with its owner's yes. If it is your own voice, or its owner "
            "allows it, confirm that and ask again."
        ),
        NotYourNote: (
            "A bot cannot say whether its voice may be cloned, so I leave it alone. "
            "Choose a note that a person recorded."
        ),
        NeverClone: "They do not want to be cloned, by anybody, so I do not ask them.",
        ConsentWithdrawn: "The voice's owner took their yes back. Nothing of it was kept.",
        AskedAlready: "I have asked them already. They have 72 hours to answer.",
        TooManyRequests: (
            "{limit} of your requests wait for an answer, and more would be a nuisance. "
            "Please wait, or withdraw one with /consent list."
        ),
        RequestOver: "That is settled: it was answered, withdrawn, or more than 72 hours ago.",
        NotForYou: "I asked somebody else. Only the one whose voice it is can answer.",
        NoNote: (
            "There is no voice note in that message. Choose one with audio, or use /clone "
            "and attach a note."
        ),
        NotYours: "Only the one who asked for this voice may do that.",
        LabelTaken: (
            "You already have a voice called {label}. "
            "Choose another name, or delete that one first."
        ),
        ModelUnknown: "I do not know the model {model}. Please pick one from the list.",
        LanguageUnknown: (
            "I do not know the language {language}. Please pick one from the list, "
            "or leave it out and I will detect it."
        ),
        LanguageUnsupported: (
            "{model} does not speak {language}. Choose a newer model, such as speech-2.8-hd."
        ),
        InterjectionsUnsupported: (
            "{model} would read {tags} out as words. Choose a speech-2.8 model, "
            "or take that out of the text."
        ),
        PromptIncomplete: (
            "A prompt clip and its transcript belong together. Please give both, or neither."
        ),
        PromptTextInvalid: (
            "The transcript of the prompt clip must end with punctuation, such as a full stop."
        ),
        ValidationTextInvalid: (
            "The expected transcript has {length} characters; {limit} is the most. "
            "Please shorten it."
        ),
        AccuracyInvalid: (
            "The accuracy must be between 0 and 1; you gave {accuracy}. Leave it out for 0.7."
        ),
        TooManyNotes: "I join {limit} notes at most. Please send fewer, longer ones.",
        TooManyJobs: (
            "You have {limit} clones under way already. Ask again when one of them is done."
        ),
        VoiceGone: "That voice is gone already, so there is nothing left to do.",
        NoteMissing: (
            "Your note is no longer there: it was deleted, or its link is too old. "
            "Please send it again."
        ),
        NoteTooBig: (
            "The note has {bytes} MB; {limit} MB is the most. "
            "A voice note of five minutes is far smaller."
        ),
        NothingToSay: (
            "There is nothing to say in that text: I cannot speak emoji, pictures or empty lines. "
            "Write some words."
        ),
        SpeechTooLong: (
            "The text has {length} characters; {limit} is the most. Please shorten it, "
            "or send it in parts."
        ),
        TooMuchLost: (
            "Too much of what you asked for today could not be posted, and was paid for all the "
            "same. Please go on tomorrow, and in a place where I may post."
        ),
        TwoTexts: "Give me a text or a file, not both: I would not know which to speak.",
        TextFileUnusable: (
            "I can only read plain text files in UTF-8, up to 400 kB. "
            "Save it as .txt and send it again."
        ),
        PauseInvalid: (
            "I cannot read the pause {markup}. Write <#0.5#> for half a second, up to <#99.99#>, "
            "between two words, and one at a time."
        ),
        SettingInvalid: "The {name} must be {allowed}; you gave {value}.",
        EmotionUnsupported: (
            "{model} cannot speak {emotion}. Choose another emotion, or a speech-2.6 model."
        ),
        VoiceUnknown: (
            "You have no voice called {name}, and nobody shared one with you. "
            "Pick one from the list that opens while you type."
        ),
        NoDefaultVoice: (
            "Which voice? You have not chosen a default voice yet: name one, "
            "or choose one in /voices list."
        ),
        VoiceNotReady: (
            "{label} cannot speak yet: it is still being made, is only proposed, or is on hold. "
            "/voices list tells which."
        ),
        VoiceIsLost: (
            "The speech service no longer has {label}, so it cannot speak. "
            "Clone it again under the same name to go on."
        ),
        VoiceIsRetired: (
            "Only an earlier version of {label} is left, and it does not speak by itself. "
            "Choose it in /voices list and press Use this version, or clone the voice again."
        ),
        NoLongerKept: (
            "I had kept what was spoken before, but it ran out just now. "
            "Ask again, and I will say what it costs."
        ),
        OfferGone: "That is settled already, or too old. Ask again to go on.",
        ModeratorsOnly: "Only moderators of this server may do that.",
        NotYourSpeech: "Only the one who asked for it, or a moderator, may do that.",
        TooSoon: (
            "You have asked for {limit} speeches within a minute, which is the most for one "
            "person. Ask again in {seconds} seconds."
        ),
        TooManySpeeches: (
            "You have {limit} speeches under way already. Ask again when one of them is done."
        ),
        GrantInvalid: "Say with whom: one member, one role, or this server.",
        NotShared: "The voice is not shared with them.",
        SpeechTooShort: (
            "Sorry, the speech service sent far too little audio for the text, twice. "
            "Please try again; whoever runs me has been told."
        ),
        SpeechUnsaved: _APOLOGY,
        RecordingFailed: (
            "Sorry, the speech service made nothing of this long text. "
            "Please try again; whoever runs me has been told."
        ),
        FormatRefused: _APOLOGY,
        HardCapReached: (
            "Sorry, the money set aside for this bot is used up for now. "
            "Whoever runs me has been told."
        ),
        TranscriptMismatch: (
            "What is said in the note and the transcript differ too much. "
            "Please check the transcript, or leave it out."
        ),
        PromptMismatch: (
            "What is said in the prompt clip and its transcript differ too much. "
            "Please write down exactly what is said, or leave both out."
        ),
        PromptTooLong: (
            "The prompt clip must be shorter than 8 seconds. Please cut it and ask again."
        ),
        TextHasInvisibleCharacters: (
            "The text has too many characters that nobody can see. Please type it in plainly."
        ),
        VoiceLost: "The speech service no longer has this voice. Please clone it again.",
        ContentRefused: (
            "The speech service's content check refused this. "
            "Please choose another text or another note."
        ),
        SampleRejected: (
            "The speech service could not use the note ({reason}). Please record it again: "
            "one person, a quiet room, 10 seconds to 5 minutes."
        ),
        ServiceBusy: "The speech service is very busy. Please try again in a few minutes.",
        ServiceDown: (
            "The speech service is in trouble right now. Please try again in a few minutes."
        ),
        FaceDown: "The chat did not answer me for a while. Please try again in a few minutes.",
        ServiceMisconfigured: _OPERATORS_TURN,
        IdTaken: _APOLOGY,
        PreviewLost: (
            "Sorry, the speech service's preview could not be fetched. "
            "Whoever runs me has been told."
        ),
        Unexpected: _APOLOGY,
    }
)
"""Sentences whose gaps are the error's own fields."""


def explain(
    error: BaseException,
    *,
    reference: str | None = None,
    quote: _Quote = str,
    mention: Mention = plain_mention,
) -> str:
    """Return the sentence for `error`; `reference` is what the operator finds the trouble by.

    An error that Myna does not know gets an apology, and nothing of its inside is shown.
    """
    sentence = rule_sentence(error, mention) or privacy_sentence(error) or _sentence(error, quote)
    if reference is None or not _operator_needs_it(error):
        return sentence
    return f"{sentence} Reference: {reference}"


def _sentence(error: BaseException, quote: _Quote) -> str:
    match error:
        case NoteRefused(report=report) | PromptRefused(report=report):
            return problem(report)
        case LabelInvalid(length=length, limit=limit):
            return _about_label(length, limit)
        case TextInvalid(length=length, limit=limit):
            return _about_text(length, limit)
        case CannotPost(missing=missing):
            return _about_rights(missing)
        case _:
            return _in_general(error, quote)


def _in_general(error: BaseException, quote: _Quote) -> str:
    if isinstance(error, BudgetReached):
        return _about_budget(error)
    if isinstance(error, MynaError):
        return _SENTENCES.get(type(error), _APOLOGY).format(**_gaps(error, quote))
    return _APOLOGY


def _about_label(length: int, limit: int) -> str:
    if length > limit:
        return f"The name has {length} characters; {limit} is the most. Please shorten it."
    return (
        "The name needs at least one letter or digit, and nothing invisible, "
        "so that people can type it. Please choose another."
    )


def _about_text(length: int, limit: int) -> str:
    if length > limit:
        return f"The text has {length} characters; {limit} is the most. Please shorten it."
    return "There is nothing to say in that text. Write a sentence, or leave it out."


def _about_rights(missing: list[str]) -> str:
    if not missing:
        return "I cannot post in this place. Please ask me in a channel of a server I am in."
    rights = ", ".join(missing)
    return (
        f"I am not allowed to answer here: I lack {rights}. "
        "A moderator can give me that in the channel's settings."
    )


def _about_budget(error: BudgetReached) -> str:
    whose = "This server has" if error.whose == Whose.SERVER else "You have"
    period, again = (
        ("today", "tomorrow")
        if error.period == Period.DAY
        else (
            "this month",
            "next month",
        )
    )
    return (
        f"{whose} {money(error.left)} left of {money(error.limit)} {period}, and this would cost "
        f"about {money(error.needed)}. Ask for less, or again {again} (UTC)."
    )


def _operator_needs_it(error: BaseException) -> bool:
    return isinstance(error, OperatorError) or not isinstance(error, MynaError)


def _gaps(error: MynaError, quote: _Quote) -> dict[str, str]:
    if not is_dataclass(error):
        return {}
    return {
        field.name: _gap(error, field.name, getattr(error, field.name), quote)
        for field in fields(error)
    }


def _gap(error: MynaError, name: str, value: object, quote: _Quote) -> str:
    if isinstance(error, NoteTooBig) and isinstance(value, int):
        return f"{value / _MEGABYTE:.3g}"
    if isinstance(value, list):
        return ", ".join(quote(f"({item})") for item in value)
    if isinstance(value, str) and name != "reason":
        return quote(value)
    return str(value)
