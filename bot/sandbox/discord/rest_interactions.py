"""REST routes that answer interactions: the callback, the original response, follow-ups."""

from aiohttp import web

from bot.sandbox.discord.bodies import Callback, Choices, parse
from bot.sandbox.discord.commands import STRING, check_values
from bot.sandbox.discord.components import number, walk
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.interactions import Interaction, InteractionBook
from bot.sandbox.discord.messages import Draft, MessageBook, StoredMessage
from bot.sandbox.discord.modals import Modal
from bot.sandbox.discord.requests import Recorder
from bot.sandbox.discord.rest_messages import cdn_origin, refuse_voice
from bot.sandbox.discord.wire import (
    CallbackType,
    DiscordError,
    InteractionType,
    JsonObject,
    MessageFlag,
    UploadedFile,
    invalid_form,
    json_response,
)
from bot.sandbox.discord.world import World

_COMMAND_REPLY_TYPE, _REPLY_TYPE = 20, 19
_ALLOWED = {
    InteractionType.COMMAND: {
        CallbackType.MESSAGE,
        CallbackType.DEFERRED_MESSAGE,
        CallbackType.MODAL,
    },
    InteractionType.COMPONENT: set(CallbackType) - {CallbackType.AUTOCOMPLETE},
    InteractionType.MODAL_SUBMIT: {
        CallbackType.MESSAGE,
        CallbackType.DEFERRED_MESSAGE,
        CallbackType.DEFERRED_UPDATE,
        CallbackType.UPDATE,
    },
    InteractionType.AUTOCOMPLETE: {CallbackType.AUTOCOMPLETE},
}
Parts = dict[str, UploadedFile]


