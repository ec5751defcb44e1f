"""Money under fire: a rush against tight budgets, with crashes anywhere, until all is done."""

import asyncio
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.domain.errors import BudgetReached, HardCapReached, MynaError, OfferGone
from bot.domain.money import Budgets, Microdollars, Period, Whose
from bot.domain.outcomes import SpeechDone
from bot.domain.people import Address, Asker, PersonId, ServerId
from bot.domain.speeches import SpeechKey, SpeechState
from bot.domain.voices import VoiceKey
from bot.jobs.lanes import Limits
from tests.fakes.myna import Myna, ended, running
from tests.fakes.orders import NOON, SERVER
from tests.fakes.speaking import (
    GENEROUS,
    Speaker,
    an_ask,
    charges_in,
    holds_in,
    keep_voice,
    price,
    speaker,
)
from tests.fakes.waiting import until
from tests.fakes.world import FakeSpeechCache, World

REQUESTS = 50
PEOPLE = tuple(PersonId(f"discord:{number}") for number in range(1, 6))
LATE = 40
"""The requests after so many come when some of the others have ended, and gave back their rest."""

TOUCHES = 20
"""A speech of three parts touches the world as often."""

LIMITS = {
    (Whose.PERSON, Period.DAY): Microdollars(price(20_000)),
    (Whose.SERVER, Period.DAY): Microdollars(price(85_000)),
    (Whose.ALL, Period.MONTH): Microdollars(price(80_000)),
}
"""Some 150 000 characters are asked for: each limit but the server's refuses somebody."""

RULES = replace(GENEROUS, budgets=Budgets(LIMITS))


@dataclass
class Rush:
    """What one seed asks for, and what became of it."""

    seed: int
    world: World = field(default_factory=World)
    cache: FakeSpeechCache = field(default_factory=FakeSpeechCache)
    accepted: list[SpeechKey] = field(default_factory=list)
    refused: list[MynaError] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    crashes: int = 0

    def __post_init__(self) -> None:
        """Draw the requests: who, and how much."""
        self.chance = random.Random(self.seed)  # noqa: S311  a test is to be repeatable
        self.requests = [
            (f"discord-{number:03}", self.chance.choice(PEOPLE), self._text(number))
            for number in range(REQUESTS)
        ]

    def _text(self, number: int) -> str:
        letters = self.chance.randrange(1000, 5000)
        full, rest = divmod(letters, 1000)
        paragraphs = [letter * 1000 for letter in "abcde"[:full]] + ["z" * rest] * bool(rest)
        return f"{number:03} " + "\n\n".join(paragraphs)

    def crash_somewhere(self) -> None:
        """Let most speeches of the next process crash, each somewhere after where it is."""
        for key, *_ in self.requests:
            if self.chance.random() < 0.7:
                further = self.chance.randrange(1, TOUCHES // 2)
                self.world.crash_at[key] = len(self.world.touched[key]) + further


async def ask(rush: Rush, me: Speaker, key: str, person: PersonId, text: str) -> None:
    """Ask and start; a request that a kill interrupted comes again with the next process."""
    asker = Asker(person, SERVER)
    voice = VoiceKey(f"voice-{person.partition(':')[2]}")
    order = an_ask(key, asker, text=text, voice=voice)
    try:
        await me.speak.ask(order, asker, offer=False)
    except MynaError as refused:
        rush.refused.append(refused)
        return
    rush.accepted.append(order.key)
    try:
        await me.speak.start(order.key, Address("discord", key))
    except OfferGone:
        rush.problems.append(f"{key} could not be started")


async def watch(rush: Rush, me: Speaker) -> None:
    """Look at the counters again and again: between nothing and the limit, at any moment.

    What is charged may exceed what was held only where the provider charges more than its price
    list says, which it does not here.
    """
    while True:
        for whose, who, period, limit in counters():
            standing = await me.myna.kept.spending.spent(whose, who, period, NOON)
            if not 0 <= standing <= limit:
                rush.problems.append(f"{whose} {who} stands at {standing} of {limit}")
        await asyncio.sleep(0.01)


def counters() -> list[tuple[Whose, PersonId | ServerId | None, Period, int]]:
    """Return every counter that has a limit."""
    people: list[tuple[Whose, PersonId | ServerId | None, Period]] = [
        (Whose.PERSON, person, Period.DAY) for person in PEOPLE
    ]
    every = [*people, (Whose.SERVER, SERVER, Period.DAY), (Whose.ALL, None, Period.MONTH)]
    return [(whose, who, period, LIMITS[whose, period]) for whose, who, period in every]


async def one_process(folder: Path, rush: Rush, asked: list[tuple[str, PersonId, str]]) -> None:
    """Run a process that is asked for so much, until it has crashed wherever it was to."""
    async with running(
        folder, rush.world, cache=rush.cache, limits=Limits(at_once=20, for_each_person=20)
    ) as myna:
        await voices_for_all(myna)
        me = speaker(myna, rules=RULES)
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(watch(rush, me))
            await asyncio.gather(*(ask(rush, me, *each) for each in asked))
            await until(lambda: all(is_still(rush.world, key) for key in rush.accepted))
            watching.cancel()
    rush.crashes += sum(
        len(rush.world.touched[key]) == rush.world.crash_at.get(key) for key in rush.accepted
    )
    rush.world.crash_at.clear()


def is_still(world: World, key: SpeechKey) -> bool:
    """Say whether a speech has ended, or its job has crashed."""
    touched = world.touched[key]
    return touched[-1:] == ["conclude done"] or len(touched) == world.crash_at.get(key)


async def voices_for_all(myna: Myna) -> None:
    """Let everybody have a voice, of which one has not spoken yet."""
    for person in PEOPLE:
        if not await myna.voices.of(person):
            key = f"voice-{person.partition(':')[2]}"
            await keep_voice(myna.kept, key, owner=person, is_used=person != PEOPLE[0])


@pytest.mark.parametrize("seed", range(2))
async def test_a_rush_with_crashes_leaves_every_counter_at_what_was_charged(
    tmp_path: Path, seed: int
) -> None:
    rush = Rush(seed)
    async with asyncio.timeout(60):
        for asked in (rush.requests[:LATE], rush.requests[LATE:], [], []):
            rush.crash_somewhere()
            await one_process(tmp_path, rush, asked)

        async with running(tmp_path, rush.world, cache=rush.cache) as myna:
            me = speaker(myna, rules=RULES)
            for key in rush.accepted:
                await ended("speak_v1", key)

            assert await holds_in(myna.database) == {}
            assert await me.is_balanced()
            speeches = [await myna.kept.speeches.get(key) for key in rush.accepted]
            charges = await charges_in(myna.kept)

    assert rush.problems == []
    assert rush.crashes > 15
    assert {type(each) for each in rush.refused} == {BudgetReached, HardCapReached}
    assert len(rush.accepted) + len(rush.refused) == REQUESTS
    assert {speech.state for speech in speeches} == {SpeechState.DONE}
    # What each was told it cost is what counts of its bill, and the fee is paid once for a voice.
    for speech in speeches:
        assert speech.spent == sum(
            charge.amount for charge in charges if charge.job == speech.key and charge.counted
        )
        assert speech.spent <= speech.held
    assert [charge.person for charge in charges if charge.kind.value == "clone_fee"] == [PEOPLE[0]]
    assert {key: len(rush.world.posts[key]) for key in rush.accepted} == {
        speech.key: speech.parts for speech in speeches
    }
    assert all(
        isinstance(told, SpeechDone) for key in rush.accepted for told in rush.world.outcomes[key]
    )
