"""A newcomer's visit: from a voice note to a voice bubble, told in the terminal."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from bot.audio.prep import audio_prep
from bot.domain.errors import PreviewLost
from bot.frontends import wording, wording_speech
from bot.notes import BUILT_IN_NOTE
from bot.sandbox.discord import Channel, DiscordStandIn, Person
from bot.sandbox.discord.wire import DiscordError, JsonObject
from bot.sandbox.minimax import MiniMaxStandIn
from bot.sandbox.product import Product, ProductStopped
from bot.sandbox.terminal import ChannelView

FAILED = 1
VISIT_SECONDS = 60.0
"""A long recording takes a few seconds; more than this is a failure to report."""

UPLOADING_SECONDS, CLONING_SECONDS = 0.5, 3.0
"""How long the stand-in takes, so that there is something to watch; MiniMax takes 5 to 15 s."""

TIDYING_SECONDS = 5.0
OGG = b"OggS"
NAME = "Robin"
GREETING = "Hello everybody, this is my new voice. Do you like it?"
SPEECH = "speech.ogg"
SAYING = "Good evening. From now on I can read anything to you."
BY_MENU = (
    f"{NAME} posts a voice note, chooses Apps, {wording.COMMAND_MENU} on it, ticks consent,\n"
    f"and asks for the words: {GREETING}\n"
)
BY_COMMAND = (
    f"{NAME} uploads a file with /clone, ticks consent,\nand asks for the words: {GREETING}\n"
)
FORM: dict[str, str | bool] = {
    wording.MODAL_NAME: NAME,
    wording.MODAL_TEXT: GREETING,
    wording.MODAL_CONSENT: True,
}


class VisitFailed(Exception):
    """The visit did not end with a preview; the message says why."""


async def play(note: Path | None, output: Path) -> int:
    """Play the visit with `note` and leave the preview in `output`; return the exit code."""
    path = note or BUILT_IN_NOTE
    if not path.is_file():
        print(f"There is no file {path}.", file=sys.stderr)
        return os.EX_NOINPUT
    started = time.monotonic()
    try:
        async with asyncio.timeout(VISIT_SECONDS):
            preview = await _visit(path, output)
    except VisitFailed as error:
        print(f"\nThe visit ended without a preview: {error}", file=sys.stderr)
        return FAILED
    except (ProductStopped, TimeoutError) as error:
        reason = str(error) or f"it took longer than {VISIT_SECONDS:.0f} s"
        print(f"\nMyna did not get through the visit: {reason}", file=sys.stderr)
        return FAILED
    print(f"\nDone in {time.monotonic() - started:.1f} s. Listen to {preview} and {SPEECH}")
    print("It is a sandbox voice: it follows the recording's pitch, and is not a clone.")
    return os.EX_OK


async def _visit(path: Path, output: Path) -> Path:
    print("Starting stand-ins for Discord and MiniMax, and Myna as it is …\n")
    with tempfile.TemporaryDirectory(prefix="myna-sandbox-") as folder:
        async with DiscordStandIn() as discord, MiniMaxStandIn() as minimax:
            minimax.faults.delay("files/upload", UPLOADING_SECONDS)
            minimax.faults.delay("voice_clone", CLONING_SECONDS)
            server = discord.add_server("The Aviary")
            channel = discord.add_channel(server, "voices")
            robin = discord.add_person(NAME.lower())
            async with Product(Path(folder), discord, minimax):
                view = ChannelView(discord, channel)
                print(f"# {channel.name}")
                async with asyncio.TaskGroup() as tasks:
                    watching = tasks.create_task(view.follow())
                    try:
                        await _clone(discord, channel, robin, path)
                        await discord.wait_for_message(
                            channel, _is_card, viewer=robin, timeout=VISIT_SECONDS
                        )
                        view.catch_up()
                    finally:
                        watching.cancel()
                preview = _save_audio(discord, channel, output / "preview.ogg")
                await _tidied(minimax)
                await _speak(discord, channel, robin, view)
                _save_audio(discord, channel, output / SPEECH)
            _tell(minimax)
            if discord.complaints:
                raise VisitFailed("; ".join(map(str, discord.complaints)))
    return preview


async def _tidied(minimax: MiniMaxStandIn) -> None:
    """Wait until the uploaded sample is deleted again, which comes last."""
    try:
        async with asyncio.timeout(TIDYING_SECONDS):
            while minimax.ledger.file_deletions < minimax.ledger.uploads:  # noqa: ASYNC110  a ledger has nothing to wait on
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise VisitFailed("the uploaded sample was not deleted") from error


async def _clone(discord: DiscordStandIn, channel: Channel, robin: Person, path: Path) -> None:
    """Ask for a clone the way a member would: by the menu on a voice note, else by command."""
    content = await asyncio.to_thread(path.read_bytes)
    print(BY_MENU if content.startswith(OGG) else BY_COMMAND)
    try:
        if content.startswith(OGG):
            voice = await _voice_of(path)
            note = await discord.say(robin, channel, files=[(path.name, content)], voice=voice)
            pressed = await discord.message_menu(robin, wording.COMMAND_MENU, note)
            await pressed.answered()
            if pressed.modal is not None:
                await discord.submit_modal(pressed, FORM)
        else:
            await discord.slash(
                *(robin, channel, "clone"),
                note=(path.name, content),
                name=NAME,
                consent=True,
                text=GREETING,
            )
    except DiscordError as error:
        raise VisitFailed(f"Discord would not take the file: {error}") from error


async def _voice_of(note: Path) -> tuple[float, bytes]:
    """Return seconds and waveform, which a real client measures while it records."""
    with tempfile.TemporaryDirectory() as folder:
        async with audio_prep(workers=1) as audio:
            try:
                bubble = await audio.bubble(note, Path(folder) / "bubble.ogg")
            except PreviewLost:
                return 1.0, bytes(1)  # not sound at all: Myna is to find out by itself
    return bubble.seconds, bubble.waveform


def _is_card(message: JsonObject) -> bool:
    """Whether this tells how the request ended: a refusal may have no button below it."""
    told = bool(message["author"].get("bot")) and bool(message["content"])
    return told and not {wording.FULL_CELL, wording.EMPTY_CELL} & set(message["content"])


async def _speak(
    discord: DiscordStandIn, channel: Channel, robin: Person, view: ChannelView
) -> None:
    """Have a text read in the new voice: its price is told first, for it is the first speech."""
    print(f"\n{NAME} asks /speak to read: {SAYING}\n")
    pressed = await discord.slash(robin, channel, "speak", text=SAYING, voice=NAME)
    await pressed.answered(VISIT_SECONDS)
    if pressed.message is None:
        raise VisitFailed("/speak was not answered")
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(view.follow())
        try:
            await discord.click(robin, pressed.message, wording_speech.SPEAK_IT)
            await discord.wait_for_message(
                channel,
                lambda message: _is_card(message) and message["content"].startswith("AI voice"),
                viewer=robin,
                timeout=VISIT_SECONDS,
            )
            view.catch_up()
        finally:
            watching.cancel()


def _save_audio(discord: DiscordStandIn, channel: Channel, to: Path) -> Path:
    """Write the newest bubble of Myna to a file."""
    for message in reversed(discord.messages(channel)):
        if message["author"].get("bot") and message["attachments"]:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(discord.read_file(message["attachments"][0]))
            return to
    raise VisitFailed("Myna refused the recording, and says above why.")


def _tell(minimax: MiniMaxStandIn) -> None:
    ledger = minimax.ledger
    print(
        f"\nThe stand-in of MiniMax took {ledger.uploads} sample, deleted "
        f"{ledger.file_deletions} again, made {ledger.clones} voice and spoke with it.\n"
        f"MiniMax itself would have charged ${ledger.spent_usd:.4f}; this cost nothing."
    )
