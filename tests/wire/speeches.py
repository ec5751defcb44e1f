"""How people have something spoken, and what they see of it; used by the tests of speaking."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from bot.frontends import wording, wording_library, wording_speech
from bot.frontends.wording_money import money
from bot.sandbox.discord import Interaction, Person
from tests.wire.world import PATIENCE, Message, World, eventually, whispered

STOCK = "stock:English_Graceful_Lady"
"""A voice of the service itself: it needs no clone, and charges no fee."""
STOCK_LABEL = "Graceful Lady"

_ENDS = ("Cost: ", "could not say it", "was deleted")


def sentence_of(world: World) -> str:
    """Return a sentence that no other test has spoken, so that no cache knows it."""
    return f"This is what is said in {world.channel.name.replace('_', ' ')}."


def price(world: World) -> str:
    """Return what the scene's sentence costs on an hd model, in Myna's words."""
    return money(100 * len(sentence_of(world)))


async def speak(
    world: World, text: str | None = None, person: Person | None = None, **options: Any
) -> Interaction:
    """Press `/speak` with a stock voice unless told otherwise; `voice=None` names none."""
    given = {"text": text, "voice": STOCK} | options
    given = {name: value for name, value in given.items() if value is not None}
    pressed = await world.discord.slash(person or world.ada, world.channel, "speak", **given)
    return await pressed.answered(PATIENCE)


async def ended(pressed: Interaction) -> Message:
    """Return the card of a speech that was asked for with `pressed`."""

    def cards(each: Interaction) -> list[Message]:
        answers = [each.message, *each.followups]
        return [one for one in answers if one and any(end in one["content"] for end in _ENDS)]

    await pressed.until(lambda each: cards(each) != [], PATIENCE)
    return cards(pressed)[0]


async def offered(pressed: Interaction) -> Message:
    """Return the offer, which only the asker sees."""
    await whispered(pressed)
    offer = pressed.followups[-1] if pressed.followups else pressed.message
    assert offer is not None
    return offer


async def told(pressed: Interaction) -> str:
    """Return what only the presser was told beside the message that was pressed."""
    source = None if pressed.source is None else pressed.source.id

    def text(each: Interaction) -> str:
        answers = [each.message if each.is_ephemeral else None, *each.followups]
        return "\n".join(one["content"] for one in answers if one and one["id"] != source)

    await pressed.until(lambda each: text(each) != "", PATIENCE)
    return text(pressed)


async def confirmed(world: World, pressed: Interaction) -> Interaction:
    """Press "Speak it" under the offer that `pressed` got."""
    return await world.press(pressed.person, await offered(pressed), wording_speech.SPEAK_IT)


async def spoken(world: World, text: str, person: Person | None = None, **options: Any) -> Message:
    """Have it spoken, whatever it costs; return the card."""
    pressed = await speak(world, text, person, **options)
    if pressed.is_ephemeral:
        pressed = await confirmed(world, pressed)
    return await ended(pressed)


async def refused(world: World, text: str | None = None, **options: Any) -> str:
    """Return the sentence for a speech that is refused to its asker alone, before any cost."""
    posted, before = len(world.posted_by_myna()), len(asked_of_minimax(world))
    pressed = await speak(world, text, **options)
    sentence = await whispered(pressed)
    assert len(world.posted_by_myna()) == posted
    assert len(asked_of_minimax(world)) == before
    assert pressed.modal is None
    return sentence


async def cloned(world: World, name: str = "Robin", person: Person | None = None) -> Message:
    """Clone a voice that has never spoken; return its card."""
    pressed = await world.clone(person, name=name)
    await pressed.until(
        lambda each: each.message is not None and "is ready" in each.message["content"], PATIENCE
    )
    await world.settled()
    assert pressed.message is not None
    return pressed.message


async def activated(world: World, name: str = "Robin", person: Person | None = None) -> Message:
    """Clone a voice and let it speak once, which charges the fee; return the clone's card."""
    card = await cloned(world, name, person)
    await spoken(world, "First words.", person, voice=name)
    return card


