"""REST routes about the bot, its application, people, servers and the gateway's address."""

from aiohttp import web

from bot.sandbox.discord.permissions import require
from bot.sandbox.discord.requests import Recorder
from bot.sandbox.discord.wire import (
    DiscordError,
    JsonObject,
    Permission,
    invalid_form,
    json_response,
)
from bot.sandbox.discord.world import Person, World


def gateway_url(request: web.Request) -> str:
    """Return the gateway's address for a client that asks like ``request`` does."""
    return "wss://gateway.discord.gg" if request.secure else f"ws://{request.host}"


def own_user(world: World) -> JsonObject:
    """Return the bot's account as the bot itself sees it."""
    return {
        **world.bot.user(),
        "verified": True,
        "mfa_enabled": False,
        "flags": 0,
        "locale": "en-US",
        "email": None,
    }


class IdentityRoutes:
    """Users, guilds, members, the application and the gateway's address."""

    def __init__(self, recorder: Recorder, world: World, owner: Person) -> None:
        self._recorder = recorder
        self._world = world
        self._owner = owner

    def add_to(self, router: web.UrlDispatcher, base: str) -> None:
        """Register the routes."""
        router.add_get(f"{base}/users/@me", self.me)
        router.add_get(f"{base}/users/@me/guilds", self.servers)
        router.add_post(f"{base}/users/@me/channels", self.open_direct_channel)
        router.add_get(f"{base}/users/{{person}}", self.person)
        router.add_get(f"{base}/applications/@me", self.application)
        router.add_get(f"{base}/oauth2/applications/@me", self.application)
        router.add_get(f"{base}/gateway", self.gateway)
        router.add_get(f"{base}/gateway/bot", self.gateway_for_bot)
        router.add_get(f"{base}/guilds/{{server}}", self.server)
        router.add_get(f"{base}/guilds/{{server}}/channels", self.channels)
        router.add_get(f"{base}/guilds/{{server}}/roles", self.roles)
        router.add_get(f"{base}/guilds/{{server}}/roles/{{role}}", self.role)
        router.add_get(f"{base}/guilds/{{server}}/members/{{person}}", self.member)

    async def _read(self, request: web.Request) -> JsonObject:
        body, _ = await self._recorder.read_object(request)
        self._recorder.authorise(request)
        return body

    async def me(self, request: web.Request) -> web.Response:
        """Answer GET /users/@me."""
        await self._read(request)
        return json_response(own_user(self._world))

    async def person(self, request: web.Request) -> web.Response:
        """Answer GET /users/{person}."""
        await self._read(request)
        return json_response(self._world.person(request.match_info["person"]).user())

    async def open_direct_channel(self, request: web.Request) -> web.Response:
        """Answer POST /users/@me/channels."""
        body = await self._read(request)
        if "recipient_id" not in body:
            raise invalid_form("recipient_id", "This field is required", "BASE_TYPE_REQUIRED")
        person = self._world.person(str(body["recipient_id"]))
        if person.is_bot:
            raise DiscordError(400, 50033, "Invalid Recipient(s)", complaint=True)
        channel = self._world.direct_channel(person)
        require(channel, Permission.VIEW_CHANNEL)
        return json_response(channel.json(self._world.bot.id))

    async def application(self, request: web.Request) -> web.Response:
        """Answer GET /applications/@me and its older name."""
        await self._read(request)
        world = self._world
        return json_response(
            {
                "id": world.bot.id,
                "name": world.bot.name,
                "icon": None,
                "description": "",
                "summary": "",
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "0" * 64,
                "flags": 0,
                "team": None,
                "cover_image": None,
                "owner": self._owner.user(),
                "approximate_guild_count": len(world.servers),
                "approximate_user_install_count": 0,
                "integration_types_config": {"0": {}, "1": {}},
            }
        )

    async def gateway(self, request: web.Request) -> web.Response:
        """Answer GET /gateway."""
        await self._recorder.read(request)
        return json_response({"url": gateway_url(request)})

    async def gateway_for_bot(self, request: web.Request) -> web.Response:
        """Answer GET /gateway/bot."""
        await self._read(request)
        limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        return json_response(
            {"url": gateway_url(request), "shards": 1, "session_start_limit": limit}
        )

    async def servers(self, request: web.Request) -> web.Response:
        """Answer GET /users/@me/guilds."""
        await self._read(request)
        return json_response(
            [
                {"id": server.id, "name": server.name, "icon": None, "owner": False, "features": []}
                for server in self._world.servers.values()
            ]
        )

    async def server(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}."""
        await self._read(request)
        found = self._world.server_json(self._world.server(request.match_info["server"]))
        gateway_only = ("members", "channels", "threads", "presences", "voice_states", "joined_at")
        return json_response({key: item for key, item in found.items() if key not in gateway_only})

    async def channels(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/channels."""
        await self._read(request)
        server = self._world.server(request.match_info["server"])
        return json_response([channel.json(self._world.bot.id) for channel in server.channels])

    async def roles(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/roles."""
        await self._read(request)
        server = self._world.server(request.match_info["server"])
        return json_response(self._world.roles_json(server))

    async def role(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/roles/{role}."""
        await self._read(request)
        server = self._world.server(request.match_info["server"])
        for role in self._world.roles_json(server):
            if role["id"] == request.match_info["role"]:
                return json_response(role)
        raise DiscordError(404, 10011, "Unknown Role")

    async def member(self, request: web.Request) -> web.Response:
        """Answer GET /guilds/{server}/members/{person or @me}."""
        await self._read(request)
        server = self._world.server(request.match_info["server"])
        wanted = request.match_info["person"]
        person = self._world.bot if wanted == "@me" else self._world.person(wanted)
        return json_response(self._world.member(person, server))