class InteractionRoutes:
    """Everything below /interactions/ and the interaction's side of /webhooks/."""

    def __init__(
        self,
        recorder: Recorder,
        world: World,
        messages: MessageBook,
        interactions: InteractionBook,
        faults: Faults,
    ) -> None:
        self._recorder = recorder
        self._world = world
        self._messages = messages
        self._interactions = interactions
        self._faults = faults

    def add_to(self, router: web.UrlDispatcher, base: str) -> None:
        """Register the routes."""
        router.add_post(f"{base}/interactions/{{interaction}}/{{token}}/callback", self.callback)
        hook = f"{base}/webhooks/{{application}}/{{token}}"
        router.add_post(hook, self.follow_up)
        router.add_get(f"{hook}/messages/{{message}}", self.get)
        router.add_patch(f"{hook}/messages/{{message}}", self.edit)
        router.add_delete(f"{hook}/messages/{{message}}", self.delete)

    async def callback(self, request: web.Request) -> web.Response:
        """Answer POST /interactions/…/callback, the first answer of the bot."""
        body, parts = await self._recorder.read_object(request)
        interaction = self._interactions.to_answer(
            request.match_info["interaction"], request.match_info["token"]
        )
        self._world.channel(interaction.channel.id)
        answer = parse(Callback, body)
        kind, data = CallbackType(answer.type), body.get("data") or {}
        if kind not in _ALLOWED[interaction.type]:
            raise invalid_form("type", f"{kind.name} does not answer {interaction.type.name}")
        if kind in (CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE):
            self._respond(interaction, data, parts, loading=kind == CallbackType.DEFERRED_MESSAGE)
        elif kind in (CallbackType.UPDATE, CallbackType.DEFERRED_UPDATE):
            self._update(interaction, data, parts, now=kind == CallbackType.UPDATE)
        elif kind == CallbackType.MODAL:
            _check_modal(data)
        else:
            _check_choices(interaction, data)
        self._interactions.record(interaction, {"type": int(kind), "data": data})
        if request.query.get("with_response") not in ("1", "true", "True"):
            return web.Response(status=204)
        return json_response(self._resource(request, interaction, kind))

    def _respond(
        self, interaction: Interaction, data: JsonObject, parts: Parts, *, loading: bool
    ) -> None:
        if (data.get("flags") or 0) & MessageFlag.VOICE:
            refuse_voice(interaction.channel, self._faults)
        interaction.original = self._messages.create(
            self._draft(interaction, data, parts, loading=loading)
        )

    def _update(
        self, interaction: Interaction, data: JsonObject, parts: Parts, *, now: bool
    ) -> None:
        if interaction.source is None:
            raise invalid_form("type", "there is no message to update")
        if now:
            self._messages.edit(interaction.source, data, parts)
        interaction.original = interaction.source

    def _draft(
        self, interaction: Interaction, data: JsonObject, parts: Parts, *, loading: bool = False
    ) -> Draft:
        is_ephemeral = bool((data.get("flags") or 0) & MessageFlag.EPHEMERAL)
        is_command = interaction.type == InteractionType.COMMAND
        extra: JsonObject = {
            "webhook_id": self._world.bot.id,
            "application_id": self._world.bot.id,
            "type": _COMMAND_REPLY_TYPE if is_command else _REPLY_TYPE,
            "interaction_metadata": {
                "id": interaction.id,
                "type": int(interaction.type),
                "user": interaction.person.user(),
                "authorizing_integration_owners": {},
            },
        }
        return Draft(
            interaction.channel,
            self._world.bot,
            data,
            parts,
            loading=loading,
            ephemeral_for=interaction.person.id if is_ephemeral else None,
            extra=extra,
        )

    def _resource(
        self, request: web.Request, interaction: Interaction, kind: CallbackType
    ) -> JsonObject:
        out: JsonObject = {
            "interaction": {"id": interaction.id, "type": int(interaction.type)},
        }
        message = interaction.original
        if message is not None and kind != CallbackType.DEFERRED_UPDATE:
            out["interaction"] |= {
                "response_message_id": message.id,
                "response_message_loading": kind == CallbackType.DEFERRED_MESSAGE,
                "response_message_ephemeral": MessageFlag.EPHEMERAL in message.flags,
            }
            out["resource"] = {
                "type": int(kind),
                "message": self._messages.show(message, cdn_origin(request)),
            }
        return out

    async def follow_up(self, request: web.Request) -> web.Response:
        """Answer POST /webhooks/…; after a deferral the first one takes the original's place."""
        body, parts = await self._recorder.read_object(request)
        interaction = self._interaction(request)
        if (body.get("flags") or 0) & MessageFlag.VOICE:
            refuse_voice(interaction.channel, self._faults)
            if not self._faults.voice_in_followups:
                body = {**body, "flags": body["flags"] & ~MessageFlag.VOICE}
        draft = self._draft(interaction, body, parts)
        original = interaction.original
        if original is not None and MessageFlag.LOADING in original.flags:
            message = self._messages.fill(original, draft)
        else:
            message = self._messages.create(draft)
        interaction.later.append(message)
        self._interactions.touch(interaction, "followed up")
        return self._show(request, message)

    async def get(self, request: web.Request) -> web.Response:
        """Answer GET …/messages/{message or @original}."""
        await self._recorder.read(request)
        return self._show(request, self._message(request, self._interaction(request)))

    async def edit(self, request: web.Request) -> web.Response:
        """Answer PATCH …/messages/{message or @original}."""
        body, parts = await self._recorder.read_object(request)
        interaction = self._interaction(request)
        message = self._messages.edit(self._message(request, interaction), body, parts)
        self._interactions.touch(interaction, "edited")
        return self._show(request, message)

    async def delete(self, request: web.Request) -> web.Response:
        """Answer DELETE …/messages/{message or @original}."""
        await self._recorder.read(request)
        interaction = self._interaction(request)
        message = self._message(request, interaction)
        self._messages.delete(message)
        if message is interaction.original:
            interaction.original = None
        self._interactions.touch(interaction, "deleted")
        return web.Response(status=204)

    def _interaction(self, request: web.Request) -> Interaction:
        if request.match_info["application"] != self._world.bot.id:
            raise DiscordError(404, 10015, "Unknown Webhook", complaint=True)
        interaction = self._interactions.to_follow_up(request.match_info["token"])
        self._world.channel(interaction.channel.id)
        return interaction

    def _message(self, request: web.Request, interaction: Interaction) -> StoredMessage:
        wanted = request.match_info["message"]
        own = [*interaction.later, *([interaction.original] if interaction.original else [])]
        if wanted == "@original" and interaction.original is not None:
            return self._messages.find(interaction.original.id)
        for message in own:
            if message.id == wanted:
                return self._messages.find(message.id)
        raise DiscordError(404, 10008, "Unknown Message")

    def _show(self, request: web.Request, message: StoredMessage) -> web.Response:
        return json_response(self._messages.show(message, cdn_origin(request)))


def _check_modal(data: JsonObject) -> None:
    parse(Modal, data)
    named = [item["custom_id"] for item in walk(data["components"]) if "custom_id" in item]
    if len(named) > len(set(named)):
        raise invalid_form("data.components", "a custom_id stands twice")
    number(data["components"])


def _check_choices(interaction: Interaction, data: JsonObject) -> None:
    choices = parse(Choices, data).choices
    try:
        check_values(interaction.option_type or STRING, choices)
    except ValueError as problem:
        raise invalid_form("data.choices", str(problem)) from problem
