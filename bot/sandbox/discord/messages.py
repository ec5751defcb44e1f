"""Messages: what Discord accepts, how it keeps them and who gets to see them."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

from bot.sandbox.discord import mentions, uploads
from bot.sandbox.discord.bodies import MessageBody, parse
from bot.sandbox.discord.cdn import UNSIGNED, FileStore
from bot.sandbox.discord.components import number, walk
from bot.sandbox.discord.events import EventLog
from bot.sandbox.discord.gateway import Gateway, Session
from bot.sandbox.discord.ids import Snowflakes, WallClock, iso_time
from bot.sandbox.discord.media import use_uploads, without_media
from bot.sandbox.discord.message_rules import check_body, check_voice
from bot.sandbox.discord.wire import (
    DiscordError,
    Intent,
    JsonObject,
    MessageFlag,
    Permission,
    UploadedFile,
    invalid_form,
)
from bot.sandbox.discord.world import Channel, Person, World

NONCE_LIFE_SECONDS = 300.0
"""How long a repeated nonce finds the first message ("the past few minutes", Create Message)."""
_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.EPHEMERAL
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.VOICE
    | MessageFlag.COMPONENTS_V2
)
_EDITABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2
_REPLY_TYPE, _DEFAULT_TYPE = 19, 0


@dataclass(eq=False)
class StoredMessage:
    """A message as it is kept: Discord's object with unsigned links, and who may see it.

    ``json`` lists every attachment, ``shown`` only those that nothing in the message shows.
    """

    json: JsonObject
    channel: Channel
    visible_to: str | None = None

    @property
    def id(self) -> str:
        """The message's id."""
        return str(self.json["id"])

    @property
    def shown(self) -> JsonObject:
        """The message as Discord sends it, its links still unsigned."""
        return without_media(self.json)

    @property
    def flags(self) -> MessageFlag:
        """The message's flags."""
        return MessageFlag(self.json["flags"])


@dataclass(frozen=True)
class Draft:
    """A message about to be made."""

    channel: Channel
    author: Person
    body: JsonObject
    parts: Mapping[str, UploadedFile]
    loading: bool = False
    ephemeral_for: str | None = None
    extra: JsonObject | None = None


