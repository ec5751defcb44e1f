"""Fills the `CaseBoard` port: the cards of cases in a server's review channel."""

from contextlib import suppress

import discord

from bot.domain.errors import FaceDown
from bot.domain.moderation import Case, CaseReport, Nudge
from bot.domain.people import Address, ChannelId, PersonId, RoleId, ServerId, channel_on, person_on
from bot.frontends import wording_cases as words
from bot.frontends.discord import errors
from bot.frontends.discord.addresses import FACE, Place
from bot.frontends.discord.asking import native_id
from bot.frontends.discord.case_views import MARKUP, case_view
from bot.frontends.discord.letters import find_marked, mark_of
from bot.frontends.discord.markup import NOBODY, mention_of


class DiscordCaseBoard:
    """Posts each case once, and edits it as it changes."""

    def __init__(self, client: discord.Client, operators_channel: int | None) -> None:
        self._client = client
        self._operators_channel = operators_channel

    async def show(
        self, report: CaseReport, channel: ChannelId, *, nonce: str, repeated: bool
    ) -> Address:
        """Show the case as it stands: where it is shown already, else as a new post.

        Raises:
            FaceDown: Discord did not answer.
            CannotPost: the channel, or the right to post in it, is gone.
        """
        del repeated  # looked for always: a case is posted once in a while
        case = report.case
        # Found again by its mark: the card itself changes, and has no other name in it.
        text, view = f"{words.case_text(report, MARKUP)}\n{mark_of(nonce)}", case_view(case)
        with errors.translated():
            self._require_login()
            there = self._client.get_partial_messageable(native_id(channel))
            known = None if case.notice is None else Place.from_address(case.notice)
            if known is not None and known.channel == native_id(channel):
                message = there.get_partial_message(known.message)
                try:
                    await message.edit(content=text, view=view, allowed_mentions=NOBODY)
                    return known.to_address()
                except discord.NotFound as error:
                    if error.code != errors.UNKNOWN_MESSAGE:
                        raise
            found = await find_marked(there, nonce, self._client.user)
            if found is not None:
                await found.edit(content=text, view=view, allowed_mentions=NOBODY)
            else:
                found = await there.send(text, view=view, nonce=nonce, allowed_mentions=NOBODY)
        return Place(native_id(channel), found.id, 0).to_address()

    async def remove(self, notice: Address) -> None:
        """Take back what moderators were shown, if it is still there.

        Raises:
            FaceDown, CannotPost: as `show`.
        """
        place = Place.from_address(notice)
        with errors.translated():
            self._require_login()
            there = self._client.get_partial_messageable(place.channel)
            with suppress(discord.NotFound):
                await there.get_partial_message(place.message).delete()

    async def nudge(self, case: Case, why: Nudge, role: RoleId | None, *, nonce: str) -> None:
        """Call moderators, by their role where there is one, to a case that is shown to them.

        Raises:
            FaceDown, CannotPost: as `show`.
        """
        assert case.notice is not None  # else nobody is shown it
        place = Place.from_address(case.notice)
        roles = [] if role is None else [discord.Object(native_id(role))]
        called = "" if role is None else f"{mention_of('role', role)} "
        with errors.translated():
            self._require_login()
            there = self._client.get_partial_messageable(place.channel)
            if await find_marked(there, nonce, self._client.user) is not None:
                return
            await there.send(
                f"{called}{words.nudge_text(case, why)}\n{mark_of(nonce)}",
                reference=discord.MessageReference(
                    message_id=place.message, channel_id=place.channel, fail_if_not_exists=False
                ),
                nonce=nonce,
                allowed_mentions=discord.AllowedMentions(
                    everyone=False, users=False, roles=roles, replied_user=False
                ),
            )

    async def owner_of(self, server: ServerId) -> PersonId | None:
        """Return who owns a server, None where nobody can tell.

        Raises:
            FaceDown: Myna is not connected.
        """
        self._require_login()
        guild = self._client.get_guild(native_id(server))
        if guild is None or guild.owner_id is None:
            return None
        return person_on(FACE, guild.owner_id)

    def operators_channel(self) -> ChannelId | None:
        """Return where cases of direct messages are shown, if anywhere."""
        channel = self._operators_channel
        return None if channel is None else channel_on(FACE, channel)

    def _require_login(self) -> None:
        if self._client.user is None or self._client.is_closed():
            raise FaceDown(reason="not connected to Discord")
