"""Tell somebody something unasked: by direct message, else by name where they asked last."""

import discord

from bot.domain.errors import CannotPost
from bot.domain.outcomes import Notice, VoiceExpiring
from bot.domain.people import Address, PersonId
from bot.frontends.discord.addresses import Place
from bot.frontends.discord.asking import mention, native_id
from bot.frontends.discord.markup import quote
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
        text = notice_text(notice, now=self._now(), quote=quote, name=mention)
        # By this it is known again: the words may be those of another notice, or change by the day.
        text = f"{text}\n-# {nonce[-_MARK:]}"
        user = discord.Object(native_id(person))
        try:
            direct = await self._client.create_dm(user)
            if not (repeated and await self._was_sent(direct, nonce)):
                await self._write(direct, text, notice, nonce, discord.AllowedMentions.none())
        except discord.Forbidden as error:
            if otherwise is None:
                raise CannotPost(missing=[]) from error
            channel = self._client.get_partial_messageable(Place.from_address(otherwise).channel)
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
        if isinstance(notice, VoiceExpiring):
            view = keep_buttons(notice.voice.key, notice.price)
            await channel.send(text, view=view, nonce=nonce, allowed_mentions=mentions)
        else:
            await channel.send(text, nonce=nonce, allowed_mentions=mentions)

    async def _was_sent(self, channel: discord.abc.Messageable, nonce: str) -> bool:
        """Say whether the notice stands there already; Discord does not return nonces later."""
        async for message in channel.history(limit=_LOOK_BACK):
            is_ours = message.author == self._client.user
            if is_ours and message.content.endswith(f"-# {nonce[-_MARK:]}"):
                return True
        return False
