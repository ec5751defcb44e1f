"""Of somebody who is erased nothing is left but what they were told, and others lose nothing.

On the real databases alone, as for all that is kept about one person.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.erasure import Erased, Left
from bot.domain.errors import CaseOver
from bot.domain.moderation import Ban, CaseState, Origin, case_key
from bot.domain.people import ServerId, pseudonym_of
from bot.domain.privacy import Section
from bot.domain.sharing import of_person
from bot.domain.speeches import SpeechKey, SpeechState
from bot.domain.voices import ERASED_LABEL, VoiceKey, VoiceState
from bot.store import Database
from tests.contract.kept import HERE
from tests.contract.personal import ADA, BEN, MODERATOR, SECRET, Personal, native
from tests.fakes.orders import NOON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
NOBODY = pseudonym_of("f00d")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
async def kept(database_url: str, tmp_path: Path) -> AsyncIterator[Personal]:
    async with Database(database_url) as database:
        opened = Personal(database)
        await opened.fill(tmp_path)
        yield opened


async def erased(
    kept: Personal, *, refused: tuple[VoiceKey, ...] = ()
) -> tuple[dict[Erased, int], dict[Left, int]]:
    """Erase Ada; return what was deleted and what is left."""
    taken_back, _ = await kept.personal.stop(ADA, LATER)
    gone, left = await kept.personal.erase(ADA, NOBODY, LATER, refused=refused)
    return {**taken_back, **gone}, dict(left)


async def test_nothing_leads_to_the_person_but_what_they_were_told(kept: Personal) -> None:
    await erased(kept)

    # A report that somebody wrote about others is theirs to read: here it names her by itself.
    assert await kept.traces(native(ADA)) == [
        *("bans.person", "cases.report", "counters.scope", "people.person")
    ]
    for text in ("what Ada had spoken", "Ada's text", "Ada's other text", "I am mine", "the mine"):
        assert await kept.traces(text) == [], text


async def test_the_receipt_counts_what_was_deleted_and_what_is_left(kept: Personal) -> None:
    gone, left = await erased(kept)

    assert gone == {
        Erased.PERMISSIONS: 2,
        Erased.GRANTS: 3,
        Erased.EVIDENCE: 3,
        Erased.CASES: 1,
        Erased.CONSENTS: 3,
        Erased.REQUESTS: 2,
        Erased.VOICES: 3,
        Erased.TEXTS: 1,
    }
    assert left == {
        Left.CHARGES: 1,
        Left.SPEECHES: 2,
        Left.FILES: 3,
        Left.CASES: 3,
        Left.VOICES_OF_OTHERS: 1,
        Left.AUDIT: 2,
        Left.BANS: 1,
        Left.BUDGETS: 2,
        Left.NEVER_CLONED: 1,
    }


async def test_nothing_is_left_to_be_exported_but_that(kept: Personal) -> None:
    await erased(kept)

    data = await kept.personal.everything_of(ADA, LATER)

    found = {section for section, records in data.sections.items() if records}
    assert found == {Section.BANS, Section.BUDGETS, Section.SETTINGS}
    assert data.sections[Section.SETTINGS] == [{"default_voice": None, "never_cloned": True}]


async def test_who_never_refused_everybody_leaves_no_choice_behind(kept: Personal) -> None:
    await kept.consents.set_never_cloned(ADA, never=False)

    await erased(kept)

    assert await kept.traces(native(ADA)) == ["bans.person", "cases.report", "counters.scope"]


async def test_others_lose_nothing_of_theirs(kept: Personal) -> None:
    before = (await kept.personal.everything_of(BEN, NOON)).sections

    await erased(kept)

    after = (await kept.personal.everything_of(BEN, LATER)).sections
    ends_with_her = {
        Section.REQUESTS,
        Section.PERMISSIONS_GIVEN,
        Section.PERMISSIONS_RECEIVED,
        Section.GRANTS_GIVEN,
        Section.GRANTS_RECEIVED,
        Section.CONSENTS_RECEIVED,
        Section.VOICES_ASKED_FOR,
        Section.EVIDENCE,
        Section.VOICES,  # the one that Ada had only asked for
        Section.REPORTS,  # the case that Ben reported is not to be decided any more
    }
    for section in set(Section) - ends_with_her:
        assert len(after[section]) == len(before[section]), section
    (bens,) = [one for one in after[Section.VOICES] if one["key"] == "bens"]
    assert (bens["label"], bens["state"], bens["asker"]) == ("the bens", "ready", NOBODY)
    (consent,) = after[Section.CONSENTS_GIVEN]
    assert (consent["words"], consent["asker"]) == ("I am bens.", NOBODY)
    assert [one["text"] for one in after[Section.SPEECHES]] == [SECRET, SECRET]
    used = next(one for one in after[Section.SPEECHES] if one["key"] == "used")
    assert (used["owner"], used["label"]) == (NOBODY, ERASED_LABEL)


async def test_what_is_left_of_a_voice_is_an_empty_entry(kept: Personal) -> None:
    await erased(kept)

    voice = await kept.voices.get(VoiceKey("mine"))
    assert (voice.owner, voice.label, voice.state) == (NOBODY, ERASED_LABEL, VoiceState.DELETED)
    assert voice.options.text == ""
    order = await kept.voices.order(VoiceKey("mine"))
    assert (order.notes, order.prompt, order.address.token) == ((), None, "9:8:0")
    assert await kept.grants.find([of_person(BEN)], "", now=LATER, limit=9, owner=NOBODY) == []


async def test_a_voice_that_the_provider_keeps_is_found_again_and_does_nothing(
    kept: Personal,
) -> None:
    mine = VoiceKey("mine")
    assert set(await kept.personal.doomed(ADA, NOBODY)) == {mine, VoiceKey("asked")}

    gone, _ = await erased(kept, refused=(mine, VoiceKey("asked")))

    assert gone[Erased.VOICES] == 1
    assert set(await kept.personal.doomed(ADA, NOBODY)) == {mine, VoiceKey("asked")}
    assert (await kept.voices.get(mine)).state is VoiceState.HELD
    assert NOBODY not in await kept.data.owners(HERE, cloned=True, limit=99)
    await kept.voices.settle(mine, VoiceState.DELETED)
    assert await kept.personal.doomed(ADA, NOBODY) == [VoiceKey("asked")]


async def test_a_failed_clone_whose_answer_was_lost_may_be_at_the_provider(kept: Personal) -> None:
    lost = await kept.voice_of("lost", ADA, state=VoiceState.FAILED)
    assert lost not in await kept.personal.doomed(ADA, NOBODY)

    await kept.voices.count_clone_call(lost)

    assert lost in await kept.personal.doomed(ADA, NOBODY)


async def test_requests_are_closed_and_those_who_asked_are_known(kept: Personal) -> None:
    _, refused = await kept.personal.stop(ADA, LATER)

    assert refused == [VoiceKey("may-i")]
    assert await kept.consents.open_requests(asker=ADA) == []
    assert await kept.consents.open_requests(owner=ADA) == []
    withdrawn = await kept.consents.given(VoiceKey("mine"))
    assert withdrawn is not None
    assert withdrawn.withdrawn_at == LATER
    standing = await kept.consents.given(VoiceKey("bens"))
    assert standing is not None
    assert standing.withdrawn_at is None
    assert (await kept.personal.stop(ADA, LATER))[1] == []


async def test_a_case_that_she_did_not_ask_for_can_still_be_decided(kept: Personal) -> None:
    await erased(kept)

    assert await kept.cases.get(case_key(Origin.FLAGGED, "mine")) is None
    decided = await kept.cases.get(case_key(Origin.FLAGGED, "said"))
    assert decided is not None
    assert (decided.state, decided.person, decided.text) == (CaseState.REJECTED, NOBODY, "")
    assert decided.decided_by == MODERATOR
    others = await kept.cases.get(case_key(Origin.FLAGGED, "asked"))
    assert others is not None
    assert (others.is_pending, others.person, others.owner) == (True, BEN, NOBODY)
    assert others.text == SECRET
    reported = await kept.cases.get(case_key(Origin.FLAGGED, "bens-own"))
    assert reported is not None
    assert reported.reporter == NOBODY


async def test_a_moderator_who_read_a_case_before_does_not_put_her_back(kept: Personal) -> None:
    read = await kept.cases.get(case_key(Origin.FLAGGED, "asked"))
    assert read is not None

    await erased(kept)

    with pytest.raises(CaseOver):
        await kept.cases.save(read)


async def test_a_ban_that_ran_out_goes_and_one_that_holds_stays(kept: Personal) -> None:
    there = ServerId("discord:56")
    await kept.bans.ban(Ban(there, ADA, MODERATOR, NOON, LATER, "a while"))

    await erased(kept)

    assert await kept.bans.find(there, ADA) is None
    assert await kept.bans.find(ServerId("discord:55"), ADA) is not None


async def test_of_direct_messages_not_even_the_channel_is_left(kept: Personal) -> None:
    speech = await kept.speech_of("private", ADA, VoiceKey("mine"), ADA, text="Psst.")
    async with kept.database.begin() as connection:
        await connection.exec_driver_sql("UPDATE speeches SET server = NULL WHERE key = 'private'")

    await erased(kept)

    after = await kept.speeches.get(speech.key)
    assert after.order.address.token == "0:0:0"
    assert (await kept.speeches.get(SpeechKey("said"))).order.address.token == "9:8:0"


async def test_what_is_under_way_is_found_whoever_asked_for_it(kept: Personal) -> None:
    mine = VoiceKey("mine")
    await kept.personal.stop(ADA, LATER)
    quiet = await kept.personal.under_way(ADA, LATER)
    assert (quiet.voices, quiet.speeches) == ([], [])
    await kept.voice_of("making", ADA, state=VoiceState.CLONING)
    await kept.voice_of("for-ben", BEN, asker=ADA, state=VoiceState.ASKED)
    await kept.voice_of("bens-alone", BEN, state=VoiceState.CLONING)
    for key, asker in (("by-ada", ADA), ("with-adas", BEN)):
        await kept.speech_of(key, asker, mine, ADA, text="x", state=SpeechState.SPEAKING)

    busy = await kept.personal.under_way(ADA, NOON)

    assert set(busy.voices) == {"making", "for-ben"}
    assert set(busy.speeches) == {"by-ada", "with-adas"}
    assert set(busy.recent_voices) == {"mine", "old", "asked", "bens"}
    assert set(busy.recent_speeches) == {"said", "used"}
    assert (await kept.personal.under_way(ADA, LATER)).recent_voices == []
