"""Tell somebody something unasked: by direct message, else by name where they asked last."""

from dataclasses import replace
from datetime import datetime

import discord

from bot.domain.decisions import can_appeal
from bot.domain.errors import CannotPost
from bot.domain.outcomes import (
    CasesUnseen,
    CaseTold,
    ConsentAnswered,
    ConsentAsked,
    ConsentUsed,
    DataErased,
    Notice,
    RecordingFailed,
    ReportTold,
    VoiceExpiring,
    VoicesLeaving,
)
from bot.domain.people import Address, PersonId, is_erased
from bot.frontends import (
    wording_cases,
    wording_consent,
    wording_erase,
    wording_privacy,
    wording_spoken,
)
from bot.frontends.discord.addresses import Place
from bot.frontends.discord.asking import mention, native_id
from bot.frontends.discord.case_views import appeal_view
from bot.frontends.discord.consent_views import (
    question_buttons,
    speaking_buttons,
    take_back_buttons,
)
from bot.frontends.discord.markup import passage, quote
from bot.frontends.discord.speech_views import keep_buttons
from bot.frontends.wording_speech import notice_text
from bot.ports import Clock

_MARK = 8
"""Characters of a nonce that tell a notice from others: 40 bits of its hash."""

_LOOK_BACK = 50
"""Messages that are searched for an earlier try: all of them would be within hours."""


class Letters:
    """Sends notices. discord.py's errors are translated by the caller."""

    def __init__(self, client: discord.Client, *, now: Clock) -> None:
        self._client = client
        self._now = now

    async def send(
        self,
        person: PersonId,
        notice: Notice,
        *,
        otherwise: Address | None,
        nonce: str,
        repeated: bool,
    ) -> None:
        """Send the notice, once for one `nonce`; `repeated` says to look for it first.

        Raises:
            CannotPost: neither the person nor the channel can be written to.
            discord.DiscordException, aiohttp.ClientError: Discord is in trouble.
        """
        if is_erased(person):
            raise CannotPost(missing=[])
        text = self._text(notice)
        # By this it is known again: the words may be those of another notice, or change by the day.
        text = f"{text}\n{mark_of(nonce)}"
        user = discord.Object(native_id(person))
        try:
            direct = await self._client.create_dm(user)
            if not (repeated and await self._was_sent(direct, nonce)):
                await self._write(direct, text, notice, nonce, discord.AllowedMentions.none())
        except discord.Forbidden as error:
            if otherwise is None:
                raise CannotPost(missing=[]) from error
            channel = self._client.get_partial_messageable(Place.from_address(otherwise).channel)
            if isinstance(notice, CaseTold):  # why is nobody else's business
                news = wording_cases.case_news_text(notice.case, quote)
                text = f"{news}\n{mark_of(nonce)}"
            named = f"{mention(person)} {text}"
            if not (repeated and await self._was_sent(channel, nonce)):
                only_them = discord.AllowedMentions(users=[user], everyone=False, roles=False)
                await self._write(channel, named, notice, nonce, only_them)

    async def _write(
        self,
        channel: discord.abc.Messageable,
        text: str,
        notice: Notice,
        nonce: str,
        mentions: discord.AllowedMentions,
    ) -> None:
        view = _buttons(notice, self._now())
        if view is None:
            await channel.send(text, nonce=nonce, allowed_mentions=mentions)
        else:
            await channel.send(text, view=view, nonce=nonce, allowed_mentions=mentions)

    async def announce(self, to: Address, answered: ConsentAnswered, *, nonce: str) -> Address:
        """Post a new status message where somebody asked, unless it stands there; return it.

        Raises:
            discord.DiscordException, aiohttp.ClientError: Discord is in trouble.
        """
        place = Place.from_address(to)
        channel = self._client.get_partial_messageable(place.channel)
        found = await find_marked(channel, nonce, self._client.user)
        if found is None:
            text = wording_consent.answered_text(answered.request, quote, mention)
            found = await channel.send(
                f"{text}\n{mark_of(nonce)}",
                nonce=nonce,
                allowed_mentions=discord.AllowedMentions.none(),
            )
        return replace(place, message=found.id).to_address()

    def _text(self, notice: Notice) -> str:
        if isinstance(notice, VoicesLeaving):
            guild = self._client.get_guild(native_id(notice.server))
            server = None if guild is None else guild.name
            return wording_privacy.leaving_text(notice.labels, server, quote)
        if isinstance(notice, DataErased):
            return wording_erase.erased_text(notice, quote)
        if isinstance(notice, CaseTold | ReportTold | CasesUnseen):
            return wording_cases.case_notice_text(notice, quote, passage)
        if isinstance(notice, ConsentAsked | ConsentAnswered | ConsentUsed):
            return wording_consent.notice_text(notice, quote, mention)
        if isinstance(notice, RecordingFailed):
            return wording_spoken.failed_text(notice, quote, mention)
        return notice_text(notice, now=self._now(), quote=quote, name=mention)

    async def _was_sent(self, channel: discord.abc.Messageable, nonce: str) -> bool:
        return await find_marked(channel, nonce, self._client.user) is not None


async def find_marked(
    channel: discord.abc.Messageable, nonce: str, author: discord.abc.User | None
) -> discord.Message | None:
    """Return what was sent with the mark of a nonce; Discord does not return nonces later."""
    async for message in channel.history(limit=_LOOK_BACK):
        if message.author == author and message.content.endswith(mark_of(nonce)):
            return message
    return None


def mark_of(nonce: str) -> str:
    """Return the small line by which a message is known again."""
    return f"-# {nonce[-_MARK:]}"


def _buttons(notice: Notice, now: datetime) -> discord.ui.View | None:
    if isinstance(notice, CaseTold) and can_appeal(notice.case, now):
        return appeal_view(notice.case)
    if isinstance(notice, VoiceExpiring):
        return keep_buttons(notice.voice.key, notice.price)
    if isinstance(notice, ConsentAsked):
        return question_buttons(notice.request)
    if isinstance(notice, ConsentUsed):
        return take_back_buttons(notice.request)
    if isinstance(notice, RecordingFailed) and notice.again:
        return speaking_buttons(notice.request)
    return None
