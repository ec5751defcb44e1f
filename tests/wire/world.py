"""The whole product as its own process between two strict stand-ins."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from bot.frontends import wording
from bot.notes import BUILT_IN_NOTE
from bot.sandbox.discord import Channel, DiscordStandIn, Interaction, Person, Server
from bot.sandbox.discord.openapi_check import OpenApiCheck
from bot.sandbox.discord.stand_in import SANDBOX_TOKEN
from bot.sandbox.minimax import SANDBOX_API_KEY, MiniMaxStandIn, ToneVoice
from bot.sandbox.minimax.ledger import RecordedRequest
from bot.sandbox.product import Product
from tests.wire.preloaded import PreloadedProduct

NOTE = ("voice-message.ogg", BUILT_IN_NOTE.read_bytes(), "audio/ogg")
PATIENCE = 30.0
"""Seconds; how long a busy machine may take for what takes one."""

Message = dict[str, Any]


class WallClock:
    """Discord's clock, which tests push ahead by `ahead` seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass(frozen=True)
class Bill:
    """What was asked of MiniMax, and what it cost."""

    uploads: int
    clones: int
    usd: float


@dataclass
class World:
    """A server with Myna and two members, MiniMax behind it."""

    discord: DiscordStandIn
    minimax: MiniMaxStandIn
    myna: Product
    clock: WallClock
    server: Server
    operators: Channel
    channel: Channel
    ada: Person
    bob: Person
    expected_complaints: list[str] = field(default_factory=list)
    before: Bill = Bill(0, 0, 0.0)
    deletions_before: int = 0
    requests_before: int = 0

    def anew(self, name: str) -> "World":
        """Return the same Myna in another channel with other members, and an empty bill."""
        return replace(
            self,
            channel=self.discord.add_channel(self.server, name),
            ada=self.discord.add_person(f"ada-{name}"),
            bob=self.discord.add_person(f"bob-{name}", locale="de"),
            before=self._counted(),
            deletions_before=self.minimax.ledger.file_deletions,
            requests_before=len(self.minimax.ledger.requests),
        )

    def bill(self) -> Bill:
        """Return what was uploaded, made and charged since this world began."""
        now, before = self._counted(), self.before
        spent = round(now.usd - before.usd, 9)
        return Bill(now.uploads - before.uploads, now.clones - before.clones, spent)

    def voice_ids_sent(self) -> list[str]:
        """Return the voice ids of this world's clone calls, in order of arrival."""
        bodies = [each.json for each in self.arrived("/v1/voice_clone")]
        return [body["voice_id"] for body in bodies if isinstance(body, dict)]

    def _counted(self) -> Bill:
        ledger = self.minimax.ledger
        return Bill(ledger.uploads, ledger.clones, ledger.spent_usd)

    async def clone(self, person: Person | None = None, **options: Any) -> Interaction:
        """Press `/clone` with a good note and the consent box ticked, unless told otherwise."""
        given: dict[str, Any] = {
            "note": NOTE,
            "name": "Robin",
            "consent": True,
            "text": "Hello there.",
        } | options
        pressed = await self.discord.slash(person or self.ada, self.channel, "clone", **given)
        return await pressed.answered(PATIENCE)

    async def clone_message(self, note: Message, *, name: str = "Robin") -> Interaction:
        """Clone ada's message from its menu, with the form filled in and consent given."""
        form = await self.open_form(note)
        return await self.fill_in(form, name=name)

    async def open_form(self, note: Message) -> Interaction:
        """Choose "Clone this voice" in the menu of ada's message."""
        pressed = await self.discord.message_menu(self.ada, wording.COMMAND_MENU, note)
        return await pressed.answered(PATIENCE)

    async def fill_in(self, form: Interaction, *, name: str = "Robin") -> Interaction:
        """Send the form with a name and consent, and wait for the answer."""
        submitted = await self.send_form(form, name=name)
        return await submitted.answered(PATIENCE)

    async def send_form(self, form: Interaction, *, name: str = "Robin") -> Interaction:
        """Send the form with a name and consent."""
        values: dict[str, str | bool] = {wording.MODAL_NAME: name, wording.MODAL_CONSENT: True}
        return await self.discord.submit_modal(form, values)

    async def say_note(self, file: tuple[str, bytes, str] = NOTE) -> Message:
        """Let ada post a voice message."""
        waveform = (15.0, bytes(range(64)))
        return await self.discord.say(self.ada, self.channel, files=[file], voice=waveform)

    async def press(self, person: Person, message: Message, button: str) -> Interaction:
        """Press a button and wait for the answer."""
        pressed = await self.discord.click(person, message, button)
        return await pressed.answered(PATIENCE)

    async def until(
        self, check: Callable[[Message], bool], *, channel: Channel | None = None
    ) -> Message:
        """Return the first message of the channel that `check` holds for."""
        return await self.discord.wait_for_message(channel or self.channel, check, timeout=PATIENCE)

    async def says(self, text: str, *, channel: Channel | None = None) -> Message:
        """Return the first message of Myna that contains `text`."""
        return await self.until(lambda message: text in message["content"], channel=channel)

    async def bubble(self) -> Message:
        """Return the first message of Myna that carries audio."""
        return await self.until(lambda message: is_by_bot(message) and bool(message["attachments"]))

    def bubbles(self) -> list[Message]:
        """Return every message of Myna that carries audio."""
        found = self.discord.messages(self.channel)
        return [message for message in found if is_by_bot(message) and message["attachments"]]

    def posted_by_myna(self) -> list[Message]:
        """Return every message of Myna that the whole channel sees."""
        return [each for each in self.discord.messages(self.channel) if is_by_bot(each)]

    def files_left(self) -> list[Path]:
        """Return what is left of the jobs' audio on disk; folders may go while this looks."""
        found = os.walk(self.myna.data / "work")
        return [Path(folder, name) for folder, _, names in found for name in names]

    async def settled(self, *, strays: int = 0) -> None:
        """Wait until the last job has deleted its files, here and at the provider.

        `strays` is how many uploads nobody can know of, since their answer was lost.
        """
        await eventually(lambda: self.files_there() == strays and not self.files_left())

    def arrived(self, path: str) -> list[RecordedRequest]:
        """Return this world's requests to one path of MiniMax."""
        requests = self.minimax.ledger.requests[self.requests_before :]
        return [each for each in requests if each.path == path]

    def files_there(self) -> int:
        """Return how many uploads of this world are still at the provider."""
        ledger = self.minimax.ledger
        return self.bill().uploads - (ledger.file_deletions - self.deletions_before)


