"""What is flagged waits for a moderator, who decides it once; who asked for it is told."""

import asyncio

import pytest

from bot.domain.moderation import Decision, FlagKind
from bot.frontends import wording_cases
from tests.wire.reviews import (
    ABUSE,
    card_says,
    case_about,
    decide,
    fill_in,
    flag,
    govern,
    key_in,
    letter_with,
    letters,
    moderator,
    open_review,
)
from tests.wire.speeches import cloned, refused, rows, spoken
from tests.wire.world import PATIENCE, World, eventually, labels, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"MYNA_PERSON_DAY_USD": "none", "MYNA_SERVER_DAY_USD": "none"}
APPROVE, REJECT, BAN = Decision.APPROVE, Decision.REJECT, Decision.BAN


def state_of(world: World, key: str) -> str:
    ((state,),) = rows(world, "SELECT state FROM voices WHERE key = ?", key)
    return str(state)


async def test_a_held_voice_is_shown_to_moderators_with_all_they_need(scene: World) -> None:
    review = await open_review(scene, "review-all")
    key = await flag(scene, ABUSE, text="Something **bold** to say.")

    card = await case_about(scene, review, key)

    assert "flagged the voice: abuse" in card["content"]
    assert f"Asked for by <@{scene.ada.id}>" in card["content"]
    assert f"/{scene.channel.id}/" in card["content"]
    assert r"Something \*\*bold\*\* to say." in card["content"]
    assert "To hear: preview, sample" in card["content"]
    assert "No other cases of theirs" in card["content"]
    assert labels(card) == [
        *(wording_cases.TAKE, wording_cases.EVIDENCE),
        *wording_cases.DECISIONS.values(),
    ]
    assert scene.bubbles() == []


async def test_moderators_hear_sample_and_preview_alone_and_it_is_sealed_at_rest(
    scene: World,
) -> None:
    review, mona = await open_review(scene, "review-hear"), moderator(scene, "mona-hear")
    key = await flag(scene)
    card = await case_about(scene, review, key)

    pressed = await scene.press(mona, card, wording_cases.EVIDENCE)
    await pressed.until(lambda each: bool(each.followups), PATIENCE)
    strangers = await scene.press(scene.bob, card, wording_cases.EVIDENCE)

    assert "Only those who review" in await whispered(strangers)
    heard = pressed.followups[-1]
    assert [each["filename"] for each in heard["attachments"]] == [
        *("preview.ogg", "sample.ogg", "text.txt")
    ]
    sealed = rows(scene, "SELECT name, sealed FROM evidence WHERE subject = ?", key)
    assert len(sealed) == 2
    assert not any(b"OggS" in data for _, data in sealed)
    log = rows(scene, "SELECT act FROM audit WHERE subject = ? ORDER BY id", key_in(card))
    assert [act for (act,) in log] == ["case opened", "evidence heard"]


async def test_an_approved_preview_is_posted_where_it_was_asked_for_and_the_voice_speaks(
    scene: World,
) -> None:
    review, mona = await open_review(scene, "review-yes"), moderator(scene, "mona-yes")
    key = await flag(scene, name="Held")
    assert "cannot speak yet" in await refused(scene, "Say it.", voice="Held")

    answer = await decide(scene, mona, await case_about(scene, review, key), APPROVE)

    assert "approved now" in await whispered(answer)
    await scene.bubble()
    await scene.says("is ready")
    card = await card_says(scene, review, key, "· approved")
    assert f"Decided by <@{mona.id}>: Because." in card["content"]
    assert labels(card) == [wording_cases.EVIDENCE, wording_cases.UNDO]
    await eventually(lambda: "moderator approved the voice **Held**" in letters(scene, scene.ada))
    assert "asked for by" in (await spoken(scene, "Free at last.", voice="Held"))["content"]
    assert scene.bill().clones == 1


