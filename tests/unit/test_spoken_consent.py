"""A yes that is to be spoken: it waits for its recording, which alone begins the clone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.consent import (
    REQUEST_LASTS,
    TRIES_MAX,
    Answer,
    ConsentRequest,
    Proof,
    RequestState,
    Statement,
)
from bot.domain.errors import (
    ContentRefused,
    MynaError,
    NeverClone,
    NoteMissing,
    NoteTooBig,
    NotForYou,
    NothingToSpeak,
    NotTheSentence,
    RecordingNotYours,
    RequestOver,
    SentenceMissing,
    ServiceDown,
    TranscriptMismatch,
)
from bot.domain.outcomes import (
    CloneFailed,
    ConsentAnswered,
    ConsentUsed,
    RecordingFailed,
    VoiceReady,
)
from bot.domain.people import Asker, NoteRef, PersonId
from bot.domain.samples import NOTE_MAX_BYTES
from bot.domain.servers import ServerSettings, SpokenConsent
from bot.domain.voices import CloneOrder, VoiceKey, VoiceState
from bot.jobs import CLONE_WORKFLOW, CONSENT_WORKFLOW
from bot.services.leave import Leave
from bot.services.recording_again import key_after
from bot.services.spoken_consent import Speaker
from tests.fakes.house import House
from tests.fakes.myna import an_order_of, ended
from tests.fakes.orders import ADA, BOB, NOON, SERVER
from tests.fakes.speaking import holds_in, keep_voice
from tests.fakes.world import World
from tests.unit.test_consent_workflow import KEY, SECOND, Desk, open_desk

NEXT = VoiceKey("discord-1.2")
NAMES = {ADA: "Ada", BOB: "Bob"}


async def name_of(person: PersonId) -> str:
    return NAMES[person]


SPEAKER = Speaker("de", name_of)


@pytest.fixture
def world() -> World:
    return World()


async def want(desk: Desk, spoken: SpokenConsent = SpokenConsent.OTHERS) -> None:
    """Have the server want that."""
    await desk.myna.kept.servers.save(SERVER, ServerSettings(spoken_consent=spoken))


async def allow(desk: Desk, answer: Answer = Answer.ONCE) -> ConsentRequest:
    """Let Bob ask and Ada say yes."""
    await desk.ask()
    return await desk.asking.answer(KEY, answer, who=ADA, speaker=SPEAKER)


async def record(desk: Desk, key: str = KEY, *, who: PersonId = ADA) -> None:
    """Let the owner record it, and wait until that was acted on."""
    recording = NoteRef(face="discord", token=key, filename="yes.ogg", bytes=4)
    await desk.speaking.record(VoiceKey(key), recording, who=who, spoken_by=who)
    await ended(CONSENT_WORKFLOW, f"{key}#answered")
    await ended(CLONE_WORKFLOW, key)


def own_order(key: str = KEY, *, label: str = "Me") -> CloneOrder:
    """Return Ada's order for her own voice on the server."""
    return replace(an_order_of(key, owner=ADA), server=SERVER, label=label)


