"""Discord's ways to see and decide who may have one's voice cloned."""

from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import RecordingNotYours, TooManyNotes
from bot.frontends import wording_consent as words
from bot.frontends import wording_spoken
from bot.frontends.discord.addresses import notes_in, person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import mention
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.consent_views import take_recording
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import form_id
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.record_forms import ChooseRequestForm


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class Consent(commands.GroupCog, name="consent", description=words.COMMAND_GROUP):
    """Everything about one's yes and no."""

    def __init__(self, bot: MynaBot) -> None:
        self._bot = bot
        self._menu = app_commands.ContextMenu(
            name=wording_spoken.COMMAND_RECORDED, callback=use_recording
        )

    async def cog_load(self) -> None:
        """Add the message menu, which a cog does not add by itself."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the message menu away with the cog."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(name="list", description=words.COMMAND_LIST)
    async def list_consents(self, interaction: Press) -> None:
        """Show what waits for an answer, and what stands."""
        async with answering(interaction):
            face = face_of(interaction)
            overview = await face.services.ask_consent.overview(person(interaction.user))
            await _say(interaction, words.overview_text(overview, face.now(), quote, mention))

    @app_commands.command(description=words.COMMAND_NEVER)
    @app_commands.describe(never=words.OPTION_NEVER)
    async def never(self, interaction: Press, never: bool) -> None:  # noqa: FBT001  by name
        """Go into the registry of those whom nobody may clone, or out of it."""
        async with answering(interaction):
            asking = face_of(interaction).services.ask_consent
            await asking.set_never_cloned(person(interaction.user), never=never)
            await _say(interaction, words.NEVER_ON if never else words.NEVER_OFF)

    @app_commands.command(description=words.COMMAND_REVOKE)
    @app_commands.describe(member=words.OPTION_ASKER)
    async def revoke(self, interaction: Press, member: discord.User) -> None:
        """Take a standing yes back."""
        async with answering(interaction):
            asking = face_of(interaction).services.ask_consent
            revoked = await asking.revoke(person(interaction.user), person(member))
            await _say(interaction, words.revoked_text(revoked, person(member), mention))


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
async def use_recording(interaction: Press, message: discord.Message) -> None:
    """Take one's own voice message as the recording of the sentence that waits for one."""
    async with answering(interaction):
        who, spoken_by = person(interaction.user), person(message.author)
        waiting = await face_of(interaction).services.speak_consent.waiting(who)
        if spoken_by != who:  # the service says so too; here it spares them the form
            raise RecordingNotYours
        recording, *more = notes_in(message)
        if more:
            raise TooManyNotes(limit=1)
        if len(waiting) == 1:
            await take_recording(interaction, waiting[0].key, recording, by=spoken_by)
            return
        take = partial(take_recording, by=spoken_by)
        form = ChooseRequestForm(waiting, recording, take, custom_id=form_id(interaction))
        await interaction.response.send_modal(form)


async def _say(interaction: Press, text: str) -> None:
    await interaction.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY)


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Consent(bot))
