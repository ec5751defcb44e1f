"""Where everything that a person touches is kept, and how an interaction leaves for the bot."""

import json
import uuid
from dataclasses import dataclass

from bot.sandbox.discord.cdn import FileStore
from bot.sandbox.discord.commands import CommandBook
from bot.sandbox.discord.events import EventLog
from bot.sandbox.discord.gateway import Gateway, Session
from bot.sandbox.discord.ids import Monotonic, Snowflakes, WallClock
from bot.sandbox.discord.interactions import Interaction, InteractionBook
from bot.sandbox.discord.messages import MessageBook, StoredMessage
from bot.sandbox.discord.wire import DIRECT_APP_PERMISSIONS, InteractionType, JsonObject
from bot.sandbox.discord.world import Channel, Person, World


@dataclass
class Place:
    """Where everything that a person touches is kept."""

    world: World
    files: FileStore
    messages: MessageBook
    commands: CommandBook
    interactions: InteractionBook
    gateway: Gateway
    events: EventLog
    snowflakes: Snowflakes
    monotonic: Monotonic
    clock: WallClock
    own_origin: str = ""
    """Where a person's links lead: the stand-in's plain http side."""

    def send(
        self,
        kind: InteractionType,
        person: Person,
        channel: Channel,
        data: JsonObject,
        source: StoredMessage | None = None,
        *,
        forged: JsonObject | None = None,
        option_type: int | None = None,
    ) -> Interaction:
        """Start an interaction and hand it to the bot; ``source`` is the message it comes from.

        ``forged`` is what the bot is told of that message by somebody who is not to be believed;
        ``option_type`` is that of the option which suggestions are asked for.

        Raises:
            LookupError: the channel is gone, or the person or the bot has left its server.
        """
        _stay(person, channel)
        _stay(self.world.bot, channel)
        place = self
        interaction = Interaction(
            id=place.snowflakes.next(),
            token=f"interaction-{uuid.uuid4().hex}",
            type=kind,
            person=person,
            channel=channel,
            born=place.monotonic(),
            source=source,
            is_forged=forged is not None,
            option_type=option_type,
            _events=place.events,
            _show=lambda message: place.messages.show(message, place.own_origin),
        )
        place.interactions.add(interaction)
        payload = self._payload(interaction, data)
        if source is not None:
            payload["message"] = json.loads(json.dumps(forged or source.shown))
        place.interactions.touch(interaction, "interaction")
        server = channel.server
        place.gateway.dispatch(
            "INTERACTION_CREATE",
            payload,
            server_id=server.id if server else None,
            present=self._present,
        )
        return interaction

    def _present(self, payload: JsonObject, session: Session) -> JsonObject:
        shown: JsonObject = self.files.show(payload, session.cdn_origin)
        return shown

    def _payload(self, interaction: Interaction, data: JsonObject) -> JsonObject:
        world, channel, person = self.world, interaction.channel, interaction.person
        server = channel.server
        payload: JsonObject = {
            "id": interaction.id,
            "application_id": world.bot.id,
            "type": int(interaction.type),
            "token": interaction.token,
            "version": 1,
            "channel_id": channel.id,
            "channel": {
                **channel.json(world.bot.id),
                "permissions": str(int(world.permissions_of(person, server))),
            },
            "app_permissions": str(
                int(channel.bot_permissions if server else DIRECT_APP_PERMISSIONS)
            ),
            "locale": person.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": server.id if server else "0"},
            "context": 0 if server else 1,
            "attachment_size_limit": self.files.upload_limit,
            "data": json.loads(json.dumps(data)),
        }
        if server is None:
            payload["user"] = person.user()
        else:
            payload["guild_id"] = server.id
            payload["guild"] = {"id": server.id, "locale": server.locale, "features": []}
            payload["guild_locale"] = server.locale
            payload["member"] = world.member_in_interaction(person, server)
        return payload


def enter(person: Person, channel: Channel) -> None:
    """Pass if ``person`` is in ``channel``.

    Raises:
        LookupError: it is somebody else's direct channel, it is deleted, or the person has left.
    """
    if channel.recipient not in (None, person):
        raise LookupError(f"{person.name} is not in that direct channel")
    _stay(person, channel)


def _stay(person: Person, channel: Channel) -> None:
    if channel.is_deleted:
        raise LookupError(f"the channel {channel.name} is deleted")
    if channel.server is not None and not channel.server.is_member(person):
        raise LookupError(f"{person.name} is not a member of {channel.server.name}")
