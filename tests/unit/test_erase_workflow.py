"""Whoever is erased is gone here and at the provider, whatever is under way."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.audit import Act
from bot.domain.consent import ConsentRequest, RequestState
from bot.domain.erasure import Erased, Erasure, ErasureKey, ErasureState, Receipt
from bot.domain.errors import (
    BeingErased,
    ConsentWithdrawn,
    ServiceDown,
    ServiceMisconfigured,
    VoiceUnknown,
)
from bot.domain.moderation import About, Case, CaseState, FlagKind, Origin, case_key
from bot.domain.outcomes import CloneFailed, ConsentAnswered, SpeechFailed
from bot.domain.people import Address, ChannelId, is_erased
from bot.domain.servers import ServerSettings
from bot.domain.sharing import of_person
from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceState
from bot.jobs import CASE_WORKFLOW, CLONE_WORKFLOW, ERASE_WORKFLOW
from tests.fakes.erasing import KEY, VOICE, cloned, erased, once, privacy_of, receipts, stopped
from tests.fakes.myna import an_order_of, ended, running, voice_id
from tests.fakes.orders import ADA, ADDRESS, BOB, NOON, SERVER, a_consent, a_voice
from tests.fakes.speaking import AS_ADA, AS_BOB, keep_voice, running_speaker, share
from tests.fakes.waiting import until
from tests.fakes.world import World


async def test_all_goes_and_the_person_has_a_receipt(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await cloned(myna)

        erasure = await erased(myna)

        assert world.voices == {}
        assert (await myna.voices.get(VOICE)).state is VoiceState.DELETED
        (entry,) = await myna.kept.audit.latest(limit=9)
        assert (entry.act, entry.actor, entry.server) == (Act.ERASED, erasure.pseudonym, None)
        assert entry.subject == erasure.pseudonym
        assert "voices: 1" in entry.detail
    (told,) = receipts(world)
    assert told.receipt.erased[Erased.VOICES] == 1
    assert told.receipt.refused == ()
    assert not told.is_rest
    assert erasure == Erasure(
        KEY, erasure.pseudonym, erasure.pseudonym, NOON, ErasureState.CLOSED, Receipt(), told=True
    )
    assert world.calls(VOICE)[-2:] == ["delete_voice", "remove_bubble"]
    assert world.alerts == []


async def test_pressed_twice_it_is_one_job(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await cloned(myna)
        privacy = privacy_of(myna)
        for key in (KEY, KEY, ErasureKey("discord-901")):
            await privacy.erase(key, ADA, who=ADA)

        await erased(myna)
        await privacy.erase(KEY, ADA, who=ADA)
        await ended(ERASE_WORKFLOW, KEY)

    assert len(receipts(world)) == 1
    assert world.calls(VOICE).count("delete_voice") == 1


# --- what is under way


@pytest.mark.parametrize("moment", ["DOWNLOADING", "PREPARING", "UPLOADING", "CLONING", "clone"])
async def test_a_clone_that_is_under_way_leaves_no_voice_at_the_provider(
    tmp_path: Path, world: World, moment: str
) -> None:
    async with running(tmp_path, world) as myna:
        world.meanwhile[moment] = lambda: stopped(myna)
        await myna.order(VOICE)
        await ended(CLONE_WORKFLOW, VOICE)

        erasure = await erased(myna)

        assert world.voices == {}
        assert world.posts[VOICE] == []
        assert await myna.kept.personal.doomed(ADA, erasure.pseudonym) == []
        left = await myna.kept.personal.everything_of(ADA, NOON)
        assert [one for records in left.sections.values() for one in records] == []
    (outcome,) = world.outcomes[VOICE]
    assert isinstance(outcome, CloneFailed)
    assert isinstance(outcome.error, ConsentWithdrawn)
    assert world.files == {}
    assert list((tmp_path / "work").iterdir()) == []
    assert len(receipts(world)) == 1


async def test_what_a_clone_could_not_take_back_is_deleted_by_the_erasure(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        world.meanwhile["clone"] = lambda: stopped(myna)
        world.fail("delete_voice", ServiceMisconfigured(code=1004, message="no key"))
        await myna.order(VOICE)
        await ended(CLONE_WORKFLOW, VOICE)

        await erased(myna)

    # First by the clone, in vain; the erasure may be as quick as to be done before one can look.
    assert world.calls(VOICE).count("delete_voice") == 2
    assert world.voices == {}


async def test_a_clone_whose_answer_was_lost_is_deleted_too(tmp_path: Path, world: World) -> None:
    world.fail("clone done", *[ServiceDown(reason="gone")] * 99)
    world.fail("clone", None, *[ServiceDown(reason="gone")] * 99)
    async with running(tmp_path, world) as myna:
        await cloned(myna)
        assert (await myna.voices.get(VOICE)).state is VoiceState.FAILED
        assert world.voices != {}

        await erased(myna)

    assert world.voices == {}


async def test_while_a_job_does_not_end_nothing_is_erased_and_nothing_new_begins(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        waits = replace(an_order_of(VOICE), asker=None)
        voice = replace(a_voice(waits, voice_id=voice_id(VOICE, 1)), state=VoiceState.ASKED)
        await myna.kept.voices.reserve(waits, voice, a_consent(waits))
        await privacy_of(myna).erase(KEY, ADA, who=ADA)
        await ended(ERASE_WORKFLOW, KEY)

        assert (await myna.kept.erasures.of(ADA))[0].state is ErasureState.RUNNING
        assert (await myna.voices.get(VOICE)).owner == ADA
        assert sum(myna.slept) > 3600

        await myna.voices.settle(VOICE, VoiceState.FAILED)  # as nobody had been promised anything
        assert (await erased(myna)).state is ErasureState.CLOSED
    assert world.alerts == []


async def test_a_speech_that_waits_with_her_voice_is_not_spoken(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as speaker:
        await share(speaker.myna.kept, of_person(BOB))
        world.before_speaking = once(lambda: stopped(speaker.myna))
        text = "A first part that is long enough. " * 60
        await speaker.say("discord-70", text, asker=AS_BOB)
        told = await speaker.outcome("discord-70")

        erasure = await erased(speaker.myna)

        assert len(world.spoken) == 1
        assert isinstance(getattr(told, "error", None), VoiceUnknown)
        kept = await speaker.myna.kept.speeches.get(SpeechKey("discord-70"))
        assert (kept.owner, kept.label) == (erasure.pseudonym, "erased voice")
        assert kept.order.text == text.strip()
        assert speaker.myna.kept.cache.kept == {}  # type: ignore[attr-defined]  # the fake
        made = await speaker.myna.kept.personal.everything_of(ADA, NOON)
        assert [one for records in made.sections.values() for one in records] == []


async def test_her_own_speech_is_stopped_whatever_voice_speaks(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as speaker:
        bens = await keep_voice(speaker.myna.kept, "discord-2", owner=BOB, label="Bob")
        await share(speaker.myna.kept, of_person(ADA), voice=bens.key)
        world.fail("speak", ServiceDown(reason="busy"))
        world.before_speaking = once(lambda: stopped(speaker.myna))
        told = await speaker.hear("discord-70", asker=AS_ADA, voice=bens.key)

        await erased(speaker.myna)

    assert isinstance(told, SpeechFailed)
    assert isinstance(told.error, BeingErased)
    assert world.spoken == []


async def test_who_asked_for_her_voice_is_told_no(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        order = replace(an_order_of(VOICE, owner=ADA), asker=BOB)
        request = ConsentRequest(
            *(order.key, BOB, ADA, None, "Robin", "Hello.", None, ADDRESS), asked_at=NOON
        )
        voice = replace(a_voice(order), state=VoiceState.REQUESTED, asker=BOB)
        await myna.kept.consents.ask(request, order, voice)

        await erased(myna)

        assert await myna.kept.consents.request(order.key) is None
    ((who, notice),) = [each for each in world.notices if each[0] == BOB]
    assert who == BOB
    assert isinstance(notice, ConsentAnswered)
    assert notice.request.state is RequestState.REFUSED


async def test_moderators_no_longer_see_what_she_wrote(tmp_path: Path, world: World) -> None:
    settings = ServerSettings(review_channel=ChannelId("discord:66"))
    async with running(tmp_path, world) as myna:
        await myna.kept.servers.save(SERVER, settings)
        cases = {Origin.WORDS: CaseState.OPEN, Origin.REPORTED: CaseState.REJECTED}
        for origin, state in cases.items():
            case = Case(
                key=case_key(origin, "discord-5"),
                origin=origin,
                about=About.TEXT,
                subject="discord-5",
                person=ADA,
                kind=FlagKind.OTHER,
                text="what she wrote",
                opened_at=NOON,
                server=SERVER,
                state=state,
                decided_at=None if state is CaseState.OPEN else NOON,
                notice=Address("discord", f"66/{state}"),
            )
            await myna.kept.cases.open(case)

        await erased(myna)
        decided = case_key(Origin.REPORTED, "discord-5")
        await until(lambda: decided in world.board)
        await ended(CASE_WORKFLOW, f"{decided}#0#show")

    assert world.unshown == [Address("discord", "66/open")]
    assert list(world.board) == [decided]
    assert world.board[decided].case.text == ""
    assert is_erased(world.board[decided].case.person)
