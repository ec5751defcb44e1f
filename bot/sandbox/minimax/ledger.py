"""What happened and what it cost: the record tests and visitors read."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from bot.sandbox.minimax.answers import Json

CLONE_FEE_USD = 1.50
"""Per voice, at its first synthesis ("Pay as You Go", autumn 2026)."""

_CLONE_PATH = "/v1/voice_clone"
_HD_USD_PER_CHARACTER = 100 / 1_000_000
_TURBO_USD_PER_CHARACTER = 60 / 1_000_000


def speech_price_usd(model: str, characters: int) -> float:
    """Price speech or a preview: hd $100, turbo $60 per million ("Pay as You Go", autumn 2026)."""
    is_turbo = model.endswith("-turbo")
    return characters * (_TURBO_USD_PER_CHARACTER if is_turbo else _HD_USD_PER_CHARACTER)


@dataclass
class VoiceAccount:
    """The counts of one voice id."""

    clone_calls: int = 0  # arrived, whatever came of them
    clones: int = 0  # made
    fees: int = 0  # charged at first synthesis
    preview_characters: int = 0
    speech_characters: int = 0
    deletions: int = 0


BillKind = Literal["speech", "preview", "clone_fee"]


@dataclass(frozen=True)
class BillLine:
    """One thing that was charged, found again by the trace id of the answer that charged it."""

    trace_id: str
    voice_id: str
    kind: BillKind
    characters: int  # as in `usage_characters`; 0 for a fee
    usd: float


@dataclass(frozen=True)
class RecordedRequest:
    """One request as it arrived, before any check."""

    method: str
    path: str
    json: object  # the parsed body, or None where there is none or it is no JSON
    time: datetime
    authorized: bool  # an Authorization header was sent; its value is not kept
    trace_id: str = ""  # of the answer


@dataclass
class Ledger:
    """Everything that was counted since the start."""

    voices: defaultdict[str, VoiceAccount] = field(
        default_factory=lambda: defaultdict(VoiceAccount)
    )
    uploads: int = 0
    file_deletions: int = 0
    requests: list[RecordedRequest] = field(default_factory=list)
    bill: list[BillLine] = field(default_factory=list)

    @property
    def clones(self) -> int:
        """Voices made, over all ids."""
        return sum(voice.clones for voice in self.voices.values())

    @property
    def fees(self) -> int:
        """Clone fees charged, over all ids."""
        return sum(voice.fees for voice in self.voices.values())

    @property
    def spent_usd(self) -> float:
        """Everything that was charged."""
        return sum(line.usd for line in self.bill)

    def charged(self, trace_id: str) -> tuple[int, float]:
        """Answer the characters and dollars that one call was charged."""
        lines = [line for line in self.bill if line.trace_id == trace_id]
        return sum(line.characters for line in lines), sum(line.usd for line in lines)

    def enter(self, line: BillLine) -> None:
        """Put a charge on the bill and on the voice's account."""
        self.bill.append(line)
        account = self.voices[line.voice_id]
        match line.kind:
            case "speech":
                account.speech_characters += line.characters
            case "preview":
                account.preview_characters += line.characters
            case "clone_fee":
                account.fees += 1

    def record(self, request: RecordedRequest) -> None:
        """Keep a request; a clone call counts as arrived whatever comes of it."""
        self.requests.append(request)
        if request.path == _CLONE_PATH and isinstance(request.json, dict):
            voice_id = request.json.get("voice_id")
            if isinstance(voice_id, str):
                self.voices[voice_id].clone_calls += 1

    def calls(self, path: str) -> list[RecordedRequest]:
        """Answer the requests to one path, in order of arrival."""
        return [request for request in self.requests if request.path == path]

    def as_json(self) -> Json:
        """Answer the whole record for the control side."""
        voices: Mapping[str, object] = {
            voice_id: asdict(account) for voice_id, account in self.voices.items()
        }
        return {
            "voices": voices,
            "uploads": self.uploads,
            "file_deletions": self.file_deletions,
            "clones": self.clones,
            "fees": self.fees,
            "spent_usd": round(self.spent_usd, 6),
            "bill": [asdict(line) for line in self.bill],
            "requests": [self._with_charge(request) for request in self.requests],
        }

    def _with_charge(self, request: RecordedRequest) -> Json:
        characters, usd = self.charged(request.trace_id)
        return {
            **asdict(request),
            "time": request.time.isoformat(),
            "usage_characters": characters,
            "usd": round(usd, 6),
        }
