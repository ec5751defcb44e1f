"""Every seam of Myna, in one place.

Services and workflows are written against these; `bot.minimax`, `bot.store`, `bot.audio`,
`bot.jobs` and the faces fill them; only `bot.app` knows which is which.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from bot.domain.consent import Consent
from bot.domain.errors import MynaError
from bot.domain.moderation import Case, FlagKind
from bot.domain.money import Budgets, Charge, Hold, Microdollars, Period, Whose
from bot.domain.outcomes import Notice, Outcome, PostedAs, Progress, SpeechOutcome, SpeechProgress
from bot.domain.people import Address, NoteRef, PersonId, ServerId
from bot.domain.samples import Bubble, NoteReport, Sample
from bot.domain.sharing import Grant, Scope, Use
from bot.domain.speeches import Speech, SpeechKey, SpeechSettings, SpeechState, StockVoice
from bot.domain.voices import CloneOptions, CloneOrder, Voice, VoiceKey, VoiceState

T = TypeVar("T")

Clock = Callable[[], datetime]
"""The time now, with a zone."""


@dataclass(frozen=True, slots=True)
class CloneCall:
    """One call that clones: uploaded files by the provider's ids."""

    voice_id: str
    file_id: int
    options: CloneOptions
    prompt_file_id: int | None = None


@dataclass(frozen=True, slots=True)
class CloneAnswer:
    """What the provider answered; `preview_url` is signed: fetch it now, never log it."""

    preview_url: str | None = field(repr=False)
    charged_characters: int
    flag: FlagKind
    trace_id: str | None


class SpeechFormat(StrEnum):
    """What file speech is asked for in."""

    OPUS = "opus"  # Ogg/Opus: what a bubble is made of, so that nothing is coded twice
    FLAC = "flac"  # lossless, and what effects can be had in
    MP3 = "mp3"


@dataclass(frozen=True, slots=True)
class SpeechCall:
    """One call that speaks, with the provider's id of a voice."""

    voice_id: str
    text: str
    settings: SpeechSettings
    audio_format: SpeechFormat = SpeechFormat.OPUS


@dataclass(frozen=True, slots=True)
class SpeechAnswer:
    """What a call that spoke was charged."""

    charged_characters: int
    trace_id: str | None


@dataclass(frozen=True, slots=True)
class RecordingTask:
    """A long text that the provider speaks in its own time; `charged_characters` by its word."""

    task_id: str
    charged_characters: int
    trace_id: str | None


class SpeechApi(Protocol):
    """Clones voices, and speaks with them.

    Every method raises `bot.domain.errors`: `TemporaryError` where another try may help,
    `MemberError`, `PolicyError` or `OperatorError` where it will not.
    """

    async def upload_sample(self, sample: Path, *, filename: str) -> int: ...

    async def upload_prompt(self, prompt: Path, *, filename: str) -> int: ...

    async def clone(self, call: CloneCall) -> CloneAnswer | None:
        """Clone; None where the provider has this voice id already (code 2039)."""
        ...

    async def fetch_preview(self, url: str, to: Path) -> None: ...

    async def forget_sample(self, file_id: int) -> None: ...

    async def forget_prompt(self, file_id: int) -> None: ...

    async def delete_voice(self, voice_id: str) -> None:
        """Delete at the provider; a voice that is gone already counts as deleted."""
        ...

    async def speak(self, call: SpeechCall, to: Path) -> SpeechAnswer:
        """Speak into the file at `to`. Never repeated here: the first call may have been charged.

        Raises:
            VoiceLost: the provider no longer has the voice.
            FormatRefused: it does not speak in this format.
            SpeechTooShort: the answer has no audio at all.
            ContentRefused: its content check refused the text or the audio.
        """
        ...

    async def begin_recording(self, call: SpeechCall) -> RecordingTask:
        """Have a long text (at most 50 000 characters) spoken as an mp3; answers at once."""
        ...

    async def recording_ready(self, task_id: str) -> int | None:
        """Return the file id of a recording, or None while it is being spoken.

        Raises:
            RecordingFailed: it came to nothing.
        """
        ...

    async def fetch_recording(self, file_id: int, to: Path) -> None:
        """Download a recording to `to`."""
        ...

    async def stock_voices(self) -> list[StockVoice]:
        """Return the service's own voices; free."""
        ...

    async def check(self) -> None:
        """Ask something free that needs a good key."""
        ...


