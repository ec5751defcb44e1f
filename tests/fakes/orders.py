"""Orders, voices and consents as tests need them: everything has a sensible value."""

from datetime import UTC, datetime

from bot.domain.consent import Consent, Statement
from bot.domain.money import Charge, ChargeKind, Hold, Microdollars
from bot.domain.people import Address, Asker, NoteRef, PersonId, ServerId
from bot.domain.speeches import (
    Speech,
    SpeechKey,
    SpeechOrder,
    SpeechSettings,
    SpeechState,
    VoiceChoice,
)
from bot.domain.voices import CloneOptions, CloneOrder, Voice, VoiceKey, VoiceState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = PersonId("discord:1")
BOB = PersonId("discord:2")
SERVER = ServerId("discord:55")
NOTE = NoteRef(face="discord", token="10/20/30", filename="voice-message.ogg", bytes=40_000)
ADDRESS = Address(face="discord", token="10/20")
OPTIONS = CloneOptions(text="Hello from my new voice.", model="speech-2.8-hd", language="English")


def an_order(
    key: str = "discord-1",
    *,
    owner: PersonId = ADA,
    label: str = "Me",
    notes: tuple[NoteRef, ...] = (NOTE,),
    options: CloneOptions = OPTIONS,
    prompt: NoteRef | None = None,
    best_part: bool = False,
    server: ServerId | None = None,
) -> CloneOrder:
    """Return an order that passes every check."""
    return CloneOrder(
        key=VoiceKey(key),
        owner=owner,
        label=label,
        notes=notes,
        options=options,
        address=ADDRESS,
        consent=True,
        prompt=prompt,
        best_part=best_part,
        server=server,
    )


def by(order: CloneOrder) -> Asker:
    """Return who asks for a clone, as an ordinary member of the server it is asked on."""
    return Asker(order.payer, order.server)


def a_voice(order: CloneOrder, *, voice_id: str | None = None, now: datetime = NOON) -> Voice:
    """Return the voice that is reserved for the order."""
    return Voice(
        key=order.key,
        owner=order.owner,
        label=order.label,
        voice_id=voice_id or f"Myna-{order.key}-1",
        state=VoiceState.CLONING,
        created_at=now,
        options=order.options,
    )


def a_consent(order: CloneOrder, *, now: datetime = NOON) -> Consent:
    """Return the consent that came with the order."""
    return Consent(order.key, order.owner, Statement.OWN_OR_PERMITTED, now)


def a_speech_order(
    key: str = "discord-70",
    *,
    asker: PersonId = ADA,
    server: ServerId | None = SERVER,
    voice: VoiceChoice | None = None,
    text: str = "Good morning, everybody.",
) -> SpeechOrder:
    """Return an order to speak with Ada's first voice."""
    return SpeechOrder(
        key=SpeechKey(key),
        asker=asker,
        server=server,
        voice=voice or VoiceChoice(key=VoiceKey("discord-1")),
        text=text,
        settings=SpeechSettings(model="speech-2.8-hd"),
        address=ADDRESS,
    )


def a_speech(
    order: SpeechOrder, *, state: SpeechState = SpeechState.ASKED, now: datetime = NOON
) -> Speech:
    """Return the speech that is kept for the order; 2 400 micro-dollars are held for it."""
    return Speech(
        order=order,
        voice_id="Myna-discord-1-1",
        label="Me",
        owner=ADA,
        state=state,
        created_at=now,
        parts=1,
        held=2400,
    )


def a_hold(
    job: str = "discord-70",
    amount: int = 100,
    *,
    person: PersonId = ADA,
    server: ServerId | None = SERVER,
    at: datetime = NOON,
) -> Hold:
    """Return a hold of so many micro-dollars."""
    return Hold(job, person, server, Microdollars(amount), at)


def a_charge(
    job: str = "discord-70",
    amount: int = 100,
    *,
    person: PersonId = ADA,
    server: ServerId | None = SERVER,
    at: datetime = NOON,
    kind: ChargeKind = ChargeKind.SPEECH,
    counted: bool = True,
) -> Charge:
    """Return a charge of so many micro-dollars."""
    return Charge(
        job=job,
        kind=kind,
        person=person,
        server=server,
        voice=VoiceKey("discord-1"),
        model="speech-2.8-hd",
        characters=amount // 100,
        amount=Microdollars(amount),
        at=at,
        trace_id="trace",
        counted=counted,
    )
