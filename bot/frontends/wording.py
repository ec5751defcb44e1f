"""Every sentence a person reads about a clone, whichever face shows it; errors: `wording_errors`.

Sentences are plain text. What people wrote (a label, a language they typed) goes through the
`quote` that the face hands in, since only the face knows what is markup there.
"""

from collections.abc import Callable
from datetime import datetime

from bot.domain.outcomes import (
    CloneFailed,
    DeletionFailed,
    Outcome,
    PostedAs,
    Progress,
    Stage,
    VoiceDeleted,
    VoiceHeld,
    VoiceReady,
)
from bot.domain.speech import AUTO, language_for_locale
from bot.domain.voices import Voice
from bot.frontends.wording_errors import explain
from bot.frontends.wording_money import cost_text
from bot.frontends.wording_notes import concern
from bot.frontends.wording_spoken import reason_text

Quote = Callable[[str], str]
"""Makes text that somebody typed harmless, and sets it off, inside a face's markup."""

CONSENT = "This is my own voice, or I have its owner's permission."
DELETE_QUESTION = (
    "Delete {label} for good? It cannot be brought back, and nobody can speak with it any more."
)
DELETING = "Deleting {label} … The receipt will stand on its card, in {place}."

DELETE = "Delete"
DELETE_CONFIRM = "Yes, delete it"
TRY_AGAIN = "Try again"
BEST_PART = "Use the best 5 minutes"
ADD_NOTE = "Add a note"
CLONE_IT = "Clone it"
NEVER_MIND = "Never mind"
CLONE_OFFER = "The preview of {label} is long, so here is its price first.\n{price}"
APPROVE = "Use the new one"
APPROVED = "{label} speaks with its new version now. The earlier one is kept in its history."

COMMAND_CLONE = "Clone a voice from a voice note"
COMMAND_MENU = "Clone this voice"
OPTION_NOTE = "A voice note or audio file: 10 seconds to 5 minutes of one person speaking"
OPTION_MORE_NOTES = "Another note of the same voice; all of them are joined"
OPTION_NAME = "What the voice is called"
OPTION_TEXT = "What the voice says first, up to 1000 characters. Type ( for sounds such as (laughs)"
OPTION_MODEL = "The speech model that speaks the preview"
OPTION_LANGUAGE = "The language of the preview"
OPTION_NOISE = "Clean background noise from the note"
OPTION_VOLUME = "Even out the loudness of the note"
OPTION_PROMPT_CLIP = "A clip of 5 to 8 seconds that brings the clone closer; needs its transcript"
OPTION_PROMPT_TEXT = "Exactly what is said in the prompt clip, with its punctuation"

MODAL_TITLE = "Clone this voice"
MODAL_NAME = "Name of the voice"
MODAL_TEXT = "What should it say first?"
MODAL_TEXT_HINT = "Up to 1000 characters; (laughs) and (sighs) are sounds. Empty: a short greeting."
MODAL_LANGUAGE = "Language of the preview"
MODAL_CLEAN = "Clean up the note"
MODAL_CONSENT = "May this voice be cloned?"
ADD_NOTE_TITLE = "Add a note"
ADD_NOTE_LABEL = "Another note of the same voice"
ADD_NOTE_HINT = "It is joined with what you sent before."
FORM_FORGOTTEN = (
    "I no longer know this form: it was open for too long, or I was restarted meanwhile. "
    "Please open it again."
)

_TAGS_SHOWN = 8
"""A text may have hundreds of them; the card has to fit into one message."""

FULL_CELL, EMPTY_CELL = "▰", "▱"
"""Cells of the progress bar; nothing but progress has them."""

_STAGES = {
    Stage.QUEUED: "Waiting for its turn",
    Stage.DOWNLOADING: "Fetching your note",
    Stage.PREPARING: "Listening to it and preparing the sample",
    Stage.UPLOADING: "Uploading the sample",
    Stage.CLONING: "Cloning the voice",
    Stage.POSTING: "Posting the preview",
}

# Friendly and short: each character of a preview is paid for.
_GREETINGS = {
    "English": "Hi, this is my new voice. Do you like it?",
    "German": "Hallo, das ist meine neue Stimme. Gefällt sie dir?",
    "French": "Bonjour, voici ma nouvelle voix. Elle te plaît ?",
    "Spanish": "Hola, esta es mi nueva voz. ¿Te gusta?",
    "Italian": "Ciao, questa è la mia nuova voce. Ti piace?",
    "Portuguese": "Olá, esta é a minha nova voz. O que achas?",
    "Dutch": "Hoi, dit is mijn nieuwe stem. Vind je hem mooi?",
    "Polish": "Cześć, to mój nowy głos. Jak ci się podoba?",
    "Ukrainian": "Привіт, це мій новий голос. Подобається?",
    "Russian": "Привет, это мой новый голос. Нравится?",
    "Turkish": "Merhaba, bu benim yeni sesim. Beğendin mi?",
    "Japanese": "こんにちは、これが私の新しい声です。どうですか？",  # noqa: RUF001  its own punctuation
    "Korean": "안녕하세요, 제 새 목소리예요. 어때요?",
    "Chinese": "你好，这是我的新声音。你喜欢吗？",  # noqa: RUF001  its own punctuation
    "Chinese,Yue": "你好，呢把係我嘅新聲。你鍾意嗎？",  # noqa: RUF001  its own punctuation
}