class AudioPrep(Protocol):
    """Looks at notes, and makes samples and bubbles of them. Files in, files out."""

    async def inspect(self, note: Path) -> NoteReport: ...

    async def prepare(self, notes: Sequence[Path], to: Path, *, best_part: bool) -> Sample:
        """Join `notes` into the sample at `to`.

        `best_part` allows cutting to the five minutes with most speech.

        Raises:
            NoteRefused: the audio is not worth money; the report says why.
        """
        ...

    async def prepare_prompt(self, note: Path, to: Path) -> Sample:
        """Make the prompt clip at `to`.

        Raises:
            PromptRefused: it is not 5 to 8 s of speech.
        """
        ...

    async def bubble(self, audio: Path, to: Path) -> Bubble:
        """Make a bubble of `audio` at `to`; what is Ogg/Opus already is not coded again."""
        ...

    async def recordings(self, audio: Path, folder: Path) -> list[Bubble]:
        """Cut long `audio` at pauses into Ogg/Opus files of at most 20 minutes in `folder`."""
        ...


class NoteSource(Protocol):
    """Fetches the notes of one face."""

    async def fetch(self, note: NoteRef, to: Path, *, limit: int) -> None:
        """Write the note's bytes to `to`.

        Raises:
            NoteMissing: it was deleted, or can no longer be reached.
            NoteTooBig: more than `limit` bytes came.
            FaceDown: the platform did not answer.
        """
        ...


class Notifier(Protocol):
    """Tells people what became of their request, in one face's own way."""

    async def progress(self, to: Address, progress: Progress | SpeechProgress) -> None:
        """Show how far it is; best effort, never raises, drops what comes too fast."""
        ...

    async def post_bubble(
        self, to: Address, bubble: Bubble, *, nonce: str, repeated: bool, part: int = 0
    ) -> PostedAs:
        """Post a bubble once, however often it is called with the same `nonce`.

        `repeated` says that an earlier call may have posted it: look before posting. `part` is
        how many other bubbles of the same request were posted before it.

        Raises:
            FaceDown: the platform did not answer.
        """
        ...

    async def remove_bubble(self, to: Address, *, nonce: str) -> None:
        """Take back the bubble that was posted with `nonce`, if it is still there.

        Raises:
            FaceDown: the platform did not answer.
            CannotPost: the place, or the right to look there, is gone.
        """
        ...

    async def conclude(self, to: Address, outcome: Outcome | SpeechOutcome) -> None:
        """Show the outcome where progress was shown. Repeating it changes nothing.

        Raises:
            FaceDown: the platform did not answer.
        """
        ...

    async def notify(
        self,
        person: PersonId,
        notice: Notice,
        *,
        otherwise: Address | None,
        nonce: str,
        repeated: bool,
    ) -> None:
        """Tell somebody privately; where they take no messages, at `otherwise`, by name.

        Once for one `nonce`; `repeated` as for `post_bubble`.

        Raises:
            FaceDown: the platform did not answer.
            CannotPost: neither can be written to.
        """
        ...


class OperatorAlerts(Protocol):
    """Tells whoever runs this Myna, once for each kind of trouble."""

    async def alert(self, error: MynaError, reference: str) -> None: ...


