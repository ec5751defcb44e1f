"""What a person does to a message: press buttons, choose in menus, fill in modals."""

from collections.abc import Mapping

from bot.sandbox.discord.components import walk
from bot.sandbox.discord.interactions import Interaction
from bot.sandbox.discord.messages import StoredMessage
from bot.sandbox.discord.modal_form import FieldValue, ModalForm
from bot.sandbox.discord.place import Place, enter
from bot.sandbox.discord.resolved import Resolver
from bot.sandbox.discord.selects import ENTITY_SELECTS, Chosen, choose
from bot.sandbox.discord.wire import ComponentType, InteractionType, JsonObject, UploadedFile
from bot.sandbox.discord.world import Channel, Person

_FORGED_ID = 1 << 20
"""The component id of a forged button; the server numbers from 1."""
_ROWS_BESIDE_FORGED = 4


class Presses:
    """The person's side of message components."""

    def __init__(self, place: Place) -> None:
        self.place = place

    async def click(
        self,
        person: Person,
        message: JsonObject,
        custom_id_or_label: str,
        values: Chosen = (),
    ) -> Interaction:
        """Press a button, or choose ``values`` in a select menu.

        Raises:
            LookupError: the message shows nothing of that name, or is not the person's to see.
            ValueError: it is disabled, or the choice is not offered.
        """
        target = self._visible(person, message)
        component = _find_component(target.json["components"], custom_id_or_label)
        if component.get("disabled"):
            raise ValueError(f"{custom_id_or_label} is disabled")
        data: JsonObject = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        resolver = self._resolver(person, target.channel)
        if component["type"] != ComponentType.BUTTON:
            data["values"] = choose(component, values, resolver)
        if component["type"] in ENTITY_SELECTS:
            data["resolved"] = resolver.found
        return self.place.send(InteractionType.COMPONENT, person, target.channel, data, target)

    async def forge_click(
        self,
        person: Person,
        where: JsonObject | Channel,
        custom_id: str,
        values: tuple[str, ...] = (),
    ) -> Interaction:
        """Press what Discord's client does not offer: any ``custom_id``, on any message.

        ``where`` is a message, also one that only somebody else sees, or a channel for the newest
        message of the bot there. The bot is told of a message that shows such a component (a
        string select if there are ``values``), so that nothing but the bot's own check stands
        between ``person`` and what the press does. A bot may leave a forged press unanswered.

        Raises:
            LookupError: the bot has posted nothing in the channel.
            ValueError: a menu of people, roles or channels finds nothing by an id that is chosen.
        """
        target = self._newest(where) if isinstance(where, Channel) else self._stored(where)
        try:
            component = _find_component(target.json["components"], custom_id)
        except LookupError:
            component = _forged(custom_id, values)
        data: JsonObject = {
            "custom_id": custom_id,
            "component_type": component["type"],
            "id": component["id"],
        }
        if component["type"] != ComponentType.BUTTON:
            data["values"] = list(values)
        if component["type"] in ENTITY_SELECTS:
            resolver = self._resolver(person, target.channel)
            for value in values:
                resolver.add(resolver.find(value))
            data["resolved"] = resolver.found
        is_there = component["id"] != _FORGED_ID
        told = target.shown if is_there else _with(target.shown, component)
        return self.place.send(
            InteractionType.COMPONENT, person, target.channel, data, target, forged=told
        )

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
        person, channel = interaction.person, interaction.channel
        resolver = self._resolver(person, channel)
        form = ModalForm(modal, lambda file: self._upload(channel, file), resolver)
        data: JsonObject = {"custom_id": modal["custom_id"], "components": form.fill(values)}
        data["resolved"] = resolver.found
        return self.place.send(
            InteractionType.MODAL_SUBMIT, person, channel, data, interaction.source
        )

    def _resolver(self, person: Person, channel: Channel) -> Resolver:
        return Resolver(self.place.world, person, channel.server)

    def _upload(self, channel: Channel, file: UploadedFile) -> JsonObject:
        return self.place.files.attach(channel.id, file, ephemeral=True)

    def _stored(self, message: JsonObject) -> StoredMessage:
        return self.place.messages.find(message["id"])

    def _newest(self, channel: Channel) -> StoredMessage:
        bot_id = self.place.world.bot.id
        for message in reversed(self.place.messages.messages.values()):
            if message.channel is channel and message.json["author"]["id"] == bot_id:
                return message
        raise LookupError(f"the bot has posted nothing in {channel.name}")

    def _visible(self, person: Person, message: JsonObject) -> StoredMessage:
        found = self._stored(message)
        enter(person, found.channel)
        if found.visible_to not in (None, person.id):
            raise LookupError(f"{person.name} does not see that message")
        return found


def _with(message: JsonObject, component: JsonObject) -> JsonObject:
    row = {"type": int(ComponentType.ACTION_ROW), "id": _FORGED_ID + 1, "components": [component]}
    return {**message, "components": [*message["components"][:_ROWS_BESIDE_FORGED], row]}


def _forged(custom_id: str, values: tuple[str, ...]) -> JsonObject:
    shown: JsonObject = {"id": _FORGED_ID, "custom_id": custom_id}
    if not values:
        return {**shown, "type": int(ComponentType.BUTTON), "style": 1, "label": custom_id[:80]}
    options = [{"label": value[:100], "value": value} for value in values]
    return {**shown, "type": int(ComponentType.STRING_SELECT), "options": options}


def _find_component(components: list[JsonObject], custom_id_or_label: str) -> JsonObject:
    shown = [item for item in walk(components) if item.get("custom_id")]
    for key in ("custom_id", "label"):
        for component in shown:
            if component.get(key) == custom_id_or_label:
                return component
    names = [component.get("label") or component["custom_id"] for component in shown]
    raise LookupError(f"the message shows no {custom_id_or_label!r}, only {names}")
