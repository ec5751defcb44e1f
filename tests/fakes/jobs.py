"""Jobs that start nothing and remember what they were asked for."""

from bot.domain.erasure import ErasureKey
from bot.domain.moderation import CaseKey
from bot.domain.people import PersonId, ServerId
from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceKey


class RecordingJobs:
    """Starts nothing and remembers what it was asked for."""

    def __init__(self) -> None:
        self.clones: list[VoiceKey] = []
        self.deletions: list[VoiceKey] = []
        self.speeches: list[SpeechKey] = []
        self.removals: list[SpeechKey] = []
        self.warnings: list[tuple[VoiceKey, int]] = []
        self.questions: list[VoiceKey] = []
        self.answers: list[VoiceKey] = []
        self.departures: list[tuple[ServerId, PersonId]] = []
        self.shown: list[CaseKey] = []
        self.carried_out: list[tuple[CaseKey, int]] = []
        self.reminders: list[tuple[CaseKey, int]] = []
        self.erasures: list[tuple[ErasureKey, bool]] = []
        self.waiting = 0

    async def clone(self, key: VoiceKey, owner: PersonId) -> None:
        self.clones.append(key)

    async def ask_owner(self, key: VoiceKey) -> None:
        self.questions.append(key)

    async def answer(self, key: VoiceKey) -> None:
        self.answers.append(key)

    async def delete(self, key: VoiceKey) -> None:
        self.deletions.append(key)

    async def depart(self, server: ServerId, person: PersonId) -> None:
        self.departures.append((server, person))

    async def erase(self, key: ErasureKey, *, again: bool = False) -> None:
        self.erasures.append((key, again))

    async def speak(self, key: SpeechKey, asker: PersonId) -> None:
        self.speeches.append(key)

    async def remove(self, key: SpeechKey) -> None:
        self.removals.append(key)

    async def warn(self, key: VoiceKey, number: int) -> None:
        self.warnings.append((key, number))

    async def show_case(self, key: CaseKey, version: int) -> None:
        self.shown.append(key)

    async def carry_out(self, key: CaseKey, version: int) -> None:
        self.carried_out.append((key, version))

    async def remind(self, key: CaseKey, number: int) -> None:
        self.reminders.append((key, number))

    def place_in_line(self, key: SpeechKey) -> int:
        return self.waiting