class VoiceStore(Protocol):
    """Remembers voices, and the orders that make them."""

    async def reserve(
        self, order: CloneOrder, voice: Voice, consent: Consent, *, at_most: int | None = None
    ) -> None:
        """Keep order, voice and consent in one commit. Repeating it for one key does nothing.

        `at_most` is how many voices the owner may have under way, this one included. A voice that
        `replaces` another is kept beside it, and does not occupy the label.

        Raises:
            LabelTaken: another voice of the owner occupies the label.
            TooManyJobs: as many others as the owner may have are under way.
        """
        ...

    async def labelled(self, owner: PersonId, label: str) -> Voice | None:
        """Return the owner's voice that occupies the label, in whatever case, or None."""
        ...

    async def history(self, owner: PersonId, label: str) -> list[Voice]:
        """Return every version the owner ever had under the label, newest first."""
        ...

    async def rename(self, key: VoiceKey, label: str) -> Voice:
        """Give the voice, and every version of it, another label; return the voice.

        Raises:
            VoiceGone: there is none.
            LabelTaken: another voice of the owner occupies the label.
        """
        ...

    async def put_in_place(self, key: VoiceKey) -> Voice:
        """Let this version occupy its label, retiring the one that did; return it.

        Raises:
            VoiceGone: there is none that is ready or retired.
            LabelTaken: what occupies the label is still being made, or held.
        """
        ...

    async def mark_used(self, key: VoiceKey, at: datetime) -> bool:
        """Note a successful speech; return whether it was the voice's first."""
        ...

    async def tell_uses(self, key: VoiceKey, *, told: bool) -> Voice:
        """Set whether the owner is told of each use by others."""
        ...

    async def unused(self, *, made_before: datetime) -> list[Voice]:
        """Return the living voices that no speech used, made before then, oldest first.

        Made means the start of their 168 hours: `deadline` less `UNUSED_LIFE`.
        """
        ...

    async def count_warning(self, key: VoiceKey) -> int:
        """Note that the owner was warned once more; return how many warnings that makes."""
        ...

    async def default_of(self, person: PersonId) -> str | None:
        """Return the person's default voice as `set_default` kept it, or None."""
        ...

    async def set_default(self, person: PersonId, choice: str | None) -> None:
        """Keep the person's default voice: `voice:<key>` or `stock:<id>`; None for none."""
        ...

    async def accept(self, key: VoiceKey, address: Address) -> Voice:
        """Move a voice from asked to cloning, answered at `address`; return it.

        Raises:
            VoiceGone: there is none that is only asked for.
        """
        ...

    async def order(self, key: VoiceKey) -> CloneOrder:
        """Return the order.

        Raises:
            VoiceGone: there is none.
        """
        ...

    async def get(self, key: VoiceKey) -> Voice:
        """Return the voice.

        Raises:
            VoiceGone: there is none.
        """
        ...

    async def of(self, owner: PersonId) -> list[Voice]:
        """Return the owner's voices that occupy a label, by label."""
        ...

    async def listed(self, owner: PersonId) -> list[Voice]:
        """Return what the owner sees in their list, by label.

        These are the voices that occupy a label, those proposed for one, and lost ones whose
        label no later voice occupies.
        """
        ...

    async def forget_notes(self, key: VoiceKey) -> None:
        """Drop where the notes came from: links and file names that nobody needs any more."""
        ...

    async def under_way(self) -> list[Voice]:
        """Return every voice that is asked for or being cloned, oldest first."""
        ...

    async def consent(self, key: VoiceKey) -> Consent | None: ...

    async def count_clone_call(self, key: VoiceKey) -> int:
        """Note that a clone call is about to be sent; return how many its voice id has had."""
        ...

    async def count_post(self, key: VoiceKey) -> int:
        """Note that a post is about to be sent; return how many that makes."""
        ...

    async def replace_voice_id(self, key: VoiceKey, voice_id: str) -> None: ...

    async def settle(
        self,
        key: VoiceKey,
        state: VoiceState,
        *,
        deadline: datetime | None = None,
        charged_characters: int | None = None,
        trace_id: str | None = None,
    ) -> Voice:
        """Move the voice to `state`, set what is given, return what it became."""
        ...

    async def open_case(self, case: Case) -> None:
        """Keep the case; one open case for each subject."""
        ...

    async def case(self, subject: str) -> Case | None:
        """Return the case of a voice or a speech, by its key, or None."""
        ...


class GrantStore(Protocol):
    """Remembers who may speak with whose voice, and finds voices while somebody types."""

    async def share(self, grant: Grant) -> None:
        """Keep the grant, in place of an earlier one to the same scope.

        Raises:
            VoiceGone: there is no such voice.
        """
        ...

    async def revoke(self, voice: VoiceKey, to: Scope) -> bool:
        """Take the grant back at once; return whether there was one."""
        ...

    async def grants(self, voice: VoiceKey) -> list[Grant]:
        """Return every grant of the voice, run out ones too, oldest first."""
        ...

    async def may_use(self, voice: VoiceKey, scopes: Sequence[Scope], now: datetime) -> bool:
        """Say whether a grant to one of the scopes holds now. Owners need none."""
        ...

    async def find(
        self,
        scopes: Sequence[Scope],
        typed: str,
        *,
        now: datetime,
        limit: int,
        owner: PersonId,
    ) -> list[Voice]:
        """Return at most `limit` voices that `owner` has or the scopes were granted.

        A voice matches where its label, a word of it or its language begins with `typed`,
        whatever the case. Only voices that can speak: ready, in place, not lost. The owner's own
        come first, each group by label. As fast with a million voices as with a thousand.
        """
        ...