async def test_the_yes_waits_for_the_sentence_and_the_recording_is_the_proof(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        asked = await allow(desk)
        kept = desk.myna.kept

        assert asked.state is RequestState.SPEAKING
        assert asked.sentence is not None
        assert asked.sentence.startswith("Heute ist der 23. November 2026, ich bin Ada, und Bob")
        assert await kept.consents.given(KEY) is None
        assert (await kept.voices.order(KEY)).notes == ()
        assert (world.calls(KEY), await holds_in(desk.myna.database)) == ([], {})

        await record(desk)

        (ready,) = world.outcomes[KEY]
        assert isinstance(ready, VoiceReady)
        assert (ready.voice.owner, ready.voice.asker) == (ADA, BOB)
        assert ready.voice.options.text_validation == asked.sentence
        given = await kept.consents.given(KEY)
        assert given is not None
        assert (given.proof, given.words) == (Proof.SPOKEN, asked.sentence)
        assert given.statement is Statement.ALLOWED_ONCE
        assert world.calls(KEY).count("fetch") == 1
        assert not [one for _, one in world.notices if isinstance(one, ConsentUsed)]


async def test_what_the_server_wants_counts_at_the_moment_of_the_yes(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await desk.ask()
        await want(desk)

        first = await desk.asking.answer(KEY, Answer.ONCE, who=ADA, speaker=SPEAKER)
        await want(desk, SpokenConsent.OFF)
        second = await desk.asking.answer(KEY, Answer.ONCE, who=ADA, speaker=SPEAKER)

        assert first.state is RequestState.SPEAKING
        assert second == first
        await record(desk)
        assert await desk.state() is VoiceState.READY


async def test_a_standing_yes_stands_but_each_clone_needs_its_own_recording(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await allow(desk, Answer.HERE)
        await record(desk)

        await desk.ask("discord-2")

        given = await desk.myna.kept.consents.given(KEY)
        assert given is not None
        assert given.statement is Statement.ALLOWED_HERE
        assert len(await desk.myna.kept.consents.permissions(ADA)) == 1
        assert await desk.state("discord-2") is VoiceState.REQUESTED
        await want(desk, SpokenConsent.OFF)
        other = replace(an_order_of("discord-3", owner=ADA), asker=BOB, server=SERVER)
        await desk.asking.withdraw(VoiceKey("discord-2"), who=BOB)
        straight = await desk.asking.ask(other, Asker(BOB, SERVER), source=None)
        await desk.acted("discord-3")
        assert straight.state is RequestState.ALLOWED


@pytest.mark.parametrize(
    ("error", "uploads"),
    [(TranscriptMismatch(), 1), (NoteMissing(), 0), (ServiceDown(reason="down"), 1)],
)
async def test_where_another_recording_may_help_the_owner_may_record_again(
    tmp_path: Path, world: World, error: MynaError, uploads: int
) -> None:
    world.fail("clone" if uploads else "fetch", *[error] * (4 if uploads else 1))
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        asked = await allow(desk)
        await record(desk)

        (failed,) = world.outcomes[KEY]
        assert isinstance(failed, CloneFailed)
        assert (failed.spoken, failed.again, failed.asker) == (True, NEXT, BOB)
        told, notice = world.notices[-1]
        assert isinstance(notice, RecordingFailed)
        assert (told, notice.again, notice.error) == (ADA, True, failed.error)
        again = await desk.myna.kept.consents.request(NEXT)
        assert again is not None
        assert again.tries == uploads
        assert (again.sentence, again.asked_at) == (asked.sentence, asked.asked_at)
        assert (await desk.myna.kept.voices.order(KEY)).notes == ()
        assert await holds_in(desk.myna.database) == {}
        assert world.files == {}

        world.faults.clear()
        await record(desk, NEXT)
        assert await desk.state(NEXT) is VoiceState.READY


async def test_a_mismatch_is_told_as_such_and_three_are_enough(
    tmp_path: Path, world: World
) -> None:
    world.fail("clone", *[TranscriptMismatch()] * TRIES_MAX)
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await allow(desk)

        for key in (KEY, NEXT, key_after(NEXT)):
            await record(desk, key)

        (failed,) = world.outcomes[KEY][-1:]
        assert isinstance(failed, CloneFailed)
        assert isinstance(failed.error, NotTheSentence)
        assert failed.again is None
        _, notice = world.notices[-1]
        assert isinstance(notice, RecordingFailed)
        assert not notice.again
        assert await desk.myna.kept.consents.open_requests(owner=ADA) == []
        with pytest.raises(NothingToSpeak):
            await desk.speaking.waiting(ADA)


async def test_against_a_flag_no_recording_helps(tmp_path: Path, world: World) -> None:
    world.fail("clone", ContentRefused(kind=5))
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await allow(desk)
        await record(desk)

        (failed,) = world.outcomes[KEY]
        assert isinstance(failed, CloneFailed)
        assert (failed.spoken, failed.again) == (True, None)


async def test_a_yes_taken_back_meanwhile_is_not_asked_for_again(
    tmp_path: Path, world: World
) -> None:
    world.fail("clone", TranscriptMismatch())
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await allow(desk)
        world.meanwhile["clone"] = lambda: desk.asking.set_never_cloned(ADA, never=True)
        await record(desk)

        (failed,) = world.outcomes[KEY]
        assert isinstance(failed, CloneFailed)
        assert failed.again is None
        assert await desk.myna.kept.consents.open_requests(owner=ADA) == []


async def test_who_may_record_and_what(tmp_path: Path, world: World) -> None:
    recording = NoteRef(face="discord", token=KEY, filename="yes.ogg", bytes=4)
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await desk.ask()
        record_it = desk.speaking.record
        with pytest.raises(RequestOver):
            await record_it(KEY, recording, who=ADA, spoken_by=ADA)
        await desk.asking.answer(KEY, Answer.ONCE, who=ADA, speaker=SPEAKER)

        with pytest.raises(NotForYou):
            await record_it(KEY, recording, who=BOB, spoken_by=BOB)
        with pytest.raises(RecordingNotYours):
            await record_it(KEY, recording, who=ADA, spoken_by=BOB)
        big = replace(recording, bytes=NOTE_MAX_BYTES + 1)
        with pytest.raises(NoteTooBig):
            await record_it(KEY, big, who=ADA, spoken_by=ADA)
        assert [one.key for one in await desk.speaking.waiting(ADA)] == [KEY]

        desk.clock.move(REQUEST_LASTS + SECOND)
        with pytest.raises(RequestOver):
            await record_it(KEY, recording, who=ADA, spoken_by=ADA)
        assert await desk.asking.expire() == 1
        await desk.acted()
        told, notice = world.notices[-1]
        assert isinstance(notice, ConsentAnswered)
        assert (told, notice.request.state) == (BOB, RequestState.EXPIRED)
        assert world.calls(KEY) == []


async def test_never_clone_refuses_what_waits_for_a_recording(tmp_path: Path, world: World) -> None:
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await allow(desk)

        await desk.asking.set_never_cloned(ADA, never=True)
        await desk.acted()

        with pytest.raises(RequestOver):
            await desk.speaking.to_speak(KEY, who=ADA)
        assert world.calls(KEY) == []


async def test_a_restart_between_yes_and_recording_loses_nothing_and_asks_nobody_anew(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        asked = await allow(desk)
        notices = len(world.notices)

    async with open_desk(tmp_path, world) as desk:
        await desk.asking.resume()
        assert len(world.notices) == notices
        assert await desk.speaking.to_speak(KEY, who=ADA) == asked
        await record(desk)
        assert await desk.state() is VoiceState.READY


async def test_ones_own_order_waits_too_where_that_is_always_wanted(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        me = Asker(ADA, SERVER)
        await want(desk)
        assert await desk.speaking.ask_self(own_order(), me, SPEAKER) is None

        await want(desk, SpokenConsent.ALWAYS)
        first = await desk.speaking.ask_self(own_order("discord-7"), me, SPEAKER)
        asked = await desk.speaking.ask_self(own_order(), me, SPEAKER)
        assert first is not None
        assert asked is not None
        request, price = asked
        assert price.total > 0
        assert request.is_own
        assert request.sentence is not None
        assert "ich bin Ada und" in request.sentence
        assert [one.key for one in await desk.speaking.waiting(ADA)] == [KEY]
        overview = await desk.asking.overview(ADA)
        assert ([one.key for one in overview.to], overview.by) == ([KEY], [])
        await desk.ask("discord-3")

        await record(desk)

        (ready,) = world.outcomes[KEY]
        assert isinstance(ready, VoiceReady)
        assert (ready.voice.label, ready.voice.asker) == ("Me", None)
        kept = desk.myna.kept
        given = await kept.consents.given(KEY)
        assert given is not None
        assert (given.proof, given.statement) == (Proof.SPOKEN, Statement.OWN_OR_PERMITTED)
        assert await kept.grants.grants(KEY) == []


async def test_ones_own_new_version_is_proposed_beside_the_present_one(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        await want(desk, SpokenConsent.ALWAYS)
        present = await keep_voice(desk.myna.kept, "discord-9", label="Me")
        await desk.speaking.ask_self(own_order(), Asker(ADA, SERVER), SPEAKER)

        await record(desk)

        assert (await desk.myna.voices.get(KEY)).replaces == present.key


async def test_without_the_sentence_no_order_of_ones_own_is_taken_there(
    tmp_path: Path, world: World
) -> None:
    async with open_desk(tmp_path, world) as desk:
        kept = desk.myna.kept
        leave = Leave(kept.consents, House.of(kept).rules(lambda: NOON))
        await want(desk, SpokenConsent.ALWAYS)

        with pytest.raises(SentenceMissing):
            await leave.check_order(own_order())
        await leave.check_order(replace(own_order(), server=None))
        await want(desk, SpokenConsent.OTHERS)
        await leave.check_order(own_order())


async def test_who_is_never_cloned_gets_no_sentence(tmp_path: Path, world: World) -> None:
    async with open_desk(tmp_path, world) as desk:
        await want(desk, SpokenConsent.ALWAYS)
        await desk.asking.set_never_cloned(ADA, never=True)

        with pytest.raises(NeverClone):
            await desk.speaking.ask_self(own_order(), Asker(ADA, SERVER), SPEAKER)


async def test_a_recording_in_the_last_minute_is_not_asked_for_again(
    tmp_path: Path, world: World
) -> None:
    world.fail("clone", TranscriptMismatch())
    async with open_desk(tmp_path, world) as desk:
        await want(desk)
        await allow(desk)

        async def time_passes() -> None:
            desk.clock.move(REQUEST_LASTS + timedelta(seconds=1))

        world.meanwhile["clone"] = time_passes
        await record(desk)

        (failed,) = world.outcomes[KEY]
        assert isinstance(failed, CloneFailed)
        assert failed.again is None
