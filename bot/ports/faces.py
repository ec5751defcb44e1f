"""The chat platforms: notes come from them, and people are told through them."""

from pathlib import Path
from typing import Protocol

from bot.domain.errors import MynaError
from bot.domain.moderation import Case, CaseReport, Nudge
from bot.domain.outcomes import (
    ConsentAnswered,
    Notice,
    Outcome,
    PostedAs,
    Progress,
    SpeechOutcome,
    SpeechProgress,
)
from bot.domain.people import Address, ChannelId, NoteRef, PersonId, RoleId, ServerId
from bot.domain.samples import Bubble


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

    async def announce(
        self, to: Address, answered: ConsentAnswered, *, nonce: str, repeated: bool
    ) -> Address:
        """Post a new status message where somebody asked; return its address.

        Once for one `nonce`; `repeated` as for `post_bubble`.

        Raises:
            FaceDown: the platform did not answer.
            CannotPost: the place, or the right to post there, is gone.
        """
        ...


class Membership(Protocol):
    """Knows who is on which server."""

    async def is_member(self, server: ServerId, person: PersonId) -> bool | None:
        """Say whether somebody is on a server; None where that cannot be told.

        Raises:
            FaceDown: the platform did not answer.
        """
        ...


class CaseBoard(Protocol):
    """Shows cases to moderators, where a server wants them."""

    async def show(
        self, report: CaseReport, channel: ChannelId, *, nonce: str, repeated: bool
    ) -> Address:
        """Show the case as it stands: where it is shown already, else as a new post.

        A new one is posted once for one `nonce`; `repeated` as for `Notifier.post_bubble`.

        Raises:
            FaceDown: the platform did not answer.
            CannotPost: the channel, or the right to post in it, is gone.
        """
        ...

    async def remove(self, notice: Address) -> None:
        """Take back what moderators were shown, if it is still there.

        Raises:
            FaceDown, CannotPost: as `show`.
        """
        ...

    async def nudge(self, case: Case, why: Nudge, role: RoleId | None, *, nonce: str) -> None:
        """Call moderators, by their role where there is one, to a case that is shown to them.

        Once for one `nonce`.

        Raises:
            FaceDown, CannotPost: as `show`.
        """
        ...

    async def owner_of(self, server: ServerId) -> PersonId | None:
        """Return who owns a server, None where nobody can tell.

        Raises:
            FaceDown: the platform did not answer.
        """
        ...

    def operators_channel(self) -> ChannelId | None:
        """Return where cases of direct messages are shown, if anywhere."""
        ...


class OperatorAlerts(Protocol):
    """Tells whoever runs this Myna, once for each kind of trouble."""

    async def alert(self, error: MynaError, reference: str) -> None: ...
