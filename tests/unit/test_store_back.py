"""What going back to the tables of an earlier version, and forth again, leaves of what is kept."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from bot.domain.consent import ConsentRequest, RequestState
from bot.domain.errors import VoiceGone
from bot.domain.moderation import CaseState, Origin, case_key
from bot.domain.people import ServerId
from bot.domain.voices import VoiceState
from bot.services.orders import voice_of
from bot.store import Database, SqlCaseStore, SqlConsentStore, SqlVoiceStore
from bot.store.database import alembic_config
from tests.contract.test_trust_stores import a_case
from tests.fakes.myna import voice_id
from tests.fakes.orders import ADA, BOB, NOON, a_consent, a_voice, an_order


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a new database."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres")
        return url
    return f"sqlite+aiosqlite:///{tmp_path / 'myna.sqlite'}"


async def back_and_forth(database: Database) -> None:
    """Go back to the version before cases, and forth again."""

    def go(connection: sa.Connection) -> None:
        command.downgrade(alembic_config(connection), "0003")
        command.upgrade(alembic_config(connection), "head")

    async with database.engine.begin() as connection:
        await connection.run_sync(go)


async def test_cases_of_the_service_that_wait_outlive_it(address: str) -> None:
    async with Database(address) as database:
        voices, cases = SqlVoiceStore(database), SqlCaseStore(database)
        for number, state in enumerate((VoiceState.HELD, VoiceState.FAILED, VoiceState.READY), 1):
            order = an_order(f"discord-{number}", label=f"Voice {number}")
            order = replace(order, server=ServerId("discord:55"))
            await voices.reserve(order, a_voice(order), a_consent(order))
            await voices.settle(order.key, state)
        refused, reported = (
            a_case(number, origin=origin, key=case_key(origin, f"discord-{number}"))
            for number, origin in ((2, Origin.REFUSED), (3, Origin.REPORTED))
        )
        for case in (a_case(1, state=CaseState.LOCKED), refused, reported):
            await cases.open(case)

        await back_and_forth(database)

        waiting = await cases.pending(quiet_since=reported.opened_at)
        assert [(case.key, case.opened_at) for case in waiting] == [
            (a_case(1).key, a_case(1).opened_at),
            (refused.key, refused.opened_at),
        ]


async def test_what_waits_for_a_sentence_is_over_without_it(address: str) -> None:
    async with Database(address) as database:
        voices, consents = SqlVoiceStore(database), SqlConsentStore(database)
        order = replace(an_order("discord-9", owner=BOB), asker=ADA)
        asked = ConsentRequest(
            *(order.key, ADA, BOB, None, order.label, "text", None, order.address, NOON)
        )
        voice = voice_of(order, VoiceState.REQUESTED, voice_ids=voice_id, now=NOON)
        await consents.ask(asked, order, voice)
        await consents.let_speak(order.key, "I say yes.")

        await back_and_forth(database)

        after = await consents.request(order.key)
        assert after == replace(asked, state=RequestState.EXPIRED, answered_at=NOON)
        with pytest.raises(VoiceGone):
            await voices.get(order.key)
