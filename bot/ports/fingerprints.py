"""What is remembered of the files that were posted."""

from typing import Protocol

from bot.domain.fingerprints import Fingerprint


class FingerprintStore(Protocol):
    """Remembers by their digest the files that Myna posted."""

    async def keep(self, fingerprint: Fingerprint) -> None:
        """Keep it; of two with one digest the first stays."""
        ...

    async def find(self, digest: str) -> Fingerprint | None:
        """Return what is remembered of a file with this digest, or None."""
        ...
