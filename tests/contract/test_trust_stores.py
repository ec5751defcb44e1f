"""What the stores of rules, cases, bans, evidence and the audit log do."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.audit import Act, AuditEntry
from bot.domain.errors import CaseOver
from bot.domain.moderation import About, Ban, Case, CaseState, FlagKind, Origin, case_key
from bot.domain.people import Address, ChannelId, RoleId, ServerId
from bot.domain.samples import Bubble
from bot.domain.servers import OnFlag, ServerSettings, SpokenConsent
from bot.ports import AuditLog, BanStore, CaseStore, EvidenceStore, ServerStore
from tests.fakes.orders import ADA, BOB, NOON

HERE, THERE = ServerId("discord:55"), ServerId("discord:56")
HOUR = timedelta(hours=1)


def a_case(number: int = 1, **changed: object) -> Case:
    subject = f"discord-{number}"
    case = Case(
        key=case_key(Origin.FLAGGED, subject),
        origin=Origin.FLAGGED,
        about=About.VOICE,
        subject=subject,
        person=BOB,
        kind=FlagKind.ABUSE,
        text="what it says",
        opened_at=NOON + number * HOUR,
        owner=ADA,
        server=HERE,
        label="Robin",
        address=Address("discord", "1:2:3"),
        trace_id="trace",
    )
    return replace(case, **changed)  # type: ignore[arg-type]  # checked by the dataclass


async def test_a_case_is_opened_once_and_kept_whole(cases: CaseStore) -> None:
    case = a_case(reporter=ADA, report="mine", notice=Address("discord", "7:8"))

    assert await cases.open(case)
    assert not await cases.open(replace(case, text="another"))

    assert await cases.get(case.key) == case
    assert await cases.get(case_key(Origin.REPORTED, "discord-1")) is None
    assert await cases.about("discord-1") == [case]


async def test_of_two_changes_at_once_one_is_kept(cases: CaseStore) -> None:
    case = a_case()
    await cases.open(case)

    saved = await cases.save(replace(case, state=CaseState.APPROVED, decided_by=ADA))
    with pytest.raises(CaseOver):
        await cases.save(replace(case, state=CaseState.REJECTED, decided_by=BOB))

    assert await cases.get(case.key) == saved
    assert (saved.state, saved.version) == (CaseState.APPROVED, 1)


async def test_of_many_changes_at_the_same_moment_one_is_kept(cases: CaseStore) -> None:
    case = a_case()
    await cases.open(case)
    rivals = [cases.save(replace(case, reason=f"reason {one}")) for one in range(8)]

    results = await asyncio.gather(*rivals, return_exceptions=True)

    assert sum(isinstance(one, Case) for one in results) == 1
    assert sum(isinstance(one, CaseOver) for one in results) == 7


async def test_cases_are_found_by_server_state_and_person(cases: CaseStore) -> None:
    first, second = a_case(1), a_case(2, person=ADA, state=CaseState.APPROVED, decided_at=NOON)
    elsewhere, direct = a_case(3, server=THERE), a_case(4, server=None)
    for case in (first, second, elsewhere, direct):
        await cases.open(case)

    assert await cases.find(HERE, limit=9) == [second, first]
    assert await cases.find(HERE, limit=1) == [second]
    assert await cases.find(HERE, states=[CaseState.OPEN], limit=9) == [first]
    assert await cases.find(HERE, person=ADA, limit=9) == [second]
    assert await cases.find(HERE, origin=Origin.FLAGGED, limit=1) == [second]
    assert await cases.find(HERE, origin=Origin.REPORTED, limit=9) == []
    assert await cases.find(None, limit=9) == [direct]
    assert await cases.unseen() == [first, elsewhere, direct]
    assert await cases.decided(HERE, NOON) == [second]
    assert await cases.decided(THERE, NOON) == []
    assert await cases.decided_since(NOON) == [second]
    assert await cases.decided_since(NOON + HOUR) == []


async def test_what_nobody_looked_at_is_due_after_a_while(cases: CaseStore) -> None:
    opened = a_case(1)
    reminded = a_case(2, reminded_at=NOON + 9 * HOUR, reminders=1)
    appealed = a_case(3, state=CaseState.APPEALED, appealed_at=NOON + 5 * HOUR)
    locked = a_case(4, state=CaseState.LOCKED, decided_at=NOON)
    for case in (opened, reminded, appealed, locked):
        await cases.open(case)

    assert await cases.pending(quiet_since=NOON) == []
    assert await cases.pending(quiet_since=NOON + HOUR) == [opened]
    assert await cases.pending(quiet_since=NOON + 5 * HOUR) == [opened, appealed]
    assert await cases.pending(quiet_since=NOON + 9 * HOUR) == [opened, reminded, appealed]
    assert await cases.locked(NOON - HOUR) == []
    assert await cases.locked(NOON) == [locked]

    await cases.remove(opened.key)
    assert await cases.get(opened.key) is None


async def test_where_it_is_shown_and_reminders_are_noted_beside_a_change(cases: CaseStore) -> None:
    case, where = a_case(), Address("discord", "7:8:0")
    await cases.open(case)

    await cases.note_shown(case.key, where)
    await cases.note_reminded(case.key, 2, NOON + HOUR)
    saved = await cases.save(replace(case, taken_by=ADA, reminders=2, reminded_at=NOON + HOUR))

    assert (saved.notice, saved.reminders, saved.reminded_at) == (where, 2, NOON + HOUR)
    assert await cases.unseen() == []
    await cases.note_shown(case.key, None)
    assert await cases.unseen() == [replace(saved, notice=None)]


async def test_bans_hold_for_one_server_and_can_be_lifted(bans: BanStore) -> None:
    ban = Ban(HERE, BOB, ADA, NOON, NOON + HOUR, "shouting")
    await bans.ban(replace(ban, until=None))
    await bans.ban(ban)

    assert await bans.find(HERE, BOB) == ban
    assert await bans.find(THERE, BOB) is None
    assert await bans.lift(HERE, BOB)
    assert not await bans.lift(HERE, BOB)
    assert await bans.find(HERE, BOB) is None


async def test_what_a_server_set_is_kept_and_all_else_has_its_default(servers: ServerStore) -> None:
    mine = ServerSettings(
        review_channel=ChannelId("discord:9"),
        review_role=RoleId("discord:8"),
        clone_roles=(RoleId("discord:7"),),
        spoken_consent=SpokenConsent.ALWAYS,
        words=("darn", "heck"),
        day_limit=2_000_000,
        on_flag=OnFlag.REJECT,
    )
    await servers.save(HERE, mine)

    assert await servers.settings(HERE) == mine
    assert await servers.settings(THERE) == ServerSettings()
    await servers.save(HERE, ServerSettings())
    assert await servers.settings(HERE) == ServerSettings()


async def test_since_when_a_server_is_gone_is_known_and_coming_back_ends_it(
    servers: ServerStore,
) -> None:
    await servers.note(HERE)
    await servers.note(THERE)
    await servers.note_gone(HERE, NOON)
    await servers.note_gone(HERE, NOON + HOUR)

    assert await servers.known() == [THERE]
    assert await servers.gone(NOON - HOUR) == []
    assert await servers.gone(NOON) == [HERE]
    await servers.note(HERE)
    assert await servers.gone(NOON + HOUR) == []


async def test_an_owner_is_told_once_until_cases_can_be_shown_again(servers: ServerStore) -> None:
    await servers.save(HERE, ServerSettings(watermark=True))

    assert await servers.tell_once(HERE, NOON)
    assert not await servers.tell_once(HERE, NOON + HOUR)
    await servers.tell_anew(HERE)
    assert await servers.tell_once(HERE, NOON + HOUR)
    assert (await servers.settings(HERE)).watermark


async def test_evidence_is_kept_until_it_is_to_be_forgotten(
    evidence: EvidenceStore, tmp_path: Path
) -> None:
    sample, again = tmp_path / "sample.ogg", tmp_path / "again.ogg"
    sample.write_bytes(b"OggS and more")
    bubble = Bubble(path=sample, seconds=12.5, waveform=bytes([1, 2, 3]))
    await evidence.keep("discord-1", "sample", bubble)
    await evidence.keep("discord-1", "preview", bubble)
    await evidence.keep("discord-2", "sample", bubble)
    sample.write_bytes(b"something else")
    await evidence.keep("discord-1", "sample", bubble)

    assert await evidence.names("discord-1") == ["preview", "sample"]
    assert await evidence.fetch("discord-1", "sample", again) == replace(bubble, path=again)
    assert again.read_bytes() == b"OggS and more"
    assert await evidence.fetch("discord-3", "sample", again) is None
    assert await evidence.read("discord-1", "sample") == b"OggS and more"
    assert await evidence.read("discord-1", "another") is None

    await evidence.forget_at("discord-1", NOON)
    await evidence.forget_at("discord-2", NOON)
    await evidence.forget_at("discord-2", None)
    assert await evidence.tidy(NOON - HOUR) == 0
    assert await evidence.tidy(NOON) == 2
    assert await evidence.names("discord-1") == []
    await evidence.forget("discord-2")
    assert await evidence.names("discord-2") == []


async def test_the_audit_log_tells_who_did_what_newest_first(audit: AuditLog) -> None:
    entries = [
        AuditEntry(NOON, HERE, ADA, Act.APPROVED, "case 1", "abuse", "harmless"),
        AuditEntry(NOON, HERE, BOB, Act.SET, "words", "+ darn"),
        AuditEntry(NOON, None, ADA, Act.ERASED, ADA),
    ]
    for entry in entries:
        await audit.write(entry)

    assert await audit.newest(HERE, limit=9) == [entries[1], entries[0]]
    assert await audit.newest(HERE, limit=1) == [entries[1]]
    assert await audit.newest(HERE, limit=9, subject="case 1") == [entries[0]]
    assert await audit.newest(None, limit=9) == [entries[2]]
    assert await audit.latest(limit=2) == [entries[2], entries[1]]
    assert [entry async for entry in audit.entries()] == entries
