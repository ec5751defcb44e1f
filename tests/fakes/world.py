"""The world outside as one object: provider, face, audio and operator, all in memory.

It remembers what happened to it by voice key, and fails or crashes where a test says so.
"""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.domain.errors import MynaError
from bot.domain.moderation import CaseReport, FlagKind, Nudge
from bot.domain.outcomes import (
    ConsentAnswered,
    Notice,
    Outcome,
    PostedAs,
    Progress,
    SpeechOutcome,
    SpeechProgress,
)
from bot.domain.people import Address, ChannelId, NoteRef, PersonId, RoleId
from bot.domain.samples import Bubble, Concern, NoteReport, PromptSample, Sample
from bot.domain.speeches import StockVoice
from bot.ports import CloneAnswer, CloneCall, RecordingTask, SpeechAnswer, SpeechCall


class Crash(BaseException):
    """The process ended here: nothing after this line happened."""


@dataclass
class World:
    """What there is outside, shared by the fakes below; it outlives every restart.

    Keys are found in what the ports are given: tests put the key into note and address tokens,
    and voice ids are `Myna-<key>-<attempt>`. A recording's text begins with its key.
    """

    touched: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    crash_at: dict[str, int] = field(default_factory=dict)
    faults: dict[str, deque[Exception | None]] = field(default_factory=lambda: defaultdict(deque))
    voices: dict[str, str] = field(default_factory=dict)
    charges: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    files: dict[int, str] = field(default_factory=dict)
    nonces: dict[str, str] = field(default_factory=dict)
    posts: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    outcomes: dict[str, list[Outcome | SpeechOutcome]] = field(
        default_factory=lambda: defaultdict(list)
    )
    progress: dict[str, list[Progress | SpeechProgress]] = field(
        default_factory=lambda: defaultdict(list)
    )
    alerts: list[tuple[MynaError, str]] = field(default_factory=list)
    flag: FlagKind = FlagKind.NORMAL
    uploads: int = 0
    spoken: list[SpeechCall] = field(default_factory=list)
    seconds: deque[float] = field(default_factory=deque)
    """How long the next bubbles are; 4 s where nothing is said."""
    notices: list[tuple[PersonId, Notice]] = field(default_factory=list)
    before_speaking: Callable[[], Awaitable[None]] | None = None
    """What happens when the provider is asked to speak, before it answers."""
    meanwhile: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    """What somebody does while a clone is at a stage, by its name, or before a call: `clone`,
    `bubble` or `post_bubble`."""
    unshown: list[Address] = field(default_factory=list)
    """Where moderators were shown a case that was taken back."""
    board: dict[str, CaseReport] = field(default_factory=dict)
    """How moderators are shown each case."""
    nudges: list[tuple[str, Nudge, RoleId | None]] = field(default_factory=list)
    operators_channel: ChannelId | None = None
    pending_recordings: int = 0
    """How often a recording is asked for in vain."""

    def fail(self, name: str, *errors: Exception | None) -> None:
        """Let the next calls of `name` raise these, one each; None lets one go well."""
        self.faults[name].extend(errors)

    def touch(self, key: str, name: str) -> None:
        """Note that something happens to `key`, or crash if it is time to."""
        touched = self.touched[key]
        touched.append(name)
        if self.crash_at.get(key) == len(touched):
            raise Crash
        fault = self.faults[name].popleft() if self.faults[name] else None
        if fault is not None:
            raise fault

    async def wait(self, name: str) -> None:
        """Let happen what is to happen meanwhile, once."""
        happens = self.meanwhile.pop(name, None)
        if happens is not None:
            await happens()

    def calls(self, key: str) -> list[str]:
        """Return the calls for `key`, in order."""
        return [name for name in self.touched[key] if not name.endswith(" done")]


