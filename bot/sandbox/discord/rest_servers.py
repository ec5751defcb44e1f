"""REST routes about one server: itself, its channels, roles, members and bans."""

from aiohttp import web

from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.permissions import missing_access, missing_permissions
from bot.sandbox.discord.requests import Recorder
from bot.sandbox.discord.wire import (
    DiscordError,
    Intent,
    Permission,
    invalid_form,
    json_response,
)
from bot.sandbox.discord.world import Person, Server, World

_LARGEST_PAGE = 1000
_LONGEST_QUERY = 100


class ServerRoutes:
    """Everything below /guilds/."""

    def __init__(self, recorder: Recorder, world: World, gateway: Gateway) -> None:
        self._recorder = recorder
        self._world = world
        self._gateway = gateway

    def add_to(self, router: web.UrlDispatcher, base: str) -> None:
        """Register the routes."""
        one = f"{base}/guilds/{{server}}"
        router.add_get(one, self.server)
        router.add_get(f"{one}/channels", self.channels)
        router.add_get(f"{one}/roles", self.roles)
        router.add_get(f"{one}/roles/{{role}}", self.role)
        router.add_get(f"{one}/members", self.members)
        router.add_get(f"{one}/members/search", self.search)
        router.add_get(f"{one}/members/{{person}}", self.member)
        router.add_get(f"{one}/bans/{{person}}", self.ban)

    async def _server(self, request: web.Request, outside: DiscordError | None = None) -> Server:
        await self._recorder.read(request)
        self._recorder.authorise(request)
        server = self._world.server(request.match_info["server"])
        if not server.has_bot:
            raise outside or missing_access()
        return server

    async def server(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}; a server without the bot is as unknown as none."""
        unknown = DiscordError(404, 10004, "Unknown Guild")
        return json_response(self._world.server_alone_json(await self._server(request, unknown)))

    async def channels(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/channels."""
        server = await self._server(request)
        return json_response([channel.json(self._world.bot.id) for channel in server.channels])

    async def roles(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/roles."""
        return json_response(self._world.roles_json(await self._server(request)))

    async def role(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/roles/{role}."""
        for role in self._world.roles_json(await self._server(request)):
            if role["id"] == request.match_info["role"]:
                return json_response(role)
        raise DiscordError(404, 10011, "Unknown Role")

    async def member(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/members/{person or @me}."""
        server = await self._server(request)
        wanted = request.match_info["person"]
        person = self._world.bot if wanted == "@me" else self._world.person(wanted)
        if not server.is_member(person):
            raise DiscordError(404, 10007, "Unknown Member")
        return json_response(self._world.member(person, server))

    async def members(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/members, for bots with the privileged intent only."""
        server = await self._server(request)
        if not any(each.intents & Intent.GUILD_MEMBERS for each in self._gateway.sessions.values()):
            raise missing_access()
        after = _number(request, "after", 0)
        found = [each for each in self._world.members(server) if int(each.id) > after]
        return self._page(request, server, found)

    async def search(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/members/search: names that begin with ``query``."""
        server = await self._server(request)
        query = request.query.get("query", "").lower()
        if not 1 <= len(query) <= _LONGEST_QUERY:
            raise invalid_form("query", f"between 1 and {_LONGEST_QUERY} characters")
        found = [each for each in self._world.members(server) if _is_called(each, query)]
        return self._page(request, server, found)

    def _page(self, request: web.Request, server: Server, found: list[Person]) -> web.Response:
        limit = _number(request, "limit", 1)
        if not 1 <= limit <= _LARGEST_PAGE:
            raise invalid_form("limit", f"between 1 and {_LARGEST_PAGE}")
        page = sorted(found, key=lambda person: int(person.id))[:limit]
        return json_response([self._world.member(person, server) for person in page])

    async def ban(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/bans/{person}."""
        server = await self._server(request)
        if Permission.BAN_MEMBERS not in self._world.permissions_of(self._world.bot, server):
            raise missing_permissions()
        person_id = request.match_info["person"]
        if person_id not in server.bans:
            raise DiscordError(404, 10026, "Unknown Ban")
        user = self._world.person(person_id).user()
        return json_response({"user": user, "reason": server.bans[person_id]})


def _number(request: web.Request, name: str, otherwise: int) -> int:
    try:
        return int(request.query.get(name, otherwise))
    except ValueError as problem:
        raise invalid_form(name, "a number") from problem


def _is_called(person: Person, query: str) -> bool:
    return person.name.lower().startswith(query)