class SpeechStore(Protocol):
    """Remembers speeches: what was asked for, and what came of it."""

    async def keep(self, speech: Speech) -> bool:
        """Keep a new speech; return False, and change nothing, where its key is known already."""
        ...

    async def accept(self, key: SpeechKey, address: Address) -> Speech:
        """Move a speech from asked to speaking, answered at `address`; return it.

        Raises:
            OfferGone: there is none that is only asked for.
        """
        ...

    async def take_offer(self, key: SpeechKey) -> Speech:
        """Move an offer to withdrawn, once; return what it was.

        Raises:
            OfferGone: there is none, or none any more.
        """
        ...

    async def get(self, key: SpeechKey) -> Speech:
        """Return the speech.

        Raises:
            OfferGone: there is none.
        """
        ...

    async def settle(
        self,
        key: SpeechKey,
        state: SpeechState,
        *,
        spent: int | None = None,
        characters: int | None = None,
        posted: int | None = None,
    ) -> Speech:
        """Move the speech to `state`, set what is given, return what it became.

        Raises:
            OfferGone: there is none.
        """
        ...

    async def count_post(self, key: SpeechKey, part: int) -> int:
        """Note that a post of `part` (from 0) is about to be sent; return how many it has had."""
        ...

    async def count_call(self, key: SpeechKey, part: int) -> int:
        """Note that a call for `part` is about to be sent; return how many it has had."""
        ...

    async def under_way(self, asker: PersonId | None = None) -> list[Speech]:
        """Return every speech that is asked for or being spoken, oldest first."""
        ...

    async def asked_since(self, asker: PersonId, since: datetime) -> list[datetime]:
        """Return when the asker's accepted speeches since then were asked for, oldest first."""
        ...

    async def ahead_of(self, key: SpeechKey) -> int:
        """Return how many speeches were accepted before this one and are still under way."""
        ...

    async def uses(self, voice: VoiceKey, *, limit: int) -> list[Use]:
        """Return who spoke with the voice, newest first: speeches of which something came."""
        ...

    async def totals(self, voices: Collection[VoiceKey]) -> dict[VoiceKey, tuple[int, int]]:
        """Return for each voice that was used how often, and the micro-dollars spent with it."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop the texts of speeches that ended before then; return how many."""
        ...


class SpendingStore(Protocol):
    """Counts money: held when work is accepted, corrected when it ends, never below zero."""

    async def hold(self, hold: Hold, budgets: Budgets) -> None:
        """Set the money aside in every budget it touches; repeating it for one job does nothing.

        Raises:
            BudgetReached: a person's or a server's budget has not that much left.
            HardCapReached: the operator's has not.
        """
        ...

    async def charge(self, charge: Charge) -> None:
        """Write down what the provider charged; budgets are corrected by `release`."""
        ...

    async def release(self, job: str) -> Microdollars:
        """Let go of what is held for the job and count its charges instead; return their sum.

        Repeating it changes nothing.
        """
        ...

    async def spent(
        self, whose: Whose, who: PersonId | ServerId | None, period: Period, at: datetime
    ) -> Microdollars:
        """Return what is spent or held in the period around `at`."""
        ...

    def charges(
        self,
        since: datetime,
        until: datetime,
        *,
        person: PersonId | None = None,
        server: ServerId | None = None,
    ) -> AsyncIterator[Charge]:
        """Yield the charges in [since, until), oldest first."""
        ...


class Atomic(Protocol):
    """Runs work in one transaction: all of what it stores is kept, or nothing."""

    async def __call__(self, work: Callable[[], Awaitable[T]]) -> T: ...


class SpeechCache(Protocol):
    """Keeps what was spoken for some time, so that an identical request costs nothing."""

    async def find(self, call: SpeechCall, to: Path) -> Bubble | None:
        """Copy what an identical call made to `to`, or return None."""
        ...

    async def has(self, calls: Sequence[SpeechCall]) -> list[bool]:
        """Say for each call whether it would be found now."""
        ...

    async def keep(self, call: SpeechCall, bubble: Bubble) -> None:
        """Keep a copy of the bubble; the oldest go when there is no room."""
        ...

    async def forget_voice(self, voice_id: str) -> None:
        """Drop everything that was spoken with the voice."""
        ...


class KeyValueStore(Protocol):
    """Small facts that outlive a restart."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, value: str) -> None: ...

    async def write_once(self, name: str, value: str) -> str:
        """Write unless there is a value; return the one that stands."""
        ...


class Jobs(Protocol):
    """Starts durable work. Starting the same key twice is one job."""

    async def clone(self, key: VoiceKey, owner: PersonId) -> None: ...

    async def delete(self, key: VoiceKey) -> None: ...

    async def speak(self, key: SpeechKey, asker: PersonId) -> None: ...

    async def remove(self, key: SpeechKey) -> None:
        """Take a speech back: its bubbles and its card."""
        ...

    async def warn(self, key: VoiceKey, number: int) -> None:
        """Warn the owner of an unused voice, for the `number`th time (from 1)."""
        ...

    def waiting_before(self, key: SpeechKey) -> int:
        """Return how many speeches wait for their turn before this one; 0 where it is its turn."""
        ...


VoiceIds = Callable[[VoiceKey, int], str]
"""Derives the provider's voice id from a key and an attempt: keyed hash, unguessable."""

Sleep = Callable[[float], Awaitable[None]]
