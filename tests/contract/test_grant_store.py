"""What every `GrantStore` promises."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.domain.errors import VoiceGone
from bot.domain.people import PersonId, RoleId, ServerId
from bot.domain.sharing import Grant, Scope, of_person, of_role, of_server
from bot.domain.voices import Voice, VoiceKey, VoiceState
from bot.ports import GrantStore, VoiceStore
from tests.fakes.orders import ADA, BOB, NOON, OPTIONS, SERVER, a_consent, a_voice, an_order

EVERYBODY = of_server(SERVER)
CREW = of_role(RoleId("discord:77"))
TO_BOB = of_person(BOB)
HOUR = timedelta(hours=1)


async def ready(
    voices: VoiceStore,
    label: str,
    *,
    owner: PersonId = ADA,
    language: str | None = None,
    replaces: VoiceKey | None = None,
) -> Voice:
    key = f"{owner}-{label}-{replaces}"
    options = replace(OPTIONS, language=language)
    order = an_order(key, label=label, owner=owner, options=options)
    await voices.reserve(order, replace(a_voice(order), replaces=replaces), a_consent(order))
    return await voices.settle(order.key, VoiceState.READY)


async def labels(
    grants: GrantStore, typed: str = "", *scopes: Scope, owner: PersonId = BOB, limit: int = 25
) -> list[str]:
    found = await grants.find(scopes, typed, now=NOON, limit=limit, owner=owner)
    return [voice.label for voice in found]


async def test_a_grant_comes_back_as_it_was_given(voices: VoiceStore, grants: GrantStore) -> None:
    voice = await ready(voices, "Robin")
    first = Grant(voice.key, TO_BOB, NOON)
    second = Grant(voice.key, EVERYBODY, NOON + HOUR, NOON + 2 * HOUR)

    await grants.share(second)
    await grants.share(first)

    assert await grants.grants(voice.key) == [first, second]


async def test_sharing_again_replaces_when_it_runs_out(
    voices: VoiceStore, grants: GrantStore
) -> None:
    voice = await ready(voices, "Robin")
    await grants.share(Grant(voice.key, TO_BOB, NOON - 2 * HOUR, NOON - HOUR))

    again = Grant(voice.key, TO_BOB, NOON)
    await grants.share(again)

    assert await grants.grants(voice.key) == [again]
    assert await labels(grants, "", TO_BOB) == ["Robin"]


@pytest.mark.parametrize("state", [None, VoiceState.DELETED])
async def test_what_is_not_there_cannot_be_shared(
    voices: VoiceStore, grants: GrantStore, state: VoiceState | None
) -> None:
    key = VoiceKey("discord-404")
    if state is not None:
        key = (await ready(voices, "Robin")).key
        await voices.settle(key, state)

    with pytest.raises(VoiceGone):
        await grants.share(Grant(key, TO_BOB, NOON))


async def test_a_grant_holds_for_its_scope_until_it_runs_out(
    voices: VoiceStore, grants: GrantStore
) -> None:
    voice = await ready(voices, "Robin")
    await grants.share(Grant(voice.key, CREW, NOON, NOON + HOUR))

    assert await grants.may_use(voice.key, [EVERYBODY, CREW], NOON)
    assert not await grants.may_use(voice.key, [EVERYBODY, TO_BOB], NOON)
    assert not await grants.may_use(voice.key, [], NOON)
    assert not await grants.may_use(voice.key, [CREW], NOON + HOUR)
    assert not await grants.may_use(VoiceKey("discord-404"), [CREW], NOON)


async def test_the_grants_that_hold_are_counted_for_several_voices_at_once(
    voices: VoiceStore, grants: GrantStore
) -> None:
    robin, wren, heron = [await ready(voices, label) for label in ("Robin", "Wren", "Heron")]
    await grants.share(Grant(robin.key, TO_BOB, NOON))
    await grants.share(Grant(robin.key, EVERYBODY, NOON, NOON + HOUR))
    await grants.share(Grant(robin.key, CREW, NOON - HOUR, NOON))
    await grants.share(Grant(wren.key, CREW, NOON - HOUR, NOON))
    await grants.share(Grant(heron.key, TO_BOB, NOON))

    assert await grants.count([robin.key, wren.key], NOON) == {robin.key: 2}
    assert await grants.count([robin.key, heron.key], NOON + HOUR) == {robin.key: 1, heron.key: 1}
    assert await grants.count([], NOON) == {}


async def test_a_revoked_grant_holds_no_more_and_the_others_do(
    voices: VoiceStore, grants: GrantStore
) -> None:
    voice = await ready(voices, "Robin")
    for scope in (TO_BOB, CREW):
        await grants.share(Grant(voice.key, scope, NOON))

    assert await grants.revoke(voice.key, TO_BOB)

    assert not await grants.revoke(voice.key, TO_BOB)
    assert not await grants.may_use(voice.key, [TO_BOB], NOON)
    assert await labels(grants, "", TO_BOB) == []
    assert await labels(grants, "", CREW) == ["Robin"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["Deep Dark Robin", "Kite", "robin"]),
        ("rob", ["Deep Dark Robin", "robin"]),
        ("ROB", ["Deep Dark Robin", "robin"]),
        ("\uff32ob", ["Deep Dark Robin", "robin"]),
        ("  deep   dark ", ["Deep Dark Robin"]),
        ("dark", ["Deep Dark Robin"]),
        ("ger", ["Kite"]),
        ("obin", []),
        ("%", []),
        ("_", []),
        ("robin\0", ["Deep Dark Robin", "robin"]),
    ],
)
async def test_what_begins_as_typed_is_found_by_label_word_or_language(
    voices: VoiceStore, grants: GrantStore, typed: str, expected: list[str]
) -> None:
    await ready(voices, "robin")
    await ready(voices, "Kite", language="German")
    await ready(voices, "Deep Dark Robin", language="auto")

    assert await labels(grants, typed, owner=ADA) == expected


async def test_own_voices_come_first_then_shared_ones_each_by_label(
    voices: VoiceStore, grants: GrantStore
) -> None:
    for label in ("Zebra", "Yak"):
        await ready(voices, label, owner=BOB)
    for label in ("Dodo", "Crow"):
        voice = await ready(voices, label)
        await grants.share(Grant(voice.key, EVERYBODY, NOON))

    assert await labels(grants, "", EVERYBODY) == ["Yak", "Zebra", "Crow", "Dodo"]
    assert await labels(grants, "", EVERYBODY, limit=3) == ["Yak", "Zebra", "Crow"]
    assert await labels(grants, "", EVERYBODY, limit=1) == ["Yak"]


async def test_a_voice_is_found_once_however_often_it_matches_and_is_shared(
    voices: VoiceStore, grants: GrantStore
) -> None:
    theirs = await ready(voices, "Big bad bear", language="Bulgarian")
    mine = await ready(voices, "Big bird", owner=BOB)
    for voice, scope in product((theirs, mine), (TO_BOB, EVERYBODY, CREW)):
        await grants.share(Grant(voice.key, scope, NOON))

    found = await labels(grants, "b", TO_BOB, EVERYBODY, CREW)

    assert found == ["Big bird", "Big bad bear"]


async def test_others_find_only_what_is_shared_with_them_now(
    voices: VoiceStore, grants: GrantStore
) -> None:
    await ready(voices, "Private")
    runs_out = await ready(voices, "Runs out")
    await grants.share(Grant(runs_out.key, EVERYBODY, NOON - HOUR, NOON))
    elsewhere = await ready(voices, "Elsewhere")
    await grants.share(Grant(elsewhere.key, of_server(ServerId("discord:56")), NOON))
    lasts = await ready(voices, "Lasts")
    await grants.share(Grant(lasts.key, EVERYBODY, NOON - HOUR, NOON + HOUR))

    assert await labels(grants, "", EVERYBODY, TO_BOB) == ["Lasts"]
    assert await labels(grants, "") == []


@pytest.mark.parametrize("state", [each for each in VoiceState if each is not VoiceState.READY])
async def test_only_a_ready_voice_is_found_and_again_when_it_is_ready_again(
    voices: VoiceStore, grants: GrantStore, state: VoiceState
) -> None:
    voice = await ready(voices, "Robin")
    await grants.share(Grant(voice.key, EVERYBODY, NOON))
    await voices.settle(voice.key, state)

    gone = [await labels(grants, "rob", EVERYBODY), await labels(grants, "rob", owner=ADA)]
    await voices.settle(voice.key, VoiceState.READY)

    assert gone == [[], []]
    shared_still = [] if state is VoiceState.DELETED else ["Robin"]
    assert await labels(grants, "rob", EVERYBODY) == shared_still
    assert await labels(grants, "rob", owner=ADA) == ["Robin"]


async def test_a_deleted_voice_is_shared_with_nobody(
    voices: VoiceStore, grants: GrantStore
) -> None:
    voice = await ready(voices, "Robin")
    await grants.share(Grant(voice.key, EVERYBODY, NOON))

    await voices.settle(voice.key, VoiceState.DELETED)

    assert await grants.grants(voice.key) == []
    assert not await grants.may_use(voice.key, [EVERYBODY], NOON)


async def test_a_voice_that_is_shared_before_it_is_ready_is_found_once_it_is(
    voices: VoiceStore, grants: GrantStore
) -> None:
    order = an_order(label="Robin")
    await voices.reserve(order, a_voice(order), a_consent(order))
    await grants.share(Grant(order.key, EVERYBODY, NOON))
    before = await labels(grants, "", EVERYBODY)

    await voices.settle(order.key, VoiceState.READY)

    assert (before, await labels(grants, "", EVERYBODY)) == ([], ["Robin"])


async def test_a_renamed_voice_is_found_by_its_new_label_only(
    voices: VoiceStore, grants: GrantStore
) -> None:
    voice = await ready(voices, "Robin")
    await grants.share(Grant(voice.key, EVERYBODY, NOON))

    await voices.rename(voice.key, "Heron")

    assert await labels(grants, "rob", EVERYBODY) == []
    assert await labels(grants, "her", EVERYBODY) == ["Heron"]
    assert await labels(grants, "her", owner=ADA) == ["Heron"]


async def test_a_proposed_version_is_found_once_it_is_in_place_and_the_old_one_no_more(
    voices: VoiceStore, grants: GrantStore
) -> None:
    old = await ready(voices, "Robin")
    new = await ready(voices, "Robin", replaces=old.key)
    before = await grants.find([], "", now=NOON, limit=9, owner=ADA)

    await voices.put_in_place(new.key)

    after = await grants.find([], "", now=NOON, limit=9, owner=ADA)
    assert [voice.key for voice in before] == [old.key]
    assert [voice.key for voice in after] == [new.key]


async def test_where_more_match_than_fit_the_beginnings_of_labels_win(
    voices: VoiceStore, grants: GrantStore
) -> None:
    for label in ("a robin", "b robin", "robin 1", "robin 2"):
        await ready(voices, label)

    assert await labels(grants, "robin", owner=ADA, limit=2) == ["robin 1", "robin 2"]
    assert await labels(grants, "robin", owner=ADA, limit=3) == ["a robin", "robin 1", "robin 2"]


async def test_somebody_with_hundreds_of_roles_finds_what_is_shared_with_the_last(
    voices: VoiceStore, grants: GrantStore
) -> None:
    roles = [of_role(RoleId(f"discord:{number}")) for number in range(250)]
    mine = await ready(voices, "Yak", owner=BOB)
    first, last = await ready(voices, "Zebra"), await ready(voices, "Crow")
    await grants.share(Grant(first.key, roles[0], NOON))
    await grants.share(Grant(last.key, roles[-1], NOON))

    assert await labels(grants, "", *roles) == ["Yak", "Crow", "Zebra"]
    assert await labels(grants, "", *roles, limit=2) == [mine.label, "Crow"]