class FakeSpeechApi:
    """Fills `SpeechApi`; charges when a call arrives, which is the worst case."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def upload_sample(self, sample: Path, *, filename: str) -> int:
        return self._upload("upload_sample", sample, filename)

    async def upload_prompt(self, prompt: Path, *, filename: str) -> int:
        return self._upload("upload_prompt", prompt, filename)

    async def clone(self, call: CloneCall) -> CloneAnswer | None:
        key = call.voice_id.removeprefix("Myna-").rpartition("-")[0]
        await self.world.wait("clone")
        self.world.touch(key, "clone")
        assert call.file_id in self.world.files
        if call.voice_id in self.world.voices:
            return None
        self.world.voices[call.voice_id] = key
        self.world.charges[key] += 1
        self.world.touch(key, "clone done")
        return CloneAnswer(f"https://preview.test/{key}", 26, self.world.flag, "trace-1")

    async def fetch_preview(self, url: str, to: Path) -> None:
        key = url.rpartition("/")[2]
        self.world.touch(key, "fetch_preview")
        _write(to, b"preview")
        self.world.touch(key, "fetch_preview done")

    async def forget_sample(self, file_id: int) -> None:
        self._forget("forget_sample", file_id)

    async def forget_prompt(self, file_id: int) -> None:
        self._forget("forget_prompt", file_id)

    async def delete_voice(self, voice_id: str) -> None:
        key = voice_id.removeprefix("Myna-").rpartition("-")[0]
        self.world.touch(key, "delete_voice")
        self.world.voices.pop(voice_id, None)
        self.world.touch(key, "delete_voice done")

    async def speak(self, call: SpeechCall, to: Path) -> SpeechAnswer:
        key = to.parent.name
        if self.world.before_speaking is not None:
            await self.world.before_speaking()
        self.world.touch(key, "speak")
        self.world.spoken.append(call)
        self.world.charges[key] += 1
        _write(to, b"speech")
        self.world.touch(key, "speak done")
        return SpeechAnswer(len(call.text), f"trace-{len(self.world.spoken)}")

    async def begin_recording(self, call: SpeechCall) -> RecordingTask:
        key = call.text.partition(" ")[0]
        self.world.touch(key, "begin_recording")
        self.world.spoken.append(call)
        self.world.charges[key] += 1
        self.world.touch(key, "begin_recording done")
        return RecordingTask(key, len(call.text), "trace-recording")

    async def recording_ready(self, task_id: str) -> int | None:
        self.world.touch(task_id, "recording_ready")
        if self.world.pending_recordings:
            self.world.pending_recordings -= 1
            return None
        for file_id, key in self.world.files.items():
            if key == task_id:
                return file_id
        self.world.uploads += 1
        self.world.files[self.world.uploads] = task_id
        return self.world.uploads

    async def fetch_recording(self, file_id: int, to: Path) -> None:
        self.world.touch(to.parent.name, "fetch_recording")
        assert file_id in self.world.files
        _write(to, b"recording")
        self.world.touch(to.parent.name, "fetch_recording done")

    async def forget_recording(self, file_id: int) -> None:
        self._forget("forget_recording", file_id)

    def calls_waiting(self) -> int:
        return 0

    async def stock_voices(self) -> list[StockVoice]:
        self.world.touch("", "stock_voices")
        return [
            StockVoice("English_Graceful_Lady", "Graceful Lady", "English"),
            StockVoice("German_FriendlyMan", "Friendly Man", "German"),
        ]

    async def check(self) -> None:
        self.world.touch("", "check")

    def _upload(self, name: str, file: Path, filename: str) -> int:
        key = file.parent.name
        self.world.touch(key, name)
        assert _read(file)
        assert filename
        self.world.uploads += 1
        self.world.files[self.world.uploads] = key
        self.world.touch(key, f"{name} done")
        return self.world.uploads

    def _forget(self, name: str, file_id: int) -> None:
        key = self.world.files[file_id]
        self.world.touch(key, name)
        del self.world.files[file_id]
        self.world.touch(key, f"{name} done")


class FakeAudioPrep:
    """Fills `AudioPrep` without looking at the audio."""

    report = NoteReport(container="ogg", codec="opus", seconds=30.0, concerns=(Concern.QUIET,))

    def __init__(self, world: World) -> None:
        self.world = world

    async def inspect(self, note: Path) -> NoteReport:
        self.world.touch(note.parent.name, "inspect")
        return self.report

    async def prepare(self, notes: Sequence[Path], to: Path, *, best_part: bool) -> Sample:
        self.world.touch(to.parent.name, "prepare")
        assert all(_read(note) for note in notes)
        _write(to, b"sample")
        self.world.touch(to.parent.name, "prepare done")
        return Sample(
            path=to, filename="sample.wav", size=6, seconds=30.0, rate=48_000, report=self.report
        )

    async def prepare_prompt(self, note: Path, to: Path) -> Sample:
        self.world.touch(to.parent.name, "prepare_prompt")
        assert _read(note)
        _write(to, b"prompt")
        return PromptSample(
            path=to, filename="prompt.wav", size=6, seconds=6.0, rate=48_000, report=self.report
        )

    async def bubble(self, audio: Path, to: Path) -> Bubble:
        await self.world.wait("bubble")
        self.world.touch(to.parent.name, "bubble")
        assert _read(audio) in {b"preview", b"speech", b"sample"}
        _write(to, b"bubble")
        self.world.touch(to.parent.name, "bubble done")
        seconds = self.world.seconds.popleft() if self.world.seconds else 4.0
        return Bubble(path=to, seconds=seconds, waveform=bytes(range(40)))

    async def recordings(self, audio: Path, folder: Path) -> list[Bubble]:
        self.world.touch(folder.name, "recordings")
        assert _read(audio) == b"recording"
        made = []
        for number in (1, 2):
            file = folder / f"part{number}.ogg"
            _write(file, b"bubble")
            made.append(Bubble(path=file, seconds=600.0, waveform=bytes(range(40))))
        self.world.touch(folder.name, "recordings done")
        return made


class FakeNoteSource:
    """Fills `NoteSource`."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def fetch(self, note: NoteRef, to: Path, *, limit: int) -> None:
        self.world.touch(note.token, "fetch")
        _write(to, b"note")
        self.world.touch(note.token, "fetch done")


