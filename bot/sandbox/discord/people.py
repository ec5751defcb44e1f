"""What a person does: talk, run commands, press buttons, fill in modals."""

import base64
from collections.abc import Mapping, Sequence

from bot.sandbox.discord import commands
from bot.sandbox.discord.components import walk
from bot.sandbox.discord.interactions import PATIENCE_SECONDS, Interaction
from bot.sandbox.discord.messages import Draft, StoredMessage
from bot.sandbox.discord.modal_form import FieldValue, ModalForm
from bot.sandbox.discord.options import OptionForm, Value, as_file
from bot.sandbox.discord.place import Place
from bot.sandbox.discord.wire import (
    ComponentType,
    InteractionType,
    JsonObject,
    MessageFlag,
    UploadedFile,
)
from bot.sandbox.discord.world import Channel, Person

_VOICE_NAME = "voice-message.ogg"

File = UploadedFile | tuple[str, bytes] | tuple[str, bytes, str]


class People:
    """The person's side of Discord."""

    def __init__(self, place: Place) -> None:
        self.place = place

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
        """
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
        sent, resolved = form.fill(
            options,
            lambda file: self._upload(channel, file),
            self.place.world.member,
            self.place.world.bot.id,
        )
        data = self._command_data(command, path, sent)
        if resolved:
            data["resolved"] = resolved
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
        """Type into an option and return what the bot suggests.

        Raises:
            TimeoutError: the bot suggests nothing in time.
        """
        command, path = self._find(person, name, channel)
        sent = OptionForm(path[-1].get("options") or []).focus(option, typed, others)
        data = self._command_data(command, path, sent)
        interaction = self.place.send(InteractionType.AUTOCOMPLETE, person, channel, data)
        await interaction.answered(PATIENCE_SECONDS)
        return interaction.choices

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
            "resolved": {"messages": {target.id: target.json}},
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
        member = self.place.world.member(target)
        member.pop("user")
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": commands.USER_MENU,
            "target_id": target.id,
            "resolved": {"users": {target.id: target.user()}, "members": {target.id: member}},
        }
        return self.place.send(InteractionType.COMMAND, person, channel, data)

    async def click(
        self,
        person: Person,
        message: JsonObject,
        custom_id_or_label: str,
        values: Sequence[str] = (),
    ) -> Interaction:
        """Press a button, or choose ``values`` in a select menu.

        Raises:
            LookupError: the message shows nothing of that name.
            ValueError: it is disabled, or the choice is not offered.
        """
        target = self._visible(person, message)
        component = _find_component(target.json["components"], custom_id_or_label)
        kind = component["type"]
        if component.get("disabled"):
            raise ValueError(f"{custom_id_or_label} is disabled")
        data: JsonObject = {
            "custom_id": component["custom_id"],
            "component_type": kind,
            "id": component["id"],
        }
        if kind != ComponentType.BUTTON:
            data |= self._choose(component, values)
        return self.place.send(InteractionType.COMPONENT, person, target.channel, data, target)

    async def submit_modal(
        self, interaction: Interaction, values: Mapping[str, FieldValue]
    ) -> Interaction:
        """Fill in and send the modal that ``interaction`` opened; fields by custom_id or label.

        Raises:
            ValueError: no modal was opened, or the values are not what it takes.
        """
        modal = interaction.modal
        if modal is None:
            raise ValueError("the interaction opened no modal")
        form = ModalForm(modal, lambda file: self._upload(interaction.channel, file))
        data: JsonObject = {"custom_id": modal["custom_id"], "components": form.fill(values)}
        data["resolved"] = form.resolved
        return self.place.send(
            InteractionType.MODAL_SUBMIT,
            interaction.person,
            interaction.channel,
            data,
            interaction.source,
        )

    def _upload(self, channel: Channel, file: UploadedFile) -> JsonObject:
        return self.place.files.attach(channel.id, file, ephemeral=True)

    def _visible(self, person: Person, message: JsonObject) -> StoredMessage:
        found = self.place.messages.find(message["id"])
        if found.visible_to not in (None, person.id):
            raise LookupError(f"{person.name} does not see that message")
        return found

    def _find(
        self, person: Person, name: str, channel: Channel, kind: int = commands.CHAT_INPUT
    ) -> tuple[JsonObject, list[JsonObject]]:
        server_id = channel.server.id if channel.server else None
        first, *words = name.split() if kind == commands.CHAT_INPUT else [name]
        command = self.place.commands.find(first, kind, server_id, person.permissions)
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

    def _choose(self, component: JsonObject, values: Sequence[str]) -> JsonObject:
        least = 1 if component.get("min_values") is None else component["min_values"]
        if not least <= len(values) <= (component.get("max_values") or 1):
            raise ValueError(f"{len(values)} values are not what the menu takes")
        data: JsonObject = {"values": list(values)}
        if component["type"] == ComponentType.STRING_SELECT:
            offered = [option["value"] for option in component["options"]]
            if strange := [value for value in values if value not in offered]:
                raise ValueError(f"the menu has no choice {strange[0]!r}, only {offered}")
        elif component["type"] in (ComponentType.USER_SELECT, ComponentType.MENTIONABLE_SELECT):
            world = self.place.world
            chosen = [world.person(value) for value in values]
            data["resolved"] = {
                "users": {person.id: person.user() for person in chosen},
                "members": {person.id: world.member(person) for person in chosen},
            }
        elif component["type"] == ComponentType.CHANNEL_SELECT:
            channels = [self.place.world.channel(value) for value in values]
            bot_id = self.place.world.bot.id
            data["resolved"] = {
                "channels": {
                    item.id: {**item.json(bot_id), "permissions": str(int(item.bot_permissions))}
                    for item in channels
                }
            }
        return data


def _find_component(components: list[JsonObject], custom_id_or_label: str) -> JsonObject:
    shown = [item for item in walk(components) if item.get("custom_id")]
    for key in ("custom_id", "label"):
        for component in shown:
            if component.get(key) == custom_id_or_label:
                return component
    names = [component.get("label") or component["custom_id"] for component in shown]
    raise LookupError(f"the message shows no {custom_id_or_label!r}, only {names}")
