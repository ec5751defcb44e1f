"""An ordinary discord.py bot that uses much of the library; it knows nothing of a stand-in."""

import base64
import io
import os
import re
from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands
from discord.http import MultipartParameters, handle_message_parameters
from discord.webhook.async_ import async_context

ProbeInteraction = discord.Interaction["ProbeBot"]


class AgainButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"again:(?P<count>\d+)"):
    """Carries its state in its custom_id, so that it survives a restart."""

    def __init__(self, count: int) -> None:
        super().__init__(discord.ui.Button(label="Again", custom_id=f"again:{count}"))
        self.count = count

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: Any, match: re.Match[str], /
    ) -> Self:
        return cls(int(match["count"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"again {self.count}", ephemeral=True)


class NewVoice(discord.ui.Modal, title="New voice"):
    """One field of every kind."""

    name: discord.ui.Label[Any] = discord.ui.Label(
        text="Name", component=discord.ui.TextInput(max_length=20)
    )
    kind: discord.ui.Label[Any] = discord.ui.Label(
        text="Kind",
        component=discord.ui.Select(
            options=[discord.SelectOption(label="Calm"), discord.SelectOption(label="Lively")]
        ),
    )
    clip: discord.ui.Label[Any] = discord.ui.Label(
        text="Clip", component=discord.ui.FileUpload(min_values=1, max_values=1)
    )
    agreed: discord.ui.Label[Any] = discord.ui.Label(
        text="I agree", component=discord.ui.Checkbox()
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        fields: list[Any] = [
            label.component for label in (self.name, self.kind, self.clip, self.agreed)
        ]
        name, kind, clip, agreed = fields
        data = await clip.values[0].read()
        await interaction.response.send_message(
            f"{name.value} {kind.values[0]} {len(data)} {agreed.value}"
        )


class ProbeBot(commands.AutoShardedBot):
    """The bot."""

    def __init__(self, *, intents: discord.Intents | None = None, **options: Any) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=intents or discord.Intents.default(),
            guild_ready_timeout=0.1,
            **options,
        )
        _add_commands(self.tree)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(AgainButton)
        await self.tree.sync()


async def post_voice(
    bot: discord.Client, channel_id: int, data: bytes, *, nonce: str
) -> dict[str, Any]:
    """Post a voice message to a channel, which discord.py has no public way for."""
    with _voice_parameters(data, nonce) as parameters:
        sent: Any = await bot.http.send_message(channel_id, params=parameters)
    return dict(sent)


async def follow_up_with_voice(interaction: discord.Interaction[Any], data: bytes) -> None:
    """Follow an interaction up with a voice message."""
    webhook = interaction.followup
    with _voice_parameters(data) as parameters:
        await async_context.get().execute_webhook(
            webhook.id,
            webhook.token or "",
            session=webhook.session,
            proxy=webhook.proxy,
            multipart=parameters.multipart,
            files=parameters.files,
            wait=True,
        )


def _voice_parameters(data: bytes, nonce: str | None = None) -> MultipartParameters:
    file = discord.File(io.BytesIO(data), "voice-message.ogg")
    parameters = handle_message_parameters(
        file=file, flags=discord.MessageFlags(voice=True), nonce=nonce
    )
    assert parameters.multipart is not None
    payload = discord.utils._from_json(parameters.multipart[0]["value"])
    payload["attachments"][0] |= {
        "duration_secs": 1.5,
        "waveform": base64.b64encode(bytes(range(64))).decode(),
    }
    parameters.multipart[0]["value"] = discord.utils._to_json(payload)
    parameters.multipart[1]["content_type"] = "audio/ogg"
    return parameters


def _add_commands(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Turn a clip around")
    async def reverse(
        interaction: ProbeInteraction,
        clip: discord.Attachment,
        shift: app_commands.Range[int, -12, 12] = 0,
    ) -> None:
        await interaction.response.defer(thinking=True)
        data = await clip.read()
        await interaction.followup.send(
            f"shift {shift}", file=discord.File(io.BytesIO(data[::-1]), "out.ogg")
        )

    @tree.command(description="Say it as a voice message")
    async def speak(interaction: ProbeInteraction, clip: discord.Attachment) -> None:
        await interaction.response.defer(thinking=True)
        await follow_up_with_voice(interaction, await clip.read())

    @tree.command(description="Tell only one")
    async def whisper(interaction: ProbeInteraction, text: str) -> None:
        await interaction.response.send_message(text, ephemeral=True)

    @whisper.autocomplete("text")
    async def suggest(
        _interaction: ProbeInteraction, current: str
    ) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}!", value=current)]

    @tree.command(description="Open the form")
    async def new(interaction: ProbeInteraction) -> None:
        await interaction.response.send_modal(NewVoice())

    @tree.command(description="Show the panel")
    async def panel(interaction: ProbeInteraction) -> None:
        view = discord.ui.LayoutView(timeout=None)
        view.add_item(
            discord.ui.Container(
                discord.ui.TextDisplay("## Done"), discord.ui.ActionRow(AgainButton(7).item)
            )
        )
        await interaction.response.send_message(view=view)

    @tree.context_menu(name="Measure")
    async def measure(interaction: ProbeInteraction, message: discord.Message) -> None:
        (note,) = message.attachments
        await interaction.response.send_message(f"{note.is_voice_message()} {note.duration}")


if __name__ == "__main__":
    ProbeBot(proxy=os.environ["DISCORD_PROXY"]).run(os.environ["DISCORD_TOKEN"])
