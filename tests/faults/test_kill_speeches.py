"""Kill -9 at random moments, with ten speeches in flight: each is posted and counted once."""

import sqlite3
from collections import defaultdict
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.minimax import MiniMaxStandIn, ToneVoice
from bot.sandbox.product import Product
from tests.faults.crowd import Crowd, Order
from tests.faults.killer import Killer, chance_of_the_run

KILLS = 8
IN_FLIGHT = 10
LIVING_SECONDS = 2.5
LATENCY_SECONDS = 0.15
"""Of the provider, so that a kill finds speeches in every step."""
VOICE = "stock:English_Graceful_Lady"
ENDS = ("AI voice", "could not say it")
"""What a card says; all else is a status message, of which there are several."""
ONE_PART, TWO_PARTS = 5, 220
"""Words of a speech of one part and of one of two."""


@dataclass(eq=False)
class SpeechOrder(Order):
    """One person's speech."""

    @property
    def card(self) -> str | None:
        shown = self.pressed.original
        content = "" if shown is None else str(shown.json["content"])
        return content if any(end in content for end in ENDS) else None


class SpeechCrowd(Crowd):
    """People who keep having something spoken."""

    async def press(self, times: int) -> None:
        for _ in range(times):
            number = len(self.orders)
            person = self.discord.add_person(f"person-{number}")
            words = TWO_PARTS if number % 6 == 0 else ONE_PART
            text = f"Speech {number}." + " Words" * words
            pressed = await self.discord.slash(
                person, self.channel, "speak", text=text, voice=VOICE, speed=2.0
            )
            self.orders.append(SpeechOrder(text, pressed))


async def test_killed_at_any_moment_it_posts_every_speech_once_and_counts_it_once(
    tmp_path: Path,
) -> None:
    chance = chance_of_the_run()
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordStandIn(ack_deadline=60.0))
        minimax = await stack.enter_async_context(
            MiniMaxStandIn(voice=ToneVoice(), rpm={"t2a_v2": 100_000})
        )
        minimax.faults.delay("t2a_v2", LATENCY_SECONDS)
        channel = discord.add_channel(discord.add_server("Aviary"), "voices")
        crowd = SpeechCrowd(discord, channel, IN_FLIGHT)
        settings = {
            "MINIMAX_SPEECH_RPM": "6000",
            "MYNA_QUOTE_ABOVE_USD": "1",
            "MYNA_SERVER_DAY_USD": "none",
            "MYNA_SERVER_MONTH_USD": "none",
        }
        myna = Product(tmp_path, discord, minimax, settings=settings)
        stack.push_async_callback(myna.stop)
        killer = Killer(myna, crowd, chance, LIVING_SECONDS)

        for _ in range(KILLS - 1):
            await killer.live_and_die()
        await killer.die_while_starting()
        wrong = await killer.live_on()

        print(  # noqa: T201  shown when it fails, and with -s
            f"{len(crowd.accepted)} of {len(crowd.orders)} speeches were accepted;"
            f" {killer.found_in_flight} were in flight"
        )
        assert wrong == []
        assert sum(killer.found_in_flight) >= KILLS * IN_FLIGHT // 2
        assert [_told(crowd, each) for each in crowd.accepted if not _is_exact(crowd, each)] == []
        replies = sum(len(each) for each in _replies(crowd).values())
        assert len(discord.messages(channel)) == len(crowd.accepted) + replies
        _assert_books_agree(myna)


def _replies(crowd: Crowd) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for message in crowd.discord.messages(crowd.channel):
        if message["attachments"]:
            status = message["message_reference"]["message_id"]
            found[status].append(message["attachments"][0]["filename"])
    return found


def _is_exact(crowd: Crowd, order: Order) -> bool:
    """Say whether every part was posted once, under a card that names the voice."""
    assert order.pressed.original is not None
    posted = _replies(crowd)[order.pressed.original.id]
    parts = 2 if len(order.text) > 1200 else 1
    is_told = order.card is not None and order.card.startswith("AI voice")
    return is_told and len(posted) == len(set(posted)) == parts


def _told(crowd: Crowd, order: Order) -> tuple[str, str | None, list[str]]:
    """Return the beginning of an order's text, its card, and what was posted for it."""
    assert order.pressed.original is not None
    return order.text[:12], order.card, _replies(crowd)[order.pressed.original.id]


def _assert_books_agree(myna: Product) -> None:
    """Nothing is held any more, and everybody's counters are the sum of their charges."""
    with closing(sqlite3.connect(f"file:{myna.data}/myna.sqlite?mode=ro", uri=True)) as database:
        held = database.execute("SELECT count(*) FROM holds").fetchone()[0]
        counted = dict(
            database.execute(
                "SELECT 'person:' || person, sum(amount) FROM charges WHERE counted"
                " GROUP BY person UNION ALL SELECT 'all', sum(amount) FROM charges"
            )
        )
        counters = dict(
            database.execute(
                "SELECT scope, microdollars FROM counters WHERE scope NOT LIKE 'server:%'"
                " AND length(period) = length('2026-11') AND microdollars > 0"
            )
        )
    assert held == 0
    assert counters == counted