def plain(text: str) -> str:
    """Quote for a terminal: the text as it is."""
    return text


def greeting(language: str | None, locale: str) -> str:
    """Return what a voice says when its owner gave no text: in the language, else the locale's."""
    if language in {None, AUTO}:
        of_locale = language_for_locale(locale)
        language = of_locale.name if of_locale else None
    return _GREETINGS.get(language or "", _GREETINGS["English"])


def progress_text(progress: Progress, quote: Quote = plain) -> str:
    """Return the status line and its bar: one full cell for each stage begun."""
    cells = int(max(Stage))
    done = int(progress.stage)
    bar = FULL_CELL * done + EMPTY_CELL * (cells - done)
    return f"Cloning {quote(progress.label)} …\n{bar}  {_STAGES[progress.stage]}"


def expiry(voice: Voice, now: datetime) -> str:
    """Return until when the provider keeps the voice unless it is used."""
    if voice.deadline is None:
        return "It stays until you delete it."
    if now >= voice.deadline:
        return (
            "Nothing new was said with it in time, so the speech service has probably deleted it."
        )
    left = voice.days_left(now)
    days = "less than a day" if left == 0 else "1 day" if left == 1 else f"{left} days"
    day = f"{voice.deadline.day} {voice.deadline:%B}"
    return f"Unless it says something new, it expires in {days} (on {day})."


def card(outcome: Outcome, *, now: datetime, quote: Quote = plain) -> str:
    """Return the text that tells how a request ended."""
    match outcome:
        case VoiceReady():
            return _ready(outcome, now, quote)
        case VoiceHeld(voice=voice, is_locked=is_locked):
            return _held(quote(voice.label), is_locked=is_locked)
        case VoiceDeleted(voice=voice):
            return (
                f"{quote(voice.label)} is deleted, here and at the speech service. Its preview, "
                "its shares and what I had kept of its speeches are gone too."
            )
        case DeletionFailed(voice=voice, error=error, reference=reference):
            sentence = explain(error, reference=reference, quote=quote)
            return f"{quote(voice.label)} is not deleted yet. {sentence}\n{expiry(voice, now)}"
        case CloneFailed(label=label, error=error, reference=reference, spoken=spoken):
            why = reason_text if spoken else explain
            sentence = why(error, reference=reference, quote=quote)
            return f"I could not clone {quote(label)}.\n{sentence}"


def _held(label: str, *, is_locked: bool) -> str:
    why = (
        "The speech service's content check flagged it, so I am not showing the preview, "
        "and nobody can speak with it."
    )
    if is_locked:
        end = "It is deleted in 72 hours unless a moderator overturns that."
        return f"{label} is locked.\n{why} {end}"
    return f"{label} is on hold.\n{why} A moderator will look at it."


def _ready(outcome: VoiceReady, now: datetime, quote: Quote) -> str:
    voice = outcome.voice
    lines = [f"{quote(voice.label)} is ready."]
    if voice.replaces is not None:
        lines = [
            (
                f"A new version of {quote(voice.label)} is ready. The present one goes on speaking "
                "until you choose the new one."
            )
        ]
    if outcome.posted is PostedAs.FILE:
        lines.append("Voice messages did not work here, so the preview is an audio file.")
    elif outcome.posted is PostedAs.NOTHING:
        lines.append("I could not show its preview here, but the voice is yours.")
    if voice.charged_characters:
        lines.append(f"Cost: {cost_text(outcome.cost, voice.charged_characters)}.")
    else:
        lines.append("Cost: the speech service did not report any.")
    lines.append(expiry(voice, now))
    lines += [f"⚠ {concern(each)}" for each in outcome.concerns]
    if outcome.unknown_tags:
        tags = ", ".join(quote(f"({tag})") for tag in outcome.unknown_tags[:_TAGS_SHOWN])
        if len(outcome.unknown_tags) > _TAGS_SHOWN:
            tags += f" and {len(outcome.unknown_tags) - _TAGS_SHOWN} more"
        lines.append(f"⚠ I do not know {tags}: the voice may read it out as words.")
    return "\n".join(lines)
