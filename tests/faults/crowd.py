"""People who keep ordering clones, and what became of what they were promised."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.discord import Channel, DiscordStandIn, Interaction
from bot.sandbox.minimax import MiniMaxStandIn
from tests.wire.world import NOTE

Message = dict[str, Any]

ANSWER_SECONDS = 3.0
"""How long an order may be unanswered and still count as in flight (Discord, interactions)."""


@dataclass(eq=False)
class Order:
    """One person's order: where it stands is read from its status message."""

    text: str
    pressed: Interaction

    @property
    def is_accepted(self) -> bool:
        """Whether the person was told that the bot is on it."""
        return self.pressed.answer is not None

    @property
    def card(self) -> str | None:
        """What the card says; None while the status message shows progress, or without one."""
        shown = self.pressed.original
        if shown is None or shown.json["content"].startswith("Cloning "):
            return None
        return str(shown.json["content"])


@dataclass
class Crowd:
    """Up to `size` orders in flight, each by somebody new, while the bot is connected."""

    discord: DiscordStandIn
    channel: Channel
    size: int
    orders: list[Order] = field(default_factory=list)
    _since_start: int = 0

    def bot_died(self) -> None:
        """Count no longer on an answer to what nobody answered so far."""
        self._since_start = len(self.orders)

    @property
    def in_flight(self) -> list[Order]:
        """Orders that were accepted and have no card, and the latest that may still be accepted."""
        asked = set(self.orders[self._since_start :])
        return [
            order
            for order in self.orders
            if (order.is_accepted and order.card is None)
            or (not order.is_accepted and order in asked)
        ]

    @property
    def accepted(self) -> list[Order]:
        """Every order that the bot acknowledged."""
        return [order for order in self.orders if order.is_accepted]

    async def top_up(self) -> None:
        """Order until `size` are in flight, where there is a bot to order from."""
        if self.discord.gateway.is_connected:
            await self.press(self.size - len(self.in_flight))

    async def press(self, times: int) -> None:
        """Let so many people order a clone."""
        for _ in range(times):
            number = len(self.orders)
            person = self.discord.add_person(f"person-{number}")
            text = f"This is voice number {number}."
            pressed = await self.discord.slash(
                *(person, self.channel, "clone"),
                note=NOTE,
                name=f"Voice {number}",
                consent=True,
                text=text,
            )
            self.orders.append(Order(text, pressed))


@dataclass(frozen=True)
class Result:
    """What one accepted order led to."""

    text: str
    card: str | None
    clones_charged: int
    voice_ids_charged: int
    previews: int

    @property
    def is_exact(self) -> bool:
        """Charged once and shown once; a preview that was lost is admitted on the card."""
        is_charged_once = (self.clones_charged, self.voice_ids_charged) == (1, 1)
        if self.card is None or not is_charged_once:
            return False
        has_lost_preview = "I could not show its preview" in self.card
        return "is ready" in self.card and self.previews == (0 if has_lost_preview else 1)


def results(crowd: Crowd, minimax: MiniMaxStandIn) -> list[Result]:
    """Compare the accepted orders with the provider's ledger and with the channel."""
    voice_ids: defaultdict[str, set[str]] = defaultdict(set)
    for call in minimax.ledger.calls("/v1/voice_clone"):
        assert isinstance(call.json, dict)
        voice_ids[call.json["text"]].add(call.json["voice_id"])
    previews: defaultdict[str, int] = defaultdict(int)
    for message in crowd.discord.messages(crowd.channel):
        if message["attachments"]:
            previews[message["message_reference"]["message_id"]] += 1
    found = []
    for order in crowd.accepted:
        assert order.pressed.original is not None
        accounts = [minimax.ledger.voices[each] for each in voice_ids[order.text]]
        found.append(
            Result(
                text=order.text,
                card=order.card,
                clones_charged=sum(account.clones for account in accounts),
                voice_ids_charged=sum(account.clones > 0 for account in accounts),
                previews=previews[order.pressed.original.id],
            )
        )
    return found
