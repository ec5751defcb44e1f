"""A flagged voice, its case, and all that decides it, in memory."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.audit import Act
from bot.domain.moderation import (
    About,
    Case,
    CaseKey,
    FlagKind,
    Origin,
    case_key,
)
from bot.domain.people import Asker, PersonId, RoleId, ServerId
from bot.domain.voices import VoiceKey, VoiceState
from bot.services.house_rules import HouseRules
from bot.services.moderating import Desk, Moderate
from bot.services.succession import Succession
from tests.fakes.jobs import RecordingJobs
from tests.fakes.orders import ADA, BOB, NOON
from tests.fakes.privacy import NobodyErased
from tests.fakes.stores import FakeAtomic, FakeGrantStore, FakeVoiceStore
from tests.fakes.trust import (
    FakeAuditLog,
    FakeBanStore,
    FakeCaseStore,
    FakeEvidenceStore,
    FakeServerStore,
)

HERE, THERE = ServerId("discord:55"), ServerId("discord:56")
MONA = Asker(PersonId("discord:70"), HERE, moderates=True)
MAX = Asker(PersonId("discord:71"), HERE, moderates=True)
RITA = Asker(PersonId("discord:72"), HERE, roles=frozenset({RoleId("discord:8")}))
STRANGER = Asker(PersonId("discord:73"), HERE)
ELSEWHERE = Asker(PersonId("discord:74"), THERE, moderates=True)
OPERATOR = Asker(PersonId("discord:75"), None, operates=True)
KEY = VoiceKey("discord-1")


@dataclass
class Court:
    """A held voice of Bob's, asked for by Ada, its case, and all that decides it."""

    now: datetime = NOON
    voices: FakeVoiceStore = field(default_factory=FakeVoiceStore)
    servers: FakeServerStore = field(default_factory=FakeServerStore)
    cases: FakeCaseStore = field(default_factory=FakeCaseStore)
    bans: FakeBanStore = field(default_factory=FakeBanStore)
    evidence: FakeEvidenceStore = field(default_factory=FakeEvidenceStore)
    audit: FakeAuditLog = field(default_factory=FakeAuditLog)
    jobs: RecordingJobs = field(default_factory=RecordingJobs)

    @property
    def moderate(self) -> Moderate:
        """Return the service, over what is kept here."""
        grants = FakeGrantStore(self.voices)
        return Moderate(
            desk=Desk(
                cases=self.cases,
                bans=self.bans,
                voices=self.voices,
                evidence=self.evidence,
                audit=self.audit,
            ),
            rules=HouseRules(
                servers=self.servers, bans=self.bans, erasures=NobodyErased(), now=self.clock
            ),
            succession=Succession(voices=self.voices, grants=grants),
            atomic=FakeAtomic(),
            jobs=self.jobs,
            now=self.clock,
        )

    def clock(self) -> datetime:
        """Return the time."""
        return self.now

    async def open(self, **changes: object) -> CaseKey:
        """Keep the case, with what is changed in it."""
        case = Case(
            key=case_key(Origin.FLAGGED, KEY),
            origin=Origin.FLAGGED,
            about=About.VOICE,
            subject=KEY,
            person=ADA,
            owner=BOB,
            kind=FlagKind.ABUSE,
            text="text",
            opened_at=NOON,
            server=HERE,
            label="Robin",
        )
        case = replace(case, **changes)  # type: ignore[arg-type]  # checked by the dataclass
        await self.cases.open(case)
        return case.key

    async def state(self) -> VoiceState:
        """Return how the voice stands."""
        return (await self.voices.get(KEY)).state

    def acts(self) -> list[Act]:
        """Return what the audit log tells."""
        return [entry.act for entry in self.audit.kept]
