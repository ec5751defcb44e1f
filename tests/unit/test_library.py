"""What an owner may do with a voice, and what nobody else may."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.people import Asker
from bot.domain.servers import ServerSettings
from bot.domain.sharing import of_person, of_server
from bot.domain.speeches import SpeechKey, SpeechState
from bot.domain.voices import VoiceKey, VoiceState
from bot.services.deleting import DeleteVoice
from tests.fakes.orders import ADA, BOB, NOON, SERVER
from tests.fakes.speaking import (
    AS_ADA,
    AS_BOB,
    MINE,
    MODERATOR,
    STRANGER,
    Desk,
    keep_voice,
    share,
)

Act = Callable[[Desk, Asker], Awaitable[object]]


OWNERS: dict[str, Act] = {
    "look at it": lambda desk, asker: desk.library.entry(asker, MINE),
    "rename it": lambda desk, asker: desk.library.rename(asker, MINE, "Mine now"),
    "see its versions": lambda desk, asker: desk.library.history(asker, MINE),
    "put it in place": lambda desk, asker: desk.library.put_in_place(asker, MINE),
    "share it": lambda desk, asker: desk.library.share(asker, MINE, of_person(STRANGER.person)),
    "take a share back": lambda desk, asker: desk.library.revoke(asker, MINE, of_server(SERVER)),
    "see its shares": lambda desk, asker: desk.library.grants(asker, MINE),
    "see its uses": lambda desk, asker: desk.library.uses(asker, MINE),
    "be told of uses": lambda desk, asker: desk.library.tell_uses(asker, MINE, told=True),
    "manage it by name": lambda desk, asker: desk.library.own_labelled(asker, f"voice:{MINE}"),
}


@pytest.mark.parametrize("act", OWNERS.values(), ids=OWNERS.keys())
async def test_only_the_owner_may(act: Act, desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await share(desk.kept, of_server(SERVER))
    before = await desk.kept.voices.get(MINE), await desk.kept.grants.grants(MINE)

    for asker in (AS_BOB, MODERATOR, STRANGER):
        with pytest.raises(errors.NotYours):
            await act(desk, asker)

    assert (await desk.kept.voices.get(MINE), await desk.kept.grants.grants(MINE)) == before
    await act(desk, AS_ADA)


async def test_who_a_voice_is_shared_with_cannot_delete_it(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    delete = DeleteVoice(voices=desk.kept.voices, jobs=desk.jobs)

    with pytest.raises(errors.NotYours):
        await delete.submit(MINE, who=BOB)

    assert desk.jobs.deletions == []


async def test_who_may_not_even_speak_with_a_voice_is_told_that_there_is_none(desk: Desk) -> None:
    with pytest.raises(errors.VoiceUnknown):
        await desk.library.own_labelled(STRANGER, f"voice:{MINE}")


@pytest.mark.parametrize("state", [VoiceState.DELETED, VoiceState.FAILED], ids=str)
async def test_a_voice_that_is_gone_is_gone_for_its_owner_too(
    state: VoiceState, desk: Desk
) -> None:
    await desk.kept.voices.settle(MINE, state)

    with pytest.raises(errors.VoiceGone):
        await desk.library.own(AS_ADA, MINE)


async def test_the_list_tells_uses_costs_shares_and_the_default(desk: Desk) -> None:
    await keep_voice(desk.kept, "discord-2", label="Another")
    await share(desk.kept, of_person(BOB))
    await share(desk.kept, of_server(SERVER), until=NOON)
    await desk.library.set_default(AS_ADA, "Me")
    await desk.done("discord-70", AS_BOB)
    await desk.kept.speeches.settle(SpeechKey("discord-70"), SpeechState.DONE, spent=700)

    another, mine = (await desk.library.page(AS_ADA, 0, size=9, shared=9)).entries

    assert (mine.voice.label, mine.uses, mine.spent, mine.shares, mine.is_default) == (
        *("Me", 1, 700, 1, True),
    )
    assert (another.voice.label, another.uses, another.spent, another.is_default) == (
        *("Another", 0, 0, False),
    )
    assert await desk.library.entry(AS_ADA, MINE) == mine
    assert (await desk.library.page(AS_BOB, 0, size=9, shared=9)).entries == []


async def test_the_owner_sees_who_spoke_with_the_voice(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.done("discord-70", AS_BOB)
    await desk.ask("discord-71", AS_ADA)

    (use,) = await desk.library.uses(AS_ADA, MINE)

    assert (use.by, use.at) == (BOB, NOON)


async def test_a_label_is_cleaned_checked_and_taken_once(desk: Desk) -> None:
    await keep_voice(desk.kept, "discord-2", label="Another")

    assert (await desk.library.rename(AS_ADA, MINE, "  Ro  bin ")).label == "Ro bin"
    with pytest.raises(errors.LabelTaken):
        await desk.library.rename(AS_ADA, MINE, "ANOTHER")
    with pytest.raises(errors.LabelInvalid):
        await desk.library.rename(AS_ADA, MINE, "🦜")


async def test_a_name_that_the_server_refuses_is_no_way_around_its_words(desk: Desk) -> None:
    await desk.kept.servers.save(SERVER, ServerSettings(words=("darn",)))

    with pytest.raises(errors.LabelNotHere):
        await desk.library.rename(replace(AS_ADA, server=SERVER), MINE, "Darn it")
    await desk.library.rename(AS_ADA, MINE, "Fine")

    assert (await desk.kept.voices.get(MINE)).label == "Fine"


async def test_a_renamed_voice_is_found_by_its_new_label_only_and_its_shares_stay(
    desk: Desk,
) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.library.rename(AS_ADA, MINE, "Robin")

    assert (await desk.choose.named(AS_BOB, "robin")).choice.key == MINE
    with pytest.raises(errors.VoiceUnknown):
        await desk.choose.named(AS_BOB, "Me")


# --- shares


async def test_a_grant_is_revoked_at_once_and_only_once(desk: Desk) -> None:
    await desk.library.share(AS_ADA, MINE, of_person(BOB))
    await desk.choose.named(AS_BOB, "Me")

    await desk.library.revoke(AS_ADA, MINE, of_person(BOB))

    with pytest.raises(errors.VoiceUnknown):
        await desk.choose.named(AS_BOB, "Me")
    with pytest.raises(errors.NotShared):
        await desk.library.revoke(AS_ADA, MINE, of_person(BOB))


async def test_sharing_again_sets_the_time_anew(desk: Desk) -> None:
    await desk.library.share(AS_ADA, MINE, of_person(BOB), lasting=timedelta(hours=1))
    desk.clock.move(timedelta(minutes=30))

    await desk.library.share(AS_ADA, MINE, of_person(BOB))

    (grant,) = await desk.library.grants(AS_ADA, MINE)
    assert (grant.granted_at, grant.expires_at) == (desk.clock.now, None)


async def test_a_voice_that_is_deleted_is_shared_with_nobody(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))

    await desk.kept.voices.settle(MINE, VoiceState.DELETED)

    with pytest.raises(errors.VoiceUnknown):
        await desk.choose.named(AS_BOB, f"voice:{MINE}")
    assert await desk.kept.grants.grants(MINE) == []


# --- versions


async def test_a_new_version_takes_over_shares_default_and_wishes(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB), until=NOON + timedelta(hours=1))
    await desk.library.set_default(AS_ADA, "Me")
    await desk.library.tell_uses(AS_ADA, MINE, told=True)
    newer = await keep_voice(desk.kept, "discord-2", replaces=MINE)

    placed = await desk.library.put_in_place(AS_ADA, newer.key)

    assert (placed.key, placed.replaces, placed.tells_uses) == (newer.key, None, True)
    assert (await desk.kept.voices.get(MINE)).state is VoiceState.RETIRED
    assert (await desk.choose.named(AS_BOB, "Me")).choice.key == newer.key
    assert (await desk.choose.named(AS_ADA, None)).choice.key == newer.key
    (grant,) = await desk.library.grants(AS_ADA, newer.key)
    assert grant.expires_at == NOON + timedelta(hours=1)


async def test_an_earlier_version_that_comes_back_does_not_bring_back_revoked_shares(
    desk: Desk,
) -> None:
    await share(desk.kept, of_person(BOB))
    newer = await keep_voice(desk.kept, "discord-2", replaces=MINE)
    await desk.library.put_in_place(AS_ADA, newer.key)
    await desk.library.revoke(AS_ADA, newer.key, of_person(BOB))

    await desk.library.put_in_place(AS_ADA, MINE)

    for name in ("Me", f"voice:{MINE}", f"voice:{newer.key}"):
        with pytest.raises(errors.VoiceUnknown):
            await desk.choose.named(AS_BOB, name)
    assert [each.key for each in await desk.library.history(AS_ADA, MINE)] == [newer.key, MINE]


@pytest.mark.parametrize("state", [VoiceState.HELD, VoiceState.LOST, VoiceState.CLONING], ids=str)
async def test_what_cannot_speak_is_not_put_in_place(state: VoiceState, desk: Desk) -> None:
    newer = await keep_voice(desk.kept, "discord-2", replaces=MINE, state=state)

    with pytest.raises(errors.VoiceGone):
        await desk.library.put_in_place(AS_ADA, newer.key)

    assert (await desk.kept.voices.get(MINE)).state is VoiceState.READY


async def test_putting_a_version_in_place_twice_changes_nothing_more(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    newer = await keep_voice(desk.kept, "discord-2", replaces=MINE)

    await desk.library.put_in_place(AS_ADA, newer.key)
    await desk.library.put_in_place(AS_ADA, newer.key)

    assert len(await desk.library.grants(AS_ADA, newer.key)) == 1
    (entry,) = (await desk.library.page(AS_ADA, 0, size=9, shared=9)).entries
    assert entry.voice.key == newer.key


async def test_an_unknown_voice_is_nobodys(desk: Desk) -> None:
    with pytest.raises(errors.VoiceGone):
        await desk.library.own(Asker(ADA), VoiceKey("discord-9"))


async def test_nobody_shares_a_voice_with_themselves(desk: Desk) -> None:
    with pytest.raises(errors.GrantInvalid):
        await desk.library.share(AS_ADA, MINE, of_person(ADA))

    assert await desk.kept.grants.grants(MINE) == []


async def test_the_default_goes_with_its_label_when_the_lost_version_is_replaced(
    desk: Desk,
) -> None:
    newer = VoiceKey("discord-2")
    await keep_voice(desk.kept, newer, replaces=MINE)
    await desk.library.put_in_place(AS_ADA, newer)
    await desk.library.set_default(AS_ADA, f"voice:{newer}")
    await desk.kept.voices.settle(newer, VoiceState.LOST)

    await desk.library.put_in_place(AS_ADA, MINE)

    assert await desk.kept.voices.default_of(ADA) == f"voice:{MINE}"


async def test_an_earlier_version_brought_back_is_shared_as_the_lost_one_was(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.library.tell_uses(AS_ADA, MINE, told=True)
    newer = await keep_voice(desk.kept, "discord-2", replaces=MINE)
    await desk.library.put_in_place(AS_ADA, newer.key)
    await desk.kept.voices.settle(newer.key, VoiceState.LOST)

    placed = await desk.library.put_in_place(AS_ADA, MINE)

    assert placed.tells_uses
    assert (await desk.choose.named(AS_BOB, "Me")).choice.key == MINE
    assert await desk.kept.grants.grants(newer.key) == []


async def test_a_share_that_went_on_to_another_version_is_taken_back_from_an_old_panel_too(
    desk: Desk,
) -> None:
    await share(desk.kept, of_person(BOB))
    await keep_voice(desk.kept, "discord-2", replaces=MINE)
    await desk.library.put_in_place(AS_ADA, VoiceKey("discord-2"))

    await desk.library.revoke(AS_ADA, MINE, of_person(BOB))

    with pytest.raises(errors.VoiceUnknown):
        await desk.ask("discord-8", AS_BOB, voice=MINE)
    with pytest.raises(errors.NotShared):
        await desk.library.revoke(AS_ADA, MINE, of_person(BOB))


async def test_the_share_that_lasts_longer_goes_on_with_a_new_version(desk: Desk) -> None:
    day, fresh = NOON + timedelta(days=1), VoiceKey("discord-2")
    await keep_voice(desk.kept, fresh, replaces=MINE)
    await share(desk.kept, of_person(BOB), until=day)
    await share(desk.kept, of_person(BOB), voice=fresh)
    await share(desk.kept, of_server(SERVER))
    await share(desk.kept, of_server(SERVER), voice=fresh, until=day)

    await desk.library.put_in_place(AS_ADA, fresh)

    found = {grant.to: grant.expires_at for grant in await desk.kept.grants.grants(fresh)}
    assert found == {of_person(BOB): None, of_server(SERVER): None}
