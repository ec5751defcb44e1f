"""Show in Discord what becomes of a request: progress, the preview, the card at the end."""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2s
from typing import Final, Self

import discord

from bot.domain.errors import CannotPost, FaceDown
from bot.domain.outcomes import (
    CloneFailed,
    ConsentAnswered,
    Notice,
    Outcome,
    PostedAs,
    Progress,
    SpeechDone,
    SpeechFailed,
    SpeechOutcome,
    SpeechProgress,
    SpeechRemoved,
    Stage,
)
from bot.domain.people import Address, PersonId
from bot.domain.samples import Bubble
from bot.frontends import wording
from bot.frontends.discord import errors
from bot.frontends.discord.addresses import Place, interaction_of
from bot.frontends.discord.cards import card_text, card_view
from bot.frontends.discord.letters import Letters
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.status import StatusBoard
from bot.frontends.discord.voice_message import Preview, post
from bot.frontends.wording_speech import speech_progress
from bot.ports import Clock, Sleep

_log = logging.getLogger(__name__)

_LOOK_BACK: Final = 500
"""Messages after the status message that are searched for our own; a busy channel's hour."""
_PAINT_SECONDS: Final = 15.0
"""A progress edit that hangs longer is given up; the next one tells more anyway."""
_NONCE_BYTES: Final = 12
"""24 hexadecimal digits; Discord takes 25 characters (Discord, create message)."""


class DiscordDelivery:
    """Fills `Notifier`. Its pending edits live as long as the `async with` block around it."""

    def __init__(
        self,
        client: discord.Client,
        *,
        now: Clock,
        monotonic: Callable[[], float],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._now = now
        self._tasks = asyncio.TaskGroup()
        self._pending: set[asyncio.Task[None]] = set()
        self.status = StatusBoard(
            self._paint, monotonic=monotonic, sleep=sleep, start=self._start_task
        )

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in tuple(self._pending):
            task.cancel()
        # Told nothing of an error on its way out, which it would wrap in a group.
        await self._tasks.__aexit__(None, None, None)

    async def progress(self, to: Address, progress: Progress | SpeechProgress) -> None:
        """Show how far it is, by editing the status message; best effort, never raises."""
        if isinstance(progress, SpeechProgress):
            # One part is over before its edit would have its turn, unless it has to wait.
            if progress.parts > 1 or progress.place_in_line:
                self.status.show(Place.from_address(to), speech_progress(progress, quote))
            return
        if progress.stage is Stage.POSTING:
            return  # the preview says so itself, and the card need not wait for this edit's turn
        self.status.show(Place.from_address(to), wording.progress_text(progress, quote))

    async def acknowledged(self, key: str, to: Address) -> Address | None:
        """Return the address of the status message that acknowledged the order `key`, or None.

        Raises:
            FaceDown: Discord did not answer.
        """
        place, asked = Place.from_address(to), interaction_of(key)
        try:
            with errors.translated():
                after = discord.Object(asked)
                async for message in self._channel(place).history(after=after, limit=_LOOK_BACK):
                    origin = message.interaction_metadata
                    if origin is not None and origin.id == asked:
                        return replace(place, message=message.id).to_address()
        except CannotPost:
            return None  # nobody could be told what became of it
        return None

    async def post_bubble(
        self, to: Address, bubble: Bubble, *, nonce: str, repeated: bool, part: int = 0
    ) -> PostedAs:
        """Post a bubble as a reply to the status message, once for one `nonce`.

        Raises:
            FaceDown: Discord did not answer.
            CannotPost: the channel, or the right to post in it, is gone.
        """
        place = Place.from_address(to)
        filename = _filename(nonce)
        with errors.translated():
            self._require_login()
            found = await self._find_bubble(place, filename, part) if repeated else None
            if found is not None:
                return _posted_as(is_bubble=found.flags.voice)
            preview = Preview(bubble=bubble, filename=filename, nonce=nonce, reply_to=place.message)
            return await self._post(place, preview)

    async def remove_bubble(self, to: Address, *, nonce: str) -> None:
        """Delete the bubble that was posted with `nonce`, if it is still there.

        Raises:
            FaceDown: Discord did not answer.
            CannotPost: the channel, or the right to look there, is gone.
        """
        with errors.translated():
            self._require_login()
            found = await self._find_bubble(Place.from_address(to), _filename(nonce), 0)
            if found is not None:
                with suppress(discord.NotFound):
                    await found.delete()

    async def conclude(self, to: Address, outcome: Outcome | SpeechOutcome) -> None:
        """Make the status message the card. Repeating it changes nothing.

        Raises:
            FaceDown: Discord did not answer.
            CannotPost: the channel, or the right to post in it, is gone.
        """
        place = Place.from_address(to)
        await self.status.conclude(place, lambda: self._show_card(place, outcome))

    async def notify(
        self,
        person: PersonId,
        notice: Notice,
        *,
        otherwise: Address | None,
        nonce: str,
        repeated: bool,
    ) -> None:
        """Write to somebody directly; where they take no messages, in the channel, by name.

        Raises:
            FaceDown: Discord did not answer.
            CannotPost: neither can be written to.
        """
        with errors.translated():
            self._require_login()
            letters = Letters(self._client, now=self._now)
            await letters.send(person, notice, otherwise=otherwise, nonce=nonce, repeated=repeated)

    async def announce(
        self, to: Address, answered: ConsentAnswered, *, nonce: str, repeated: bool
    ) -> Address:
        """Post a new status message where somebody asked; return its address.

        Raises:
            FaceDown: Discord did not answer.
            CannotPost: the channel, or the right to post in it, is gone.
        """
        del repeated  # looked for always: it costs one request, and is done once in a while
        with errors.translated():
            self._require_login()
            letters = Letters(self._client, now=self._now)
            return await letters.announce(to, answered, nonce=nonce)

    async def _post(self, place: Place, preview: Preview) -> PostedAs:
        """Climb down from the voice message to what Discord takes; say what it became."""
        as_file = replace(preview, is_voice_message=False)
        for rung in (preview, as_file):
            try:
                return _posted_as(is_bubble=await post(self._client, place.channel, rung))
            except discord.HTTPException as error:
                if not _may_climb_down(error):
                    raise
                _log.info("channel %s refused the preview: code %s", place.channel, error.code)
        last = replace(as_file, reply_to=None)
        return _posted_as(is_bubble=await post(self._client, place.channel, last))

    async def _find_bubble(self, place: Place, filename: str, part: int) -> discord.Message | None:
        """Look for a bubble among what was written after the status message.

        The file's name tells it apart; should Discord rename it, it is the voice message that
        came after `part` others in reply to the status message. Nonces are not returned later.
        """
        after, replies = discord.Object(place.message), 0
        async for message in self._channel(place).history(after=after, limit=_LOOK_BACK):
            if message.author != self._client.user:
                continue
            if _carries(message, filename):
                return message
            if _is_bubble_for(message, place) and not _is_named_by_us(message):
                replies += 1
                if replies > part:
                    return message
        return None

    async def _show_card(self, place: Place, outcome: Outcome | SpeechOutcome) -> None:
        text, view = card_text(outcome, self._now()), card_view(outcome)
        with errors.translated():
            self._require_login()
            message = self._channel(place).get_partial_message(place.message)
            try:
                await message.edit(content=text, view=view, allowed_mentions=NOBODY)
            except discord.NotFound as error:
                if error.code != errors.UNKNOWN_MESSAGE:
                    raise
                await self._show_card_anew(place, outcome, text, view)

    async def _show_card_anew(
        self,
        place: Place,
        outcome: Outcome | SpeechOutcome,
        text: str,
        view: discord.ui.View | None,
    ) -> None:
        """Post the card where somebody deleted the status message."""
        channel, nonce = self._channel(place), _card_nonce(outcome)
        if view is None:
            await channel.send(text, nonce=nonce, allowed_mentions=NOBODY)
        else:
            await channel.send(text, view=view, nonce=nonce, allowed_mentions=NOBODY)

    async def _paint(self, place: Place, text: str) -> None:
        try:
            async with asyncio.timeout(_PAINT_SECONDS):
                self._require_login()
                message = self._channel(place).get_partial_message(place.message)
                await message.edit(content=text, view=None, allowed_mentions=NOBODY)
        except Exception as error:  # noqa: BLE001  progress is decoration: it never fails a clone
            _log.info("progress could not be shown in channel %s: %r", place.channel, error)

    def _channel(self, place: Place) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(place.channel)

    def _require_login(self) -> None:
        """Refuse to send before the log-in and after the good-bye, where discord.py cannot."""
        if self._client.user is None or self._client.is_closed():
            raise FaceDown(reason="not connected to Discord")

    def _start_task(self, work: Coroutine[None, None, None]) -> None:
        task = self._tasks.create_task(work)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)