async def test_an_approval_can_be_undone_and_the_voice_is_held_again(scene: World) -> None:
    review, mona = await open_review(scene, "review-undo"), moderator(scene, "mona-undo")
    key = await flag(scene, name="Undone")
    await decide(scene, mona, await case_about(scene, review, key), APPROVE)
    await scene.bubble()
    card = await card_says(scene, review, key, "· approved")
    await scene.says("is ready")

    pressed = await scene.press(mona, card, wording_cases.UNDO)
    await fill_in(scene, pressed, "I misheard.")

    await card_says(scene, review, key, "· open")
    await eventually(lambda: scene.bubbles() == [])
    await scene.says("is on hold")
    assert "cannot speak yet" in await refused(scene, "Say it.", voice="Undone")


async def test_a_rejected_voice_is_deleted_at_the_provider_and_its_asker_may_appeal_once(
    scene: World,
) -> None:
    review = await open_review(scene, "review-no")
    mona, max_ = moderator(scene, "mona-no"), moderator(scene, "max-no")
    key = await flag(scene, name="Rejected")
    card = await case_about(scene, review, key)

    await decide(scene, mona, card, REJECT, reason="Not here.")

    await scene.says("is deleted")
    assert len(scene.arrived("/v1/delete_voice")) == 1
    await eventually(lambda: "They say: Not here." in letters(scene, scene.ada))
    letter = letter_with(scene, scene.ada, wording_cases.APPEAL)
    strangers = await scene.discord.forge_click(
        scene.bob, letter, f"myna-case:appeal:{key_in(card)}"
    )
    forged = await fill_in(scene, await strangers.answered(PATIENCE), "Mine!")
    assert "no such case" in await whispered(forged)

    pressed = await scene.press(scene.ada, letter, wording_cases.APPEAL)
    appealed = await fill_in(scene, pressed, "It was a joke.")
    assert "with the moderators" in await whispered(appealed)
    card = await card_says(scene, review, key, "Appealed: It was a joke.")
    await scene.says("was appealed", channel=review)
    again = await scene.press(scene.ada, letter, wording_cases.APPEAL)
    assert "nothing to appeal" in await whispered(await fill_in(scene, again, "Please."))

    same = await decide(scene, mona, card, REJECT)
    assert "somebody else has to now" in await whispered(same)
    await decide(scene, max_, card, REJECT, reason="Still not.")
    await eventually(lambda: "That is final." in letters(scene, scene.ada))
    third = await scene.press(scene.ada, letter, wording_cases.APPEAL)
    assert "nothing to appeal" in await whispered(await fill_in(scene, third, "Again."))
    assert state_of(scene, key) == "deleted"


async def test_why_it_was_rejected_is_not_told_in_the_channel(scene: World) -> None:
    review, mona = await open_review(scene, "review-shut"), moderator(scene, "mona-shut")
    key = await flag(scene, name="Shut")
    scene.ada.accepts_direct_messages = False

    card = await case_about(scene, review, key)
    await decide(scene, mona, card, BAN, reason="A private matter.", days="7")

    told = await scene.says("Moderators have news about the voice **Shut**")
    assert told["content"].startswith(f"<@{scene.ada.id}>")
    assert labels(told) == [wording_cases.APPEAL]
    posted = "\n".join(each["content"] for each in scene.posted_by_myna())
    assert not any(word in posted for word in ("private matter", "abuse", "may neither"))


async def test_of_two_moderators_at_once_one_decides(scene: World) -> None:
    review = await open_review(scene, "review-race")
    people = [moderator(scene, f"mod-{number}") for number in range(4)]
    key = await flag(scene)
    card = await case_about(scene, review, key)
    forms = [
        await scene.press(person, card, wording_cases.DECISIONS[one])
        for person, one in zip(people, (APPROVE, REJECT, APPROVE, REJECT), strict=True)
    ]

    answers = await asyncio.gather(*(fill_in(scene, form, "Mine.") for form in forms))

    said = [await whispered(answer) for answer in answers]
    assert sum(" now." in each and "Case" in each for each in said) == 1
    assert sum("quicker" in each for each in said) == 3
    (decisions,) = rows(
        scene,
        "SELECT count(*) FROM audit WHERE subject = ? AND act IN (?, ?)",
        *(key_in(card), "case approved", "case rejected"),
    )
    assert decisions == (1,)


