"""Shows in a terminal what a channel shows: messages as they come and as they change."""

import base64
import itertools
import re
import sys
import textwrap

from bot.sandbox.discord import Channel, DiscordStandIn, Event
from bot.sandbox.discord.components import walk
from bot.sandbox.discord.wire import ComponentType, JsonObject, MessageFlag

BARS = "▁▂▃▄▅▆▇█"
WAVE_CELLS = 32
WIDTH = 78
NAME_CELLS = 8
FOREVER = 3600.0

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_MENTION = re.compile(r"<@!?(\d+)>")
_BOLD_ON, _BOLD_OFF = "\033[1m", "\033[22m"


class ChannelView:
    """Prints one channel; a message that changed is printed again where it changed."""

    def __init__(self, discord: DiscordStandIn, channel: Channel) -> None:
        self._discord = discord
        self._channel = channel
        self._next = len(discord.events)
        self._shown: dict[str, list[str]] = {}

    async def follow(self) -> None:
        """Print until cancelled."""
        while True:
            await self._discord.wait_for(self._is_ours, FOREVER, self._next)
            self.catch_up()

    def catch_up(self) -> None:
        """Print everything that happened so far."""
        events = self._discord.events[self._next :]
        self._next += len(events)
        for event in filter(self._is_ours, events):
            self._print(event)

    def _is_ours(self, event: Event) -> bool:
        is_message = event.name in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}
        return is_message and event.channel_id == self._channel.id

    def _print(self, event: Event) -> None:
        message = event.data
        lines = as_lines(message)
        before = self._shown.get(message["id"], [])
        self._shown[message["id"]] = lines
        for line in lines:
            if line in before:
                continue
            name = message["author"]["username"]
            shown = _styled(self._named(line), colours=sys.stdout.isatty())
            print(f"  {name:<{NAME_CELLS}}{shown}")

    def _named(self, line: str) -> str:
        """Show people by their names, as Discord does."""
        people = self._discord.world.people
        return _MENTION.sub(
            lambda found: f"@{people[found[1]].name}" if found[1] in people else found[0], line
        )


def as_lines(message: JsonObject) -> list[str]:
    """Return a message as lines of text: content, embeds, attachments, buttons and menus."""
    is_voice = bool(message["flags"] & MessageFlag.VOICE)
    lines = _wrapped(message["content"])
    for embed in message["embeds"]:
        lines += _embed_lines(embed)
    lines += [
        _bubble(attachment) if is_voice else f"📎 {attachment['filename']}"
        for attachment in message["attachments"]
    ]
    controls = [
        _control(item)
        for item in walk(message["components"])
        if "custom_id" in item or item["type"] == ComponentType.BUTTON
    ]
    if controls:
        lines.append(" ".join(controls))
    return lines


def _wrapped(text: str) -> list[str]:
    return [part for line in text.splitlines() for part in textwrap.wrap(line, WIDTH - NAME_CELLS)]


def _embed_lines(embed: JsonObject) -> list[str]:
    lines = [f"**{embed['title']}**"] if embed.get("title") else []
    lines += _wrapped(embed.get("description") or "")
    for field in embed.get("fields") or []:
        lines += _wrapped(f"{field['name']}: {field['value']}")
    if embed.get("image"):
        lines.append("🖼")
    return lines


def _control(component: JsonObject) -> str:
    if component["type"] == ComponentType.BUTTON:
        return f"[ {component.get('label') or '·'} ]"
    return f"[ {component.get('placeholder') or 'Choose'} ▾ ]"


def _styled(line: str, *, colours: bool) -> str:
    """Show bold as Discord does; plainly where nobody looks on."""
    return _BOLD.sub(rf"{_BOLD_ON}\1{_BOLD_OFF}" if colours else r"\1", line)


def _bubble(attachment: JsonObject) -> str:
    seconds = round(attachment["duration_secs"])
    wave = _wave(base64.b64decode(attachment["waveform"]))
    return f"🎤 {wave} {seconds // 60}:{seconds % 60:02d}"


def _wave(waveform: bytes) -> str:
    """Return the waveform in `WAVE_CELLS` block characters."""
    cells = min(WAVE_CELLS, len(waveform))
    edges = [len(waveform) * cell // cells for cell in range(cells + 1)]
    peaks = (max(waveform[start:end]) for start, end in itertools.pairwise(edges))
    return "".join(BARS[peak * (len(BARS) - 1) // 255] for peak in peaks)
