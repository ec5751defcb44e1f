"""What is over is deleted, what is not stays, and the table of it leaves nothing out."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.audit import Act, AuditEntry
from bot.domain.consent import RequestState
from bot.domain.erasure import RECEIPT_WAITS, Erasure, ErasureKey, ErasureState
from bot.domain.errors import VoiceGone
from bot.domain.moderation import Ban, Origin
from bot.domain.money import OFFER_LASTS, Budgets, Hold, Microdollars
from bot.domain.people import PersonId
from bot.domain.samples import Bubble
from bot.domain.servers import ServerSettings
from bot.domain.sharing import Grant, of_person, of_server
from bot.domain.speeches import SpeechSettings, SpeechState
from bot.domain.voices import VoiceState
from bot.ports import SpeechCall, SpeechFormat
from bot.services.retention import KEPT, SETTLED_IN, Periods, Retention
from bot.services.retention import Kept as Row
from bot.settings import Settings
from bot.store import Database, FileSpeechCache, SqlErasureStore, SqlSpeechStore, SqlSpendingStore
from bot.store import retention as retention_store
from bot.store.schema import consent_requests, counters, grants, metadata, voice_terms
from bot.store.schema_trust import audit, bans, cases, erasures, evidence
from tests.contract.kept import HERE, Kept
from tests.fakes.databases import sqlite_in
from tests.fakes.orders import ADA, BOB, NOON, OPTIONS, a_speech, a_speech_order
from tests.fakes.speaking import Hands

README = Path(__file__).parents[2] / "README.md"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
CACHED_FOR = DAY
PERIODS = Periods(texts=30 * DAY, requests=90 * DAY, audit=730 * DAY)


@dataclass
class House:
    """All that is kept, with a clock."""

    kept: Kept
    speeches: SqlSpeechStore
    clock: Hands
    retention: Retention
    cache: FileSpeechCache
    folder: Path

    async def after(self, span: timedelta) -> None:
        """Let so much time pass since noon, and delete what is over."""
        self.clock.now = NOON + span
        await self.retention.sweep()


@pytest.fixture(params=["sqlite", "postgres"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    url = sqlite_in(tmp_path)
    if request.param == "postgres":
        url = request.getfixturevalue("migrated_postgres")
    clock = Hands(NOON)
    async with Database(url) as database:
        kept, speeches = Kept(database), SqlSpeechStore(database, clock)
        cache = FileSpeechCache(
            tmp_path / "cache", keep_for=CACHED_FOR, at_most_bytes=1_000_000, now=clock
        )
        retention = Retention(
            store=kept.retention,
            servers=kept.servers,
            cases=kept.cases,
            evidence=kept.evidence,
            speeches=speeches,
            voices=kept.voices,
            cache=cache,
            periods=PERIODS,
            now=clock,
        )
        yield House(kept, speeches, clock, retention, cache, tmp_path)


# --- one scenario for each thing that the schedule deletes: how long it stays, and whether it does

Scenario = tuple[timedelta, Callable[[], Awaitable[bool]]]


async def texts(house: House) -> Scenario:
    speech = a_speech(a_speech_order())
    await house.speeches.keep(speech)
    await house.speeches.settle(speech.order.key, SpeechState.DONE)

    async def is_there() -> bool:
        return (await house.speeches.get(speech.order.key)).order.text != ""

    return PERIODS.texts, is_there


async def cached(house: House) -> Scenario:
    call = SpeechCall("Myna-1", "Good morning.", SpeechSettings("speech-2.8-hd"), SpeechFormat.OPUS)
    sound = house.folder / "sound.ogg"
    sound.write_bytes(b"sound")
    await house.cache.keep(call, Bubble(path=sound, seconds=1.0, waveform=b"w"))

    async def is_there() -> bool:
        return any((house.folder / "cache").rglob("*.speech"))

    return CACHED_FOR, is_there


async def offer(house: House) -> Scenario:
    key = await house.kept.voice("discord-1", state=VoiceState.OFFERED)

    async def is_there() -> bool:
        try:
            await house.kept.voices.get(key)
        except VoiceGone:
            return False
        return True

    return OFFER_LASTS, is_there


async def order(house: House) -> Scenario:
    options = replace(OPTIONS, prompt_text="Well said.", text_validation="My name is Ada.")
    key = await house.kept.voice("discord-1", state=VoiceState.FAILED, options=options)

    async def is_there() -> bool:
        left = await house.kept.voices.order(key)
        said = left.options
        return any((left.notes, said.text, said.prompt_text, said.text_validation))

    return PERIODS.texts, is_there


async def request_(house: House) -> Scenario:
    key = await house.kept.request("discord-1")
    await house.kept.consents.answer(key, RequestState.REFUSED, NOON)
    return PERIODS.requests, lambda: has_rows(house, consent_requests)


async def grant(house: House) -> Scenario:
    key = await house.kept.voice("discord-1")
    await house.kept.grants.share(Grant(key, of_server(HERE), NOON, NOON + DAY))
    return DAY, lambda: has_rows(house, grants)


async def ban(house: House) -> Scenario:
    await house.kept.bans.ban(Ban(HERE, BOB, ADA, NOON, NOON + DAY, "rude"))
    return DAY, lambda: has_rows(house, bans)


async def budget(house: House) -> Scenario:
    spending = SqlSpendingStore(house.kept.database)
    await spending.hold(Hold("job", ADA, HERE, Microdollars(7), NOON), Budgets())
    await spending.release("job")
    next_month = datetime(2026, 12, 1, tzinfo=UTC)
    return next_month - NOON + SETTLED_IN, lambda: has_rows(house, counters)


async def sound(house: House) -> Scenario:
    case = await house.kept.case("discord-1", house.folder)
    await house.kept.evidence.forget_at(case.subject, NOON + DAY)
    return DAY, lambda: has_rows(house, evidence)


async def case(house: House) -> Scenario:
    await house.kept.servers.save(HERE, ServerSettings(case_days=10))
    await house.kept.case("discord-1", house.folder, decided_at=NOON)
    return 10 * DAY, lambda: has_rows(house, cases)


async def entry(house: House) -> Scenario:
    await house.kept.audit.write(AuditEntry(NOON, HERE, ADA, Act.SET, "words"))
    return PERIODS.audit, lambda: has_rows(house, audit)


async def erasure(house: House) -> Scenario:
    store = SqlErasureStore(house.kept.database)
    one = Erasure(ErasureKey("discord-1"), ADA, ADA, NOON, ErasureState.CLOSED)
    await store.begin(one)
    return PERIODS.audit, lambda: has_rows(house, erasures)


async def has_rows(house: House, table: sa.Table) -> bool:
    return await house.kept.rows(table) > 0


SCENARIOS: dict[object, Callable[[House], Awaitable[Scenario]]] = {
    Retention.forget_texts: texts,
    Retention.forget_cache: cached,
    Retention.forget_offers: offer,
    Retention.forget_orders: order,
    Retention.forget_requests: request_,
    Retention.forget_grants: grant,
    Retention.forget_bans: ban,
    Retention.forget_budgets: budget,
    Retention.forget_evidence: sound,
    Retention.forget_cases: case,
    Retention.forget_audit: entry,
    Retention.forget_erasures: erasure,
}
SWEPT = [kept for kept in KEPT if kept.forget is not None]


@pytest.mark.parametrize("row", SWEPT, ids=lambda row: row.what)
async def test_it_is_deleted_when_its_time_is_over_and_not_before(house: House, row: Row) -> None:
    lasts, is_there = await SCENARIOS[row.forget](house)

    await house.after(lasts - SECOND)
    assert await is_there()

    await house.after(lasts + SECOND)
    assert not await is_there()


async def test_a_receipt_that_nobody_asks_for_goes_after_a_week(house: House) -> None:
    store = SqlErasureStore(house.kept.database)
    for number, state in enumerate(ErasureState):
        key = ErasureKey(f"discord-{number}")
        await store.begin(Erasure(key, PersonId(f"discord:{number}"), ADA, NOON, state))

    await house.after(RECEIPT_WAITS - SECOND)
    assert await house.kept.rows(erasures) == 4

    await house.after(RECEIPT_WAITS + SECOND)
    assert await house.kept.rows(erasures) == 3
    await house.after(PERIODS.audit + SECOND)
    assert [one.state for one in await store.unfinished()] == [
        ErasureState.RUNNING,
        ErasureState.PENDING,
    ]
    assert await house.kept.rows(erasures) == 2


# --- what stays


async def test_what_is_not_over_stays_however_old(house: House) -> None:
    kept, folder = house.kept, house.folder
    key = await kept.voice("discord-1")
    await kept.grants.share(Grant(key, of_person(BOB), NOON))
    await kept.request("discord-2")
    await kept.bans.ban(Ban(HERE, BOB, ADA, NOON, None, "rude"))
    await kept.case("discord-1", folder)
    before = await kept.voices.order(key)

    await house.after(600 * DAY)

    assert await kept.voices.order(key) == before
    assert await kept.evidence.names("discord-1") == ["preview"]
    for table in (grants, consent_requests, bans, cases):
        assert await kept.rows(table) == 1


async def test_evidence_goes_with_the_last_case_about_it(house: House) -> None:
    await house.kept.case("discord-1", house.folder, decided_at=NOON)
    later = await house.kept.case(
        "discord-1", house.folder, origin=Origin.REPORTED, decided_at=NOON + 10 * DAY
    )

    await house.after(366 * DAY)
    assert await house.kept.cases.about("discord-1") == [later]
    assert await house.kept.evidence.names("discord-1") == ["preview"]

    await house.after(376 * DAY)
    assert await house.kept.evidence.names("discord-1") == []


async def test_a_case_of_direct_messages_goes_after_the_usual_time(house: House) -> None:
    await house.kept.case("discord-1", house.folder, server=None, decided_at=NOON)

    await house.after(ServerSettings().case_days * DAY)

    assert await house.kept.rows(cases) == 0


async def test_of_many_orders_none_is_left_for_the_next_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_store, "BATCH", 2)
    for number in range(5):
        await house.kept.voice(f"discord-{number}", state=VoiceState.DELETED)

    assert await house.kept.retention.blank_orders(NOON + SECOND) == 5
    assert await house.kept.retention.blank_orders(NOON + SECOND) == 0


async def test_a_voice_is_no_longer_found_by_a_share_that_ran_out(house: House) -> None:
    key = await house.kept.voice("discord-1")
    await house.kept.grants.share(Grant(key, of_server(HERE), NOON, NOON + DAY))
    before = await house.kept.rows(voice_terms)

    await house.after(2 * DAY)

    assert 0 < await house.kept.rows(voice_terms) < before
    assert await house.kept.grants.find([], "", now=NOON, limit=9, owner=ADA)


# --- the table


def test_every_table_of_the_database_is_in_the_list_of_what_is_kept() -> None:
    named = {table for row in KEPT for table in row.tables}

    assert named == set(metadata.tables)


def test_the_list_names_settings_that_there_are() -> None:
    names = {name for row in KEPT for name in re.findall("MYNA_[A-Z_]+", row.until)}

    assert names
    assert names <= {name.upper() for name in Settings.model_fields}


def test_the_readme_tells_what_is_kept_how_long() -> None:
    text = README.read_text(encoding="utf-8")
    table = text[text.index("### What is stored, and how long") :].split("\n\n")[1]

    rows = [f"| {kept.what} | {kept.until} |" for kept in KEPT]
    assert table.splitlines()[2:] == rows
