"""REST routes that register commands, for everywhere and for single servers."""

from aiohttp import web

from bot.sandbox.discord.commands import CommandBook
from bot.sandbox.discord.permissions import missing_access
from bot.sandbox.discord.requests import Recorder
from bot.sandbox.discord.wire import DiscordError, invalid_form, json_response
from bot.sandbox.discord.world import World


class CommandRoutes:
    """Everything below /applications/{application}/…commands."""

    def __init__(self, recorder: Recorder, world: World, commands: CommandBook) -> None:
        self._recorder = recorder
        self._world = world
        self._commands = commands

    def add_to(self, router: web.UrlDispatcher, base: str) -> None:
        """Register the routes."""
        for scope in ("", "/guilds/{server}"):
            every = f"{base}/applications/{{application}}{scope}/commands"
            router.add_get(every, self.list)
            router.add_put(every, self.replace)
            router.add_post(every, self.create)
            router.add_get(f"{every}/{{command}}", self.get)
            router.add_patch(f"{every}/{{command}}", self.change)
            router.add_delete(f"{every}/{{command}}", self.delete)

    def _scope(self, request: web.Request) -> str | None:
        self._recorder.authorise(request)
        if request.match_info["application"] != self._world.bot.id:
            raise DiscordError(404, 10002, "Unknown Application", complaint=True)
        server_id = request.match_info.get("server")
        if server_id is None:
            return None
        if not self._world.server(server_id).has_bot:
            raise missing_access()
        return server_id

    async def list(self, request: web.Request) -> web.Response:
        """Answer GET."""
        await self._recorder.read(request)
        return json_response(self._commands.registered(self._scope(request)))

    async def replace(self, request: web.Request) -> web.Response:
        """Answer PUT: these commands and no others."""
        arrived = await self._recorder.read(request)
        if not isinstance(arrived.json, list):
            raise invalid_form("_", "a list of commands")
        return json_response(self._commands.replace_all(self._scope(request), arrived.json))

    async def create(self, request: web.Request) -> web.Response:
        """Answer POST: one more command."""
        body, _ = await self._recorder.read_object(request)
        return json_response(self._commands.put(self._scope(request), body), 201)

    async def get(self, request: web.Request) -> web.Response:
        """Answer GET of one command."""
        await self._recorder.read(request)
        scope = self._scope(request)
        return json_response(self._commands.by_id(scope, request.match_info["command"]))

    async def change(self, request: web.Request) -> web.Response:
        """Answer PATCH of one command."""
        body, _ = await self._recorder.read_object(request)
        scope = self._scope(request)
        return json_response(self._commands.change(scope, request.match_info["command"], body))

    async def delete(self, request: web.Request) -> web.Response:
        """Answer DELETE of one command."""
        await self._recorder.read(request)
        self._commands.remove(self._scope(request), request.match_info["command"])
        return web.Response(status=204)
