"""REST routes about the bot, its application, people and the gateway's address."""

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
from bot.sandbox.discord.world import World


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
    """Users, the bot's list of servers, the application and the gateway's address."""

    def __init__(self, recorder: Recorder, world: World) -> None:
        self._recorder = recorder
        self._world = world

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
                "owner": world.application_owner.user(),
                "approximate_guild_count": len(world.servers_of_bot()),
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
                for server in self._world.servers_of_bot()
            ]
        )
