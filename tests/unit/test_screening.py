"""What the rules of a server do to an order that is made on it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.audit import Act
from bot.domain.moderation import About, Ban, CaseState, Origin
from bot.domain.money import Budgets, Microdollars, Period, Whose
from bot.domain.people import Asker, ChannelId, RoleId, ServerId
from bot.domain.samples import Bubble
from bot.domain.servers import ServerSettings
from bot.domain.speeches import Speech
from bot.domain.voices import CloneOptions, CloneOrder, VoiceKey, VoiceState
from bot.services.admission import CloneAdmission
from bot.services.cloning import CloneVoice
from bot.services.leave import Leave
from bot.services.screening import CASES_MOST
from bot.services.speaking import preview_call, preview_settings
from bot.services.spending import Usage
from tests.fakes.house import House
from tests.fakes.myna import PRICES, voice_id
from tests.fakes.orders import ADA, ADDRESS, BOB, NOON, OPTIONS, SERVER, an_order
from tests.fakes.speaking import (
    AS_ADA,
    ELSEWHERE,
    GENEROUS,
    SINGERS,
    Desk,
    an_ask,
    keep_voice,
    open_desk,
    price,
)

HERE = ChannelId("discord:66")
IN_HERE = replace(AS_ADA, channels=frozenset({HERE, ChannelId("discord:67")}))
OWNER = Asker(BOB, SERVER, administers=True)
SECOND = timedelta(seconds=1)
HEARD = Bubble(path=Path("heard.ogg"), seconds=2.0, waveform=b"\x01")


def cloning(desk: Desk, *, quote_above: int = 10**9, budgets: Budgets | None = None) -> CloneVoice:
    """Return the service that clones, over what the desk keeps."""
    house = House.of(desk.kept)
    return CloneVoice(
        voices=desk.kept.voices,
        jobs=desk.jobs,
        voice_ids=voice_id,
        now=desk.clock,
        under_way_limit=2,
        spending=desk.kept.spending,
        atomic=desk.kept.atomic,
        leave=Leave(desk.kept.consents, house.rules(desk.clock)),
        screening=house.screening(desk.clock),
        admission=CloneAdmission(
            spending=desk.kept.spending,
            house=house.rules(desk.clock),
            prices=PRICES,
            budgets=budgets or Budgets(),
            now=desk.clock,
        ),
        quote_above=Microdollars(quote_above),
    )


def an_order_here(key: str = "discord-20", **options: object) -> CloneOrder:
    """Return an order that Ada makes on the server."""
    wanted: CloneOptions = replace(OPTIONS, **options)  # type: ignore[arg-type]
    return an_order(key, label="Robin", options=wanted, server=SERVER)


async def rule(desk: Desk, server: ServerId = SERVER, **settings: object) -> None:
    """Let the server have these settings."""
    await desk.kept.servers.save(server, ServerSettings(**settings))  # type: ignore[arg-type]


async def ban(desk: Desk, *, until: timedelta | None = None) -> None:
    """Ban Ada from the server."""
    ends = None if until is None else NOON + until
    await desk.kept.bans.ban(Ban(SERVER, ADA, by=BOB, at=NOON, until=ends, reason="Noise."))


# --- who may, and where


async def test_one_clones_and_speaks_in_the_channels_of_the_server_only(desk: Desk) -> None:
    await rule(desk, channels=(HERE,))

    with pytest.raises(errors.NotHere) as refused:
        await cloning(desk).submit(an_order_here(), AS_ADA)
    with pytest.raises(errors.NotHere):
        await desk.ask("discord-70", AS_ADA)
    assert refused.value.channels == [HERE]
    assert await desk.leaves_nothing("discord-70")

    await cloning(desk).submit(an_order_here(), IN_HERE)
    await desk.ask("discord-71", IN_HERE)
    await desk.ask("discord-72", replace(AS_ADA, server=None))


async def test_a_role_is_needed_to_clone_but_not_to_speak(desk: Desk) -> None:
    await rule(desk, clone_roles=(SINGERS, RoleId("discord:78")))

    with pytest.raises(errors.RoleMissing):
        await cloning(desk).submit(
            an_order_here(), replace(AS_ADA, roles=frozenset({RoleId("discord:79")}))
        )
    await desk.ask("discord-70", AS_ADA)
    await cloning(desk).submit(an_order_here(), replace(AS_ADA, roles=frozenset({SINGERS})))


async def test_who_is_banned_neither_clones_nor_speaks_there_until_it_is_over(desk: Desk) -> None:
    await ban(desk, until=SECOND)

    with pytest.raises(errors.Banned):
        await cloning(desk).submit(an_order_here(), AS_ADA)
    with pytest.raises(errors.Banned):
        await desk.ask("discord-70", AS_ADA)
    await desk.ask("discord-71", replace(AS_ADA, server=ELSEWHERE))
    desk.clock.move(SECOND)
    await desk.ask("discord-72", AS_ADA)
    await cloning(desk).submit(an_order_here(), AS_ADA)


async def test_an_offer_cannot_be_taken_up_where_the_rules_forbid_it_by_now(desk: Desk) -> None:
    clone = cloning(desk, quote_above=0)
    await clone.offer(an_order_here(), AS_ADA)
    await desk.offer("discord-70", AS_ADA)
    await rule(desk, channels=(HERE,))

    with pytest.raises(errors.NotHere):
        await clone.confirm(
            VoiceKey("discord-20"), new_key=VoiceKey("discord-21"), asker=AS_ADA, address=ADDRESS
        )
    with pytest.raises(errors.NotHere):
        await desk.confirm("discord-70", "discord-71", AS_ADA)
    assert await desk.leaves_nothing("discord-71")

    # Both offers are still there for the right channel.
    await clone.confirm(
        VoiceKey("discord-20"), new_key=VoiceKey("discord-21"), asker=IN_HERE, address=ADDRESS
    )
    await desk.confirm("discord-70", "discord-72", IN_HERE)


async def test_an_offer_that_is_taken_up_elsewhere_counts_there(desk: Desk) -> None:
    await cloning(desk, quote_above=0).offer(an_order_here(), AS_ADA)
    await desk.offer("discord-70", AS_ADA)
    there = replace(AS_ADA, server=ELSEWHERE)

    speech = await desk.confirm("discord-70", "discord-71", there)
    await cloning(desk).confirm(
        VoiceKey("discord-20"), new_key=VoiceKey("discord-21"), asker=there, address=ADDRESS
    )

    assert speech.order.server == ELSEWHERE
    assert (await desk.kept.voices.order(VoiceKey("discord-21"))).server == ELSEWHERE
    spending = desk.kept.spending
    assert await spending.spent(Whose.SERVER, SERVER, Period.DAY, NOON) == 0


async def test_trying_again_keeping_and_regenerating_are_screened_too(desk: Desk) -> None:
    clone = cloning(desk)
    await clone.submit(an_order_here(), AS_ADA)
    await desk.kept.voices.settle(VoiceKey("discord-20"), VoiceState.FAILED)
    await desk.kept.spending.release("discord-20")
    await desk.done("discord-70", AS_ADA)
    fresh = await keep_voice(desk.kept, "discord-3", label="Other", is_used=False)
    await ban(desk)

    with pytest.raises(errors.Banned):
        await clone.again(
            VoiceKey("discord-20"), new_key=VoiceKey("discord-21"), asker=AS_ADA, address=ADDRESS
        )
    with pytest.raises(errors.Banned):
        await desk.again("discord-70", "discord-71", AS_ADA)
    with pytest.raises(errors.Banned):
        await desk.speak.keep_voice(fresh.key, an_ask("discord-72", AS_ADA), AS_ADA)
    assert await desk.leaves_nothing("discord-71", "discord-72")


# --- languages and the watermark


@pytest.mark.parametrize("language", [None, "auto", "German"])
async def test_what_is_allowed_of_languages_passes(desk: Desk, language: str | None) -> None:
    await rule(desk, languages=("German", "Dutch"))

    await cloning(desk).submit(an_order_here(language=language), AS_ADA)
    order = an_ask("discord-70", AS_ADA)
    order = replace(order, settings=replace(order.settings, language=language))
    assert isinstance(await desk.speak.ask(order, AS_ADA), Speech)


async def test_another_language_is_refused(desk: Desk) -> None:
    await rule(desk, languages=("German", "Dutch"))
    order = an_ask("discord-70", AS_ADA)

    with pytest.raises(errors.LanguageNotHere) as refused:
        await cloning(desk).submit(an_order_here(language="English"), AS_ADA)
    with pytest.raises(errors.LanguageNotHere):
        await desk.speak.ask(
            replace(order, settings=replace(order.settings, language="English")), AS_ADA
        )
    assert refused.value.languages == ["German", "Dutch"]


async def test_the_watermark_of_the_server_is_in_every_order(desk: Desk) -> None:
    await rule(desk, watermark=True)

    voice = await cloning(desk).submit(an_order_here(), AS_ADA)
    speech = await desk.ask("discord-70", AS_ADA)
    direct = await desk.ask("discord-71", replace(AS_ADA, server=None))

    assert (await desk.kept.voices.order(voice.key)).options.watermark
    assert (await desk.kept.voices.get(voice.key)).options.watermark
    assert speech.order.settings.watermark
    assert (await desk.kept.speeches.get(speech.key)).order.settings.watermark
    assert not direct.order.settings.watermark


async def test_a_marked_preview_is_heard_again_for_nothing_also_elsewhere(desk: Desk) -> None:
    voice = await keep_voice(desk.kept, "discord-3", label="Other")
    voice = replace(voice, options=replace(voice.options, watermark=True))
    desk.cache.kept[preview_call(voice)] = HEARD
    order = an_ask("discord-70", AS_ADA, text=voice.options.text, voice=voice.key)
    order = replace(order, settings=preview_settings(voice.options))

    speech = await desk.speak.ask(order, AS_ADA)

    assert isinstance(speech, Speech)
    assert speech.held == 0


async def test_who_wants_it_marked_here_pays_for_what_was_not(desk: Desk) -> None:
    await rule(desk, watermark=True)
    voice = await keep_voice(desk.kept, "discord-3", label="Other")
    desk.cache.kept[preview_call(voice)] = HEARD
    order = an_ask("discord-70", AS_ADA, text=voice.options.text, voice=voice.key)
    order = replace(order, settings=preview_settings(voice.options))

    speech = await desk.speak.ask(order, AS_ADA)

    assert isinstance(speech, Speech)
    assert speech.held > 0


# --- words


async def test_a_word_is_refused_before_anything_is_kept_and_moderators_get_a_case(
    desk: Desk,
) -> None:
    await rule(desk, words=("darn", "gosh"))

    with pytest.raises(errors.WordsRefused) as refused:
        await desk.ask("discord-70", AS_ADA, text="Oh d-a-r-n.")
    with pytest.raises(errors.WordsRefused):
        await desk.ask("discord-70", AS_ADA, text="Oh d-a-r-n.")

    assert await desk.leaves_nothing("discord-70")
    (case,) = await desk.kept.cases.find(SERVER, limit=9)
    assert (case.origin, case.about, case.state) == (Origin.WORDS, About.TEXT, CaseState.OPEN)
    assert (case.subject, case.person, case.owner) == ("discord-70", ADA, ADA)
    assert (case.text, case.label, case.opened_at) == ("Oh d-a-r-n.", "Me", NOON)
    (entry,) = await desk.kept.audit.newest(SERVER, limit=9)
    assert (entry.act, entry.subject) == (Act.OPENED, case.key)
    assert set(desk.jobs.shown) == {case.key}
    assert "darn" not in f"{refused.value!r} {vars(refused.value)} {entry}"


@pytest.mark.parametrize(("label", "text"), [("Darn Robin", "Hello."), ("Robin", "Hello, darn!")])
async def test_a_clone_is_refused_for_a_word_in_its_label_or_text(
    desk: Desk, label: str, text: str
) -> None:
    await rule(desk, words=("darn",))
    order = replace(an_order_here(text=text), label=label)

    for ask in (cloning(desk).take, cloning(desk, quote_above=0).offer):
        with pytest.raises(errors.WordsRefused):
            await ask(order, AS_ADA)

    assert await desk.kept.voices.under_way() == []
    with pytest.raises(errors.VoiceGone):
        await desk.kept.voices.get(order.key)
    (case,) = await desk.kept.cases.find(SERVER, limit=9)
    assert (case.text, case.label, case.subject) == (text, label, order.key)
    assert await desk.held() == 0


async def test_who_goes_on_is_refused_but_floods_no_moderator(desk: Desk) -> None:
    await rule(desk, words=("darn",))

    for number in range(CASES_MOST + 2):
        with pytest.raises(errors.WordsRefused):
            await desk.ask(f"discord-7{number}", AS_ADA, text="Darn.")

    cases = await desk.kept.cases.find(SERVER, limit=99)
    assert len(cases) == CASES_MOST == len(desk.jobs.shown)


async def test_words_count_on_their_server_only(desk: Desk) -> None:
    await rule(desk, ELSEWHERE, words=("hello",))

    await desk.ask("discord-70", AS_ADA)
    with pytest.raises(errors.WordsRefused):
        await desk.ask("discord-71", replace(AS_ADA, server=ELSEWHERE))


# --- money


@pytest.mark.parametrize(("own", "counts"), [(None, 2_000), (1_200, 1_200), (9_000, 2_000), (0, 0)])
async def test_a_server_lowers_its_budget_but_never_raises_it(
    tmp_path: Path, own: int | None, counts: int
) -> None:
    operators = Budgets({(Whose.SERVER, Period.DAY): Microdollars(2_000)})
    rules = replace(GENEROUS, budgets=operators)
    async with open_desk(tmp_path, rules=rules) as desk:
        await keep_voice(desk.kept)
        await rule(desk, day_limit=own)
        usage = Usage(
            spending=desk.kept.spending,
            house=House.of(desk.kept).rules(desk.clock),
            budgets=operators,
            now=desk.clock,
        )

        within, above = counts // price(1), counts // price(1) + 1
        with pytest.raises(errors.BudgetReached):
            await desk.ask("discord-70", AS_ADA, text="x" * above)
        if within:
            await desk.ask("discord-71", AS_ADA, text="x" * within)
        shown = (await usage.report(AS_ADA, days=1, everyone=False)).budgets

    assert [each.limit for each in shown if each.whose is Whose.SERVER] == [counts]


async def test_a_clone_counts_against_what_the_server_allows(desk: Desk) -> None:
    await rule(desk, month_limit=2_399)

    with pytest.raises(errors.BudgetReached):  # its text of 24 characters costs 2400
        await cloning(desk).submit(an_order_here(), AS_ADA)
    await rule(desk, month_limit=2_400)
    await cloning(desk).submit(an_order_here(), AS_ADA)


async def test_a_servers_model_is_that_of_who_names_none(desk: Desk) -> None:
    rules = House.of(desk.kept).rules(desk.clock)
    await rule(desk, default_model="speech-2.6-turbo")

    assert await rules.model(SERVER, "speech-2.8-hd") == "speech-2.6-turbo"
    assert await rules.model(ELSEWHERE, "speech-2.8-hd") == "speech-2.8-hd"
    assert await rules.model(None, "speech-2.8-hd") == "speech-2.8-hd"
