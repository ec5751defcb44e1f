"""The person's side over HTTP, for other people's clients, curl and a page in the browser."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.sandbox.discord import control_bodies as orders
from bot.sandbox.discord.control_look import Look
from bot.sandbox.discord.core import DiscordCore
from bot.sandbox.discord.faults import Fault
from bot.sandbox.discord.interactions import Interaction
from bot.sandbox.discord.messages import StoredMessage
from bot.sandbox.discord.modal_form import FieldValue
from bot.sandbox.discord.options import Value
from bot.sandbox.discord.requests import parse_body
from bot.sandbox.discord.resolved import Entity
from bot.sandbox.discord.wire import (
    MEMBER_PERMISSIONS,
    DiscordError,
    JsonObject,
    UploadedFile,
    json_response,
)
from bot.sandbox.discord.world import Person, Server

_Order = TypeVar("_Order", bound=BaseModel)
_Parts = dict[str, UploadedFile]


class ControlRoutes:
    """Everything below /_stand-in that does something."""

    def __init__(self, discord: DiscordCore) -> None:
        self._discord = discord
        self._look = Look(discord)

    def add_to(self, router: web.UrlDispatcher, base: str) -> None:
        """Register the routes."""
        self._look.add_to(router, base)
        self._post(router, f"{base}/servers", orders.ServerOrder, self._add_server)
        self._post(router, f"{base}/people", orders.PersonOrder, self._add_person)
        self._post(router, f"{base}/roles", orders.RoleOrder, self._add_role)
        self._post(router, f"{base}/channels", orders.ChannelOrder, self._add_channel)
        self._post(router, f"{base}/ban", orders.BanOrder, self._ban)
        for name, move in (
            ("leave", self._discord.leave),
            ("join", self._discord.join),
            ("unban", self._discord.unban),
            ("owner", lambda person, server: self._discord.set_owner(server, person)),
        ):
            self._post(router, f"{base}/{name}", orders.MemberOrder, self._moving(move))
        for name, change in (
            ("remove-bot", self._discord.remove_bot),
            ("add-bot", self._discord.add_bot),
        ):
            self._post(router, f"{base}/{name}", orders.PlaceOrder, self._changing(change))
        self._post(router, f"{base}/say", orders.SayOrder, self._say)
        self._post(router, f"{base}/slash", orders.SlashOrder, self._slash)
        self._post(router, f"{base}/autocomplete", orders.AutocompleteOrder, self._autocomplete)
        self._post(router, f"{base}/menu", orders.MenuOrder, self._menu)
        self._post(router, f"{base}/click", orders.ClickOrder, self._click)
        self._post(router, f"{base}/modal", orders.ModalOrder, self._modal)
        self._post(router, f"{base}/faults", orders.FaultOrder, self._fault)
        self._post(router, f"{base}/settings", orders.SettingsOrder, self._settings)
        self._post(router, f"{base}/drop", orders.DropOrder, self._drop)
        router.add_patch(f"{base}/channels/{{channel}}", self._permissions)
        router.add_delete(f"{base}/channels/{{channel}}", self._delete_channel)

    def _post(
        self,
        router: web.UrlDispatcher,
        path: str,
        model: type[_Order],
        act: Callable[[_Order, _Parts], Awaitable[JsonObject]],
    ) -> None:
        async def handle(request: web.Request) -> web.Response:
            return await _answer(request, model, act)

        router.add_post(path, handle)

    async def _add_server(self, order: orders.ServerOrder, _: _Parts) -> JsonObject:
        owner = None if order.owner is None else self._look.person(order.owner)
        server = self._discord.add_server(order.name, owner)
        return {"id": server.id, "name": server.name}

    def _moving(
        self, move: Callable[[Person, Server], None]
    ) -> Callable[[orders.MemberOrder, _Parts], Awaitable[JsonObject]]:
        async def act(order: orders.MemberOrder, _: _Parts) -> JsonObject:
            server = self._look.server(order.server)
            move(self._look.person(order.person), server)
            return self._look.server_json(server)

        return act

    def _changing(
        self, change: Callable[[Server], None]
    ) -> Callable[[orders.PlaceOrder, _Parts], Awaitable[JsonObject]]:
        async def act(order: orders.PlaceOrder, _: _Parts) -> JsonObject:
            server = self._look.server(order.server)
            change(server)
            return self._look.server_json(server)

        return act

    async def _ban(self, order: orders.BanOrder, _: _Parts) -> JsonObject:
        server = self._look.server(order.server)
        self._discord.ban(self._look.person(order.person), server, order.reason)
        return self._look.server_json(server)

    async def _delete_channel(self, request: web.Request) -> web.Response:
        async def act(_: orders.NoOrder, __: _Parts) -> JsonObject:
            channel = self._look.channel(request.match_info["channel"])
            self._discord.delete_channel(channel)
            return channel.json(self._discord.world.bot.id)

        return await _answer(request, orders.NoOrder, act)

    async def _add_person(self, order: orders.PersonOrder, _: _Parts) -> JsonObject:
        named = order.permissions
        granted = MEMBER_PERMISSIONS if named is None else orders.permissions_named(named)
        return self._discord.add_person(order.name, order.locale, granted).user()

    async def _add_role(self, order: orders.RoleOrder, _: _Parts) -> JsonObject:
        role = self._discord.add_role(
            self._look.server(order.server),
            order.name,
            *(self._look.person(name) for name in order.members),
            permissions=orders.permissions_named(order.permissions),
            mentionable=order.mentionable,
        )
        return {"id": role.id, "name": role.name, "members": sorted(role.holders)}

    async def _add_channel(self, order: orders.ChannelOrder, _: _Parts) -> JsonObject:
        named = order.bot_permissions
        granted = MEMBER_PERMISSIONS if named is None else orders.permissions_named(named)
        server = self._look.server(order.server)
        channel = self._discord.add_channel(server, order.name, bot_permissions=granted)
        return channel.json(self._discord.world.bot.id)

    async def _permissions(self, request: web.Request) -> web.Response:
        async def act(order: orders.PermissionOrder, _: _Parts) -> JsonObject:
            channel = self._look.channel(request.match_info["channel"])
            granted = orders.permissions_named(order.bot_permissions)
            self._discord.set_bot_permissions(channel, granted)
            return channel.json(self._discord.world.bot.id)

        return await _answer(request, orders.PermissionOrder, act)

    async def _say(self, order: orders.SayOrder, parts: _Parts) -> JsonObject:
        voice = None
        if order.voice is not None:
            waveform = orders.FileOrder(name="waveform", base64=order.voice.waveform).resolve({})
            voice = (order.voice.seconds, waveform.data)
        return await self._discord.say(
            self._look.person(order.person),
            self._look.channel(order.channel),
            order.content,
            files=[file.resolve(parts) for file in order.files],
            voice=voice,
            reply_to=self._message(order.reply_to).json if order.reply_to else None,
        )

    async def _slash(self, order: orders.SlashOrder, parts: _Parts) -> JsonObject:
        options = {name: self._value(value, parts) for name, value in order.options.items()}
        interaction = await self._discord.slash(
            self._look.person(order.person),
            self._look.channel(order.channel),
            order.name,
            **options,
        )
        return await _outcome(interaction, order.wait)

    async def _autocomplete(self, order: orders.AutocompleteOrder, parts: _Parts) -> JsonObject:
        choices = await self._discord.autocomplete(
            self._look.person(order.person),
            self._look.channel(order.channel),
            order.name,
            order.option,
            order.typed,
            **{name: self._value(value, parts) for name, value in order.options.items()},
        )
        return {"choices": choices}

    async def _menu(self, order: orders.MenuOrder, _: _Parts) -> JsonObject:
        person = self._look.person(order.person)
        message = self._message(order.message).json
        interaction = await self._discord.message_menu(person, order.name, message)
        return await _outcome(interaction, order.wait)

    async def _click(self, order: orders.ClickOrder, _: _Parts) -> JsonObject:
        person, message = self._look.person(order.person), self._message(order.message).json
        if order.forge:
            ids = tuple(value for value in order.values if isinstance(value, str))
            interaction = await self._discord.forge_click(person, message, order.component, ids)
        else:
            chosen = [self._entity(value) for value in order.values]
            interaction = await self._discord.click(person, message, order.component, chosen)
        return await _outcome(interaction, order.wait)

    async def _modal(self, order: orders.ModalOrder, parts: _Parts) -> JsonObject:
        values = {name: self._field(value, parts) for name, value in order.values.items()}
        opened = self._look.interaction(order.interaction)
        interaction = await self._discord.submit_modal(opened, values)
        return await _outcome(interaction, order.wait)

    async def _fault(self, order: orders.FaultOrder, _: _Parts) -> JsonObject:
        self._discord.faults.add(Fault(**order.model_dump()))
        return order.model_dump()

    async def _settings(self, order: orders.SettingsOrder, _: _Parts) -> JsonObject:
        for name, value in order.model_dump(exclude_none=True).items():
            setattr(self._discord.faults, name, value)
        return order.model_dump()

    async def _drop(self, order: orders.DropOrder, _: _Parts) -> JsonObject:
        await self._discord.gateway.drop(code=order.code, resumable=order.resumable)
        return order.model_dump()

    def _message(self, message_id: str) -> StoredMessage:
        return self._discord.place.messages.find(message_id)

    def _entity(self, value: str | orders.EntityOrder) -> str | Entity:
        if isinstance(value, str):
            return value
        if value.person is not None:
            return self._look.person(value.person)
        return self._look.role(value.role) if value.role else self._look.channel(str(value.channel))

    def _value(self, value: orders.OptionOrder, parts: _Parts) -> Value:
        if isinstance(value, orders.FileOrder):
            return value.resolve(parts)
        return self._entity(value) if isinstance(value, orders.EntityOrder) else value

    def _field(self, value: orders.FieldOrder, parts: _Parts) -> FieldValue:
        if isinstance(value, str | bool):
            return value
        files = [item.resolve(parts) for item in value if isinstance(item, orders.FileOrder)]
        chosen = [self._entity(i) for i in value if not isinstance(i, orders.FileOrder)]
        return files or chosen


async def _outcome(interaction: Interaction, wait: float) -> JsonObject:
    with suppress(TimeoutError):
        await interaction.completed(wait)
    return orders.describe(interaction)


async def _answer(
    request: web.Request,
    model: type[_Order],
    act: Callable[[_Order, _Parts], Awaitable[JsonObject]],
) -> web.Response:
    try:
        body, parts = await parse_body(request)
        return json_response(await act(model.model_validate(body or {}), parts))
    except ValidationError as problem:
        details = json.loads(problem.json(include_url=False, include_input=False))
        return json_response({"error": "bad order", "details": details}, 400)
    except (ValueError, LookupError) as problem:
        return json_response({"error": str(problem.args[0])}, 400)
    except TimeoutError:
        return json_response({"error": "the bot did not answer in time"}, 504)
    except DiscordError as problem:
        return json_response(problem.body, problem.status)
