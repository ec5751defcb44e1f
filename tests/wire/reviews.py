"""How moderators are shown cases and decide them; used by the tests of moderation."""

import asyncio
from dataclasses import replace
from typing import Any

from bot.domain.moderation import CaseKey, Decision
from bot.domain.people import ChannelId, ServerId
from bot.domain.servers import ServerSettings
from bot.frontends import wording_cases
from bot.sandbox.discord import MEMBER_PERMISSIONS, Channel, Interaction, Permission, Person
from bot.sandbox.minimax.faults import FaultKind
from bot.store import Database, SqlServerStore
from bot.store.servers import FRESH_SECONDS
from tests.wire.world import PATIENCE, Message, World, labels

MODERATOR = MEMBER_PERMISSIONS | Permission.MANAGE_MESSAGES
ABUSE = 5
SEVERE = 1
"""`input_sensitive_type` (MiniMax API, voice clone page)."""


async def govern(world: World, **changes: Any) -> None:
    """Set what the owner of the server would, straight in the database."""
    url = f"sqlite+aiosqlite:///{world.myna.data / 'myna.sqlite'}"
    server = ServerId(f"discord:{world.server.id}")
    async with Database(url) as database:
        store = SqlServerStore(database)
        await store.save(server, replace(await store.settings(server), **changes))
    await asyncio.sleep(FRESH_SECONDS)  # until Myna looks again


async def ungovern(world: World) -> None:
    """Set everything back to its default."""
    usual = ServerSettings()
    await govern(world, **{name: getattr(usual, name) for name in usual.__slots__})


async def open_review(world: World, name: str = "review") -> Channel:
    """Give the server a review channel."""
    channel = world.discord.add_channel(world.server, name)
    await govern(world, review_channel=ChannelId(f"discord:{channel.id}"))
    return channel


def moderator(world: World, name: str = "mona") -> Person:
    """Return somebody new who may manage messages on the server."""
    return world.discord.add_person(name, permissions=MODERATOR)


async def flag(world: World, kind: int = ABUSE, *, refuse: bool = False, **options: Any) -> str:
    """Let ada clone what the service flags; return the key of the voice."""
    world.minimax.switches.sensitive_code = 1026 if refuse else 0
    world.minimax.faults.plan(FaultKind.FLAG, "voice_clone", code=kind)
    pressed = await world.clone(**options)
    label = f"**{options.get('name', 'Robin')}**"
    held = f"{label} is {'locked' if kind == SEVERE else 'on hold'}."
    await world.says(f"I could not clone {label}" if refuse else held)
    await world.settled()
    return f"discord-{pressed.id}"


async def case_about(world: World, channel: Channel, subject: str) -> Message:
    """Return the card of the case about a voice or a speech, as soon as it is shown."""
    return await world.until(
        lambda each: each["content"].startswith("**Case**") and subject in each["content"],
        channel=channel,
    )


async def card_says(world: World, channel: Channel, subject: str, text: str) -> Message:
    """Return the card of a case as soon as it says `text`."""
    return await world.until(
        lambda each: (
            each["content"].startswith("**Case**")
            and subject in each["content"]
            and text in each["content"]
        ),
        channel=channel,
    )


async def decide(
    world: World,
    person: Person,
    card: Message,
    decision: Decision,
    *,
    reason: str = "Because.",
    days: str | None = None,
) -> Interaction:
    """Press a decision and give a reason; return the answer, or the refusal to open the form."""
    pressed = await world.press(person, card, wording_cases.DECISIONS[decision])
    if pressed.modal is None:
        return pressed
    values: dict[str, Any] = {"reason": reason}
    if days is not None:
        values["days"] = [days]
    submitted = await world.discord.submit_modal(pressed, values)
    return await submitted.answered(PATIENCE)


async def fill_in(world: World, pressed: Interaction, text: str) -> Interaction:
    """Send the form that a button opened."""
    submitted = await world.discord.submit_modal(pressed, {"reason": text})
    return await submitted.answered(PATIENCE)


def key_in(card: Message) -> CaseKey:
    """Return the key of the case that a card shows."""
    return CaseKey(card["content"].split("`")[1])


def letters(world: World, person: Person) -> str:
    """Return all that Myna wrote to somebody in private."""
    return "\n".join(each["content"] for each in world.discord.direct_messages(person))


def letter_with(world: World, person: Person, button: str) -> Message:
    """Return the newest private message that shows a button."""
    found = [each for each in world.discord.direct_messages(person) if button in labels(each)]
    return found[-1]
