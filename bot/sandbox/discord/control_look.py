"""What the control side shows: world, messages, interactions, complaints, a stream of events."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol, TypeVar

from aiohttp import web

from bot.sandbox.discord.control_bodies import describe
from bot.sandbox.discord.core import DiscordCore
from bot.sandbox.discord.events import Event
from bot.sandbox.discord.interactions import Interaction
from bot.sandbox.discord.roles import Role
from bot.sandbox.discord.wire import JsonObject, json_response
from bot.sandbox.discord.world import Channel, Person, Server


class _Named(Protocol):
    id: str
    name: str


_Found = TypeVar("_Found", bound=_Named)


class Look:
    """Everything below /_stand-in that only shows; people and places go by id or by name."""

    def __init__(self, discord: DiscordCore) -> None:
        self._discord = discord

    def add_to(self, router: web.UrlDispatcher, base: str) -> None:
        """Register the routes."""
        router.add_get(f"{base}/world", self.show_world)
        router.add_get(f"{base}/channels/{{channel}}/messages", self.show_messages)
        router.add_get(f"{base}/channels/{{channel}}/events", self.stream)
        router.add_get(f"{base}/interactions/{{interaction}}", self.show_interaction)
        router.add_get(f"{base}/complaints", self.show_complaints)
        router.add_get(f"{base}/requests", self.show_requests)

    def server(self, name: str) -> Server:
        """Return a server.

        Raises:
            LookupError: there is none.
        """
        return _find(self._discord.world.servers.values(), name)

    def server_json(self, server: Server) -> JsonObject:
        """Return a server as the control side shows it."""
        world = self._discord.world
        return {
            "id": server.id,
            "name": server.name,
            "owner_id": server.owner_id,
            "has_bot": server.has_bot,
            "members": [person.id for person in world.members(server)],
            "bans": server.bans,
            "channels": [channel.json(world.bot.id) for channel in server.channels],
            "roles": world.roles_json(server),
            "commands": self._discord.commands.registered(server.id),
        }

    def channel(self, name: str) -> Channel:
        """Return a channel; "@alice" is the DM with alice.

        Raises:
            LookupError: there is none.
        """
        if name.startswith("@"):
            return self._discord.direct_channel(self.person(name[1:]))
        return _find(self._discord.world.channels.values(), name)

    def person(self, name: str) -> Person:
        """Return a person.

        Raises:
            LookupError: there is none.
        """
        return _find(self._discord.world.people.values(), name)

    def role(self, name: str) -> Role:
        """Return a role that was added to a server.

        Raises:
            LookupError: there is none.
        """
        servers = self._discord.world.servers.values()
        return _find([role for server in servers for role in server.roles], name)

    def interaction(self, interaction_id: str) -> Interaction:
        """Return an interaction.

        Raises:
            LookupError: there is none.
        """
        found = self._discord.place.interactions.get(interaction_id)
        if found is None:
            raise LookupError(f"no interaction {interaction_id}")
        return found

    async def show_world(self, _: web.Request) -> web.Response:
        """Answer GET /world."""
        world = self._discord.world
        return json_response(
            {
                "bot": world.bot.user(),
                "connected": self._discord.gateway.is_connected,
                "people": [
                    {**person.user(), "locale": person.locale} for person in world.people.values()
                ],
                "servers": [self.server_json(server) for server in world.servers.values()],
                "commands": self._discord.commands.registered(),
            }
        )

    async def show_messages(self, request: web.Request) -> web.Response:
        """Answer GET /channels/{channel}/messages?person=…."""
        try:
            channel, viewer = self._channel_and_viewer(request)
        except LookupError as problem:
            return json_response({"error": str(problem.args[0])}, 404)
        return json_response(self._discord.messages(channel, viewer))

    async def show_interaction(self, request: web.Request) -> web.Response:
        """Answer GET /interactions/{interaction}."""
        try:
            found = self.interaction(request.match_info["interaction"])
        except LookupError as problem:
            return json_response({"error": str(problem.args[0])}, 404)
        return json_response(describe(found))

    async def show_complaints(self, _: web.Request) -> web.Response:
        """Answer GET /complaints."""
        return json_response(list(self._discord.complaints))

    async def show_requests(self, _: web.Request) -> web.Response:
        """Answer GET /requests: methods and paths, without bodies."""
        return json_response(
            [{"method": item.method, "path": item.path} for item in self._discord.requests]
        )

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /channels/{channel}/events?person=…&since=… with server-sent events."""
        try:
            channel, viewer = self._channel_and_viewer(request)
            last = request.headers.get("Last-Event-ID")
            index = int(last) + 1 if last else int(request.query.get("since", "0"))
        except (LookupError, ValueError) as problem:
            return json_response({"error": str(problem.args[0])}, 404)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with suppress(ConnectionResetError):
            while True:
                for event in await self._discord.place.events.after(index):
                    index = event.index + 1
                    if _sees(event, channel, viewer):
                        await response.write(self._encode(event))
        return response

    def _channel_and_viewer(self, request: web.Request) -> tuple[Channel, Person | None]:
        viewer = request.query.get("person")
        channel = self.channel(request.match_info["channel"])
        return channel, None if viewer is None else self.person(viewer)

    def _encode(self, event: Event) -> bytes:
        place = self._discord.place
        data = json.dumps(place.files.show(event.data, place.own_origin))
        return f"id: {event.index}\nevent: {event.name}\ndata: {data}\n\n".encode()


def _sees(event: Event, channel: Channel, viewer: Person | None) -> bool:
    if event.channel_id != channel.id:
        return False
    return event.visible_to is None or (viewer is not None and event.visible_to == viewer.id)


def _find(candidates: Iterable[_Found], name: str) -> _Found:
    found = list(candidates)
    for candidate in found:
        if candidate.id == name:
            return candidate
    for candidate in found:
        if candidate.name == name:
            return candidate
    raise LookupError(f"nothing is called {name!r}, only {[item.name for item in found]}")
