"""Turn a wish to speak into an order: offer it, or acknowledge it and have it started."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import discord

from bot.domain.outcomes import SpeechProgress
from bot.domain.people import Address, Asker
from bot.domain.speech import MODELS, supports_language
from bot.domain.speeches import (
    Effect,
    Emotion,
    Speech,
    SpeechKey,
    SpeechOrder,
    SpeechSettings,
    VoiceChoice,
)
from bot.domain.voices import VoiceKey
from bot.frontends import wording_speech
from bot.frontends.discord.addresses import Place, key_of
from bot.frontends.discord.asking import asker_of, default_model
from bot.frontends.discord.errors import is_acknowledged
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.languages import language_named
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.permissions import require_place_to_post
from bot.services.speaking import Offered, preview_settings

Ask = Callable[[SpeechKey, Address, Asker], Awaitable[Speech | Offered]]
"""Asks the service for a speech of that key, answered there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechWish:
    """What a member asked for beside the text, as they gave it."""

    voice: str | None = None
    model: str | None = None
    emotion: str | None = None
    speed: float = 1.0
    pitch: int = 0
    language: str | None = None
    effect: str | None = None


def asking_for(
    interaction: Press, text: str, wish: SpeechWish, *, offer: bool | None = None
) -> Ask:
    """Return how to ask for `text` the way the member wants it; `offer` as `SpeakText.ask`."""
    face = face_of(interaction)

    async def ask(key: SpeechKey, address: Address, asker: Asker) -> Speech | Offered:
        chosen = await face.services.choose_voice.named(asker, wish.voice)
        model = wish.model or await default_model(face, asker)
        order = SpeechOrder(
            key=key,
            asker=asker.person,
            server=asker.server,
            voice=chosen.choice,
            text=text,
            settings=_settings(wish, model, chosen.language),
            address=address,
        )
        return await face.services.speak_text.ask(order, asker, offer=offer)

    return ask


async def take(interaction: Press, ask: Ask) -> Offered | None:
    """Ask; return what was only offered, or acknowledge the order and have it started.

    In this order, so that nothing is acknowledged that a kill could lose, and so that the channel
    sees no message of what is refused or only offered.

    Raises:
        MynaError: why it is not spoken; the channel has seen nothing.
    """
    require_place_to_post(interaction)
    key, asker = speech_key(interaction), asker_of(interaction)
    answer = await ask(key, _place(interaction, 0).to_address(), asker)
    if isinstance(answer, Offered):
        return answer
    await begin(interaction, answer)
    return None


async def begin(interaction: Press, speech: Speech) -> None:
    """Acknowledge a kept order with a status message all can see, and have it started."""
    face = face_of(interaction)
    try:
        place = await _acknowledge(interaction, speech)
    except Exception as error:
        if not is_acknowledged(error):
            await face.services.speak_text.withdraw(speech.key)
        raise
    face.status.posted(place)
    await face.services.speak_text.start(speech.key, place.to_address())
    place_in_line = face.services.speak_text.place_in_line(speech.key)
    if place_in_line:
        shown = SpeechProgress(speech.label, speech.parts, place_in_line=place_in_line)
        face.status.show(place, wording_speech.speech_progress(shown, quote))


async def confirm(interaction: Press, key: SpeechKey) -> Offered | None:
    """Take up an offer: the order starts under a status message of its own.

    Where it is dearer by now the new offer is returned, and nothing starts.

    Raises:
        MynaError: why it is not spoken.
    """
    require_place_to_post(interaction)
    # The press is acknowledged by itself: then the offer can be edited after the status message.
    await interaction.response.defer()
    speech = await face_of(interaction).services.speak_text.confirm(
        key,
        new_key=speech_key(interaction),
        asker=asker_of(interaction),
        address=_place(interaction, 0).to_address(),
    )
    if isinstance(speech, Offered):
        return speech
    await begin(interaction, speech)
    await _close_offer(interaction)
    return None


def asking_to_keep(interaction: Press, voice: VoiceKey) -> Ask:
    """Return how to have an unused voice say a short sentence, which keeps it."""
    face = face_of(interaction)

    async def ask(key: SpeechKey, address: Address, asker: Asker) -> Speech:
        kept = await face.services.library.own(asker, voice)
        order = SpeechOrder(
            key=key,
            asker=asker.person,
            server=asker.server,
            voice=VoiceChoice(key=voice),
            text=wording_speech.keeping_text(kept),
            settings=preview_settings(kept.options),
            address=address,
        )
        return await face.services.speak_text.keep_voice(voice, order, asker)

    return ask


def asking_for_preview(interaction: Press, voice: VoiceKey) -> Ask:
    """Return how to hear a voice's preview once more: for nothing while it is kept."""
    face = face_of(interaction)

    async def ask(key: SpeechKey, address: Address, asker: Asker) -> Speech | Offered:
        heard = await face.services.library.own(asker, voice)
        options = heard.options
        order = SpeechOrder(
            key=key,
            asker=asker.person,
            server=asker.server,
            voice=VoiceChoice(key=voice),
            text=options.text,
            settings=preview_settings(options),
            address=address,
        )
        return await face.services.speak_text.ask(order, asker)

    return ask


def asking_again(interaction: Press, before: SpeechKey) -> Ask:
    """Return how to have the text of an earlier speech spoken anew."""

    async def ask(key: SpeechKey, address: Address, asker: Asker) -> Speech | Offered:
        return await face_of(interaction).services.speak_text.again(
            before, new_key=key, asker=asker, address=address
        )

    return ask


def speech_key(interaction: Press) -> SpeechKey:
    """Return the key of the speech that this interaction asks for; the same one each time."""
    return SpeechKey(key_of(interaction.id))


def _settings(wish: SpeechWish, model: str, of_voice: str | None) -> SpeechSettings:
    return SpeechSettings(
        model=model,
        emotion=None if wish.emotion is None else Emotion(wish.emotion),
        speed=wish.speed,
        pitch=wish.pitch,
        language=_language(wish, model, of_voice),
        effect=None if wish.effect is None else Effect(wish.effect),
    )


def _language(wish: SpeechWish, model: str, of_voice: str | None) -> str | None:
    """Return the language that was asked for, else the voice's own where the model knows it."""
    if wish.language:
        return language_named(wish.language)
    if of_voice is None or (model in MODELS and not supports_language(model, of_voice)):
        return None
    return of_voice


async def _close_offer(interaction: Press) -> None:
    """Take the buttons off the offer; where that fails, a second press is refused anyway."""
    with suppress(discord.HTTPException):
        await interaction.edit_original_response(content=wording_speech.TAKEN, view=None)


async def _acknowledge(interaction: Press, speech: Speech) -> Place:
    text = wording_speech.speech_progress(SpeechProgress(speech.label, speech.parts), quote)
    if interaction.response.is_done():
        followed = await interaction.followup.send(text, allowed_mentions=NOBODY, wait=True)
        return _place(interaction, followed.id)
    shown = await interaction.response.send_message(text, allowed_mentions=NOBODY)
    message = shown.message_id or (await interaction.original_response()).id
    return _place(interaction, message)


def _place(interaction: Press, message: int) -> Place:
    assert interaction.channel_id is not None  # `require_place_to_post` was asked before
    return Place(interaction.channel_id, message, interaction.user.id)
