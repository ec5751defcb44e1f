"""Everything that is kept of a server, on a real database."""

from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from cryptography.fernet import Fernet

from bot.domain.audit import Act, AuditEntry
from bot.domain.consent import ConsentRequest, Permission
from bot.domain.moderation import About, Ban, Case, CaseState, FlagKind, Origin, case_key
from bot.domain.people import PersonId, RoleId, ServerId
from bot.domain.samples import Bubble
from bot.domain.servers import ServerSettings
from bot.domain.sharing import Grant, of_person, of_role, of_server
from bot.domain.voices import CloneOptions, Voice, VoiceKey, VoiceState
from bot.store import (
    Database,
    SqlAtomic,
    SqlAuditLog,
    SqlBanStore,
    SqlCaseStore,
    SqlConsentStore,
    SqlEvidenceStore,
    SqlGrantStore,
    SqlRetention,
    SqlServerData,
    SqlServerStore,
    SqlSpendingStore,
    SqlVoiceStore,
)
from tests.fakes.orders import (
    ADA,
    ADDRESS,
    BOB,
    NOON,
    OPTIONS,
    a_charge,
    a_consent,
    a_voice,
    an_order,
)

HERE, THERE = ServerId("discord:55"), ServerId("discord:56")
CREW, OTHERS = RoleId("discord:77"), RoleId("discord:78")


class Kept:
    """Every store over one database, and a hand to fill them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.voices = SqlVoiceStore(database)
        self.grants = SqlGrantStore(database)
        self.consents = SqlConsentStore(database)
        # Each question a second after the one before, so that none is answered from memory.
        self.servers = SqlServerStore(database, monotonic=count().__next__)
        self.cases = SqlCaseStore(database)
        self.bans = SqlBanStore(database)
        self.evidence = SqlEvidenceStore(database, [Fernet.generate_key().decode()])
        self.audit = SqlAuditLog(database)
        self.spending = SqlSpendingStore(database)
        self.atomic = SqlAtomic(database)
        self.retention = SqlRetention(database)
        self.data = SqlServerData(database)

    async def rows(self, table: sa.Table) -> int:
        """Return how many rows a table has."""
        async with self.database.begin() as connection:
            return await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    async def voice(
        self,
        key: str,
        *,
        owner: PersonId = ADA,
        server: ServerId | None = HERE,
        state: VoiceState = VoiceState.READY,
        options: CloneOptions = OPTIONS,
        at: datetime = NOON,
    ) -> VoiceKey:
        """Keep a voice that was cloned on a server."""
        order = an_order(key, owner=owner, label=key, server=server, options=options)
        await self.voices.reserve(order, a_voice(order, now=at), a_consent(order))
        await self.voices.settle(order.key, state)
        return order.key

    async def share(self, voice: VoiceKey, server: ServerId, role: RoleId) -> None:
        """Share a voice with a server, one of its roles, and a person."""
        await self.grants.share(Grant(voice, of_server(server), NOON))
        await self.grants.share(Grant(voice, of_role(role), NOON, of_server=server))
        await self.grants.share(Grant(voice, of_person(BOB), NOON))

    async def request(
        self, key: str, *, server: ServerId | None = HERE, at: datetime = NOON
    ) -> VoiceKey:
        """Keep an open request of Bob for Ada's voice."""
        order = replace(an_order(key, server=server, label=key), asker=BOB)
        request = ConsentRequest(
            *(order.key, BOB, ADA, server, key, "Hello.", None, ADDRESS),
            asked_at=at,
        )
        asked = replace(a_voice(order), state=VoiceState.REQUESTED, asker=BOB)
        await self.consents.ask(request, order, asked)
        return order.key

    async def case(
        self,
        subject: str,
        folder: Path,
        *,
        server: ServerId | None = HERE,
        origin: Origin = Origin.FLAGGED,
        decided_at: datetime | None = None,
    ) -> Case:
        """Keep a case with something to hear."""
        case = Case(
            key=case_key(origin, subject),
            origin=origin,
            about=About.VOICE,
            subject=subject,
            person=BOB,
            kind=FlagKind.ABUSE,
            text="what it says",
            opened_at=NOON,
            server=server,
            state=CaseState.OPEN if decided_at is None else CaseState.APPROVED,
            decided_at=decided_at,
        )
        await self.cases.open(case)
        sound = folder / "sound.ogg"
        sound.write_bytes(b"sound")
        await self.evidence.keep(
            subject, "preview", Bubble(path=sound, seconds=1.0, waveform=b"\x01")
        )
        return case

    async def everything(self, folder: Path, server: ServerId, role: RoleId) -> Voice:
        """Keep something of every kind of one server; return the voice."""
        mark = server.rpartition(":")[2]
        await self.servers.save(server, ServerSettings(words=("darn",)))
        key = await self.voice(f"voice-{mark}", server=server)
        await self.share(key, server, role)
        await self.request(f"request-{mark}", server=server)
        await self.consents.permit(Permission(ADA, BOB, server, NOON))
        await self.case(key, folder, server=server)
        await self.bans.ban(Ban(server, BOB, ADA, NOON, None, "rude"))
        await self.audit.write(AuditEntry(NOON, server, ADA, Act.BANNED, BOB, "", "rude"))
        await self.spending.charge(a_charge(f"speech-{mark}", 100, server=server))
        return await self.voices.get(key)
