"""Erasures are remembered until nobody knows any more whose they were."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.erasure import Erased, Erasure, ErasureKey, ErasureState, Left, Receipt, Refused
from bot.domain.people import PersonId, pseudonym_of
from bot.domain.voices import VoiceKey
from bot.ports import ErasureStore
from tests.fakes.orders import ADA, BOB, NOON

RECEIPT = Receipt(
    {Erased.VOICES: 2}, {Left.BANS: 1}, (Refused(VoiceKey("discord-7"), "Robin", "abcd"),)
)


def erasure(number: int = 1, person: PersonId = ADA) -> Erasure:
    at = NOON + timedelta(minutes=number)
    return Erasure(ErasureKey(f"discord-{number}"), person, pseudonym_of(str(number)), at)


async def test_it_is_kept_as_it_is_saved(erasures: ErasureStore) -> None:
    first = await erasures.begin(erasure())
    assert first == erasure()
    later = replace(first, state=ErasureState.PENDING, receipt=RECEIPT, told=True)

    await erasures.save(later)

    assert await erasures.get(first.key) == later
    assert await erasures.get(ErasureKey("discord-9")) is None


async def test_a_person_has_one_that_runs(erasures: ErasureStore) -> None:
    first = await erasures.begin(erasure())

    assert await erasures.begin(erasure(2)) == first
    assert await erasures.begin(erasure(3, BOB)) == erasure(3, BOB)
    await erasures.save(replace(first, state=ErasureState.PENDING))

    assert await erasures.begin(erasure(4)) == erasure(4)
    assert (await erasures.begin(erasure())).state is ErasureState.PENDING


async def test_they_are_found_by_how_far_they_are(erasures: ErasureStore) -> None:
    made = {}
    for number, state in enumerate(ErasureState):
        made[state] = replace(erasure(number, PersonId(f"discord:{number}")), state=state)
        await erasures.begin(made[state])

    assert await erasures.unfinished() == [
        made[ErasureState.RUNNING],
        made[ErasureState.PENDING],
    ]
    running = {state: await erasures.is_running(one.person) for state, one in made.items()}
    assert [state for state, is_it in running.items() if is_it] == [ErasureState.RUNNING]
    known = {state: len(await erasures.of(one.person)) for state, one in made.items()}
    assert known == dict.fromkeys(ErasureState, 1) | {ErasureState.CLOSED: 0}
