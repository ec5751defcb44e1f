"""Discord's ways to clone a voice: the command and the message menu."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import NotYourNote
from bot.domain.speech import MODELS
from bot.frontends import wording, wording_consent
from bot.frontends.discord.addresses import note as note_in
from bot.frontends.discord.addresses import notes_in, person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of, default_model
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.clone_form import CloneForm
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import form_id
from bot.frontends.discord.interjections import completions
from bot.frontends.discord.languages import suggestions
from bot.frontends.discord.permissions import require_place_to_post
from bot.frontends.discord.requests import Wish
from bot.frontends.discord.views import order_or_offer


class Clone(commands.Cog):
    """Everything that starts a clone."""

    def __init__(self, bot: MynaBot) -> None:
        self._bot = bot
        self._menu = app_commands.ContextMenu(name=wording.COMMAND_MENU, callback=clone_message)

    async def cog_load(self) -> None:
        """Add the message menu, which a cog does not add by itself."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the message menu away with the cog."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(description=wording.COMMAND_CLONE)
    @app_commands.describe(
        note=wording.OPTION_NOTE,
        name=wording.OPTION_NAME,
        consent=wording.CONSENT,
        text=wording.OPTION_TEXT,
        language=wording.OPTION_LANGUAGE,
        note2=wording.OPTION_MORE_NOTES,
        note3=wording.OPTION_MORE_NOTES,
        note4=wording.OPTION_MORE_NOTES,
        model=wording.OPTION_MODEL,
        noise_reduction=wording.OPTION_NOISE,
        volume_normalization=wording.OPTION_VOLUME,
        prompt_clip=wording.OPTION_PROMPT_CLIP,
        prompt_text=wording.OPTION_PROMPT_TEXT,
        owner=wording_consent.OPTION_OWNER,
    )
    @app_commands.choices(model=[app_commands.Choice(name=model, value=model) for model in MODELS])
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def clone(  # noqa: PLR0917  Discord passes options by name
        self,
        interaction: Press,
        note: discord.Attachment,
        name: str,
        consent: bool,  # noqa: FBT001  as above
        text: str | None = None,
        language: str | None = None,
        note2: discord.Attachment | None = None,
        note3: discord.Attachment | None = None,
        note4: discord.Attachment | None = None,
        model: str | None = None,
        noise_reduction: bool = False,  # noqa: FBT001, FBT002  as above
        volume_normalization: bool = False,  # noqa: FBT001, FBT002  as above
        prompt_clip: discord.Attachment | None = None,
        prompt_text: str | None = None,
        owner: discord.User | None = None,
    ) -> None:
        """Clone a voice from what came with the command."""
        wish = Wish(
            label=name,
            notes=[note_in(each) for each in (note, note2, note3, note4) if each],
            consent=consent or owner is not None,  # then it is the owner's that counts
            text=text,
            model=model,
            language=language,
            noise_reduction=noise_reduction,
            volume_normalization=volume_normalization,
            prompt=note_in(prompt_clip) if prompt_clip else None,
            prompt_text=prompt_text,
            owner=None if owner is None else person(owner),
        )
        async with answering(interaction):
            if owner is not None and owner.bot:
                raise NotYourNote
            await order_or_offer(interaction, wish)

    @clone.autocomplete("text")
    async def suggest_interjections(
        self, interaction: Press, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the sounds of the chosen model where a bracket is open."""
        face = face_of(interaction)
        model = interaction.namespace.model or await default_model(face, asker_of(interaction))
        return [app_commands.Choice(name=text, value=text) for text in completions(typed, model)]

    @clone.autocomplete("language")
    async def suggest_language(
        self, interaction: Press, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the member's own language first."""
        return [
            app_commands.Choice(name=language.label, value=language.name)
            for language in suggestions(typed, interaction.locale.value)
        ]


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
async def clone_message(interaction: Press, message: discord.Message) -> None:
    """Clone a voice from a message: one's own, or somebody else's once they allow it."""
    async with answering(interaction):
        require_place_to_post(interaction)
        notes = notes_in(message)
        is_own = message.author.id == interaction.user.id
        form = CloneForm(
            notes,
            interaction.locale.value,
            custom_id=form_id(interaction),
            owner=None if is_own else person(message.author),
            source=None if is_own else message.jump_url,
        )
        await interaction.response.send_modal(form)


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Clone(bot))
