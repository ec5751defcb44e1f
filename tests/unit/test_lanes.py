"""Who may start at once, who waits, and for how many: in a lane, and in a running Myna."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.domain.people import Asker, PersonId
from bot.domain.speeches import SpeechKey
from bot.jobs.lanes import Lane, Limits
from tests.fakes.myna import ended, running
from tests.fakes.orders import BOB, SERVER
from tests.fakes.speaking import AS_ADA, AS_BOB, ELSEWHERE, Speaker, keep_voice, speaker
from tests.fakes.waiting import until
from tests.fakes.world import World


def a_lane(at_once: int = 2, for_each_person: int = 1) -> Lane:
    return Lane("speeches", Limits(at_once, for_each_person))


# --- a lane


def test_an_idle_lane_has_room_for_anybody() -> None:
    assert a_lane().has_room("ada")
    assert a_lane().has_room(None)


def test_a_full_lane_has_room_for_nobody_until_one_ends() -> None:
    lane = a_lane(at_once=2, for_each_person=2)
    lane.begin("a", "ada")
    lane.begin("b", "bob")

    assert not lane.has_room("cid")
    lane.end("a")
    assert lane.has_room("cid")


def test_one_person_has_only_their_share_of_the_room() -> None:
    lane = a_lane()
    lane.begin("a", "ada")

    assert not lane.has_room("ada")
    assert lane.has_room("bob")
    assert lane.has_room(None)


def test_newcomers_do_not_pass_who_waits() -> None:
    lane = a_lane()
    lane.wait("a", "ada")

    assert not lane.has_room("bob")
    lane.begin("a", None)
    assert lane.has_room("bob")


def test_what_waited_for_its_turn_counts_as_its_persons_when_it_runs() -> None:
    lane = a_lane(at_once=3)
    lane.wait("a", "ada")
    lane.begin("a", None)

    assert not lane.has_room("ada")
    assert lane.has_room("bob")


def test_beginning_twice_is_one_run_of_who_began_it() -> None:
    lane = a_lane()
    lane.begin("a", "ada")
    lane.begin("a", None)

    assert not lane.has_room("ada")
    lane.end("a")
    lane.end("a")
    assert "a" not in lane
    assert lane.has_room("ada")


def test_who_waits_has_a_place_in_the_line() -> None:
    lane = a_lane()
    for name in ("a", "b", "c"):
        lane.wait(name, name)
    lane.begin("r", "ada")

    assert [lane.place_of(name) for name in ("a", "b", "c", "r", "?")] == [1, 2, 3, 0, 0]
    lane.begin("b", None)
    assert lane.place_of("c") == 2


def test_what_an_earlier_process_left_waiting_waits_in_its_order() -> None:
    lane = a_lane()
    lane.begin("b", "bob")

    lane.found_waiting([("a", "ada"), ("b", "bob"), ("c", "cid")])

    assert (lane.place_of("a"), lane.place_of("c")) == (1, 2)
    assert "b" in lane
    assert not lane.has_room("dan")


# --- speeches in a running Myna


class Gate:
    """Holds every speech at the provider until it is opened; remembers how many came at once."""

    def __init__(self, world: World) -> None:
        self._opened = asyncio.Event()
        self.inside = 0
        self.most = 0
        world.before_speaking = self._pass

    def open(self) -> None:
        """Let everything pass."""
        self._opened.set()

    async def _pass(self) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self._opened.wait()
        self.inside -= 1


Say = Callable[[str, Asker], Awaitable[SpeechKey]]


async def as_everybody(me: Speaker) -> Say:
    """Return how anybody speaks with a voice of their own."""
    for number, person in enumerate({AS_ADA.person, BOB, *CROWD}):
        await keep_voice(me.myna.kept, f"voice-{person.partition(':')[2]}", owner=person)
        assert number < 10

    async def say(key: str, asker: Asker) -> SpeechKey:
        voice = f"voice-{asker.person.partition(':')[2]}"
        return await me.say(key, f"{key} speaks.", asker=asker, voice=voice)  # type: ignore[arg-type]

    return say


CROWD = tuple(PersonId(f"discord:{number}") for number in range(30, 35))


async def test_one_person_leaves_room_for_the_others(tmp_path: Path, world: World) -> None:
    gate = Gate(world)
    async with running(tmp_path, world, limits=Limits(at_once=3, for_each_person=1)) as myna:
        say = await as_everybody(speaker(myna))
        mine = [await say(f"discord-{number}", AS_ADA) for number in range(3)]
        theirs = await say("discord-9", AS_BOB)
        await until(lambda: bool(world.progress[theirs]))
        # Bob, who came last, does not wait for the last of Ada's.
        assert not world.progress[mine[2]]
        gate.open()
        for key in (*mine, theirs):
            await ended("speak_v1", key)

    assert all(len(world.posts[key]) == 1 for key in (*mine, theirs))


async def test_no_more_run_than_there_is_room_for_and_none_is_forgotten(
    tmp_path: Path, world: World
) -> None:
    gate = Gate(world)
    async with running(tmp_path, world, limits=Limits(at_once=2, for_each_person=1)) as myna:
        say = await as_everybody(speaker(myna))
        keys = [await say(f"discord-{person[-2:]}", Asker(person, SERVER)) for person in CROWD]
        before = [myna.jobs.place_in_line(key) for key in keys]
        await until(lambda: gate.inside == 2)
        gate.open()
        for key in keys:
            await ended("speak_v1", key)

    assert before == [0, 0, 1, 2, 3]
    assert gate.most == 2
    assert all(len(world.posts[key]) == 1 for key in keys)


async def test_a_crowd_of_speeches_does_not_hold_up_a_clone(tmp_path: Path, world: World) -> None:
    gate = Gate(world)
    async with running(tmp_path, world, limits=Limits(at_once=1, for_each_person=1)) as myna:
        say = await as_everybody(speaker(myna))
        keys = [await say(f"discord-{person[-2:]}", Asker(person, SERVER)) for person in CROWD]
        await until(lambda: gate.inside == 1)

        clone = await myna.order("discord-99", owner=PersonId("discord:99"))
        await ended("clone_v1", clone)
        cloned = list(world.outcomes[clone])
        gate.open()
        for key in keys:
            await ended("speak_v1", key)

    assert len(cloned) == 1


async def test_what_one_person_waits_for_keeps_its_order_over_a_restart(
    tmp_path: Path, world: World
) -> None:
    gate = Gate(world)
    limits = Limits(at_once=1, for_each_person=1)
    async with running(tmp_path, world, limits=limits) as myna:
        say = await as_everybody(speaker(myna))
        keys = [await say(f"discord-{number}", AS_ADA) for number in range(4)]
        await until(lambda: gate.inside == 1)

    gate = Gate(world)
    async with running(tmp_path, world, limits=limits) as myna:
        before = [myna.jobs.place_in_line(key) for key in keys[1:]]
        gate.open()
        for key in keys:
            await ended("speak_v1", key)

    # The queue is looked at again and again: the next may have got its turn before the question.
    assert before in ([1, 2, 3], [0, 1, 2])
    # The first one ran already, and starts anew beside those that waited.
    waited = [call.text for call in world.spoken if not call.text.startswith(keys[0])]
    assert waited == [f"{key} speaks." for key in keys[1:]]


async def test_what_everybody_waits_for_is_not_lost_over_a_restart(
    tmp_path: Path, world: World
) -> None:
    gate = Gate(world)
    limits = Limits(at_once=2, for_each_person=1)
    async with running(tmp_path, world, limits=limits) as myna:
        say = await as_everybody(speaker(myna))
        keys = [await say(f"discord-{person[-2:]}", Asker(person, ELSEWHERE)) for person in CROWD]
        await until(lambda: gate.inside == 2)

    Gate(world).open()
    async with running(tmp_path, world, limits=limits) as myna:
        for key in keys:
            await ended("speak_v1", key)

    assert {key: len(world.posts[key]) for key in keys} == dict.fromkeys(keys, 1)
