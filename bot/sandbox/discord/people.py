"""What a person does: talk and run commands; what a person does to messages is in `presses`."""

import base64
from collections.abc import Sequence

from bot.sandbox.discord import commands
from bot.sandbox.discord.interactions import PATIENCE_SECONDS, Interaction
from bot.sandbox.discord.messages import Draft
from bot.sandbox.discord.options import OptionForm, Value, as_file
from bot.sandbox.discord.place import enter
from bot.sandbox.discord.presses import Presses
from bot.sandbox.discord.wire import InteractionType, JsonObject, MessageFlag, UploadedFile
from bot.sandbox.discord.world import Channel, Person

_VOICE_NAME = "voice-message.ogg"

File = UploadedFile | tuple[str, bytes] | tuple[str, bytes, str]


class People(Presses):
    """The person's side of Discord."""

    async def say(
        self,
        person: Person,
        channel: Channel,
        content: str = "",
        *,
        files: Sequence[File] = (),
        voice: tuple[float, bytes] | None = None,
        reply_to: JsonObject | None = None,
    ) -> JsonObject:
        """Post a message; ``voice`` (seconds, waveform of at most 256 bytes) makes it a voice note.

        Raises:
            DiscordError: Discord would not take it.
            LookupError: it is somebody else's direct channel, or not there for this person.
        """
        enter(person, channel)
        attachments: list[JsonObject] = [{"id": str(index)} for index in range(len(files))]
        body: JsonObject = {"content": content, "attachments": attachments}
        if voice is not None:
            seconds, waveform = voice
            body["flags"] = int(MessageFlag.VOICE)
            attachments[0] |= {
                "filename": _VOICE_NAME,
                "duration_secs": seconds,
                "waveform": base64.b64encode(waveform).decode(),
            }
        if reply_to is not None:
            body["message_reference"] = {"message_id": reply_to["id"]}
        uploads = [as_file(file) for file in files]
        if voice is not None:
            uploads[0] = UploadedFile(_VOICE_NAME, uploads[0].data, "audio/ogg")
        parts = {f"files[{index}]": file for index, file in enumerate(uploads)}
        message = self.place.messages.create(Draft(channel, person, body, parts))
        return self.place.messages.show(message, self.place.own_origin)

    async def slash(
        self, person: Person, channel: Channel, name: str, /, **options: Value
    ) -> Interaction:
        """Run a slash command; subcommands stand behind its name with a space.

        Raises:
            LookupError: the command is not offered here.
            ValueError: the options are not what the command takes.
        """
        command, path = self._find(person, name, channel)
        form = OptionForm(path[-1].get("options") or [])
        resolver = self._resolver(person, channel)
        sent = form.fill(options, lambda file: self._upload(channel, file), resolver)
        data = self._command_data(command, path, sent)
        if resolver.found:
            data["resolved"] = resolver.found
        return self.place.send(InteractionType.COMMAND, person, channel, data)

    async def autocomplete(
        self,
        person: Person,
        channel: Channel,
        name: str,
        option: str,
        typed: str,
        **others: Value,
    ) -> list[JsonObject]:
        """Type into an option and return what the bot suggests; ``others`` are filled in already.

        Raises:
            LookupError: the command is not offered here.
            ValueError: the option suggests nothing, or another one is filled in wrongly.
            TimeoutError: the bot suggests nothing in time.
        """
        interaction = await self.type_into(person, channel, name, option, typed, **others)
        await interaction.answered(PATIENCE_SECONDS)
        return interaction.choices

    async def type_into(
        self,
        person: Person,
        channel: Channel,
        name: str,
        option: str,
        typed: str,
        **others: Value,
    ) -> Interaction:
        """Do the same and wait for nothing.

        Raises:
            LookupError: the command is not offered here.
            ValueError: the option suggests nothing, or another one is filled in wrongly.
        """
        command, path = self._find(person, name, channel)
        sent = OptionForm(path[-1].get("options") or []).focus(option, typed, others)
        data = self._command_data(command, path, sent)
        return self.place.send(
            InteractionType.AUTOCOMPLETE, person, channel, data, option_type=sent[-1]["type"]
        )

    async def message_menu(self, person: Person, name: str, message: JsonObject) -> Interaction:
        """Run a message menu command on a message.

        Raises:
            LookupError: the command is not offered here.
        """
        target = self._visible(person, message)
        command, _ = self._find(person, name, target.channel, commands.MESSAGE_MENU)
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": commands.MESSAGE_MENU,
            "target_id": target.id,
            "resolved": {"messages": {target.id: target.shown}},
        }
        return self.place.send(InteractionType.COMMAND, person, target.channel, data)

    async def user_menu(
        self, person: Person, channel: Channel, name: str, target: Person
    ) -> Interaction:
        """Run a user menu command on somebody.

        Raises:
            LookupError: the command is not offered here.
        """
        command, _ = self._find(person, name, channel, commands.USER_MENU)
        resolver = self._resolver(person, channel)
        resolver.add(target)
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": commands.USER_MENU,
            "target_id": target.id,
            "resolved": resolver.found,
        }
        return self.place.send(InteractionType.COMMAND, person, channel, data)

    def _find(
        self, person: Person, name: str, channel: Channel, kind: int = commands.CHAT_INPUT
    ) -> tuple[JsonObject, list[JsonObject]]:
        enter(person, channel)
        server_id = channel.server.id if channel.server else None
        first, *words = name.split() if kind == commands.CHAT_INPUT else [name]
        permissions = self.place.world.permissions_of(person, channel.server)
        command = self.place.commands.find(first, kind, server_id, permissions)
        return command, [command, *commands.descend(command, words)]

    @staticmethod
    def _command_data(
        command: JsonObject, path: Sequence[JsonObject], sent: list[JsonObject]
    ) -> JsonObject:
        options = sent
        for step in reversed(path[1:]):
            options = [{"name": step["name"], "type": step["type"], "options": options}]
        data: JsonObject = {
            "id": command["id"],
            "name": command["name"],
            "type": commands.CHAT_INPUT,
            "options": options,
        }
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return data
