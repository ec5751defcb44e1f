"""What comes of an owner's answer, and of one who changes their mind while it is carried out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.consent import REQUEST_LASTS, Answer, Consent, RequestState, Statement
from bot.domain.errors import (
    AskedAlready,
    BudgetReached,
    CannotPost,
    ConsentWithdrawn,
    NeverClone,
    NotForYou,
    RequestOver,
    TooManyRequests,
)
from bot.domain.money import Budgets, Microdollars, Period, Whose, billed_characters
from bot.domain.outcomes import CloneFailed, ConsentAnswered, ConsentAsked, VoiceReady
from bot.domain.people import Asker, PersonId, ServerId
from bot.domain.sharing import of_person
from bot.domain.voices import CloneOrder, VoiceKey, VoiceState
from bot.jobs import CLONE_WORKFLOW, CONSENT_WORKFLOW, DELETE_WORKFLOW
from bot.services.admission import CloneAdmission
from bot.services.consenting import REQUESTS_MAX, AskConsent
from bot.services.leave import Leave
from bot.services.spoken_consent import SpeakConsent
from tests.fakes.house import House
from tests.fakes.myna import PRICES, Myna, an_order_of, ended, running, voice_id
from tests.fakes.orders import ADA, BOB, NOON, SERVER, by
from tests.fakes.speaking import Hands, charges_in, held_in, holds_in, keep_voice
from tests.fakes.waiting import until
from tests.fakes.world import World

KEY = VoiceKey("discord-1")
HIMSELF = Asker(BOB, SERVER)
SECOND = timedelta(seconds=1)


@dataclass
class Desk:
    """Bob asks for Ada's voice in a running Myna."""

    myna: Myna
    asking: AskConsent
    speaking: SpeakConsent
    clock: Hands

    async def ask(self, key: str = KEY, *, server: ServerId = SERVER) -> CloneOrder:
        """Let Bob ask, and wait until Ada was told."""
        order = replace(an_order_of(key, owner=ADA), asker=BOB, server=server)
        await self.asking.ask(order, by(order), source=None)
        await ended(CONSENT_WORKFLOW, f"{key}#asked")
        return order

    async def answer(self, answer: Answer, key: str = KEY) -> None:
        """Let Ada answer, and wait until that was acted on."""
        await self.asking.answer(VoiceKey(key), answer, who=ADA)
        await self.acted(key)

    async def acted(self, key: str = KEY) -> None:
        """Wait until an answer was acted on, and the clone has ended if one began."""
        await ended(CONSENT_WORKFLOW, f"{key}#answered")
        if (await self.myna.kept.consents.given(VoiceKey(key))) is not None:
            await ended(CLONE_WORKFLOW, key)

    async def state(self, key: str = KEY) -> VoiceState:
        """Return where the voice stands."""
        return (await self.myna.voices.get(VoiceKey(key))).state


@pytest.fixture
def world() -> World:
    return World()


@asynccontextmanager
async def open_desk(
    folder: Path, world: World, *, budgets: Budgets | None = None
) -> AsyncIterator[Desk]:
    clock = Hands()
    async with running(folder, world, now=clock, budgets=budgets) as myna:
        kept = myna.kept
        house = House.of(kept)
        admission = CloneAdmission(
            spending=kept.spending,
            house=house.rules(clock),
            prices=PRICES,
            budgets=budgets or Budgets(),
            now=clock,
        )
        speaking = house.speaking(
            clock, consents=kept.consents, jobs=myna.jobs, admission=admission
        )
        asking = AskConsent(
            consents=kept.consents,
            voices=kept.voices,
            voice_ids=voice_id,
            atomic=kept.atomic,
            jobs=myna.jobs,
            leave=Leave(kept.consents, house.rules(clock)),
            screening=house.screening(clock),
            admission=admission,
            spoken=speaking,
            now=clock,
        )
        yield Desk(myna, asking, speaking, clock)
        if not world.crash_at:
            assert await holds_in(myna.database) == {}


