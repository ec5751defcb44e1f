"""All that is kept about one person is found, and nothing that is others' business.

On the real databases alone: what is tested is where in the tables somebody is.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.privacy import PersonalData, Record, Section
from bot.store import Database, privacy_export
from bot.store.privacy_columns import INSIDE, PEOPLE
from bot.store.privacy_export import SECTIONS
from bot.store.schema_trust import metadata
from tests.contract.personal import ADA, BEN, MODERATOR, SECRET, Personal
from tests.fakes.orders import NOON

both = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)

NOBODY: Mapping[str, str] = {
    "voices": "key label label_key voice_id state trace_id options notes prompt address_face"
    " server replaces",
    "consents": "voice statement proof words",
    "consent_requests": "key server label text source address_face state sentence",
    "permissions": "server",
    "key_values": "name value",
    "people": "default_voice",
    "grants": "voice server",
    "voice_terms": "term voice",
    "speeches": "key server voice stock voice_id label text settings state address_face",
    "speech_parts": "speech",
    "counters": "period",
    "holds": "job server",
    "fingerprints": "digest made subject label",
    "charges": "job kind server voice model trace_id",
    "servers": "server settings",
    "cases": "key origin about subject text server label address_face trace_id report state"
    " reason appeal notice_face",
    "bans": "server reason",
    "evidence": "subject name",
    "audit": "server act detail reason",
    "erasures": "key pseudonym state receipt",
}
"""Columns of text that hold no person. A new one has to be named here, or in the module."""


@pytest.fixture
async def kept(database_url: str, tmp_path: Path) -> AsyncIterator[Personal]:
    async with Database(database_url) as database:
        opened = Personal(database)
        await opened.fill(tmp_path)
        yield opened


def names(records: Sequence[Record], part: str) -> set[object]:
    return {one[part] for one in records}


def everything_in(data: PersonalData) -> str:
    return str(data.sections)


def test_every_column_that_can_hold_a_person_is_known() -> None:
    for table in metadata.sorted_tables:
        kinds = (sa.Text, sa.JSON)
        texts = {column.name for column in table.columns if isinstance(column.type, kinds)}
        people = {*PEOPLE.get(table.name, ()), *INSIDE.get(table.name, ())}
        nobody = set(NOBODY.get(table.name, "").split())
        assert people | nobody == texts, table.name
        assert not people & nobody, table.name


def test_every_section_is_read() -> None:
    assert set(SECTIONS) == set(Section)


@both
async def test_the_seed_has_somebody_in_every_column_that_can_hold_one(kept: Personal) -> None:
    """Whatever finds or erases people is tested with a row in each place."""
    known = {f"{table}.{one}" for part in (PEOPLE, INSIDE) for table in part for one in part[table]}
    traces: set[str] = set()
    for person in (ADA, BEN, MODERATOR):
        traces.update(await kept.traces(person.partition(":")[2]))

    # A report may name somebody in its words; nobody is being erased.
    assert known - traces == {
        "cases.notice_token",
        "cases.taken_by",
        "cases.overruled",
        "erasures.person",
    }
    assert traces - known == {"cases.report"}


@both
async def test_everything_about_a_person_is_found_and_nothing_of_others(kept: Personal) -> None:
    data = await kept.personal.everything_of(ADA, NOON)

    counts = {section.value: len(records) for section, records in data.sections.items()}
    assert counts == {
        "settings": 1,
        "voices": 4,
        "voices_asked_for": 2,
        "consents_given": 3,
        "consents_received": 1,
        "requests": 2,
        "permissions_given": 1,
        "permissions_received": 1,
        "grants_given": 2,
        "grants_received": 1,
        "speeches": 1,
        "uses_of_my_voices": 1,
        "posted_files": 3,
        "cases": 3,
        "reports": 1,
        "evidence": 3,
        "bans": 1,
        "charges": 1,
        "budgets": 2,
        "money_held": 1,
        "audit": 1,
    }
    assert data.cut == frozenset()
    assert names(data.sections[Section.VOICES], "label") == {
        "the mine",
        "the old",
        "the asked",
        "may-i",
    }
    assert names(data.sections[Section.SPEECHES], "text") == {"what Ada had spoken"}
    assert names(data.sections[Section.CONSENTS_GIVEN], "words") == {
        "I am mine.", "I am old.", "I am asked."
    }  # fmt: skip
    assert data.sections[Section.SETTINGS] == [
        {"default_voice": "voice:mine", "never_cloned": True}
    ]


@both
async def test_others_are_shown_only_as_far_as_it_concerns_the_person(kept: Personal) -> None:
    data = await kept.personal.everything_of(ADA, NOON)

    shown = everything_in(data)
    assert SECRET not in shown
    assert MODERATOR not in shown
    about_mine = [one for one in data.sections[Section.CASES] if one["asked_by_me"]]
    assert names(about_mine, "text") == {"Ada's text", "Ada's other text"}
    assert all("reporter" not in one for one in data.sections[Section.CASES])
    assert f"reported by {BEN}" not in shown
    assert names(data.sections[Section.REPORTS], "report") == {f"reported by {ADA}"}


@both
async def test_no_handle_of_the_provider_and_no_link_is_given_away(kept: Personal) -> None:
    data = await kept.personal.everything_of(ADA, NOON)

    shown = everything_in(data)
    assert "Myna-mine-1" not in shown
    assert "trace" not in shown
    assert "10/20/30" not in shown  # what a recording can be fetched with
    (mine,) = [one for one in data.sections[Section.VOICES] if one["key"] == "mine"]
    assert mine["recordings"] == [{"filename": "voice-message.ogg", "bytes": 40_000}]


@both
async def test_of_very_much_the_newest_is_read(
    kept: Personal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy_export, "PAGE", 2)
    monkeypatch.setattr(privacy_export, "MOST", 2)
    monkeypatch.setattr(privacy_export, "TEXTS_MOST", 5)

    data = await kept.personal.everything_of(ADA, NOON)

    assert len(data.sections[Section.VOICES]) == 2
    assert data.sections[Section.SPEECHES][0]["text"] is None
    assert {Section.VOICES, Section.SPEECHES, Section.FILES} <= data.cut