async def eventually(check: Callable[[], bool]) -> None:
    """Wait until `check` holds, for what no event tells of.

    Raises:
        TimeoutError: it did not in `PATIENCE` seconds.
    """
    async with asyncio.timeout(PATIENCE):
        while not check():  # noqa: ASYNC110  files and ledgers have nothing to wait on
            await asyncio.sleep(0.02)


def is_by_bot(message: Message) -> bool:
    """Say whether Myna wrote it."""
    return bool(message["author"].get("bot"))


def labels(message: Message) -> list[str]:
    """Return what the buttons of a message say."""
    rows = message["components"]
    return [button["label"] for row in rows for button in row["components"]]


async def whispered(pressed: Interaction) -> str:
    """Return the sentence that only the presser sees, as soon as there is one."""

    def text(each: Interaction) -> str:
        shown = [each.message] if each.is_ephemeral else []
        return "\n".join(one["content"] for one in (*shown, *each.followups) if one)

    await pressed.until(lambda each: text(each) != "", PATIENCE)
    return text(pressed)


@asynccontextmanager
async def world(
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    start: bool = True,
    command: tuple[str, ...] = ("-m", "bot", "run"),
    product: type[Product] = PreloadedProduct,
) -> AsyncIterator[World]:
    """Open it; on leaving, neither stand-in may have anything to complain of."""
    clock = WallClock()
    async with (
        DiscordStandIn(clock=clock) as discord,
        MiniMaxStandIn(voice=ToneVoice()) as minimax,
    ):
        bodies = _discord_bodies(discord)
        server = discord.add_server("Aviary")
        operators = discord.add_channel(server, "operators")
        channel = discord.add_channel(server, "voices")
        ada, bob = discord.add_person("ada"), discord.add_person("bob", locale="de")
        given = {"MYNA_OPERATOR_CHANNEL": operators.id} | dict(settings or {})
        myna = product(folder, discord, minimax, settings=given, command=command)
        opened = World(discord, minimax, myna, clock, server, operators, channel, ada, bob)
        try:
            if start:
                await myna.start()
            yield opened
        finally:
            await myna.stop()
        unexpected = [
            complaint
            for complaint in map(str, discord.complaints)
            if not any(part in complaint for part in opened.expected_complaints)
        ]
        assert unexpected == [], unexpected
        if bodies is not None:
            assert bodies.problems == [], bodies.problems
        _check_clone_bodies(minimax)
        assert "Traceback" not in myna.log, myna.log
        assert SANDBOX_API_KEY not in myna.log
        assert SANDBOX_TOKEN not in myna.log


def _discord_bodies(discord: DiscordStandIn) -> OpenApiCheck | None:
    path = os.environ.get("DISCORD_OPENAPI")
    if path is None:
        return None
    check = OpenApiCheck(Path(path))
    discord.hooks.append(check)
    return check


def _check_clone_bodies(minimax: MiniMaxStandIn) -> None:
    path = os.environ.get("MINIMAX_OPENAPI")
    if path is None:
        return
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    schema = {"$ref": "#/components/schemas/VoiceCloneReq", "components": document["components"]}
    validator = jsonschema.Draft202012Validator(schema)
    for call in minimax.ledger.calls("/v1/voice_clone"):
        validator.validate(call.json)
