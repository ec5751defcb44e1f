"""Rows to the domain's types and back; nothing else sees a row."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping

from bot.domain.consent import Consent, Proof, Statement
from bot.domain.people import Address, NoteRef
from bot.domain.voices import CloneOptions, CloneOrder, Voice, VoiceState, label_key


def from_order(order: CloneOrder, voice: Voice) -> dict[str, Any]:
    """Return the row of `voices` for a new voice and its order."""
    return {
        "key": voice.key,
        "owner": voice.owner,
        "label": voice.label,
        "label_key": label_key(voice.label),
        "voice_id": voice.voice_id,
        "state": voice.state.value,
        "created_at": voice.created_at,
        "deadline": voice.deadline,
        "charged_characters": voice.charged_characters,
        "trace_id": voice.trace_id,
        "options": asdict(voice.options),
        "notes": [asdict(note) for note in order.notes],
        "prompt": None if order.prompt is None else asdict(order.prompt),
        "best_part": order.best_part,
        "address_face": order.address.face,
        "address_token": order.address.token,
        "server": order.server,
        "asker": order.asker,
        "used_at": voice.used_at,
        "replaces": voice.replaces,
        "warned": voice.warned,
        "tells_uses": voice.tells_uses,
    }


def to_voice(row: RowMapping) -> Voice:
    """Return the voice of a row of `voices`."""
    return Voice(
        key=row["key"],
        owner=row["owner"],
        label=row["label"],
        voice_id=row["voice_id"],
        state=VoiceState(row["state"]),
        created_at=row["created_at"],
        options=CloneOptions(**row["options"]),
        deadline=row["deadline"],
        charged_characters=row["charged_characters"],
        trace_id=row["trace_id"],
        used_at=row["used_at"],
        replaces=row["replaces"],
        warned=row["warned"],
        tells_uses=row["tells_uses"],
        asker=row["asker"],
    )


def without_notes(order: CloneOrder) -> dict[str, Any]:
    """Return the columns of an order whose notes are forgotten."""
    prompt = order.prompt
    blank = None if prompt is None else asdict(NoteRef(prompt.face, "", "", 0))
    return {"notes": [], "prompt": blank}


def to_order(row: RowMapping) -> CloneOrder:
    """Return the order of a row of `voices`; it was only kept because consent was given."""
    return CloneOrder(
        key=row["key"],
        owner=row["owner"],
        label=row["label"],
        notes=tuple(NoteRef(**note) for note in row["notes"]),
        options=CloneOptions(**row["options"]),
        address=Address(row["address_face"], row["address_token"]),
        consent=True,
        prompt=None if row["prompt"] is None else NoteRef(**row["prompt"]),
        best_part=row["best_part"],
        server=row["server"],
        asker=row["asker"],
    )


def from_consent(consent: Consent) -> dict[str, Any]:
    """Return the row of `consents`."""
    return {
        "voice": consent.voice,
        "person": consent.person,
        "statement": consent.statement.value,
        "given_at": consent.given_at,
        "asker": consent.asker,
        "withdrawn_at": consent.withdrawn_at,
        "proof": consent.proof.value,
        "words": consent.words,
    }


def to_consent(row: RowMapping) -> Consent:
    """Return the consent of a row of `consents`."""
    before_there_was_one = Proof.TICKED if row["asker"] is None else Proof.PRESSED
    proof = before_there_was_one if row["proof"] is None else Proof(row["proof"])
    return Consent(**{**row, "statement": Statement(row["statement"]), "proof": proof})
