"""The last state of a status message: what became of the request, and what can be pressed.

Plain text rather than an embed: it needs no further right and reads best on a phone.
"""

from datetime import datetime

from discord import ui

from bot.domain.errors import MynaError, NoteRefused, OperatorError, TemporaryError
from bot.domain.moderation import About
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
from bot.frontends.discord.case_views import ReportButton
from bot.frontends.discord.consent_views import own_speaking_buttons, waiting_buttons
from bot.frontends.discord.markup import quote
from bot.frontends.discord.speech_views import done_buttons, failed_buttons
from bot.frontends.discord.views import Action, buttons
from bot.frontends.wording_consent import made_for
from bot.frontends.wording_speech import is_lost, is_owned, speech_card
from bot.frontends.wording_spoken import waits_again


def card_text(outcome: Outcome | SpeechOutcome, now: datetime) -> str:
    """Return the card's text in Discord's markup."""
    if isinstance(outcome, SpeechDone | SpeechFailed | SpeechRemoved):
        return speech_card(outcome, quote=quote, name=mention)
    text = wording.card(outcome, now=now, quote=quote)
    if isinstance(outcome, VoiceReady):
        voice = outcome.voice
        asker = None if voice.asker is None else mention(voice.asker)
        text += "\n" + made_for(mention(voice.owner), asker)
    if isinstance(outcome, CloneFailed) and outcome.again is not None:
        text += "\n" + waits_again(is_own=outcome.asker is None)
    return text


def card_view(outcome: Outcome | SpeechOutcome) -> ui.View | None:
    """Return the card's buttons, or None where nothing is left to press."""
    match outcome:
        case SpeechDone(speech=speech):
            view = done_buttons(speech.key)
            return _reportable(view, About.SPEECH, speech.key) if speech.order.server else view
        case SpeechFailed(speech=speech, error=error):
            return failed_buttons(
                speech.key,
                can_repeat=isinstance(error, TemporaryError | OperatorError),
                is_lost=is_lost(error) and is_owned(speech),
            )
        case VoiceReady(voice=voice):
            more = () if voice.replaces is None else (Action.APPROVE,)
            view = buttons(voice.key, *more, Action.DELETE)
            return _reportable(view, About.VOICE, voice.key) if outcome.is_public else view
        case VoiceHeld(voice=voice) | DeletionFailed(voice=voice):
            return buttons(voice.key, Action.DELETE)
        case CloneFailed():
            return _failed_view(outcome)
    return None


def _reportable(view: ui.View, about: About, key: str) -> ui.View:
    view.add_item(ReportButton(about, key))
    return view


def _failed_view(failed: CloneFailed) -> ui.View | None:
    is_own = failed.asker is None
    if failed.again is not None:
        return own_speaking_buttons(failed.again) if is_own else waiting_buttons(failed.again)
    way_out = _way_out(failed.error) if is_own and not failed.spoken else None
    return buttons(failed.key, way_out) if way_out else None


def _way_out(error: MynaError) -> Action | None:
    """Return what may help against `error`; None where the same request would fail again."""
    if isinstance(error, NoteRefused) and error.report.problem is not None:
        if error.report.problem.another_note_helps:
            return Action.ADD_NOTE
        return Action.BEST_PART if error.report.problem is Problem.TOO_LONG else None
    return Action.AGAIN if isinstance(error, TemporaryError | OperatorError) else None
