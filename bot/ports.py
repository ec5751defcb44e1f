"""Every seam of Myna, in one place.

Services and workflows are written against these; `bot.minimax`, `bot.store`, `bot.audio`,
`bot.jobs` and the faces fill them; only `bot.app` knows which is which.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.consent import Consent
from bot.domain.errors import MynaError
from bot.domain.moderation import Case, FlagKind
from bot.domain.outcomes import Outcome, PostedAs, Progress
from bot.domain.people import Address, NoteRef, PersonId
from bot.domain.samples import Bubble, NoteReport, Sample
from bot.domain.voices import CloneOptions, CloneOrder, Voice, VoiceKey, VoiceState

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


class SpeechApi(Protocol):
    """Clones voices.

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

    async def bubble(self, audio: Path, to: Path) -> Bubble: ...


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

    async def progress(self, to: Address, progress: Progress) -> None:
        """Show how far it is; best effort, never raises, drops what comes too fast."""
        ...

    async def post_preview(
        self, to: Address, bubble: Bubble, *, nonce: str, repeated: bool
    ) -> PostedAs:
        """Post the preview once, however often it is called with the same `nonce`.

        `repeated` says that an earlier call may have posted it: look before posting.

        Raises:
            FaceDown: the platform did not answer.
        """
        ...

    async def remove_preview(self, to: Address, *, nonce: str) -> None:
        """Take back the preview that was posted with `nonce`, if it is still there.

        Raises:
            FaceDown: the platform did not answer.
            CannotPost: the place, or the right to look there, is gone.
        """
        ...

    async def conclude(self, to: Address, outcome: Outcome) -> None:
        """Show the outcome where progress was shown. Repeating it changes nothing.

        Raises:
            FaceDown: the platform did not answer.
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

        `at_most` is how many voices the owner may have under way, this one included.

        Raises:
            LabelTaken: another voice of the owner occupies the label.
            TooManyJobs: as many others as the owner may have are under way.
        """
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
        """Keep the case; one open case a voice."""
        ...

    async def case(self, key: VoiceKey) -> Case | None: ...


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


VoiceIds = Callable[[VoiceKey, int], str]
"""Derives the provider's voice id from a key and an attempt: keyed hash, unguessable."""

Sleep = Callable[[float], Awaitable[None]]
