"""Interactions: what a person did, what the bot answered, and the rules in between."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.discord.complaints import Complaints
from bot.sandbox.discord.events import EventLog
from bot.sandbox.discord.ids import Monotonic
from bot.sandbox.discord.messages import StoredMessage
from bot.sandbox.discord.wire import (
    CallbackType,
    DiscordError,
    InteractionType,
    JsonObject,
    MessageFlag,
)
from bot.sandbox.discord.world import Channel, Person

PATIENCE_SECONDS = 5.0
"""How long a test waits for an answer where it says nothing else."""


@dataclass(eq=False)
class Interaction:
    """One thing a person did, from the person's seat."""

    id: str
    token: str = field(repr=False)
    type: InteractionType
    person: Person
    channel: Channel
    born: float
    source: StoredMessage | None = None
    """The message whose component was used, or whose component opened the modal."""
    is_forged: bool = False
    """Whether Discord's client would not have sent it; the bot owes it no answer."""
    option_type: int | None = None
    """The type of the option that suggestions are asked for."""
    answer: JsonObject | None = None
    """The initial response: {"type": …, "data": …}."""
    answered_at: float | None = None
    original: StoredMessage | None = None
    later: list[StoredMessage] = field(default_factory=list)
    _events: EventLog = field(repr=False, default_factory=EventLog)
    _show: Callable[[StoredMessage], JsonObject] = field(
        repr=False, default=lambda message: message.json
    )

    @property
    def message(self) -> JsonObject | None:
        """The original response as it stands now, with fresh links; None without one."""
        return None if self.original is None else self._show(self.original)

    @property
    def followups(self) -> list[JsonObject]:
        """The follow-ups as they stand now; one that filled a deferred answer is among them."""
        return [self._show(message) for message in self.later]

    @property
    def modal(self) -> JsonObject | None:
        """The modal that was opened, or None."""
        return self._data_of(CallbackType.MODAL)

    @property
    def choices(self) -> list[JsonObject]:
        """The suggestions of an autocomplete answer."""
        return list((self._data_of(CallbackType.AUTOCOMPLETE) or {}).get("choices") or [])

    @property
    def is_ephemeral(self) -> bool:
        """Whether only the person sees the original response."""
        return self.original is not None and MessageFlag.EPHEMERAL in self.original.flags

    async def answered(self, timeout: float = PATIENCE_SECONDS) -> "Interaction":  # noqa: ASYNC109  the caller's patience, a plain argument reads best
        """Wait for the initial response.

        Raises:
            TimeoutError: none came within ``timeout`` seconds.
        """
        await self._events.until(lambda: self.answer, timeout)
        return self

    async def completed(self, timeout: float = PATIENCE_SECONDS) -> "Interaction":  # noqa: ASYNC109  as above
        """Wait until the response is there for real: answered, and no longer "is thinking…".

        Raises:
            TimeoutError: that took longer than ``timeout`` seconds.
        """
        await self._events.until(self._is_complete, timeout)
        return self

    async def until(
        self,
        check: Callable[["Interaction"], bool],
        timeout: float = PATIENCE_SECONDS,  # noqa: ASYNC109  as above
    ) -> "Interaction":
        """Wait until ``check`` holds; it is tried after everything that happens.

        Raises:
            TimeoutError: that took longer than ``timeout`` seconds.
        """
        await self._events.until(lambda: check(self) or None, timeout)
        return self

    def _is_complete(self) -> bool:
        if self.answer is None:
            return False
        return self.original is None or MessageFlag.LOADING not in self.original.flags

    def _data_of(self, kind: CallbackType) -> JsonObject | None:
        if self.answer is None or self.answer["type"] != kind:
            return None
        data: JsonObject | None = self.answer["data"]
        return data


class InteractionBook:
    """Every interaction, found by its id and its token, with Discord's deadlines."""

    def __init__(
        self,
        monotonic: Monotonic,
        events: EventLog,
        complaints: Complaints,
        ack_deadline: float,
        token_life: float,
    ) -> None:
        self._monotonic = monotonic
        self._events = events
        self._complaints = complaints
        self._ack_deadline = ack_deadline
        self._token_life = token_life
        self._by_id: dict[str, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def add(self, interaction: Interaction) -> None:
        """Keep an interaction."""
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction

    def get(self, interaction_id: str) -> Interaction | None:
        """Return an interaction by its id."""
        return self._by_id.get(interaction_id)

    def to_answer(self, interaction_id: str, token: str) -> Interaction:
        """Return the interaction that is about to be answered for the first time.

        Raises:
            DiscordError: 10062 unknown or too late, 40060 answered already.
        """
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise DiscordError(404, 10062, "Unknown interaction", complaint=True)
        if interaction.answer is not None:
            problem = "Interaction has already been acknowledged."
            raise DiscordError(400, 40060, problem, complaint=True)
        if self._monotonic() - interaction.born > self._ack_deadline:
            raise DiscordError(404, 10062, "Unknown interaction", complaint=True)
        return interaction

    def to_follow_up(self, token: str) -> Interaction:
        """Return the interaction whose token is used as a webhook.

        Raises:
            DiscordError: 10015 unknown or not answered yet, 50027 older than 15 minutes.
        """
        interaction = self._by_token.get(token)
        if interaction is None or interaction.answer is None:
            raise DiscordError(404, 10015, "Unknown Webhook", complaint=True)
        if self._monotonic() - interaction.born > self._token_life:
            raise DiscordError(401, 50027, "Invalid Webhook Token", complaint=True)
        return interaction

    def record(self, interaction: Interaction, answer: JsonObject) -> None:
        """Keep the initial response and wake who waits for it."""
        interaction.answer = answer
        interaction.answered_at = self._monotonic()
        self.touch(interaction, "answered")

    def touch(self, interaction: Interaction, name: str) -> None:
        """Tell that something about an interaction has changed."""
        answer = interaction.answer or {}
        self._events.append(
            name,
            {"id": interaction.id, "type": interaction.type, "answer_type": answer.get("type")},
            channel_id=interaction.channel.id,
            visible_to=interaction.person.id,
        )

    def complain_of_silence(self) -> None:
        """Complain of every interaction past its deadline that nobody answered."""
        for interaction in self._by_id.values():
            is_due = self._monotonic() - interaction.born > self._ack_deadline
            is_owed = not interaction.is_forged and not interaction.channel.is_deleted
            if is_due and is_owed and interaction.answer is None:
                self._complaints.add(
                    f"interaction {interaction.id} ({interaction.type.name}) was never answered"
                )
