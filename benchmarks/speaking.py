"""From the press of `/speak` to the bubble in the channel, MiniMax's own time subtracted.

The peer is `benchmarks/bare_speech.py`: the same call and the same post, with no check, queue,
record or acknowledgement; where there is an ffmpeg command, it does so once more the older way,
from mp3. All are warm processes, and take turns on the same stand-ins. The voice was cloned, has
spoken before, and is chosen as autocomplete offers it; the texts cost too little to be offered
first. Each text is asked for twice: the second time it comes from the cache.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import bare_speech
from benchmarks.stage import Script, Stage, stage
from benchmarks.table import heading, percentile, table
from bot.frontends import wording_speech
from bot.sandbox.discord import Interaction

TURNS = 30
PATIENCE_SECONDS = 30.0
MYNA, AGAIN = "Myna", "Myna, the same text again"
PEER, CONVERTING = "bare script", "bare script, mp3 through ffmpeg"

SETTINGS = {
    "MINIMAX_SPEECH_RPM": "6000",
    "MYNA_SPEECHES_PER_MINUTE": "1000",
    "MYNA_SPEECHES_PER_PERSON": "100",
    "MYNA_PERSON_DAY_USD": "none",
    "MYNA_PERSON_MONTH_USD": "none",
    "MYNA_SERVER_DAY_USD": "none",
    "MYNA_SERVER_MONTH_USD": "none",
    "MYNA_TOTAL_MONTH_USD": "none",
}
"""No limit is what is measured."""

TEXT = (
    "Speech number {}: the heron stands in the shallow water for an hour without moving a feather,"
    " and then it is quicker than anything else on the lake."
)
"""About ten seconds, at 15 characters a second."""


@dataclass
class _Costs:
    """What each turn took, in seconds, and what MiniMax charged for it, in US dollars."""

    bubble: list[float] = field(default_factory=list)
    acknowledgement: list[float] = field(default_factory=list)
    usd: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class _Voice:
    """One person's voice: what autocomplete stands for it, and its id at the service."""

    scene: Stage
    cloned: Interaction
    token: str
    voice_id: str

    async def press(self, text: str) -> Interaction:
        """Let its owner press `/speak`."""
        person, channel = self.cloned.person, self.scene.channel
        return await self.scene.discord.slash(person, channel, "speak", text=text, voice=self.token)

    async def until_idle(self, pressed: Interaction) -> None:
        """Wait until the card is there and Myna has nothing left to do."""
        await pressed.until(_has_card, PATIENCE_SECONDS)
        work = self.scene.myna.data / "work"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(work.iterdir()):  # noqa: ASYNC110  a folder has no event
                await asyncio.sleep(0.02)


def _has_card(pressed: Interaction) -> bool:
    return pressed.message is not None and bool(pressed.message["components"])


async def _activated(scene: Stage) -> _Voice:
    """Clone a voice, and let it speak once, which is offered first since it charges a fee."""
    cloned = await scene.press()
    await scene.until_idle()
    offered = await scene.discord.autocomplete(cloned.person, scene.channel, "speak", "voice", "v")
    calls = [each.json for each in scene.minimax.ledger.requests if each.path == "/v1/voice_clone"]
    assert isinstance(calls[-1], dict)
    voice = _Voice(scene, cloned, offered[0]["value"], calls[-1]["voice_id"])
    asked = await (await voice.press("First words.")).answered(PATIENCE_SECONDS)
    assert asked.message is not None
    confirmed = await scene.discord.click(cloned.person, asked.message, wording_speech.SPEAK_IT)
    await voice.until_idle(confirmed)
    return voice


async def _by_myna(voice: _Voice, text: str, costs: _Costs) -> None:
    pressed: list[Interaction] = []

    async def press() -> None:
        pressed.append(await voice.press(text))

    costs.bubble.append(await voice.scene.seconds_to_bubble(press))
    assert pressed[0].answered_at is not None
    costs.acknowledgement.append(pressed[0].answered_at - pressed[0].born)
    await voice.until_idle(pressed[0])


async def _by_script(
    voice: _Voice, script: Script, text: str, audio_format: str, costs: _Costs
) -> None:
    order: dict[str, Any] = {
        "channel": voice.scene.channel.id,
        "text": text,
        "voice_id": voice.voice_id,
        "format": audio_format,
    }
    costs.bubble.append(await voice.scene.seconds_to_bubble(lambda: script.order(order)))
    await script.done()


_Way = Callable[[str, _Costs], Awaitable[None]]


@asynccontextmanager
async def _ways(scene: Stage) -> AsyncIterator[dict[str, _Way]]:
    async with scene.script(Path(bare_speech.__file__)) as script:
        voice = await _activated(scene)

        def bare(audio_format: str) -> _Way:
            return lambda text, costs: _by_script(voice, script, text, audio_format, costs)

        def myna(text: str, costs: _Costs) -> Awaitable[None]:
            return _by_myna(voice, text, costs)

        ways: dict[str, _Way] = {MYNA: myna, AGAIN: myna, PEER: bare("opus")}
        if shutil.which("ffmpeg"):
            ways[CONVERTING] = bare("mp3")
        yield ways


async def _measure(scene: Stage, turns: int) -> dict[str, _Costs]:
    async with _ways(scene) as ways:
        await _take_turn(scene, ways, "in the beginning", {name: _Costs() for name in ways})
        costs = {name: _Costs() for name in ways}
        for turn in range(turns):
            await _take_turn(scene, ways, str(turn), costs)
    return costs


async def _take_turn(
    scene: Stage, ways: dict[str, _Way], number: str, costs: dict[str, _Costs]
) -> None:
    for name, speak in ways.items():
        before = scene.minimax.ledger.spent_usd
        await speak(TEXT.format(number), costs[name])
        costs[name].usd.append(scene.minimax.ledger.spent_usd - before)


async def run(turns: int = TURNS) -> bool:
    """Measure and print; return True, since there is no target but the peer to look at."""
    heading(f"/speak to bubble without the service's own time, idle bot, {turns} one after another")
    async with stage(settings=SETTINGS) as scene:
        costs = await _measure(scene, turns)
    floor = median(costs[PEER].bubble)
    table(
        ("p50 ms", "p90 ms", "max ms", "of the peer", "charged"),
        [(name, _row(each, floor)) for name, each in costs.items()],
    )
    print("\nTo the acknowledgement, which is the status message:")
    acknowledged = {name: each.acknowledgement for name, each in costs.items()}
    table(
        ("p50 ms", "p90 ms", "max ms"),
        [(name, _figures(seconds)) for name, seconds in acknowledged.items() if seconds],
    )
    return True


def _row(costs: _Costs, floor: float) -> list[str]:
    ratio, usd = median(costs.bubble) / floor, median(costs.usd)
    return [*_figures(costs.bubble), f"{ratio:.2f}", f"${usd:.4f}"]


def _figures(seconds: Sequence[float]) -> list[str]:
    shown = (median(seconds), percentile(seconds, 90), max(seconds))
    return [f"{each * 1e3:.0f}" for each in shown]


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    return 0 if asyncio.run(run(parser.parse_args(arguments).turns)) else 1


if __name__ == "__main__":
    sys.exit(main())
