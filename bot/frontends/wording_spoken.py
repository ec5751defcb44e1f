"""How a sentence is asked for that an owner is to speak, and what became of its recording."""

from collections.abc import Callable
from typing import Final

from bot.domain.consent import ConsentRequest
from bot.domain.errors import MynaError, NoteRefused
from bot.domain.money import Quote
from bot.domain.outcomes import RecordingFailed
from bot.domain.samples import SAMPLE_LEAST_SECONDS, Problem
from bot.frontends.wording_errors import explain
from bot.frontends.wording_money import quote_text
from bot.frontends.wording_notes import duration

_Quote = Callable[[str], str]
_Name = Callable[[str], str]

COMMAND_RECORDED: Final = "Use as my consent"

RECORD: Final = "Record it"
FORM_TITLE: Final = "Your spoken yes"
FORM_LABEL: Final = "Your recording"
FORM_HINT: Final = "A voice note or audio file in which you say exactly that sentence, and no more"
CHOICE_LABEL: Final = "Which voice it is for"

_HOW: Final = (
    "Say it all, clearly and not too fast: it takes a bit over ten seconds. Then press "
    f"**{RECORD}** and give me the file. On a phone you can send it as a voice message instead, "
    f"here or where I can see it, and choose **{COMMAND_RECORDED}** from that message's menu "
    "under Apps.\n"
    "Your recording is what the voice is cloned from, and nothing else. "
)


_TOO_SHORT: Final = {Problem.TOO_SHORT, Problem.TOO_LITTLE_SPEECH}


def to_speak_text(request: ConsentRequest, quote: _Quote, name: _Name) -> str:
    """Return what an owner reads after their yes: the sentence, and how to record it."""
    label = quote(request.label)
    if request.is_own:
        first = f"On this server a sentence is spoken before a voice is cloned. For {label} it is:"
    else:
        first = f"You allowed {name(request.asker)} to have {label} made, with this sentence:"
    return (
        f"{first}\n{_sentence(request)}\n{_HOW}"
        "Until then nothing is fetched, made or spent, and after 72 hours it lapses."
    )


def own_text(request: ConsentRequest, price: Quote, quote: _Quote, name: _Name) -> str:
    """Return what somebody reads who wants their own voice cloned where that is to be spoken."""
    return f"{to_speak_text(request, quote, name)}\n{quote_text(price)}"


def form_text(request: ConsentRequest) -> str:
    """Return what the form says above its field."""
    return _sentence(request)


def taken_text(request: ConsentRequest, quote: _Quote, name: _Name) -> str:
    """Return what an owner reads whose recording was taken."""
    label = quote(request.label)
    if request.is_own:
        return f"Thank you, I have your recording. {label} is being made of it now."
    return (
        f"Thank you, I have your recording, and {name(request.asker)} has {label} made of it now. "
        "The voice is yours: you see it in /voices."
    )


def failed_text(failed: RecordingFailed, quote: _Quote, name: _Name) -> str:
    """Return what an owner is told of whose recording no voice came."""
    request = failed.request
    asked = "" if request.is_own else f", which {name(request.asker)} asked for"
    reason = reason_text(failed.error, reference=failed.reference, quote=quote)
    said = f"I could not make {quote(request.label)}{asked}.\n{reason}\n"
    if not failed.again:
        return f"{said}It may be asked for again, with another sentence."
    return f"{said}You can record it once more:\n{_sentence(request)}\n{_HOW}"


def reason_text(error: MynaError, *, reference: str, quote: _Quote) -> str:
    """Return why no voice came of a recording: of a sentence there is no second note to join."""
    if isinstance(error, NoteRefused) and error.report.problem in _TOO_SHORT:
        least = duration(SAMPLE_LEAST_SECONDS)
        return f"The recording is too short: {least} and a bit are needed. Say it more slowly."
    if isinstance(error, NoteRefused) and error.report.problem is Problem.TOO_LONG:
        return "The recording is too long. Say the sentence, and nothing else."
    return explain(error, reference=reference, quote=quote)


def waits_again(*, is_own: bool) -> str:
    """Return the line of a card whose request waits for another recording."""
    who = "You" if is_own else "The one whose voice it is"
    return f"{who} can record the sentence once more: I have sent it once more by direct message."


def choice_text(request: ConsentRequest) -> str:
    """Return how a request is shown among others that wait for a recording."""
    return f"{request.label}: {request.sentence or ''}"


def _sentence(request: ConsentRequest) -> str:
    return f"> {request.sentence}"
