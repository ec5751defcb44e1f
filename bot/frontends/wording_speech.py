"""Every sentence a person reads about a speech, whichever face shows it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.domain.errors import (
    ContentRefused,
    MynaError,
    VoiceIsLost,
    VoiceLost,
)
from bot.domain.money import Quote
from bot.domain.outcomes import (
    PostedAs,
    SpeechDone,
    SpeechFailed,
    SpeechOutcome,
    SpeechProgress,
    SpeechRemoved,
    VoiceExpiring,
    VoiceNotice,
    VoiceUsed,
    VoiceWasLost,
)
from bot.domain.people import PersonId
from bot.domain.speeches import Speech
from bot.domain.voices import Voice
from bot.frontends.wording import EMPTY_CELL, FULL_CELL, expiry, greeting
from bot.frontends.wording_errors import explain
from bot.frontends.wording_money import cost_text, counted, money, quote_text

_Quote = Callable[[str], str]
_Name = Callable[[PersonId], str]

COMMAND_SPEAK: Final = "Speak a text with a voice"
COMMAND_SPEAK_MENU: Final = "Speak this message"
OPTION_TEXT: Final = (
    "What is said. Type ( for sounds such as (laughs). Empty: a form for long texts"
)
OPTION_VOICE: Final = (
    "One of your voices, one shared with you, or a stock voice; search by name or language"
)
OPTION_FILE: Final = "A text file instead of text, for long texts: up to 50 000 characters"
OPTION_EMOTION: Final = "How it is said"
OPTION_SPEED: Final = "0.5 to 2; 1 is normal"
OPTION_PITCH: Final = "Semitones, -12 to 12; 0 is normal"
OPTION_LANGUAGE: Final = "The language of the text"
OPTION_EFFECT: Final = "What the voice sounds through"
OPTION_MODEL: Final = "The speech model"

MODAL_TITLE: Final = "Speak a text"
MODAL_TEXT: Final = "What is to be said?"
MODAL_TEXT_HINT: Final = (
    "Length and price are told before anything is spent. <#0.5#> is a pause of half a second."
)

SPEAK_IT: Final = "Speak it"
NEVER_MIND: Final = "Never mind"
AGAIN: Final = "Regenerate"
REMOVE: Final = "Delete"
KEEP_IT: Final = "Keep it"
CLONE_AGAIN: Final = "How to clone it again"

DECLINED: Final = "All right, nothing was spent."
TAKEN: Final = "It is on its way."
REMOVING: Final = "I am taking it back."
CLONE_AGAIN_HOW: Final = (
    "Post a voice note and choose Apps, Clone this voice on it, or use /clone. "
    "Give it the same name: it takes the place of the lost one, or asks you whether to."
)
WHERE_TO_KEEP: Final = "Done there: {label} is kept as soon as the speech above is posted."


def speech_progress(progress: SpeechProgress, quote: _Quote) -> str:
    """Return the status line of a speech: its place in the queue, then its parts."""
    if progress.place_in_line == 1:
        return f"{quote(progress.label)} speaks next, as soon as there is room."
    if progress.place_in_line:
        before = progress.place_in_line - 1
        requests = "1 request is" if before == 1 else f"{before} requests are"
        return f"{quote(progress.label)} will speak soon: {requests} before yours."
    if progress.parts == 1:
        return f"{quote(progress.label)} is speaking …"
    done = max(0, progress.part - 1)
    bar = FULL_CELL * done + EMPTY_CELL * (progress.parts - done)
    part = max(1, progress.part)
    return f"{quote(progress.label)} is speaking, part {part} of {progress.parts} …\n{bar}"


def offer_text(speech: Speech, price: Quote, quote: _Quote) -> str:
    """Return the question that is asked before something dear."""
    parts = "" if speech.parts == 1 else f", in {speech.parts} parts"
    length = counted(len(speech.order.text))
    return f"{quote(speech.label)} is to say {length}{parts}.\n{quote_text(price)}"


def dearer_text(speech: Speech, price: Quote, quote: _Quote) -> str:
    """Return the question that is asked again where an offer has become dearer."""
    return f"The price has changed since I told you.\n{offer_text(speech, price, quote)}"


def speech_card(outcome: SpeechOutcome, *, quote: _Quote, name: _Name) -> str:
    """Return the text that tells how a speech ended: the caption of its bubbles."""
    match outcome:
        case SpeechDone():
            return _done(outcome, quote, name)
        case SpeechFailed(speech=speech, error=error, reference=reference):
            why = why_not_spoken(error, reference=reference, quote=quote, is_owned=is_owned(speech))
            return f"{quote(speech.label)} could not say it.\n{why}\nNothing was charged."
        case SpeechRemoved(speech=speech):
            asked = name(speech.order.asker)
            return f"A speech of {quote(speech.label)}, asked for by {asked}, was deleted."


def why_not_spoken(
    error: MynaError, *, reference: str | None, quote: _Quote, is_owned: bool = True
) -> str:
    """Return why a text was not spoken, without repeating the text.

    `is_owned` says whether the voice is the asker's own, who alone can clone it again.
    """
    if isinstance(error, VoiceLost) and not is_owned:
        return "The speech service no longer has this voice; its owner was told."
    if isinstance(error, ContentRefused):
        return (
            "The speech service's content check refused the text, or how it sounded. "
            "Please say it in other words."
        )
    if isinstance(error, VoiceLost):
        return (
            "The speech service no longer has this voice. It is marked as lost; "
            "clone it again under the same name to go on."
        )
    return explain(error, reference=reference, quote=quote)


def is_owned(speech: Speech) -> bool:
    """Say whether the asker spoke with their own voice."""
    return speech.owner == speech.order.asker


def is_lost(error: MynaError) -> bool:
    """Say whether cloning again would help."""
    return isinstance(error, VoiceLost | VoiceIsLost)


def notice_text(notice: VoiceNotice, *, now: datetime, quote: _Quote, name: _Name) -> str:
    """Return what an owner is told unasked."""
    match notice:
        case VoiceExpiring(voice=voice, price=price):
            return (
                f"Your voice {quote(voice.label)} has not spoken yet, and the speech service "
                f"deletes voices that nobody uses. {expiry(voice, now)}\n"
                f"One short sentence keeps it for good. That charges the cloning fee, "
                f"{money(price)}, once, and a few characters."
            )
        case VoiceUsed(voice=voice, by=by, speech=speech):
            length = counted(len(speech.order.text))
            return f"{name(by)} spoke with your voice {quote(voice.label)}: {length}."
        case VoiceWasLost(voice=voice):
            return (
                f"The speech service no longer has your voice {quote(voice.label)}. "
                f"It is marked as lost. {CLONE_AGAIN_HOW}"
            )


def keep_button(price: int) -> str:
    """Return the label of the button that keeps a voice: it says what it costs."""
    return f"{KEEP_IT} ({money(price)})"


def keeping_text(voice: Voice) -> str:
    """Return the short sentence that a voice says to be kept."""
    return greeting(voice.options.language, "en")


def _done(outcome: SpeechDone, quote: _Quote, name: _Name) -> str:
    speech = outcome.speech
    owner = "" if speech.owner is None else f" of {name(speech.owner)}"
    asked = f"asked for by {name(speech.order.asker)}"
    lines = [f"AI voice {quote(speech.label)}{owner}, {asked}."]
    if outcome.error is not None:
        why = why_not_spoken(
            outcome.error,
            reference=outcome.reference,
            quote=quote,
            is_owned=is_owned(speech),
        )
        lines.append(f"⚠ {_how_far(speech)} {why}")
        lines.append("What was not posted is not charged.")
    if outcome.posted is PostedAs.FILE:
        lines.append("Voice messages did not work here, so it is an audio file.")
    lines.append(_cost(outcome))
    if outcome.kept and not isinstance(outcome.error, VoiceLost):
        lines.append("This first speech keeps the voice: it no longer expires.")
    return "\n".join(lines)


def _how_far(speech: Speech) -> str:
    if speech.parts == 1:
        return "Not all of it was posted."
    return f"Only {speech.posted} of {speech.parts} parts were spoken."


def _cost(outcome: SpeechDone) -> str:
    speech = outcome.speech
    if outcome.cached and not speech.characters:
        return "Cost: nothing, it was spoken before and I had kept it."
    cost = f"Cost: {cost_text(speech.spent, speech.characters, fee=outcome.fee)}."
    if outcome.cached:
        parts = "1 part was" if outcome.cached == 1 else f"{outcome.cached} parts were"
        cost += f" {parts} spoken before and cost nothing."
    return cost
