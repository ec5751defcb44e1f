"""Discord's ways to have a text spoken: the command and the message menu."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import TwoTexts
from bot.domain.speech import MODELS
from bot.domain.speeches import PITCH_MOST, SPEED_LEAST, SPEED_MOST, Effect, Emotion
from bot.frontends import wording_speech as wording
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of, default_model
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import form_id
from bot.frontends.discord.interjections import completions
from bot.frontends.discord.languages import suggestions
from bot.frontends.discord.names import spoken_message, spoken_text
from bot.frontends.discord.permissions import require_place_to_post
from bot.frontends.discord.speech_forms import SpeakForm
from bot.frontends.discord.speech_orders import SpeechWish, asking_for
from bot.frontends.discord.speech_views import order_speech
from bot.frontends.discord.text_files import read_text
from bot.frontends.discord.voice_choices import voice_choices


class Speak(commands.Cog):
    """Everything that starts a speech."""

    def __init__(self, bot: MynaBot) -> None:
        self._bot = bot
        self._menu = app_commands.ContextMenu(
            name=wording.COMMAND_SPEAK_MENU, callback=speak_message
        )

    async def cog_load(self) -> None:
        """Add the message menu, which a cog does not add by itself."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the message menu away with the cog."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(description=wording.COMMAND_SPEAK)
    @app_commands.describe(
        text=wording.OPTION_TEXT,
        voice=wording.OPTION_VOICE,
        emotion=wording.OPTION_EMOTION,
        speed=wording.OPTION_SPEED,
        pitch=wording.OPTION_PITCH,
        language=wording.OPTION_LANGUAGE,
        effect=wording.OPTION_EFFECT,
        model=wording.OPTION_MODEL,
        file=wording.OPTION_FILE,
    )
    @app_commands.choices(
        emotion=[app_commands.Choice(name=each.value, value=each.value) for each in Emotion],
        effect=[
            app_commands.Choice(name=each.value.replace("_", " "), value=each.value)
            for each in Effect
        ],
        model=[app_commands.Choice(name=model, value=model) for model in MODELS],
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def speak(  # noqa: PLR0917  Discord passes options by name
        self,
        interaction: Press,
        text: str | None = None,
        voice: str | None = None,
        emotion: str | None = None,
        speed: app_commands.Range[float, SPEED_LEAST, SPEED_MOST] = 1.0,
        pitch: app_commands.Range[int, -PITCH_MOST, PITCH_MOST] = 0,
        language: str | None = None,
        effect: str | None = None,
        model: str | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        """Speak a text, what a file says, or what a form is filled in with."""
        wish = SpeechWish(
            voice=voice,
            model=model,
            emotion=emotion,
            speed=speed,
            pitch=pitch,
            language=language,
            effect=effect,
        )
        async with answering(interaction):
            if file is not None and text is not None:
                raise TwoTexts
            if file is not None:
                await _speak_file(interaction, file, wish)
            elif text is None:
                require_place_to_post(interaction)
                form = SpeakForm(wish, custom_id=form_id(interaction))
                await interaction.response.send_modal(form)
            else:
                said = await spoken_text(interaction, text)
                await order_speech(interaction, asking_for(interaction, said, wish))

    @speak.autocomplete("voice")
    async def suggest_voice(self, interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        """Offer voices by name or language: own ones, shared ones, stock ones."""
        return await voice_choices(interaction, typed)

    @speak.autocomplete("text")
    async def suggest_interjections(
        self, interaction: Press, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the sounds of the chosen model where a bracket is open."""
        face = face_of(interaction)
        model = interaction.namespace.model or await default_model(face, asker_of(interaction))
        return [app_commands.Choice(name=text, value=text) for text in completions(typed, model)]

    @speak.autocomplete("language")
    async def suggest_language(
        self, interaction: Press, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the member's own language first."""
        return [
            app_commands.Choice(name=language.label, value=language.name)
            for language in suggestions(typed, interaction.locale.value)
        ]


async def _speak_file(interaction: Press, file: discord.Attachment, wish: SpeechWish) -> None:
    require_place_to_post(interaction)
    # A file may take longer to fetch than the three seconds that Discord waits.
    await interaction.response.defer(ephemeral=True, thinking=True)
    text = await spoken_text(interaction, await read_text(file, face_of(interaction).notes))
    await order_speech(interaction, asking_for(interaction, text, wish, offer=True))


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
async def speak_message(interaction: Press, message: discord.Message) -> None:
    """Speak a message in one's default voice."""
    async with answering(interaction):
        ask = asking_for(interaction, spoken_message(message), SpeechWish())
        await order_speech(interaction, ask)


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Speak(bot))