class MessageBook:
    """Every message there is."""

    def __init__(
        self,
        *,
        world: World,
        files: FileStore,
        gateway: Gateway,
        events: EventLog,
        snowflakes: Snowflakes,
        clock: WallClock,
    ) -> None:
        self._world = world
        self._files = files
        self._gateway = gateway
        self._events = events
        self._snowflakes = snowflakes
        self._clock = clock
        self._nonces: dict[tuple[str, str], tuple[float, str]] = {}
        self.messages: dict[str, StoredMessage] = {}

    def find(self, message_id: str, channel: Channel | None = None) -> StoredMessage:
        """Return a message.

        Raises:
            DiscordError: 10008, there is none in ``channel``.
        """
        message = self.messages.get(message_id)
        if message is None or (channel is not None and message.channel is not channel):
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    def in_channel(self, channel: Channel, viewer: Person | None = None) -> list[StoredMessage]:
        """Return what everybody sees in ``channel``, and what only ``viewer`` sees, by age."""
        return [
            message
            for message in self.messages.values()
            if message.channel is channel
            and (message.visible_to is None or (viewer and message.visible_to == viewer.id))
        ]

    def show(self, message: StoredMessage, origin: str) -> JsonObject:
        """Return the message with links signed, and with the message it answers."""
        shown: JsonObject = self._files.show(message.shown, origin)
        reference = shown.get("message_reference")
        if reference is not None:
            answered = self.messages.get(reference["message_id"])
            shown["referenced_message"] = (
                None if answered is None else self._files.show(answered.shown, origin)
            )
        return shown

    def create(self, draft: Draft) -> StoredMessage:
        """Check a message, keep it and tell everybody; a repeated nonce returns the first one.

        Raises:
            DiscordError: Discord would not take it.
        """
        body = parse(MessageBody, draft.body)
        earlier = self._repeated(draft, body)
        if earlier is not None:
            return earlier
        message = self._make(draft, body)
        self.messages[message.id] = message
        draft.channel.last_message_id = message.id
        if body.nonce is not None:
            self._nonces[draft.channel.id, str(body.nonce)] = (self._clock(), message.id)
        self._publish("MESSAGE_CREATE", message)
        return message

    def fill(self, loading: StoredMessage, draft: Draft) -> StoredMessage:
        """Let a message take the place, the id and the visibility of a deferred one."""
        made = self._make(replace(draft, ephemeral_for=loading.visible_to), None)
        made.json |= {
            key: loading.json[key] for key in ("id", "timestamp", "type", "interaction_metadata")
        }
        loading.json = made.json
        self._publish("MESSAGE_UPDATE", loading)
        return loading

    def edit(
        self, message: StoredMessage, body_json: JsonObject, parts: Mapping[str, UploadedFile]
    ) -> StoredMessage:
        """Change what ``body_json`` names.

        Raises:
            DiscordError: Discord would not take it; 50162 for a voice message.
        """
        if MessageFlag.VOICE in message.flags:
            raise DiscordError(400, 50162, "Voice messages cannot be edited.", complaint=True)
        body_json = deepcopy(body_json)  # what the bot asked for stays as it was recorded
        body = parse(MessageBody, body_json)
        named = body.model_fields_set
        old = message.json
        flags = (message.flags & ~MessageFlag.LOADING) | (MessageFlag(body.flags or 0) & _EDITABLE)
        kept = uploads.kept(message.json["attachments"], body, parts)
        merged: JsonObject = {
            key: (body_json.get(key) if key in named else old[key])
            or ("" if key == "content" else [])
            for key in ("content", "embeds", "components")
        }
        if "embeds" in named:
            merged["embeds"] = [{"type": "rich", **embed} for embed in merged["embeds"]]
        as_sent = self._files.show(merged, "https://cdn.discordapp.com")
        check_body(parse(MessageBody, as_sent), flags, has_files=bool(kept or parts))
        attachments = kept + self._attach(message, parts, body_json)
        use_uploads(merged, attachments)
        number(merged["components"])
        pinged = self._mentions(merged, body, message.channel, old.get("message_reference"))
        old |= merged | pinged
        old |= {
            "attachments": attachments,
            "flags": int(flags),
            "edited_timestamp": iso_time(self._clock()),
        }
        self._publish("MESSAGE_UPDATE", message)
        return message

    def delete(self, message: StoredMessage) -> None:
        """Take a message away."""
        del self.messages[message.id]
        server = message.channel.server
        data: JsonObject = {"id": message.id, "channel_id": message.channel.id}
        if server is not None:
            data["guild_id"] = server.id
        self._record("MESSAGE_DELETE", message, data)
        if message.visible_to is None:
            self._gateway.dispatch(
                "MESSAGE_DELETE",
                data,
                server_id=server.id if server else None,
                intent=Intent.GUILD_MESSAGES if server else Intent.DIRECT_MESSAGES,
            )

    def forget(self, channel: Channel) -> None:
        """Take away everything in a channel that is deleted; Discord tells nobody of each."""
        for message in [item for item in self.messages.values() if item.channel is channel]:
            del self.messages[message.id]

    def _repeated(self, draft: Draft, body: MessageBody) -> StoredMessage | None:
        if not body.enforce_nonce or body.nonce is None or not draft.author.is_bot:
            return None
        posted_at, message_id = self._nonces.get((draft.channel.id, str(body.nonce)), (0.0, ""))
        if self._clock() - posted_at > NONCE_LIFE_SECONDS:
            return None
        return self.messages.get(message_id)

    def _make(self, draft: Draft, body: MessageBody | None) -> StoredMessage:
        body = body or parse(MessageBody, draft.body)
        flags = MessageFlag(body.flags or 0) & _SETTABLE
        flags &= ~MessageFlag.EPHEMERAL
        flags |= MessageFlag.EPHEMERAL if draft.ephemeral_for else MessageFlag(0)
        flags |= MessageFlag.LOADING if draft.loading else MessageFlag(0)
        check_body(body, flags, has_files=bool(draft.parts))
        if MessageFlag.VOICE in flags:
            check_voice(body, draft.parts)
        reference = self._reference(body, draft.channel)
        components: list[JsonObject] = deepcopy(draft.body.get("components") or [])
        embeds: list[JsonObject] = deepcopy(draft.body.get("embeds") or [])
        message = StoredMessage({}, draft.channel, draft.ephemeral_for)
        message.json = {
            "id": self._snowflakes.next(),
            "channel_id": draft.channel.id,
            "author": draft.author.user(),
            "content": body.content or "",
            "timestamp": iso_time(self._clock()),
            "edited_timestamp": None,
            "tts": bool(body.tts),
            "attachments": [],
            "embeds": [{"type": "rich", **embed} for embed in embeds],
            "components": components,
            "pinned": False,
            "type": _REPLY_TYPE if reference else _DEFAULT_TYPE,
            "flags": int(flags),
            **({"message_reference": reference} if reference else {}),
            **({"nonce": body.nonce} if body.nonce is not None else {}),
            **(draft.extra or {}),
        }
        message.json |= self._mentions(message.json, body, draft.channel, reference, draft.author)
        message.json["attachments"] = self._attach(message, draft.parts, draft.body)
        use_uploads(message.json, message.json["attachments"])
        number(components)
        return message

    def _attach(
        self, message: StoredMessage, parts: Mapping[str, UploadedFile], body: JsonObject
    ) -> list[JsonObject]:
        return uploads.attach(
            self._files,
            message.channel.id,
            parts,
            body.get("attachments"),
            existing={str(item["id"]) for item in message.json.get("attachments", [])},
            ephemeral=message.visible_to is not None,
            largest=self._files.upload_limit if message.json["author"]["bot"] else None,
        )

    def _reference(self, body: MessageBody, channel: Channel) -> JsonObject | None:
        asked = body.message_reference
        if asked is None:
            return None
        if Permission.READ_MESSAGE_HISTORY not in channel.bot_permissions:
            raise DiscordError(
                400, 160002, "Cannot reply without permission to read message history"
            )
        answered = self.messages.get(str(asked.message_id))
        if answered is None or answered.channel is not channel:
            if asked.fail_if_not_exists is False:
                return None
            error = invalid_form(
                "message_reference", "Unknown message", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"
            )
            error.complaint = False  # somebody may have deleted it meanwhile
            raise error
        reference = {"type": 0, "message_id": answered.id, "channel_id": channel.id}
        if channel.server is not None:
            reference["guild_id"] = channel.server.id
        return reference

    def _mentions(
        self,
        message: JsonObject,
        body: MessageBody,
        channel: Channel,
        reference: JsonObject | None,
        author: Person | None = None,
    ) -> JsonObject:
        texts = [message["content"]]
        texts += [item["content"] for item in walk(message["components"]) if "content" in item]
        answered = self.messages.get(reference["message_id"]) if reference else None
        may_ping = (
            channel.bot_permissions if author is None or author.is_bot else author.permissions
        )
        return mentions.find_mentions(
            self._world,
            "\n".join(texts),
            body.allowed_mentions,
            replied_to=answered.json["author"]["id"] if answered else None,
            may_ping_everyone=Permission.MENTION_EVERYONE in may_ping,
            server=channel.server,
        )

    def _publish(self, name: str, message: StoredMessage) -> None:
        self._record(name, message, message.shown)
        if message.visible_to is not None:
            return
        server = message.channel.server
        self._gateway.dispatch(
            name,
            message.shown,
            server_id=server.id if server else None,
            intent=Intent.GUILD_MESSAGES if server else Intent.DIRECT_MESSAGES,
            present=lambda _, session: self._as_seen_by(message, session),
        )

    def _record(self, name: str, message: StoredMessage, data: JsonObject) -> None:
        self._events.append(
            name, dict(data), channel_id=message.channel.id, visible_to=message.visible_to
        )

    def _as_seen_by(self, message: StoredMessage, session: Session) -> JsonObject | None:
        channel = message.channel
        if Permission.VIEW_CHANNEL not in channel.bot_permissions:
            return None
        shown = self.show(message, session.cdn_origin)
        bot = self._world.bot
        if channel.server is not None:
            shown["guild_id"] = channel.server.id
            author = self._world.people[message.json["author"]["id"]]
            member = self._world.member(author, channel.server)
            shown["member"] = {key: value for key, value in member.items() if key != "user"}
            is_concerned = message.json["author"]["id"] == bot.id or any(
                user["id"] == bot.id for user in message.json["mentions"]
            )
            if not session.intents & Intent.MESSAGE_CONTENT and not is_concerned:
                shown |= {"content": "", "embeds": [], "attachments": [], "components": []}
        return shown


def path_of(attachment: JsonObject) -> str:
    """Return the CDN path of an attachment, from its link signed or not."""
    link = str(attachment["url"]).removeprefix(UNSIGNED)
    return "/" + link.split("?")[0].split("://")[-1].split("/", 1)[1]
