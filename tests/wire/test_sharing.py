"""A voice that others may speak with: a member, a role, a server, for ever or for days."""

from dataclasses import replace
from typing import Any

import pytest

from bot.frontends import wording_library
from tests.wire.speeches import (
    activated,
    choose,
    cloned,
    ended,
    holds,
    opened,
    options,
    panel,
    press,
    refused,
    rows,
    sentence_of,
    shown,
    speak,
    spoken,
    told,
)
from tests.wire.world import PATIENCE, World, eventually, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"MYNA_PERSON_DAY_USD": "none", "MYNA_SERVER_DAY_USD": "none"}


async def share(scene: World, **options: Any) -> str:
    """Press `/voices share` as ada; return what she is told."""
    given = {"voice": "Robin"} | options
    return await whispered(
        await scene.discord.slash(scene.ada, scene.channel, "voices share", **given)
    )


async def unshare(scene: World, **options: Any) -> str:
    """Press `/voices unshare` as ada; return what she is told."""
    given = {"voice": "Robin"} | options
    return await whispered(
        await scene.discord.slash(scene.ada, scene.channel, "voices unshare", **given)
    )


async def refused_to_bob(scene: World) -> str:
    """Return what bob is told who may not speak with ada's voice."""
    return await refused(scene, "Hello.", person=scene.bob, voice="Robin")


async def test_a_member_speaks_with_a_shared_voice_and_pays_for_it(scene: World) -> None:
    await activated(scene)
    assert "no voice called" in await refused_to_bob(scene)

    said = await share(scene, member=scene.bob)

    assert f"<@{scene.bob.id}> may speak with **Robin** now, until you take it back" in said
    card = await spoken(scene, sentence_of(scene), scene.bob, voice="Robin")
    assert "**Robin**" in card["content"]
    assert f"<@{scene.bob.id}>" in card["content"]
    payers = rows(
        scene,
        "SELECT person FROM charges WHERE characters = ? AND kind = 'speech'",
        len(sentence_of(scene)),
    )
    assert payers == [(f"discord:{scene.bob.id}",)]


async def test_a_shared_voice_is_suggested_to_who_may_speak_with_it(scene: World) -> None:
    await cloned(scene)

    async def suggested() -> list[str]:
        typed = (scene.bob, scene.channel, "speak", "voice", "rob")
        return [each["name"] for each in await scene.discord.autocomplete(*typed)]

    assert await suggested() == []
    await share(scene, member=scene.bob)
    assert await suggested() == ["Robin"]
    await unshare(scene, member=scene.bob)
    assert await suggested() == []


async def test_what_others_share_stands_in_the_list_and_as_the_default_at_its_top(
    scene: World,
) -> None:
    await cloned(scene)
    await share(scene, member=scene.bob)
    by_ada = f"**Robin** by <@{scene.ada.id}>"
    assert by_ada in shown(await panel(scene, scene.bob))["content"]

    chosen = await scene.discord.slash(scene.bob, scene.channel, "voices default", voice="Robin")
    await whispered(chosen)

    top = shown(await panel(scene, scene.bob))["content"].splitlines()[0]
    assert top == "Your default voice is **Robin**, shared with you."
    await unshare(scene, member=scene.bob)
    listed = shown(await panel(scene, scene.bob))["content"]
    assert wording_library.DEFAULT_GONE in listed
    assert by_ada not in listed


async def test_unsharing_takes_effect_at_once(scene: World) -> None:
    await activated(scene)
    await share(scene, member=scene.bob)
    await spoken(scene, sentence_of(scene), scene.bob, voice="Robin")

    said = await unshare(scene, member=scene.bob)

    assert "can no longer speak with **Robin**" in said
    assert "no voice called" in await refused_to_bob(scene)


async def test_a_voice_taken_back_while_somebody_waits_for_it_does_not_speak(scene: World) -> None:
    await cloned(scene)
    await share(scene, member=scene.bob)
    pressed = await speak(scene, sentence_of(scene), scene.bob, voice="Robin")
    assert pressed.is_ephemeral  # the fee is offered first
    await unshare(scene, member=scene.bob)

    confirmed = await scene.press(scene.bob, shown(pressed), "Speak it")

    assert "no voice called" in await told(confirmed)
    assert holds(scene) == 0


async def test_a_role_shares_with_whoever_holds_it_and_no_longer(scene: World) -> None:
    await activated(scene)
    singers = scene.discord.add_role(scene.server, f"singers-{scene.channel.id}", scene.bob)

    said = await share(scene, role=singers)

    assert f"Everybody with <@&{singers.id}>" in said
    await spoken(scene, sentence_of(scene), scene.bob, voice="Robin")
    scene.discord.take_role(scene.bob, singers)
    assert "no voice called" in await refused_to_bob(scene)


