"""Reads, records and authorises what the bot sends."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import BodyPartReader, hdrs, web

from bot.sandbox.discord.wire import BotRequest, DiscordError, JsonObject, UploadedFile

Hook = Callable[[BotRequest], None]


class Recorder:
    """Keeps every request of the bot and shows it to the hooks."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.requests: list[BotRequest] = []
        self.hooks: list[Hook] = []

    def authorise(self, request: web.Request) -> None:
        """Pass if the request carries the bot's token.

        Raises:
            DiscordError: 401.
        """
        if request.headers.get(hdrs.AUTHORIZATION) != f"Bot {self._token}":
            raise DiscordError(401, 0, "401: Unauthorized", complaint=True)

    async def read(self, request: web.Request) -> BotRequest:
        """Return the request with its body parsed, once recorded.

        Raises:
            DiscordError: 50109, the body is no JSON.
        """
        try:
            body, parts = await parse_body(request)
        except ValueError as problem:
            message = "The request body contains invalid JSON."
            raise DiscordError(400, 50109, message, complaint=True) from problem
        arrived = BotRequest(request.method, request.path, dict(request.query), body, parts)
        self.requests.append(arrived)
        for hook in self.hooks:
            hook(arrived)
        return arrived

    async def read_object(self, request: web.Request) -> tuple[JsonObject, dict[str, UploadedFile]]:
        """Return a body that is a JSON object (an empty one for none), and the files beside it.

        Raises:
            DiscordError: 50035, it is something else.
        """
        arrived = await self.read(request)
        body = {} if arrived.json is None else arrived.json
        if not isinstance(body, dict):
            raise DiscordError(400, 50035, "Invalid Form Body", complaint=True)
        return body, arrived.parts


async def parse_body(request: web.Request) -> tuple[Any, dict[str, UploadedFile]]:
    """Return a request's JSON (None without a body) and the files beside it.

    Raises:
        ValueError: the body is not what it says it is.
    """
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request)
    if request.can_read_body:
        return json.loads(await request.read()), {}
    return None, {}


async def _read_multipart(request: web.Request) -> tuple[JsonObject, dict[str, UploadedFile]]:
    body: JsonObject = {}
    parts: dict[str, UploadedFile] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise ValueError("a nested or nameless part")
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(data)
        else:
            content_type = part.headers.get(hdrs.CONTENT_TYPE, "")
            parts[part.name] = UploadedFile(part.filename or "", data, content_type)
    return body, parts
