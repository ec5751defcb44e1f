"""Which voice is meant, and who may speak with it: owners, and those it is shared with."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.people import RoleId
from bot.domain.sharing import of_person, of_role, of_server
from bot.domain.speeches import VoiceChoice
from bot.domain.voices import VoiceKey, VoiceState
from tests.fakes.orders import ADA, BOB, NOON, SERVER
from tests.fakes.speaking import (
    AS_ADA,
    AS_BOB,
    ELSEWHERE,
    MINE,
    SECOND,
    SINGERS,
    STRANGER,
    Desk,
    keep_voice,
    share,
)

TOKEN = f"voice:{MINE}"
LADY = "stock:English_Graceful_Lady"


# --- by name


@pytest.mark.parametrize("name", [TOKEN, "Me", "ME", "  me "])
async def test_an_owner_names_a_voice_by_token_or_label_in_any_case(name: str, desk: Desk) -> None:
    chosen = await desk.choose.named(AS_ADA, name)

    assert (chosen.choice, chosen.label, chosen.token) == (VoiceChoice(key=MINE), "Me", TOKEN)
    assert chosen.scopes == (of_person(ADA),)


@pytest.mark.parametrize("name", [LADY, "Graceful Lady", "graceful lady"])
async def test_a_stock_voice_is_anybodys_by_id_or_name(name: str, desk: Desk) -> None:
    chosen = await desk.choose.named(STRANGER, name)

    assert chosen.choice == VoiceChoice(stock="English_Graceful_Lady")
    assert (chosen.language, chosen.voice, chosen.scopes) == ("English", None, ())


async def test_an_own_voice_goes_before_a_shared_one_and_that_before_a_stock_one(
    desk: Desk,
) -> None:
    shared = await keep_voice(desk.kept, "discord-2", label="Graceful Lady")
    await share(desk.kept, of_person(BOB), voice=shared.key)
    first = await desk.choose.named(AS_BOB, "Graceful Lady")
    own = await keep_voice(desk.kept, "discord-3", owner=BOB, label="Graceful Lady")

    second = await desk.choose.named(AS_BOB, "Graceful Lady")

    assert (first.choice.key, second.choice.key) == (shared.key, own.key)


@pytest.mark.parametrize("name", ["Nobody", "voice:discord-9", "stock:Nobody"])
async def test_an_unknown_name_is_given_back_as_it_was_typed(name: str, desk: Desk) -> None:
    with pytest.raises(errors.VoiceUnknown) as refused:
        await desk.choose.named(AS_ADA, name)

    assert refused.value.name == name


async def test_a_lost_voice_is_called_lost_by_its_label_until_it_is_cloned_again(
    desk: Desk,
) -> None:
    await desk.kept.voices.settle(MINE, VoiceState.LOST)

    with pytest.raises(errors.VoiceIsLost) as refused:
        await desk.choose.named(AS_ADA, "Me")
    again = await keep_voice(desk.kept, "discord-2")

    assert (refused.value.label, refused.value.key) == ("Me", MINE)
    assert (await desk.choose.named(AS_ADA, "Me")).choice.key == again.key


async def test_a_label_whose_only_version_left_is_retired_says_so_to_its_owner_alone(
    desk: Desk,
) -> None:
    await share(desk.kept, of_person(BOB))
    newer = await keep_voice(desk.kept, "discord-2", replaces=MINE)
    await desk.library.put_in_place(AS_ADA, newer.key)
    await desk.kept.voices.settle(newer.key, VoiceState.DELETED)

    for name in ("me", TOKEN):
        with pytest.raises(errors.VoiceIsRetired) as refused:
            await desk.choose.named(AS_ADA, name)
        assert refused.value.label == "Me"
        with pytest.raises(errors.VoiceUnknown):
            await desk.choose.named(AS_BOB, name)


@pytest.mark.parametrize("label", ["voice: mine", "stock:market", "voice:discord-9"])
async def test_a_label_may_begin_like_a_token(label: str, desk: Desk) -> None:
    voice = await keep_voice(desk.kept, "discord-2", label=label)

    assert (await desk.choose.named(AS_ADA, label)).choice.key == voice.key


async def test_a_token_goes_before_the_label_that_reads_like_it(desk: Desk) -> None:
    await keep_voice(desk.kept, "discord-2", label=TOKEN)

    assert (await desk.choose.named(AS_ADA, TOKEN)).choice.key == MINE


async def test_what_was_chosen_before_is_never_taken_for_a_label(desk: Desk) -> None:
    await desk.library.set_default(AS_ADA, TOKEN)
    await keep_voice(desk.kept, "discord-2", label=TOKEN)
    await desk.kept.voices.settle(MINE, VoiceState.DELETED)

    with pytest.raises(errors.NoDefaultVoice):
        await desk.choose.named(AS_ADA, None)
    with pytest.raises(errors.VoiceUnknown):
        await desk.choose.of_choice(AS_ADA, VoiceChoice(key=MINE))


async def test_a_replaced_version_stands_for_the_one_in_its_place(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    newer = await keep_voice(desk.kept, "discord-2", replaces=MINE)
    await desk.library.put_in_place(AS_ADA, newer.key)

    for asker in (AS_ADA, AS_BOB):
        assert (await desk.choose.named(asker, TOKEN)).choice.key == newer.key


# --- by default


async def test_without_a_name_the_default_voice_speaks(desk: Desk) -> None:
    await keep_voice(desk.kept, "discord-2", label="Other")
    await desk.library.set_default(AS_ADA, "Other")

    assert (await desk.choose.named(AS_ADA, None)).label == "Other"
    assert (await desk.choose.named(AS_ADA, "  ")).label == "Other"


async def test_who_has_exactly_one_voice_needs_no_default(desk: Desk) -> None:
    assert (await desk.choose.named(AS_ADA, None)).choice.key == MINE

    await keep_voice(desk.kept, "discord-2", label="Proposed", replaces=MINE)
    await keep_voice(desk.kept, "discord-3", label="Held", state=VoiceState.HELD)
    assert (await desk.choose.named(AS_ADA, None)).choice.key == MINE

    await keep_voice(desk.kept, "discord-4", label="Other")
    with pytest.raises(errors.NoDefaultVoice):
        await desk.choose.named(AS_ADA, None)


async def test_who_has_no_voice_has_no_default_even_where_one_is_shared_with_them(
    desk: Desk,
) -> None:
    await share(desk.kept, of_person(BOB))

    with pytest.raises(errors.NoDefaultVoice):
        await desk.choose.named(AS_BOB, None)


async def test_a_stock_voice_or_a_shared_one_can_be_the_default(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.library.set_default(AS_ADA, "Graceful Lady")
    await desk.library.set_default(AS_BOB, "Me")

    assert (await desk.choose.named(AS_ADA, None)).token == LADY
    assert (await desk.choose.named(AS_BOB, None)).token == TOKEN


@pytest.mark.parametrize("name", ["Nobody", TOKEN])
async def test_what_one_may_not_use_cannot_be_made_the_default(name: str, desk: Desk) -> None:
    with pytest.raises(errors.VoiceUnknown):
        await desk.library.set_default(STRANGER, name)

    assert await desk.kept.voices.default_of(STRANGER.person) is None


async def test_a_default_voice_that_is_taken_away_is_not_replaced_by_another_in_silence(
    desk: Desk,
) -> None:
    await keep_voice(desk.kept, "discord-2", owner=BOB, label="Bob")
    await share(desk.kept, of_person(BOB))
    await desk.library.set_default(AS_BOB, TOKEN)

    await desk.library.revoke(AS_ADA, MINE, of_person(BOB))

    with pytest.raises(errors.NoDefaultVoice):
        await desk.choose.named(AS_BOB, None)


# --- grants


async def test_a_grant_to_a_person_holds_anywhere(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))

    for server in (SERVER, ELSEWHERE, None):
        chosen = await desk.choose.named(replace(AS_BOB, server=server), TOKEN)
        assert chosen.scopes == (of_person(BOB),)
    with pytest.raises(errors.VoiceUnknown):
        await desk.choose.named(STRANGER, TOKEN)


async def test_a_grant_to_a_server_holds_only_there(desk: Desk) -> None:
    await share(desk.kept, of_server(SERVER))

    chosen = await desk.choose.named(AS_BOB, TOKEN)
    assert chosen.scopes == (of_person(BOB), of_server(SERVER))
    for server in (ELSEWHERE, None):
        with pytest.raises(errors.VoiceUnknown):
            await desk.choose.named(replace(AS_BOB, server=server), TOKEN)


async def test_a_grant_to_a_role_holds_only_while_one_has_it(desk: Desk) -> None:
    await share(desk.kept, of_role(SINGERS))
    singer = replace(AS_BOB, roles=frozenset({SINGERS, RoleId("discord:78")}))

    chosen = await desk.choose.named(singer, TOKEN)
    assert chosen.scopes == (of_person(BOB), of_role(SINGERS))
    for roles in (frozenset[RoleId](), frozenset({RoleId("discord:78")})):
        with pytest.raises(errors.VoiceUnknown):
            await desk.choose.named(replace(AS_BOB, roles=roles), TOKEN)


async def test_a_grant_runs_out_to_the_second(desk: Desk) -> None:
    await desk.library.share(AS_ADA, MINE, of_person(BOB), lasting=timedelta(hours=1))

    desk.clock.move(timedelta(hours=1) - SECOND)
    await desk.choose.named(AS_BOB, TOKEN)
    await desk.choose.named(AS_BOB, "Me")
    assert len(await desk.library.grants(AS_ADA, MINE)) == 1
    desk.clock.move(SECOND)
    for name in (TOKEN, "Me"):
        with pytest.raises(errors.VoiceUnknown):
            await desk.choose.named(AS_BOB, name)
    assert await desk.library.grants(AS_ADA, MINE) == []


async def test_only_the_grants_that_hold_stand_for_an_order(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB), until=NOON)
    await share(desk.kept, of_server(SERVER))
    await share(desk.kept, of_server(ELSEWHERE))

    chosen = await desk.choose.named(AS_BOB, TOKEN)

    assert chosen.scopes == (of_person(BOB), of_server(SERVER))


# --- what an order was allowed by, when its turn comes


async def test_an_order_still_stands_while_a_grant_it_was_allowed_by_does(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await share(desk.kept, of_server(SERVER))
    scopes = (await desk.choose.named(AS_BOB, TOKEN)).scopes

    await desk.kept.grants.revoke(MINE, of_server(SERVER))
    assert (await desk.choose.still(MINE, scopes, "Me")).choice.key == MINE
    await desk.kept.grants.revoke(MINE, of_person(BOB))
    with pytest.raises(errors.VoiceUnknown) as refused:
        await desk.choose.still(MINE, scopes, "Me")

    assert refused.value.name == "Me"


async def test_an_owners_order_stands_as_long_as_the_voice_can_speak(desk: Desk) -> None:
    scopes = (await desk.choose.named(AS_ADA, TOKEN)).scopes

    await desk.choose.still(MINE, scopes, "Me")
    for state, error in (
        (VoiceState.HELD, errors.VoiceNotReady),
        (VoiceState.LOST, errors.VoiceIsLost),
        (VoiceState.DELETED, errors.VoiceUnknown),
    ):
        await desk.kept.voices.settle(MINE, state)
        with pytest.raises(error):
            await desk.choose.still(MINE, scopes, "Me")
    with pytest.raises(errors.VoiceUnknown):
        await desk.choose.still(VoiceKey("discord-9"), scopes, "Me")


async def test_an_order_in_nobodys_name_stands_for_nothing(desk: Desk) -> None:
    with pytest.raises(errors.VoiceUnknown):
        await desk.choose.still(MINE, (), "Me")


# --- while somebody types


async def test_suggestions_are_own_voices_then_shared_ones_then_stock_ones(desk: Desk) -> None:
    shared = await keep_voice(desk.kept, "discord-2", label="Grandma")
    await share(desk.kept, of_person(BOB), voice=shared.key)
    own = await keep_voice(desk.kept, "discord-3", owner=BOB, label="Gravel")

    found = await desk.choose.suggestions(AS_BOB, "gra", limit=25)

    assert [each.label for each in found] == ["Gravel", "Grandma", "Graceful Lady"]
    assert [each.choice.key for each in found] == [own.key, shared.key, None]
    assert len(await desk.choose.suggestions(AS_BOB, "gra", limit=2)) == 2


async def test_before_anything_is_typed_stock_voices_come_last_and_in_ones_language_first(
    desk: Desk,
) -> None:
    await share(desk.kept, of_person(BOB))
    await keep_voice(desk.kept, "discord-3", owner=BOB, label="Zoe")

    async def labels(language: str | None) -> list[str]:
        found = await desk.choose.suggestions(AS_BOB, "", limit=25, language=language)
        return [each.label for each in found]

    assert await labels("German") == ["Zoe", "Me", "Friendly Man", "Graceful Lady"]
    assert await labels("English") == ["Zoe", "Me", "Graceful Lady", "Friendly Man"]
    assert await labels(None) == ["Zoe", "Me", "Graceful Lady", "Friendly Man"]


async def test_shared_voices_are_found_however_many_one_has_oneself(desk: Desk) -> None:
    for number in range(2, 6):
        shared = await keep_voice(desk.kept, f"discord-{number}", label=f"Voice {number}")
        await share(desk.kept, of_server(SERVER), voice=shared.key)
    for number in range(6, 9):
        await keep_voice(desk.kept, f"discord-{number}", owner=BOB, label=f"Bob {number}")

    found = await desk.choose.shared(AS_BOB, limit=3, own=3)

    assert [voice.label for voice in found] == ["Voice 2", "Voice 3", "Voice 4"]
    assert await desk.choose.shared(AS_ADA, limit=3, own=5) == []


async def test_suggestions_never_show_what_one_may_not_use(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB), until=NOON + SECOND)

    seen = [each.label for each in await desk.choose.suggestions(AS_BOB, "me", limit=25)]
    desk.clock.move(SECOND)
    after = [each.label for each in await desk.choose.suggestions(AS_BOB, "me", limit=25)]

    assert (seen, after) == (["Me"], [])
    assert await desk.choose.suggestions(STRANGER, "me", limit=25) == []


async def test_own_suggestions_are_of_own_voices_only(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await keep_voice(desk.kept, "discord-2", owner=BOB, label="Melody")

    found = await desk.choose.own_suggestions(AS_BOB, "me", limit=25)

    assert [each.label for each in found] == ["Melody"]