async def test_nothing_is_done_before_the_yes_and_then_the_voice_is_the_owners(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        assert isinstance(world.notices[0][1], ConsentAsked)
        assert world.notices[0][0] == ADA
        assert (await holds_in(desk.myna.database), world.calls(KEY)) == ({}, [])

        await desk.answer(Answer.ONCE)

        (ready,) = world.outcomes[KEY]
        assert isinstance(ready, VoiceReady)
        assert (ready.voice.owner, ready.voice.asker) == (ADA, BOB)
        kept = desk.myna.kept
        given = await kept.consents.given(KEY)
        assert given is not None
        assert (given.person, given.asker) == (ADA, BOB)
        assert (given.statement, given.given_at) == (Statement.ALLOWED_ONCE, NOON)
        assert await kept.grants.may_use(KEY, [of_person(BOB)], NOON)
        assert {charge.person for charge in await charges_in(kept)} == {BOB}


@pytest.mark.parametrize("answer", [Answer.NO, Answer.NEVER])
async def test_a_no_forgets_the_order_and_tells_the_asker(
    tmp_path: Path, world: World, answer: Answer
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()

        await desk.answer(answer)

        told, notice = world.notices[-1]
        assert (told, isinstance(notice, ConsentAnswered)) == (BOB, True)
        assert world.calls(KEY) == []
        assert await desk.myna.kept.voices.listed(ADA) == []
        is_never = answer is Answer.NEVER
        assert await desk.myna.kept.consents.is_never_cloned(ADA) is is_never


@pytest.mark.parametrize("is_answer", [True, False])
async def test_of_several_requests_one_never_refuses_all(
    tmp_path: Path, world: World, *, is_answer: bool
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        carol = PersonId("discord:3")
        other = replace(an_order_of("discord-2", owner=ADA), asker=carol, server=SERVER)
        await desk.asking.ask(other, by(other), source=None)

        if is_answer:
            await desk.asking.answer(KEY, Answer.NEVER, who=ADA)
        else:
            await desk.asking.set_never_cloned(ADA, never=True)
        await desk.acted()
        await ended(CONSENT_WORKFLOW, "discord-2#answered")

        told = {person for person, note in world.notices if isinstance(note, ConsentAnswered)}
        assert told == {BOB, carol}
        with pytest.raises(NeverClone):
            await desk.ask("discord-3")


async def test_a_label_of_the_owners_own_is_numbered(tmp_path: Path, world: World) -> None:
    async with open_desk(tmp_path, world) as desk:
        await keep_voice(desk.myna.kept, "discord-9", label=KEY)
        await desk.ask()

        await desk.answer(Answer.ONCE)

        assert (await desk.myna.voices.get(KEY)).label == f"{KEY} 2"


async def test_a_standing_yes_is_for_that_asker_on_that_server(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        await desk.answer(Answer.HERE)

        await desk.asking.ask(
            replace(an_order_of("discord-2", owner=ADA), asker=BOB, server=SERVER),
            HIMSELF,
            source=None,
        )
        await desk.acted("discord-2")
        await desk.ask("discord-3", server=ServerId("discord:66"))

        assert await desk.state("discord-2") is VoiceState.READY
        assert await desk.state("discord-3") is VoiceState.REQUESTED


async def test_only_the_owner_answers_only_the_asker_withdraws_and_each_once(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()

        with pytest.raises(NotForYou):
            await desk.asking.answer(KEY, Answer.ONCE, who=BOB)
        with pytest.raises(NotForYou):
            await desk.asking.withdraw(KEY, who=ADA)
        await desk.asking.withdraw(KEY, who=BOB)
        with pytest.raises(RequestOver):
            await desk.asking.answer(KEY, Answer.ONCE, who=ADA)
        with pytest.raises(RequestOver):
            await desk.asking.withdraw(KEY, who=BOB)

        assert world.calls(KEY) == []


async def test_one_request_to_each_and_few_at_once(tmp_path: Path, world: World) -> None:
    async with open_desk(tmp_path, world) as desk:
        for number in range(REQUESTS_MAX):
            order = an_order_of(f"discord-{number}", owner=PersonId(f"discord:{number + 10}"))
            await desk.asking.ask(
                replace(order, asker=BOB, server=SERVER), Asker(BOB, SERVER), source=None
            )

        again = an_order_of("discord-8", owner=PersonId("discord:10"))
        with pytest.raises(AskedAlready):
            await desk.asking.ask(
                replace(again, asker=BOB, server=SERVER), Asker(BOB, SERVER), source=None
            )
        with pytest.raises(TooManyRequests):
            await desk.ask("discord-9")


async def test_after_72_hours_a_request_lapses_and_its_asker_is_told(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()

        desk.clock.move(REQUEST_LASTS)
        assert await desk.asking.expire() == 0
        desk.clock.move(SECOND)
        with pytest.raises(RequestOver):
            await desk.asking.answer(KEY, Answer.ONCE, who=ADA)
        assert await desk.asking.expire() == 1
        assert await desk.asking.expire() == 0
        await desk.acted()

        told, notice = world.notices[-1]
        assert isinstance(notice, ConsentAnswered)
        assert (told, notice.request.state) == (BOB, RequestState.EXPIRED)
        await desk.ask("discord-2")


async def test_an_owner_who_cannot_be_reached_has_not_said_yes(
    tmp_path: Path, world: World
) -> None:
    world.fail("notify", CannotPost(missing=[]))
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()

        with pytest.raises(RequestOver):
            await desk.asking.answer(KEY, Answer.ONCE, who=ADA)
        told, notice = world.notices[-1]
        assert (told, isinstance(notice, ConsentAnswered)) == (BOB, True)


async def test_without_money_by_then_it_fails_and_says_so(tmp_path: Path, world: World) -> None:
    options = an_order_of(KEY).options
    preview = PRICES.of(options.model, billed_characters(options.text))
    limits = {(Whose.PERSON, Period.DAY): Microdollars(preview * 3 // 2)}
    async with open_desk(tmp_path, world, budgets=Budgets(limits)) as desk:
        await desk.ask()
        other = replace(an_order_of("discord-2", owner=PersonId("discord:5")), asker=BOB)
        await desk.asking.ask(other, by(other), source=None)
        await desk.answer(Answer.ONCE)
        spent = await held_in(desk.myna.kept, NOON)

        await desk.asking.answer(other.key, Answer.ONCE, who=PersonId("discord:5"))
        await ended(CONSENT_WORKFLOW, "discord-2#answered")

        (failed,) = world.outcomes["discord-2"]
        assert isinstance(failed, CloneFailed)
        assert isinstance(failed.error, BudgetReached)
        assert await held_in(desk.myna.kept, NOON) == spent
        assert world.calls("discord-2") == ["announce", "conclude"]


@pytest.mark.parametrize("moment", ["DOWNLOADING", "UPLOADING", "CLONING", "clone"])
async def test_a_yes_taken_back_while_it_is_cloned_leaves_no_voice(
    tmp_path: Path, world: World, moment: str
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        world.meanwhile[moment] = lambda: desk.asking.take_back(KEY, who=ADA)

        await desk.answer(Answer.ONCE)

        (failed,) = world.outcomes[KEY]
        assert isinstance(failed, CloneFailed)
        assert isinstance(failed.error, ConsentWithdrawn)
        assert failed.asker == BOB
        assert await desk.state() in {VoiceState.FAILED, VoiceState.DELETED}
        assert (world.voices, world.files, world.posts[KEY]) == ({}, {}, [])
        assert world.calls(KEY).count("clone") == (moment == "clone")


async def test_a_yes_taken_back_from_a_voice_that_is_there_deletes_it(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        await desk.answer(Answer.ONCE)

        with pytest.raises(NotForYou):
            await desk.asking.take_back(KEY, who=BOB)
        await desk.asking.take_back(KEY, who=ADA)
        await ended(DELETE_WORKFLOW, KEY)
        with pytest.raises(RequestOver):
            await desk.asking.take_back(KEY, who=ADA)

        assert world.voices == {}
        assert await desk.state() is VoiceState.DELETED


async def test_who_goes_into_the_registry_meanwhile_is_not_cloned_even_by_themselves(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        world.meanwhile["UPLOADING"] = lambda: desk.asking.set_never_cloned(ADA, never=True)

        await desk.myna.order(KEY)
        await ended(CLONE_WORKFLOW, KEY)

        (failed,) = world.outcomes[KEY]
        assert isinstance(failed, CloneFailed)
        assert isinstance(failed.error, NeverClone)
        assert "clone" not in world.calls(KEY)


@pytest.mark.parametrize("moment", range(1, 5))
async def test_killed_between_the_yes_and_the_clone_it_goes_on(
    tmp_path: Path, world: World, moment: int
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        world.crash_at[KEY] = moment
        await desk.asking.answer(KEY, Answer.ONCE, who=ADA)
        await until(lambda: len(world.touched[KEY]) == moment)
    world.crash_at.clear()

    async with open_desk(tmp_path, world) as desk:
        await desk.asking.resume()
        await desk.acted()

        (ready,) = world.outcomes[KEY]
        assert isinstance(ready, VoiceReady)
        announced = [note for _, note in world.notices if isinstance(note, ConsentAnswered)]
        assert (len(announced), world.charges[KEY]) == (1, 1)


async def test_an_answer_whose_job_a_kill_kept_from_starting_is_resumed(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        consents = desk.myna.kept.consents
        request = await consents.answer(KEY, RequestState.ALLOWED, NOON)
        await consents.give(Consent(KEY, ADA, Statement.ALLOWED_ONCE, NOON, asker=request.asker))

        assert await desk.asking.resume() == 1
        await desk.acted()
        await desk.asking.resume()

        assert await desk.state() is VoiceState.READY
        assert world.charges[KEY] == 1
