"""What can be set on a server, by whom, and what is remembered of it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.audit import Act
from bot.domain.errors import AdministratorsOnly, RuleInvalid
from bot.domain.moderation import About, Case, CaseKey, FlagKind, Origin
from bot.domain.people import Asker
from bot.domain.server_limits import LIST_MOST, NAMES, SPOKEN_LANGUAGES, WORD_MOST, checked
from bot.domain.servers import OnFlag, ServerSettings, SpokenConsent
from bot.frontends import wording_settings as words
from bot.frontends.discord.markup import mention_of, quote
from bot.frontends.discord.settings_forms import TYPED, read
from bot.frontends.wording_errors import explain
from bot.services.server_rules import ServerRules
from tests.fakes.house import House
from tests.fakes.orders import ADA, BOB, NOON, SERVER
from tests.fakes.speaking import ELSEWHERE, Desk, Hands

OWNER = Asker(ADA, SERVER, administers=True)
ID = "discord:1234567890123456789"
EVERYTHING: dict[str, Any] = {
    "review_channel": ID,
    "review_role": ID,
    "clone_roles": tuple(f"{ID}{number}" for number in range(LIST_MOST)),
    "channels": tuple(f"{ID}{number}" for number in range(LIST_MOST)),
    "spoken_consent": SpokenConsent.OTHERS,
    "default_model": "speech-2.6-turbo",
    "languages": SPOKEN_LANGUAGES,
    "day_limit": 10**12,
    "month_limit": 10**12,
    "words": tuple(f"{number:x<64}" for number in range(100)),
    "on_flag": OnFlag.REJECT,
    "on_leave": "delete",
    "watermark": True,
    "evidence_days": 3650,
    "remind_hours": 720,
    "case_days": 3650,
}
"""As much as can be set."""


@pytest.fixture
def house(desk: Desk) -> House:
    return House.of(desk.kept, desk.jobs)


@pytest.fixture
def rules(house: House) -> ServerRules:
    return house.server_rules(Hands())


async def log(house: House) -> list[tuple[str, str]]:
    """Return what was changed and how, oldest first."""
    return [(each.subject, each.detail) for each in await house.audit.newest(SERVER, limit=99)][
        ::-1
    ]


@pytest.mark.parametrize(
    "asker",
    [
        Asker(ADA, SERVER),
        Asker(ADA, SERVER, moderates=True, operates=True),
        Asker(ADA, None, administers=True),
    ],
    ids=["member", "moderator and operator", "nowhere"],
)
async def test_only_who_may_manage_the_server_sees_and_changes(
    rules: ServerRules, house: House, asker: Asker
) -> None:
    with pytest.raises(AdministratorsOnly):
        await rules.show(asker)
    with pytest.raises(AdministratorsOnly):
        await rules.change(asker, watermark=True)
    with pytest.raises(AdministratorsOnly):
        await rules.reset(asker, "watermark")

    assert await house.servers.settings(SERVER) == ServerSettings()
    assert await log(house) == []


async def test_each_change_is_kept_with_an_entry_of_its_own(
    rules: ServerRules, house: House
) -> None:
    set_now = await rules.change(OWNER, watermark=True, day_limit=2_500_000, words=["b", "a"])
    await rules.change(OWNER, watermark=True, words=["a"])

    assert set_now.words == ("b", "a")
    assert await rules.show(OWNER) == ServerSettings(
        watermark=True, day_limit=2_500_000, words=("a",)
    )
    assert await log(house) == [
        ("watermark", "off → on"),
        ("day_limit", "none → $2.5"),
        ("words", "none → b, a"),
        ("words", "b, a → a"),
    ]
    newest = (await house.audit.newest(SERVER, limit=1))[0]
    assert (newest.actor, newest.act, newest.at) == (ADA, Act.SET, NOON)


async def test_of_a_change_that_is_partly_wrong_nothing_is_kept(
    rules: ServerRules, house: House
) -> None:
    with pytest.raises(RuleInvalid):
        await rules.change(OWNER, watermark=True, remind_hours=0)

    assert await rules.show(OWNER) == ServerSettings()
    assert await log(house) == []


async def test_changes_at_once_lose_nothing(rules: ServerRules) -> None:
    other = replace(OWNER, person=BOB)
    await asyncio.gather(
        rules.change(OWNER, watermark=True),
        rules.change(other, remind_hours=5),
        rules.change(OWNER, evidence_days=1),
        rules.change(other, default_model="speech-02-hd"),
    )

    assert await rules.show(OWNER) == ServerSettings(
        watermark=True, remind_hours=5, evidence_days=1, default_model="speech-02-hd"
    )


async def test_one_setting_goes_back_to_its_default(rules: ServerRules) -> None:
    await rules.change(OWNER, **EVERYTHING)
    assert await rules.show(OWNER) == ServerSettings(**EVERYTHING)

    for name in NAMES:
        await rules.reset(OWNER, name)

    assert await rules.show(OWNER) == ServerSettings()
    with pytest.raises(RuleInvalid):
        await rules.reset(OWNER, "nonsense")


async def test_with_another_review_cases_are_shown_and_its_owner_may_be_told_anew(
    rules: ServerRules, house: House, desk: Desk
) -> None:
    for number, server in enumerate((SERVER, ELSEWHERE)):
        key = CaseKey(f"case-{number}")
        facts = (Origin.WORDS, About.TEXT, "discord-70", BOB, FlagKind.OTHER, "Darn.", NOON)
        await house.cases.open(Case(key, *facts, server=server))
    assert await house.servers.tell_once(SERVER, NOON)
    await rules.change(OWNER, watermark=True)
    assert not await house.servers.tell_once(SERVER, NOON)
    assert desk.jobs.shown == []

    await rules.change(OWNER, review_channel=ID)
    assert await house.servers.tell_once(SERVER, NOON)
    await rules.change(OWNER, review_role=ID)
    assert await house.servers.tell_once(SERVER, NOON)
    await rules.change(OWNER, review_role=ID)
    assert not await house.servers.tell_once(SERVER, NOON)
    assert desk.jobs.shown == [CaseKey("case-0"), CaseKey("case-0")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("review_channel", ""),
        ("review_role", 5),
        ("clone_roles", [f"discord:{number}" for number in range(LIST_MOST + 1)]),
        ("channels", "discord:5"),
        ("channels", [5]),
        ("spoken_consent", "sometimes"),
        ("on_flag", None),
        ("on_leave", "explode"),
        ("default_model", "speech-3"),
        ("languages", ["Klingon"]),
        ("languages", ["auto"]),
        ("day_limit", -1),
        ("month_limit", 10**12 + 1),
        ("month_limit", True),
        ("words", [f"word{number}" for number in range(101)]),
        ("words", ["x" * (WORD_MOST + 1)]),
        ("words", ["!!"]),
        ("watermark", "on"),
        ("evidence_days", -1),
        ("evidence_days", 3651),
        ("remind_hours", 0),
        ("remind_hours", 721),
        ("case_days", 3),
        ("case_days", "7"),
        ("told_at", NOON),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(name: str, value: object) -> None:
    with pytest.raises(RuleInvalid) as refused:
        checked(name, value)

    sentence = explain(refused.value)
    assert sentence.startswith(words.TITLES.get(name, name))
    assert refused.value.allowed in sentence


def test_what_is_typed_twice_or_with_spaces_is_cleaned() -> None:
    assert checked("words", ["  gosh  it ", "", "gosh it", "darn"]) == ("gosh it", "darn")
    assert checked("languages", ["German", "Chinese", "German"]) == ("Chinese", "German")
    assert checked("channels", [ID, ID]) == (ID,)
    assert checked("on_flag", "reject") is OnFlag.REJECT


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_words_a_default_that_is_allowed_and_a_way_to_change(name: str) -> None:
    usual = ServerSettings()

    assert checked(name, getattr(usual, name)) == getattr(usual, name)
    assert name in words.TITLES
    assert len(words.HINTS[name]) <= 100
    assert (name in TYPED) == (name in words.FORM_HINTS)
    assert "{" not in words.detail_text(name, usual, mention_of, quote)


def test_as_much_as_can_be_set_fits_into_a_message() -> None:
    full = ServerSettings(**EVERYTHING)

    assert "*(default)*" not in words.panel_text(full, mention_of)
    texts = [words.panel_text(full, mention_of)]
    texts += [words.detail_text(name, full, mention_of, quote) for name in NAMES]
    assert max(map(len, texts)) + len(words.EVERYBODY_SEES) < 2000


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("day_limit", " $2.50 ", 2_500_000),
        ("day_limit", "0,5", 500_000),
        ("month_limit", "", None),
        ("month_limit", "None", None),
        ("remind_hours", " 12 ", 12),
        ("remind_hours", "twelve", "twelve"),
        ("words", "a\n\n b ", ["a", "", " b "]),
    ],
)
def test_what_is_typed_is_read(name: str, typed: str, value: object) -> None:
    assert read(name, typed) == value


@pytest.mark.parametrize("typed", ["much", "1e999999999", "-1e999999999", "nan", "infinity", "1 2"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(RuleInvalid):
        checked("day_limit", read("day_limit", typed))
