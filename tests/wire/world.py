"""The whole product as its own process between two strict stand-ins."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from bot.notes import BUILT_IN_NOTE
from bot.sandbox.discord import Channel, DiscordStandIn, Interaction, Person
from bot.sandbox.discord.openapi_check import OpenApiCheck
from bot.sandbox.minimax import MiniMaxStandIn, ToneVoice
from bot.sandbox.product import Product

NOTE = ("voice-message.ogg", BUILT_IN_NOTE.read_bytes(), "audio/ogg")
PATIENCE = 30.0
"""Seconds; how long a busy machine may take for what takes one."""

Message = dict[str, Any]


@dataclass
class World:
    """A server with Myna and two members, MiniMax behind it."""

    discord: DiscordStandIn
    minimax: MiniMaxStandIn
    myna: Product
    channel: Channel
    ada: Person
    bob: Person
    expected_complaints: list[str] = field(default_factory=list)

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
        """Return what is left of the jobs' audio on disk."""
        work = self.myna.data / "work"
        return [path for path in work.rglob("*") if path.is_file()] if work.exists() else []

    async def settled(self) -> None:
        """Wait until the last job has deleted its files, here and at the provider."""
        await eventually(self._is_tidy)

    def _is_tidy(self) -> bool:
        ledger = self.minimax.ledger
        return ledger.file_deletions >= ledger.uploads and not self.files_left()


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


def refusal(pressed: Interaction) -> str:
    """Return the sentence that only the presser saw."""
    texts = [each["content"] for each in (pressed.message, *pressed.followups) if each]
    return "\n".join(texts)


@asynccontextmanager
async def world(
    folder: Path, *, settings: Mapping[str, str] | None = None, start: bool = True
) -> AsyncIterator[World]:
    """Open it; on leaving, neither stand-in may have anything to complain of."""
    async with DiscordStandIn() as discord, MiniMaxStandIn(voice=ToneVoice()) as minimax:
        bodies = _discord_bodies(discord)
        server = discord.add_server("Aviary")
        channel = discord.add_channel(server, "voices")
        ada, bob = discord.add_person("ada"), discord.add_person("bob", locale="de")
        myna = Product(folder, discord, minimax, settings=settings)
        opened = World(discord, minimax, myna, channel, ada, bob)
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
        assert unexpected == []
        if bodies is not None:
            assert bodies.problems == []
        _check_clone_bodies(minimax)
        assert "Traceback" not in myna.log, myna.log


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