def _filename(nonce: str) -> str:
    return f"{re.sub(r'[^A-Za-z0-9_-]', '-', nonce)}.ogg"


def _posted_as(*, is_bubble: bool) -> PostedAs:
    return PostedAs.BUBBLE if is_bubble else PostedAs.FILE


def _may_climb_down(error: discord.HTTPException) -> bool:
    """Say whether a plain file may go where a voice message did not.

    Whatever the reason: the preview is paid for, and a file is better than nothing.
    """
    is_refusal = error.status in {400, 403}
    return is_refusal and error.code not in {errors.UNKNOWN_CHANNEL, errors.MISSING_ACCESS}


def _carries(message: discord.Message, filename: str) -> bool:
    return any(attachment.filename == filename for attachment in message.attachments)


def _is_named_by_us(message: discord.Message) -> bool:
    return any(attachment.filename.startswith("myna-") for attachment in message.attachments)


def _is_bubble_for(message: discord.Message, place: Place) -> bool:
    reference = message.reference
    is_reply = reference is not None and reference.message_id == place.message
    return message.flags.voice and is_reply


def _key(outcome: Outcome | SpeechOutcome) -> str:
    if isinstance(outcome, SpeechDone | SpeechFailed | SpeechRemoved):
        return outcome.speech.key
    return outcome.key if isinstance(outcome, CloneFailed) else outcome.voice.key


def _card_nonce(outcome: Outcome | SpeechOutcome) -> str:
    """Return one nonce for each outcome of a voice, so that a repeated card is posted once."""
    named = f"{type(outcome).__name__}:{_key(outcome)}".encode()
    return blake2s(named, digest_size=_NONCE_BYTES).hexdigest()