class FakeNotifier:
    """Fills `Notifier`; drops a second post of one nonce, as Discord does."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def progress(self, to: Address, progress: Progress | SpeechProgress) -> None:
        self.world.progress[to.token].append(progress)
        if isinstance(progress, Progress):
            await self.world.wait(progress.stage.name)

    async def post_bubble(
        self, to: Address, bubble: Bubble, *, nonce: str, repeated: bool, part: int = 0
    ) -> PostedAs:
        await self.world.wait("post_bubble")
        self.world.touch(to.token, "post_bubble")
        assert _read(bubble.path) == b"bubble"
        if nonce not in self.world.nonces:
            self.world.nonces[nonce] = to.token
            self.world.posts[to.token].append(repeated)
        self.world.touch(to.token, "post_bubble done")
        return PostedAs.BUBBLE

    async def remove_bubble(self, to: Address, *, nonce: str) -> None:
        self.world.touch(to.token, "remove_bubble")
        self.world.nonces.pop(nonce, None)
        self.world.touch(to.token, "remove_bubble done")

    async def notify(
        self,
        person: PersonId,
        notice: Notice,
        *,
        otherwise: Address | None,
        nonce: str,
        repeated: bool,
    ) -> None:
        self.world.touch(person, "notify")
        if nonce not in self.world.nonces:
            self.world.nonces[nonce] = person
            self.world.notices.append((person, notice))
        self.world.touch(person, "notify done")

    async def announce(
        self, to: Address, answered: ConsentAnswered, *, nonce: str, repeated: bool
    ) -> Address:
        self.world.touch(to.token, "announce")
        if nonce not in self.world.nonces:
            self.world.nonces[nonce] = to.token
            self.world.notices.append((answered.request.asker, answered))
        self.world.touch(to.token, "announce done")
        return to

    async def conclude(self, to: Address, outcome: Outcome | SpeechOutcome) -> None:
        self.world.touch(to.token, "conclude")
        if outcome not in self.world.outcomes[to.token]:
            self.world.outcomes[to.token].append(outcome)
        self.world.touch(to.token, "conclude done")


class FakeSpeechCache:
    """Fills `SpeechCache` in memory, without limits."""

    def __init__(self) -> None:
        self.kept: dict[SpeechCall, Bubble] = {}

    async def find(self, call: SpeechCall, to: Path) -> Bubble | None:
        known = self.kept.get(call)
        if known is None:
            return None
        _write(to, b"bubble")
        return replace(known, path=to)

    async def has(self, calls: Sequence[SpeechCall]) -> list[bool]:
        return [call in self.kept for call in calls]

    async def keep(self, call: SpeechCall, bubble: Bubble) -> None:
        self.kept[call] = bubble

    async def forget_voice(self, voice_id: str) -> None:
        self.kept = {call: each for call, each in self.kept.items() if call.voice_id != voice_id}

    async def tidy(self) -> None: ...


class FakeAlerts:
    """Fills `OperatorAlerts`."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def alert(self, error: MynaError, reference: str) -> None:
        self.world.touch("", "alert")
        self.world.alerts.append((error, reference))


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def _read(file: Path) -> bytes:
    return file.read_bytes()
