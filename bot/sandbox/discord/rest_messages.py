"""REST routes of channels and their messages."""

from aiohttp import web

from bot.sandbox.discord import permissions
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.messages import Draft, MessageBook, StoredMessage
from bot.sandbox.discord.requests import Recorder
from bot.sandbox.discord.wire import (
    DiscordError,
    MessageFlag,
    Permission,
    invalid_form,
    json_response,
)
from bot.sandbox.discord.world import Channel, World

_LARGEST_PAGE = 100


def cdn_origin(request: web.Request) -> str:
    """Return where links shown in answer to ``request`` lead."""
    return "https://cdn.discordapp.com" if request.secure else f"http://{request.host}"


class MessageRoutes:
    """Everything below /channels/."""

    def __init__(
        self, recorder: Recorder, world: World, messages: MessageBook, faults: Faults
    ) -> None:
        self._recorder = recorder
        self._world = world
        self._messages = messages
        self._faults = faults

    def add_to(self, router: web.UrlDispatcher, base: str) -> None:
        """Register the routes."""
        router.add_get(f"{base}/channels/{{channel}}", self.get_channel)
        router.add_post(f"{base}/channels/{{channel}}/typing", self.type)
        router.add_get(f"{base}/channels/{{channel}}/messages", self.list)
        router.add_post(f"{base}/channels/{{channel}}/messages", self.create)
        one = f"{base}/channels/{{channel}}/messages/{{message}}"
        router.add_get(one, self.get)
        router.add_patch(one, self.edit)
        router.add_delete(one, self.delete)

    def _channel(self, request: web.Request) -> Channel:
        self._recorder.authorise(request)
        channel = self._world.channel(request.match_info["channel"])
        permissions.require(channel, Permission.VIEW_CHANNEL)
        return channel

    def _message(self, request: web.Request, channel: Channel) -> StoredMessage:
        message = self._messages.find(request.match_info["message"], channel)
        if message.visible_to is not None:
            raise DiscordError(404, 10008, "Unknown Message", complaint=True)
        return message

    def _own_message(self, request: web.Request, channel: Channel) -> StoredMessage:
        message = self._message(request, channel)
        if message.json["author"]["id"] != self._world.bot.id:
            problem = "Cannot edit a message authored by another user"
            raise DiscordError(403, 50005, problem, complaint=True)
        return message

    def _show(self, request: web.Request, message: StoredMessage) -> web.Response:
        return json_response(self._messages.show(message, cdn_origin(request)))

    async def get_channel(self, request: web.Request) -> web.Response:
        """Answer GET /channels/{channel}."""
        await self._recorder.read(request)
        return json_response(self._channel(request).json(self._world.bot.id))

    async def type(self, request: web.Request) -> web.Response:
        """Answer POST …/typing."""
        await self._recorder.read(request)
        permissions.require(self._channel(request), Permission.SEND_MESSAGES)
        return web.Response(status=204)

    async def list(self, request: web.Request) -> web.Response:
        """Answer GET …/messages, newest first; empty without Read Message History."""
        await self._recorder.read(request)
        channel = self._channel(request)
        try:
            limit = int(request.query.get("limit", "50"))
            anchors = {key: int(request.query[key]) for key in _ANCHORS if key in request.query}
        except ValueError as problem:
            raise invalid_form("limit", "a number") from problem
        if not 1 <= limit <= _LARGEST_PAGE:
            raise invalid_form("limit", f"between 1 and {_LARGEST_PAGE}")
        found = self._messages.in_channel(channel)
        if Permission.READ_MESSAGE_HISTORY not in channel.bot_permissions:
            found = []
        page = _page(found, limit, anchors)
        origin = cdn_origin(request)
        return json_response([self._messages.show(message, origin) for message in reversed(page)])

    async def create(self, request: web.Request) -> web.Response:
        """Answer POST …/messages."""
        body, parts = await self._recorder.read_object(request)
        channel = self._channel(request)
        embeds = bool(body.get("embeds"))
        permissions.require_to_send(self._world, channel, files=bool(parts), embeds=embeds)
        if (body.get("flags") or 0) & MessageFlag.VOICE:
            refuse_voice(channel, self._faults)
        message = self._messages.create(Draft(channel, self._world.bot, body, parts))
        return self._show(request, message)

    async def get(self, request: web.Request) -> web.Response:
        """Answer GET …/messages/{message}; its links are signed anew."""
        await self._recorder.read(request)
        channel = self._channel(request)
        permissions.require(channel, Permission.READ_MESSAGE_HISTORY)
        return self._show(request, self._message(request, channel))

    async def edit(self, request: web.Request) -> web.Response:
        """Answer PATCH …/messages/{message}."""
        body, parts = await self._recorder.read_object(request)
        channel = self._channel(request)
        message = self._own_message(request, channel)
        if parts:
            permissions.require(channel, Permission.ATTACH_FILES)
        return self._show(request, self._messages.edit(message, body, parts))

    async def delete(self, request: web.Request) -> web.Response:
        """Answer DELETE …/messages/{message}."""
        await self._recorder.read(request)
        channel = self._channel(request)
        message = self._message(request, channel)
        if message.json["author"]["id"] != self._world.bot.id:
            permissions.require_to_moderate(channel)
        self._messages.delete(message)
        return web.Response(status=204)


_ANCHORS = ("before", "after", "around")


def refuse_voice(channel: Channel, faults: Faults) -> None:
    """Pass if voice messages are allowed in ``channel``.

    Raises:
        DiscordError: 50173.
    """
    may_speak = Permission.SEND_VOICE_MESSAGES in channel.bot_permissions
    if not may_speak or not faults.voice_in_channels:
        raise permissions.voice_refused()


def _page(found: list[StoredMessage], limit: int, anchors: dict[str, int]) -> list[StoredMessage]:
    if "around" in anchors:
        middle = sum(int(message.id) < anchors["around"] for message in found)
        start = max(0, middle - limit // 2)
        return found[start : start + limit]
    if "after" in anchors:
        return [message for message in found if int(message.id) > anchors["after"]][:limit]
    if "before" in anchors:
        found = [message for message in found if int(message.id) < anchors["before"]]
    return found[-limit:]
