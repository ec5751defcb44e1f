"""Fetching notes: signed links, fresh ones, limits, and nothing but Discord's own hosts."""

import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain.errors import FaceDown, NoteMissing, NoteTooBig
from bot.domain.people import NoteRef
from bot.frontends import wording
from bot.frontends.discord.addresses import NotePlace
from bot.frontends.discord.notes import DiscordNotes
from bot.sandbox.discord.wire import JsonObject
from tests.fakes.discord_scene import NOTE, Scene, scene

BYTES = NOTE[1]
STALE = "https://cdn.discordapp.com/attachments/1/2/note.ogg?ex=1&is=1&hm=0&"


@dataclass
class Desk:
    """A note in a channel, and what fetches it."""

    stage: Scene
    notes: DiscordNotes
    to: Path
    message: JsonObject
    note: NoteRef

    async def fetch(self, note: NoteRef | None = None, limit: int = 1000) -> bytes:
        await self.notes.fetch(note or self.note, self.to, limit=limit)
        return self.to.read_bytes()

    def stale(self, url: str = STALE) -> NoteRef:
        """Return the note with a link that does not work any more."""
        place = NotePlace.from_token(self.note.token)
        return replace(self.note, token=replace(place, url=url).to_token())

    def of_command(self) -> NoteRef:
        """Return the note as if it had come with a command: with no message to read again."""
        place = NotePlace.from_token(self.stale().token)
        alone = replace(place, channel=None, message=None)
        return replace(self.note, token=alone.to_token())


@asynccontextmanager
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with scene() as stage, stage.myna() as running:
        context = ssl.create_default_context(cafile=stage.discord.certificate_file)
        connector = aiohttp.TCPConnector(ssl=context)
        async with aiohttp.ClientSession(connector=connector) as session:
            notes = DiscordNotes(running.bot, session, proxy=stage.discord.proxy_url)
            message = await stage.discord.say(
                stage.ada, stage.channel, files=[NOTE], voice=(3.0, bytes(8))
            )
            yield Desk(stage, notes, tmp_path / "note", message, await ordered(stage, message))


async def ordered(stage: Scene, message: JsonObject) -> NoteRef:
    """Order a clone of a voice message; return the note as the bot understood it."""
    opened = await stage.discord.message_menu(stage.ada, wording.COMMAND_MENU, message)
    await opened.answered()
    filled: dict[str, Any] = {wording.MODAL_NAME: "Robin", wording.MODAL_CONSENT: True}
    key = await stage.jobs.until_cloning(await stage.discord.submit_modal(opened, filled))
    return (await stage.voices.order(key)).notes[0]


async def test_a_note_comes_through_its_signed_link(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        assert await it.fetch() == BYTES
        assert it.note.bytes == len(BYTES)


async def test_a_link_that_has_run_out_is_asked_for_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        assert await it.fetch(it.stale()) == BYTES


async def test_an_old_upload_with_a_command_is_missing(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        with pytest.raises(NoteMissing):
            await it.fetch(it.of_command())


async def test_a_deleted_attachment_is_missing(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.stage.discord.delete_file(it.message["attachments"][0])

        with pytest.raises(NoteMissing):
            await it.fetch()


async def test_a_note_of_a_deleted_message_is_missing(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.stage.discord.delete_message(it.message)

        with pytest.raises(NoteMissing):
            await it.fetch(it.stale())


async def test_more_bytes_than_allowed_are_refused(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        with pytest.raises(NoteTooBig) as caught:
            await it.fetch(limit=len(BYTES) - 1)

        assert caught.value.limit == len(BYTES) - 1


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/attachments/1/2/note.ogg",
        "https://cdn.discordapp.com.evil.example/attachments/1/2/note.ogg",
        "https://user@evil.example/cdn.discordapp.com",
        "file:///etc/passwd",
    ],
)
async def test_only_discords_own_hosts_are_asked_and_only_in_secret(
    tmp_path: Path, url: str
) -> None:
    async with desk(tmp_path) as it:
        with pytest.raises(NoteMissing):
            await it.fetch(it.stale(url))


async def test_a_file_store_in_trouble_is_worth_another_try(tmp_path: Path) -> None:
    async with desk(tmp_path) as it:
        it.stage.discord.faults.fail("GET /attachments/", status=503)

        with pytest.raises(FaceDown):
            await it.fetch()
        assert await it.fetch() == BYTES


async def test_signed_links_stay_out_of_the_log_and_of_reprs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with desk(tmp_path) as it:
        await it.fetch(it.stale())

        assert "hm=" not in caplog.text
        assert "hm=" not in repr(NotePlace.from_token(it.note.token))
