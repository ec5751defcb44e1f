"""Fingerprints in memory; passes the same contract as the real store."""

from bot.domain.fingerprints import Fingerprint


class FakeFingerprintStore:
    """Fills the `FingerprintStore` port."""

    def __init__(self) -> None:
        self.kept: dict[str, Fingerprint] = {}

    async def keep(self, fingerprint: Fingerprint) -> None:
        self.kept.setdefault(fingerprint.digest, fingerprint)

    async def find(self, digest: str) -> Fingerprint | None:
        return self.kept.get(digest)