async def test_a_server_shares_with_its_members_there_and_nowhere_else(scene: World) -> None:
    await activated(scene)
    home = scene.discord.add_channel(scene.discord.add_server("Home"), f"home-{scene.channel.id}")
    at_home = replace(scene, channel=home)

    said = await share(at_home, server=True)

    assert "Everybody on this server may speak" in said
    for place, name in ((scene, "another server ("), (at_home, "server Home")):
        detail = await opened(place)
        await press(place, detail, wording_library.SHARES)
        expected = "Everybody on another" if place is scene else "Everybody on this server"
        assert expected in shown(detail)["content"]
        assert [each.startswith(name) for each in options(shown(detail))] == [True]
    await spoken(at_home, sentence_of(scene), scene.bob, voice="Robin")
    assert "no voice called" in await refused_to_bob(scene)
    direct = replace(scene, channel=scene.discord.direct_channel(scene.bob))
    assert "no voice called" in await refused_to_bob(direct)


async def test_a_grant_for_days_tells_when_it_ends_and_is_listed(scene: World) -> None:
    await cloned(scene)

    said = await share(scene, member=scene.bob, days=3)

    assert "until you take it back" not in said
    ((granted, expires),) = rows(
        scene,
        "SELECT julianday(granted_at), julianday(expires_at) FROM grants WHERE scope = ?",
        f"person:discord:{scene.bob.id}",
    )
    assert expires - granted == pytest.approx(3, abs=0.01)
    detail = await opened(scene)
    assert "Shared with 1" in shown(detail)["content"]


@pytest.mark.parametrize("others", [{}, {"server": True}])
async def test_a_grant_names_exactly_one_of_member_role_and_server(
    scene: World, others: dict[str, Any]
) -> None:
    await cloned(scene)
    named = others | ({"member": scene.bob} if others else {})

    assert "Say with whom" in await share(scene, **named)
    assert "no voice called" in await refused_to_bob(scene)


async def test_who_was_granted_a_voice_cannot_share_it_further(scene: World) -> None:
    await cloned(scene)
    await share(scene, member=scene.bob)

    pressed = await scene.discord.slash(
        scene.bob, scene.channel, "voices share", voice="Robin", server=True
    )

    assert "Only the one who asked for this voice" in await whispered(pressed)
    assert "Shared with 1" in shown(await opened(scene))["content"]


async def test_a_grant_is_taken_back_from_the_list(scene: World) -> None:
    await cloned(scene)
    await share(scene, member=scene.bob)
    detail = await opened(scene)
    await press(scene, detail, wording_library.SHARES)
    assert f"<@{scene.bob.id}>" in shown(detail)["content"]

    await choose(
        scene, detail, wording_library.PICK_GRANT, f"member {scene.bob.name.title()}"[:100]
    )

    assert "shared with nobody" in shown(detail)["content"]
    assert "no voice called" in await refused_to_bob(scene)


async def test_the_owner_sees_who_used_the_voice_and_is_told_only_when_wanted(
    scene: World,
) -> None:
    await activated(scene)
    await share(scene, member=scene.bob)
    await spoken(scene, f"{sentence_of(scene)} Unheard.", scene.bob, voice="Robin")
    detail = await opened(scene)
    await press(scene, detail, wording_library.USES)
    assert f"<@{scene.bob.id}>" in shown(detail)["content"]
    await press(scene, detail, wording_library.BACK)
    assert scene.discord.direct_messages(scene.ada) == []

    await press(scene, detail, wording_library.TELL_ME)
    assert "I tell you" in shown(detail)["content"]
    await spoken(scene, sentence_of(scene), scene.bob, voice="Robin")

    await eventually(lambda: len(scene.discord.direct_messages(scene.ada)) == 1)
    (letter,) = scene.discord.direct_messages(scene.ada)
    expected = f"<@{scene.bob.id}> spoke with your voice **Robin**: {len(sentence_of(scene))}"
    assert expected in letter["content"]
    assert sentence_of(scene) not in letter["content"]

    await press(scene, detail, wording_library.TELL_ME_NOT)
    assert "I tell you" not in shown(detail)["content"]
    await spoken(scene, f"{sentence_of(scene)} Again.", scene.bob, voice="Robin")
    await scene.settled()
    assert len(scene.discord.direct_messages(scene.ada)) == 1


async def test_the_first_speech_of_a_shared_voice_tells_its_fee_to_who_speaks(
    scene: World,
) -> None:
    await cloned(scene)
    await share(scene, member=scene.bob)

    pressed = await speak(scene, sentence_of(scene), scene.bob, voice="Robin")

    assert "$1.50" in shown(pressed)["content"]
    confirmed = await scene.press(scene.bob, shown(pressed), "Speak it")
    card = await ended(confirmed)
    assert "keeps the voice" in card["content"]
    await confirmed.until(lambda each: each.message is not None, PATIENCE)
