"""Turn what somebody pressed into an order, acknowledge it, and hand it to the services."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.domain.consent import ConsentRequest
from bot.domain.money import Quote
from bot.domain.outcomes import Progress, Stage
from bot.domain.people import Asker, NoteRef, PersonId
from bot.domain.voices import CloneOptions, CloneOrder, Voice, VoiceKey
from bot.frontends import wording
from bot.frontends.discord.addresses import Place, key_of, note
from bot.frontends.discord.asking import asker_of, default_model
from bot.frontends.discord.errors import is_acknowledged
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.languages import language_named
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.permissions import require_place_to_post
from bot.frontends.discord.speakers import speaker_of
from bot.services.consenting import as_asked_by


@dataclass(frozen=True, slots=True)
class CloneOffer:
    """A clone whose price is to be told first; `key` takes it up."""

    key: VoiceKey
    label: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a member asked for, as they gave it.

    `owner` is whose voice it is, None where it is their own; `source` links to the note.
    """

    label: str
    notes: Sequence[NoteRef]
    consent: bool
    text: str | None = None
    model: str | None = None
    language: str | None = None
    noise_reduction: bool = False
    volume_normalization: bool = False
    prompt: NoteRef | None = None
    prompt_text: str | None = None
    owner: PersonId | None = None
    source: str | None = None


async def order_clone(interaction: Press, wish: Wish) -> CloneOffer | None:
    """Have the order taken, acknowledge it with a status message, then have it started.

    Where the preview is dear nothing of that happens: the offer to show to the asker is returned.

    In this order, so that nothing is acknowledged that a kill could lose, and so that the channel
    sees no message of what is refused. Taking costs one commit of the three seconds that Discord
    gives.

    Raises:
        MynaError: why there will be no clone; the channel has seen nothing.
    """
    require_place_to_post(interaction)
    asker, clone_voice = asker_of(interaction), face_of(interaction).services.clone_voice
    order = await _order(interaction, wish, asker)
    quoted = await clone_voice.offer(order, asker)
    if quoted is not None:
        return CloneOffer(order.key, order.label, quoted)
    await _begin(interaction, await clone_voice.take(order, asker))
    return None


async def ask_owner(interaction: Press, wish: Wish) -> ConsentRequest:
    """Have the owner of a voice asked whether it may be cloned; nothing is fetched meanwhile.

    Raises:
        MynaError: why they are not asked.
    """
    require_place_to_post(interaction)
    assert wish.owner is not None
    asker = asker_of(interaction)
    order = as_asked_by(await _order(interaction, wish, asker), owner=wish.owner)
    return await face_of(interaction).services.ask_consent.ask(order, asker, source=wish.source)


async def ask_self(interaction: Press, wish: Wish) -> tuple[ConsentRequest, Quote] | None:
    """Let one's own order wait for the sentence to be spoken; None where none is wanted here.

    Raises:
        MynaError: why there will be no clone.
    """
    require_place_to_post(interaction)
    asker = asker_of(interaction)
    order = await _order(interaction, wish, asker)
    speaking = face_of(interaction).services.speak_consent
    return await speaking.ask_self(order, asker, speaker_of(interaction))


async def confirm_clone(interaction: Press, key: VoiceKey) -> None:
    """Take up an offer: the order starts under a status message of its own.

    Raises:
        MynaError: why there will be no clone.
    """
    require_place_to_post(interaction)
    await interaction.response.defer()
    voice = await face_of(interaction).services.clone_voice.confirm(
        key,
        new_key=key_of(interaction.id),
        asker=asker_of(interaction),
        address=_place(interaction, message=0).to_address(),
    )
    await _begin(interaction, voice)


async def _begin(interaction: Press, voice: Voice) -> None:
    face = face_of(interaction)
    clone_voice = face.services.clone_voice
    try:
        place = await _acknowledge(interaction, voice.label)
    except Exception as error:
        if not is_acknowledged(error):
            await clone_voice.withdraw(voice.key)
        raise
    face.status.posted(place)
    await clone_voice.start(voice.key, place.to_address())


async def order_again(
    interaction: Press,
    key: VoiceKey,
    *,
    uploads: Sequence[discord.Attachment] = (),
    best_part: bool = False,
) -> None:
    """Order a clone once more from the button under its card; the card becomes its status.

    Raises:
        MynaError: why there will be no clone; the card stays as it is.
    """
    require_place_to_post(interaction)
    await interaction.response.defer()
    await face_of(interaction).services.clone_voice.again(
        key,
        new_key=key_of(interaction.id),
        asker=asker_of(interaction),
        address=_place_of_card(interaction).to_address(),
        more_notes=tuple(note(upload) for upload in uploads),
        best_part=best_part,
    )


async def _order(interaction: Press, wish: Wish, asker: Asker) -> CloneOrder:
    face, language = face_of(interaction), language_named(wish.language) if wish.language else None
    return CloneOrder(
        key=key_of(interaction.id),
        owner=asker.person,
        label=wish.label,
        notes=tuple(wish.notes),
        options=CloneOptions(
            text=wish.text or wording.greeting(language, interaction.locale.value),
            model=wish.model or await default_model(face, asker),
            language=language,
            noise_reduction=wish.noise_reduction,
            volume_normalization=wish.volume_normalization,
            prompt_text=wish.prompt_text,
        ),
        address=_place(interaction, message=0).to_address(),  # replaced once there is a message
        consent=wish.consent,
        prompt=wish.prompt,
        server=asker.server,
    )


async def _acknowledge(interaction: Press, label: str) -> Place:
    text = wording.progress_text(Progress(label, Stage.QUEUED), quote)
    if interaction.response.is_done():
        followed = await interaction.followup.send(text, allowed_mentions=NOBODY, wait=True)
        return _place(interaction, message=followed.id)
    shown = await interaction.response.send_message(text, allowed_mentions=NOBODY)
    message = shown.message_id or (await interaction.original_response()).id
    return _place(interaction, message=message)


def _place_of_card(interaction: Press) -> Place:
    assert interaction.message is not None  # buttons, and the forms they open, have one
    return _place(interaction, message=interaction.message.id)


def _place(interaction: Press, *, message: int) -> Place:
    assert interaction.channel_id is not None  # `require_place_to_post` was asked before
    return Place(interaction.channel_id, message, interaction.user.id)