def asked_of_minimax(world: World) -> list[dict[str, Any]]:
    """Return the bodies of this world's requests for speech, in order of arrival."""
    arrived = [*world.arrived("/v1/t2a_v2"), *world.arrived("/v1/t2a_async_v2")]
    return [each.json for each in arrived if isinstance(each.json, dict)]


def texts_sent(world: World) -> list[str]:
    """Return the texts that this world had spoken at the provider."""
    return [body["text"] for body in asked_of_minimax(world)]


def replies_to(world: World, card: Message) -> list[Message]:
    """Return the audio that was posted in reply to a card, in order."""
    return [
        each for each in world.bubbles() if each["message_reference"]["message_id"] == card["id"]
    ]


# --- the panel of /voices list


async def panel(world: World, person: Person | None = None) -> Interaction:
    """Press `/voices list`."""
    pressed = await world.discord.slash(person or world.ada, world.channel, "voices list")
    return await pressed.answered(PATIENCE)


async def opened(world: World, name: str = "Robin", person: Person | None = None) -> Interaction:
    """Open a voice in the list; its `message` is the panel from then on."""
    listed = await panel(world, person)
    await choose(world, listed, wording_library.PICK, name)
    return listed


async def choose(world: World, panel: Interaction, placeholder: str, label: str) -> Interaction:
    """Choose in the panel's menu of that placeholder the option whose label begins so."""
    menu = next(each for each in _parts(shown(panel)) if each.get("placeholder") == placeholder)
    values = [each["value"] for each in menu["options"] if each["label"].startswith(label)]
    pressed = await world.discord.click(panel.person, shown(panel), menu["custom_id"], values[:1])
    return await pressed.answered(PATIENCE)


async def press(world: World, panel: Interaction, button: str) -> Interaction:
    """Press a button of the panel."""
    return await world.press(panel.person, shown(panel), button)


def shown(pressed: Interaction) -> Message:
    """Return the answer as it stands now."""
    assert pressed.message is not None
    return pressed.message


def options(message: Message) -> list[str]:
    """Return what a message's menus offer."""
    return [each["label"] for part in _parts(message) for each in part.get("options", [])]


def custom_ids(message: Message) -> dict[str, str]:
    """Return the ids of a message's buttons and menus by what they say."""
    return {
        str(each.get("label") or each.get("placeholder")): each["custom_id"]
        for each in _parts(message)
    }


def _parts(message: Message) -> list[dict[str, Any]]:
    return [part for row in message["components"] for part in row["components"]]


async def delete_voice(world: World, card: Message, person: Person | None = None) -> None:
    """Delete the voice of a card, and confirm it."""
    asked = await world.press(person or world.ada, card, wording.DELETE)
    await whispered(asked)
    await world.press(person or world.ada, asked.followups[-1], wording.DELETE_CONFIRM)
    await world.says("is deleted")


# --- what Myna keeps


def rows(world: World, query: str, *values: Any) -> Sequence[tuple[Any, ...]]:
    """Return what a query finds in Myna's own database."""
    path = world.myna.data / "myna.sqlite"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return database.execute(query, values).fetchall()


def spent(world: World, person: Person) -> int:
    """Return what a person has spent or held today, in micro-dollars."""
    found = rows(
        world,
        "SELECT microdollars FROM counters WHERE scope = ? AND length(period) = 10",
        f"person:discord:{person.id}",
    )
    return int(found[0][0]) if found else 0


def holds(world: World) -> int:
    """Return how many amounts are set aside."""
    return int(rows(world, "SELECT count(*) FROM holds")[0][0])


async def nothing_held(world: World) -> None:
    """Wait until no money is set aside any more."""
    await eventually(lambda: holds(world) == 0)
