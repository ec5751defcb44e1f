"""A cloned voice as Myna keeps it, and the order that makes one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.errors import LabelInvalid
from bot.domain.people import Address, NoteRef, PersonId, ServerId

VoiceKey = NewType("VoiceKey", str)
"""Myna's own name for a voice and for the job that makes it.

Made from the request that asked (`discord-<interaction id>`), so that a repeated request is the
same voice. Appears in buttons, never at the provider.
"""

UNUSED_LIFE = timedelta(hours=168)
"""A voice that no speech used within this time is deleted by the provider (docs/minimax.md)."""

LABEL_LIMIT = 32
"""Characters in a label: fits a Discord choice and a line of a phone."""


ERASED_LABEL = "erased voice"
"""What a voice is called after its owner had their data erased, and with it the label."""

WARN_AFTER = (timedelta(days=5), timedelta(days=6.5))
"""How old an unused voice is when its owner is warned that it will be deleted."""


class VoiceState(StrEnum):
    """Where a voice stands. Those in `OCCUPYING` occupy their label, unless only proposed."""

    REQUESTED = "requested"  # its owner was asked whether somebody may have it cloned
    OFFERED = "offered"  # its price was told; nothing is promised, held or spent
    ASKED = "asked"  # kept, but not yet acknowledged: nobody was promised anything
    CLONING = "cloning"
    READY = "ready"
    HELD = "held"  # flagged by the provider: nobody can use it
    RETIRED = "retired"  # an earlier version that its owner replaced; may be brought back
    LOST = "lost"  # the provider no longer has it
    FAILED = "failed"
    DELETED = "deleted"


OCCUPYING = (VoiceState.ASKED, VoiceState.CLONING, VoiceState.READY, VoiceState.HELD)

DELETABLE = (VoiceState.READY, VoiceState.HELD, VoiceState.RETIRED, VoiceState.LOST)
"""In these there is something to delete, and no job that makes it."""


@dataclass(frozen=True, slots=True)
class CloneOptions:
    """What the owner chose for a clone; sent to the provider as it is."""

    text: str
    model: str
    language: str | None = None
    noise_reduction: bool = False
    volume_normalization: bool = False
    prompt_text: str | None = None
    text_validation: str | None = None
    accuracy: float | None = None
    watermark: bool = False


@dataclass(frozen=True, slots=True)
class CloneOrder:
    """All of one request to clone: what, from which notes, with whose consent, answered where.

    `owner` is whose voice it is; `asker` who asked for it with the owner's leave, None where that
    is the owner too.
    """

    key: VoiceKey
    owner: PersonId
    label: str
    notes: tuple[NoteRef, ...]
    options: CloneOptions
    address: Address
    consent: bool
    prompt: NoteRef | None = None
    best_part: bool = False
    server: ServerId | None = None
    asker: PersonId | None = None

    @property
    def payer(self) -> PersonId:
        """Return who asked for it, and whose budget it counts against."""
        return self.asker or self.owner


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice in Myna's register, which is the only one that knows unused voices.

    Attributes:
        deadline: when the provider deletes it unless a speech used it; None before it is made.
        used_at: its first speech, which charged the clone fee and keeps it; None before.
        replaces: the version it is proposed to replace under the same label; None once its owner
            approved it, and for a first version.
        warned: how many warnings its owner got that it will be deleted.
        tells_uses: whether its owner is told each time somebody else speaks with it.
        asker: who had it cloned with its owner's leave; None where that was the owner.
    """

    key: VoiceKey
    owner: PersonId
    label: str
    voice_id: str
    state: VoiceState
    created_at: datetime
    options: CloneOptions
    deadline: datetime | None = None
    charged_characters: int = 0
    trace_id: str | None = None
    used_at: datetime | None = None
    replaces: "VoiceKey | None" = None
    warned: int = 0
    tells_uses: bool = False
    asker: PersonId | None = None

    @property
    def payer(self) -> PersonId:
        """Return who asked for it, and whose budget it counted against."""
        return self.asker or self.owner

    def days_left(self, now: datetime) -> int:
        """Return the days, rounded, until the provider deletes the voice unless it is used."""
        if self.deadline is None:
            return 0
        return max(0, round((self.deadline - now) / timedelta(days=1)))

    def has_run_out(self, now: datetime) -> bool:
        """Say whether no speech used it in time, so that the provider has probably deleted it.

        Nobody can know before it is to speak: the provider lists no voice that was never used.
        """
        lives = self.state in {VoiceState.READY, VoiceState.RETIRED}
        return lives and self.used_at is None and self.deadline is not None and now >= self.deadline


def clean_label(raw: str) -> str:
    """Return the label as it is kept: NFC, single spaces.

    Raises:
        LabelInvalid: it is empty, longer than `LABEL_LIMIT`, or has no letter or digit.
    """
    label = re.sub(r"\s+", " ", unicodedata.normalize("NFC", raw)).strip()
    if len(label) > LABEL_LIMIT:
        raise LabelInvalid(length=len(label), limit=LABEL_LIMIT)
    if not any(character.isalnum() for character in label):
        raise LabelInvalid(length=len(label), limit=LABEL_LIMIT)
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} for character in label):
        raise LabelInvalid(length=len(label), limit=LABEL_LIMIT)
    return label


def label_key(label: str) -> str:
    """Return what makes two labels of one owner the same: compatibility form, caseless."""
    return unicodedata.normalize("NFKC", label).casefold()