async def test_a_taken_case_is_left_to_who_took_it(scene: World) -> None:
    review = await open_review(scene, "review-take")
    mona, max_ = moderator(scene, "mona-take"), moderator(scene, "max-take")
    key = await flag(scene)
    card = await case_about(scene, review, key)

    await scene.press(mona, card, wording_cases.TAKE)
    card = await card_says(scene, review, key, f"Taken by <@{mona.id}>")
    refusal = await decide(scene, max_, card, APPROVE)
    assert f"<@{mona.id}> is looking at this case" in await whispered(refusal)
    await scene.press(mona, card, wording_cases.GIVE_BACK)
    await eventually(
        lambda: not any("Taken by" in each["content"] for each in scene.discord.messages(review))
    )
    decided = await decide(scene, max_, card, APPROVE)
    assert "approved now" in await whispered(decided)


async def test_nobody_decides_about_themselves(scene: World) -> None:
    review, mona = await open_review(scene, "review-own"), moderator(scene, "mona-own")
    key = await flag(scene, person=mona)
    card = await case_about(scene, review, key)

    for decision in Decision:
        refusal = await decide(scene, mona, card, decision)
        assert "somebody else has to decide" in await whispered(refusal)
    assert state_of(scene, key) == "held"


async def test_a_severe_violation_is_locked_at_once_and_may_be_overturned(scene: World) -> None:
    review, mona = await open_review(scene, "review-severe"), moderator(scene, "mona-severe")
    key = await flag(scene, FlagKind.SEVERE_VIOLATION, name="Locked")

    card = await case_about(scene, review, key)
    assert "· locked" in card["content"]
    assert "severe violation" in card["content"]
    await eventually(lambda: "**Locked** is locked" in letters(scene, scene.ada))
    assert wording_cases.APPEAL in labels(letter_with(scene, scene.ada, wording_cases.APPEAL))
    assert scene.arrived("/v1/delete_voice") == []

    await decide(scene, mona, card, APPROVE, reason="Harmless.")

    await scene.bubble()
    await scene.says("is ready")
    assert state_of(scene, key) == "ready"


@pytest.mark.parametrize("kind", [kind for kind in FlagKind if kind > 0], ids=str)
@pytest.mark.parametrize("is_object", [False, True], ids=["boolean", "object"])
async def test_every_kind_of_flag_is_named_in_either_shape(
    scene: World, kind: FlagKind, *, is_object: bool
) -> None:
    review = await open_review(scene, f"review-kind-{kind.value}-{is_object}")
    scene.minimax.switches.sensitive_as_object = is_object

    key = await flag(scene, kind)

    card = await case_about(scene, review, key)
    assert f"flagged the voice: {wording_cases.KINDS[kind]}" in card["content"]


async def test_what_was_refused_is_a_case_that_offers_no_preview(scene: World) -> None:
    review, mona = await open_review(scene, "review-refused"), moderator(scene, "mona-refused")
    key = await flag(scene, ABUSE, refuse=True)
    card = await case_about(scene, review, key)
    assert "nothing was made" in card["content"]
    assert "To hear: sample" in card["content"]

    await decide(scene, mona, card, REJECT)
    card = await card_says(scene, review, key, "· rejected")
    pressed = await scene.press(mona, card, wording_cases.UNDO)
    await fill_in(scene, pressed, "It was nothing.")
    await card_says(scene, review, key, "· open")


