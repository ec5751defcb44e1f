"""Rows of `speeches` to the domain's types and back."""

from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping

from bot.domain.people import Address
from bot.domain.speeches import Speech, SpeechOrder, SpeechSettings, SpeechState, VoiceChoice


def from_speech(speech: Speech) -> dict[str, Any]:
    """Return the row of a new speech and its order; it has not ended yet."""
    order = speech.order
    return {
        "key": order.key,
        "asker": order.asker,
        "server": order.server,
        "voice": order.voice.key,
        "stock": order.voice.stock,
        "voice_id": speech.voice_id,
        "label": speech.label,
        "owner": speech.owner,
        "text": order.text,
        "settings": order.settings.to_json(),
        "fresh": order.fresh,
        "scopes": list(order.scopes),
        "state": speech.state.value,
        "address_face": order.address.face,
        "address_token": order.address.token,
        "created_at": speech.created_at,
        "parts": speech.parts,
        "held": speech.held,
        "spent": speech.spent,
        "characters": speech.characters,
        "posted": speech.posted,
    }


def to_speech(row: RowMapping) -> Speech:
    """Return the speech of a row."""
    return Speech(
        order=_to_order(row),
        voice_id=row["voice_id"],
        label=row["label"],
        owner=row["owner"],
        state=SpeechState(row["state"]),
        created_at=row["created_at"],
        parts=row["parts"],
        held=row["held"],
        spent=row["spent"],
        characters=row["characters"],
        posted=row["posted"],
    )


def in_state(speech: Speech, state: SpeechState) -> Speech:
    """Return the same speech in another state."""
    return replace(speech, state=state)


def _to_order(row: RowMapping) -> SpeechOrder:
    return SpeechOrder(
        key=row["key"],
        asker=row["asker"],
        server=row["server"],
        voice=VoiceChoice(key=row["voice"], stock=row["stock"]),
        text=row["text"],
        settings=SpeechSettings.from_json(row["settings"]),
        address=Address(row["address_face"], row["address_token"]),
        fresh=row["fresh"],
        scopes=tuple(row["scopes"]),
    )
