"""Orders, voices and consents as tests need them: everything has a sensible value."""

from datetime import UTC, datetime

from bot.domain.consent import Consent, Statement
from bot.domain.people import Address, NoteRef, PersonId
from bot.domain.voices import CloneOptions, CloneOrder, Voice, VoiceKey, VoiceState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = PersonId("discord:1")
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
    )


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