async def test_a_ban_holds_until_it_is_undone(scene: World) -> None:
    review, mona = await open_review(scene, "review-ban"), moderator(scene, "mona-ban")
    key = await flag(scene)
    card = await case_about(scene, review, key)

    await decide(scene, mona, card, BAN, days="7")

    card = await card_says(scene, review, key, "Banned until")
    await eventually(lambda: "You may neither clone nor speak" in letters(scene, scene.ada))
    assert "do not let you clone or speak" in await whispered(await scene.clone())
    assert "do not let you clone or speak" in await refused(scene, "Say it.")
    pressed = await scene.press(mona, card, wording_cases.UNDO)
    await fill_in(scene, pressed, "Too hard.")
    await card_says(scene, review, key, "· rejected")
    await cloned(scene, "Free")


async def test_anybody_reports_a_speech_once_and_it_is_taken_back(scene: World) -> None:
    review, mona = await open_review(scene, "review-report"), moderator(scene, "mona-report")
    said = await spoken(scene, "Something to complain about.")
    pressed = await scene.press(scene.bob, said, wording_cases.REPORT)
    thanks = await fill_in(scene, pressed, "That is rude.")
    assert "moderators of this server will look" in await whispered(thanks)
    again = await fill_in(scene, await scene.press(mona, said, wording_cases.REPORT), "Rude!")
    assert "know of this already" in await whispered(again)

    card = await case_about(scene, review, "reported-")
    assert f"Reported by <@{scene.bob.id}>" in card["content"]
    assert "The report: That is rude." in card["content"]
    assert "Something to complain about." in card["content"]
    assert "To hear: preview" in card["content"]
    await decide(scene, mona, card, REJECT, reason="Rude indeed.")

    await scene.says("was deleted")
    assert scene.bubbles() == []
    await eventually(lambda: "acted on it" in letters(scene, scene.bob))
    await eventually(lambda: "rejected what was said" in letters(scene, scene.ada))
    assert str(scene.bob.id) not in letters(scene, scene.ada)


async def test_cases_and_the_audit_log_can_be_looked_through_by_moderators(scene: World) -> None:
    await open_review(scene, "review-list")
    mona = moderator(scene, "mona-list")
    key = await flag(scene)

    async def ask(person: object, command: str, **options: object) -> str:
        pressed = await scene.discord.slash(person, scene.channel, command, **options)  # type: ignore[arg-type]
        answered = await pressed.answered(PATIENCE)
        message = answered.message
        assert message is not None
        embeds = [one.get("description", "") for one in message.get("embeds", [])]
        return "\n".join([message["content"], *embeds])

    listed = await ask(mona, "cases list", member=scene.ada)
    assert f"`flagged-{key}` abuse (open), <@{scene.ada.id}>" in listed
    reported = await ask(mona, "cases list", member=scene.ada, origin="reported")
    assert reported == wording_cases.NO_CASES
    assert "flagged the voice" in await ask(mona, "cases show", case=f"flagged-{key}")
    assert "Myna · case opened" in await ask(mona, "cases log", case=f"flagged-{key}")
    for command, options in (
        ("cases list", {}),
        ("cases show", {"case": f"flagged-{key}"}),
        ("cases log", {}),
    ):
        assert "Only those who review" in await ask(scene.bob, command, **options)
    assert (
        await scene.discord.autocomplete(scene.bob, scene.channel, "cases show", "case", "") == []
    )
    offered = await scene.discord.autocomplete(mona, scene.channel, "cases show", "case", key)
    assert [each["value"] for each in offered] == [f"flagged-{key}"]


async def test_only_the_review_role_decides_once_there_is_one(scene: World) -> None:
    review, mona = await open_review(scene, "review-role"), moderator(scene, "mona-role")
    role = scene.discord.add_role(scene.server, "reviewers")
    rita = scene.discord.add_person("rita")
    role.holders.add(rita.id)
    await govern(scene, review_role=f"discord:{role.id}")
    key = await flag(scene)
    card = await case_about(scene, review, key)

    refusal = await decide(scene, mona, card, APPROVE)
    assert "Only those who review" in await whispered(refusal)
    decided = await decide(scene, rita, card, APPROVE)
    assert "approved now" in await whispered(decided)
    await govern(scene, review_role=None)
