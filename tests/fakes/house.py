"""The rules of servers over what a test keeps: real stores, or ones in memory."""

from dataclasses import dataclass, field
from random import Random

from bot.ports import (
    Atomic,
    AuditLog,
    BanStore,
    CaseStore,
    Clock,
    ConsentStore,
    ErasureStore,
    Jobs,
    ServerStore,
)
from bot.services.admission import CloneAdmission
from bot.services.house_rules import HouseRules
from bot.services.leave import Leave
from bot.services.opening import OpenCase
from bot.services.screening import Screening
from bot.services.server_rules import ServerRules
from bot.services.spoken_consent import SpeakConsent
from tests.fakes.jobs import RecordingJobs
from tests.fakes.myna import Kept, voice_id
from tests.fakes.privacy import NobodyErased
from tests.fakes.stores import FakeAtomic
from tests.fakes.trust import FakeAuditLog, FakeBanStore, FakeCaseStore, FakeServerStore


@dataclass
class House:
    """What rules are read from and cases are written to; nothing is set, nobody is banned."""

    servers: ServerStore = field(default_factory=FakeServerStore)
    bans: BanStore = field(default_factory=FakeBanStore)
    cases: CaseStore = field(default_factory=FakeCaseStore)
    audit: AuditLog = field(default_factory=FakeAuditLog)
    atomic: Atomic = field(default_factory=FakeAtomic)
    erasures: ErasureStore = field(default_factory=NobodyErased)
    jobs: Jobs = field(default_factory=RecordingJobs)

    @classmethod
    def of(cls, kept: Kept, jobs: Jobs | None = None) -> "House":
        """Return the one over real stores."""
        stores = (kept.servers, kept.bans, kept.cases, kept.audit, kept.atomic, kept.erasures)
        return cls(*stores, jobs or RecordingJobs())

    def rules(self, now: Clock) -> HouseRules:
        """Return the service that knows the rules."""
        return HouseRules(servers=self.servers, bans=self.bans, erasures=self.erasures, now=now)

    def screening(self, now: Clock) -> Screening:
        """Return the service that screens orders by them."""
        return Screening(
            house=self.rules(now),
            cases=self.cases,
            open_case=self.open_case(now),
            atomic=self.atomic,
            jobs=self.jobs,
            now=now,
        )

    def open_case(self, now: Clock) -> OpenCase:
        """Return the service that opens cases."""
        return OpenCase(cases=self.cases, servers=self.servers, audit=self.audit, now=now)

    def speaking(
        self, now: Clock, *, consents: ConsentStore, jobs: Jobs, admission: CloneAdmission
    ) -> SpeakConsent:
        """Return the service that has a yes spoken where they want that."""
        return SpeakConsent(
            consents=consents,
            voice_ids=voice_id,
            house=self.rules(now),
            screening=self.screening(now),
            atomic=self.atomic,
            jobs=jobs,
            leave=Leave(consents, self.rules(now)),
            admission=admission,
            now=now,
            chance=Random(1),  # noqa: S311  repeatable
        )

    def server_rules(self, now: Clock) -> ServerRules:
        """Return the service that changes them."""
        return ServerRules(
            servers=self.servers,
            cases=self.cases,
            audit=self.audit,
            atomic=self.atomic,
            jobs=self.jobs,
            now=now,
        )
