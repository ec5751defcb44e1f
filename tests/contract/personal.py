"""Something of every kind that is kept about Ada, beside what is kept about others."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.domain.audit import Act, AuditEntry
from bot.domain.consent import Consent, ConsentRequest, Permission, Proof, Statement
from bot.domain.fingerprints import Fingerprint, Made
from bot.domain.moderation import About, Ban, Case, CaseState, FlagKind, Origin, case_key
from bot.domain.money import Budgets
from bot.domain.people import Address, PersonId
from bot.domain.samples import Bubble
from bot.domain.sharing import Grant, of_person
from bot.domain.speeches import Speech, SpeechState
from bot.domain.voices import VoiceKey, VoiceState
from bot.store import Database, SqlFingerprintStore, SqlSpeechStore
from bot.store.privacy import SqlPersonalRecords
from bot.store.schema_trust import metadata
from tests.contract.kept import HERE, Kept
from tests.fakes.orders import NOON, a_charge, a_hold, a_speech, a_speech_order, a_voice, an_order

ADA = PersonId("discord:71000000000000000001")
BEN = PersonId("discord:72000000000000000002")
MODERATOR = PersonId("discord:73000000000000000003")
"""Numbers that are in nothing else, so that a look through every row finds each trace."""

SECRET = "what Ben had spoken"


def native(person: PersonId) -> str:
    """Return the number alone."""
    return person.partition(":")[2]


class Personal(Kept):
    """Every store over one database, and what is kept about Ada in all of them."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.speeches = SqlSpeechStore(database)
        self.fingerprints = SqlFingerprintStore(database)
        self.personal = SqlPersonalRecords(database)

    async def traces(self, needle: str) -> list[str]:
        """Return every column of every table in which something is found, once."""
        found: set[str] = set()
        async with self.database.begin() as connection:
            for table in metadata.sorted_tables:
                for row in (await connection.execute(sa.select(table))).mappings():
                    found |= {f"{table.name}.{k}" for k, v in row.items() if needle in str(v)}
        return sorted(found)

    async def voice_of(
        self,
        key: str,
        owner: PersonId,
        *,
        asker: PersonId | None = None,
        state: VoiceState = VoiceState.READY,
    ) -> VoiceKey:
        """Keep a voice, with a consent that says all it can."""
        address = Address("discord", f"9:8:{native(asker or owner)}")
        order = replace(an_order(key, owner=owner, label=f"the {key}", server=HERE), asker=asker)
        order = replace(order, address=address)
        consent = Consent(
            *(order.key, owner, Statement.ALLOWED_ONCE, NOON),
            asker=asker,
            proof=Proof.SPOKEN,
            words=f"I am {key}.",
        )
        await self.voices.reserve(order, replace(a_voice(order), asker=asker), consent)
        await self.voices.settle(order.key, state)
        return order.key

    async def speech_of(
        self,
        key: str,
        asker: PersonId,
        voice: VoiceKey,
        owner: PersonId,
        *,
        text: str,
        state: SpeechState = SpeechState.DONE,
    ) -> Speech:
        """Keep a speech of which one bubble was posted."""
        order = replace(
            a_speech_order(key, asker=asker, text=text),
            voice=replace(a_speech_order().voice, key=voice),
            address=Address("discord", f"9:8:{native(asker)}"),
            scopes=(of_person(asker),),
        )
        speech = replace(a_speech(order), owner=owner, label=f"the {voice}")
        await self.speeches.keep(speech)
        return await self.speeches.settle(speech.key, state, spent=100, characters=9, posted=1)

    async def case_about(
        self,
        subject: str,
        person: PersonId,
        owner: PersonId,
        folder: Path,
        *,
        text: str,
        state: CaseState = CaseState.OPEN,
        reporter: PersonId | None = None,
    ) -> Case:
        """Keep a case with something to hear."""
        case = Case(
            key=case_key(Origin.FLAGGED, subject),
            origin=Origin.FLAGGED,
            about=About.VOICE,
            subject=subject,
            person=person,
            kind=FlagKind.ABUSE,
            text=text,
            opened_at=NOON,
            owner=owner,
            server=HERE,
            label=f"the {subject}",
            address=Address("discord", f"9:8:{native(person)}"),
            reporter=reporter,
            report=None if reporter is None else f"reported by {reporter}",
            state=state,
            decided_by=None if state is CaseState.OPEN else MODERATOR,
            decided_at=None if state is CaseState.OPEN else NOON,
            reason=None if state is CaseState.OPEN else "not nice",
        )
        await self.cases.open(case)
        sound = folder / "sound.ogg"
        sound.write_bytes(b"sound")
        bubble = Bubble(path=sound, seconds=1.0, waveform=b"\x01")
        await self.evidence.keep(subject, "preview", bubble)
        return case

    async def fill(self, folder: Path) -> None:
        """Keep everything there can be about Ada, with Ben and a moderator in it too."""
        mine = await self.voice_of("mine", ADA)
        old = await self.voice_of("old", ADA, state=VoiceState.DELETED)
        bens = await self.voice_of("bens", BEN, asker=ADA)
        asked_of_me = await self.voice_of("asked", ADA, asker=BEN)
        assert old
        for at, (voice, to) in enumerate([(mine, BEN), (bens, ADA), (asked_of_me, BEN)]):
            await self.grants.share(Grant(voice, of_person(to), NOON + timedelta(minutes=at)))
        await self.request_of("please", asker=ADA, owner=BEN)
        await self.request_of("may-i", asker=BEN, owner=ADA)
        await self.consents.permit(Permission(ADA, BEN, HERE, NOON))
        await self.consents.permit(Permission(BEN, ADA, HERE, NOON))
        await self.voices.set_default(ADA, f"voice:{mine}")
        await self.consents.set_never_cloned(ADA, never=True)
        await self.speech_of("said", ADA, mine, ADA, text="what Ada had spoken")
        await self.speech_of("used", BEN, mine, ADA, text=SECRET)
        await self.speech_of("bens-own", BEN, bens, BEN, text=SECRET)
        for number, (asker, owner) in enumerate([(ADA, ADA), (BEN, ADA), (ADA, BEN), (BEN, BEN)]):
            made = Fingerprint(f"digest-{number}", Made.SPEECH, "said", asker, owner, "a", NOON)
            await self.fingerprints.keep(made)
        await self.case_about("mine", ADA, ADA, folder, text="Ada's text", reporter=BEN)
        await self.case_about(
            "said", ADA, ADA, folder, text="Ada's other text", state=CaseState.REJECTED
        )
        await self.case_about("asked", BEN, ADA, folder, text=SECRET)
        await self.case_about("bens-own", BEN, BEN, folder, text=SECRET, reporter=ADA)
        await self.bans.ban(Ban(HERE, ADA, MODERATOR, NOON, None, "rude"))
        await self.bans.ban(Ban(HERE, BEN, ADA, NOON, None, "ruder"))
        await self.spending.charge(a_charge("said", 100, person=ADA))
        await self.spending.charge(a_charge("used", 100, person=BEN))
        for job, person in (("h-1", ADA), ("h-2", BEN)):
            await self.spending.hold(a_hold(job, 100, person=person), Budgets())
        for actor, subject in ((ADA, BEN), (MODERATOR, ADA), (MODERATOR, BEN)):
            await self.audit.write(AuditEntry(NOON, HERE, actor, Act.BANNED, subject, "", "why"))

    async def request_of(self, key: str, *, asker: PersonId, owner: PersonId) -> VoiceKey:
        """Keep an open request for a voice."""
        address = Address("discord", f"9:8:{native(asker)}")
        order = replace(an_order(key, owner=owner, server=HERE, label=key), asker=asker)
        request = ConsentRequest(
            *(order.key, asker, owner, HERE, key, "Hello.", None, address), asked_at=NOON
        )
        voice = replace(a_voice(order), state=VoiceState.REQUESTED, asker=asker)
        await self.consents.ask(request, replace(order, address=address), voice)
        return order.key
