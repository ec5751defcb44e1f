"""The last state of a status message: what became of the request, and what can be pressed.

Plain text rather than an embed: it needs no further right and reads best on a phone.
"""

from datetime import datetime

from discord import ui

from bot.domain.errors import MynaError, NoteRefused, OperatorError, TemporaryError
from bot.domain.outcomes import (
    CloneFailed,
    DeletionFailed,
    Outcome,
    SpeechDone,
    SpeechFailed,
    SpeechOutcome,
    SpeechRemoved,
    VoiceHeld,
    VoiceReady,
)
from bot.domain.samples import Problem
from bot.frontends import wording
from bot.frontends.discord.asking import mention
from bot.frontends.discord.markup import quote
from bot.frontends.discord.speech_views import done_buttons, failed_buttons
from bot.frontends.discord.views import Action, buttons
from bot.frontends.wording_consent import made_for
from bot.frontends.wording_speech import is_lost, is_owned, speech_card


def card_text(outcome: Outcome | SpeechOutcome, now: datetime) -> str:
    """Return the card's text in Discord's markup."""
    if isinstance(outcome, SpeechDone | SpeechFailed | SpeechRemoved):
        return speech_card(outcome, quote=quote, name=mention)
    text = wording.card(outcome, now=now, quote=quote)
    if isinstance(outcome, VoiceReady) and outcome.voice.asker is not None:
        text += "\n" + made_for(mention(outcome.voice.owner), mention(outcome.voice.asker))
    return text


def card_view(outcome: Outcome | SpeechOutcome) -> ui.View | None:
    """Return the card's buttons, or None where nothing is left to press."""
    match outcome:
        case SpeechDone(speech=speech):
            return done_buttons(speech.key)
        case SpeechFailed(speech=speech, error=error):
            return failed_buttons(
                speech.key,
                can_repeat=isinstance(error, TemporaryError | OperatorError),
                is_lost=is_lost(error) and is_owned(speech),
            )
        case VoiceReady(voice=voice) if voice.replaces is not None:
            return buttons(voice.key, Action.APPROVE, Action.DELETE)
        case VoiceReady(voice=voice) | VoiceHeld(voice=voice) | DeletionFailed(voice=voice):
            return buttons(voice.key, Action.DELETE)
        case CloneFailed(key=key, error=error, asker=None):
            way_out = _way_out(error)
            return buttons(key, way_out) if way_out else None
    return None


def _way_out(error: MynaError) -> Action | None:
    """Return what may help against `error`; None where the same request would fail again."""
    if isinstance(error, NoteRefused) and error.report.problem is not None:
        if error.report.problem.another_note_helps:
            return Action.ADD_NOTE
        return Action.BEST_PART if error.report.problem is Problem.TOO_LONG else None
    return Action.AGAIN if isinstance(error, TemporaryError | OperatorError) else None
