"""The files that Myna posted, by their digest."""

from dataclasses import asdict

import sqlalchemy as sa

from bot.domain.fingerprints import Fingerprint, Made
from bot.store.database import Database
from bot.store.schema import fingerprints
from bot.unbroken import unbroken


class SqlFingerprintStore:
    """Fills the `FingerprintStore` port; each method is one transaction, or part of a caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def keep(self, fingerprint: Fingerprint) -> None:
        """Keep it; of two with one digest the first stays."""
        row = {**asdict(fingerprint), "made": fingerprint.made.value}
        insert = self._database.insert(fingerprints).values(row)
        async with self._database.begin() as connection:
            await connection.execute(insert.on_conflict_do_nothing(index_elements=["digest"]))

    @unbroken
    async def find(self, digest: str) -> Fingerprint | None:
        """Return what is remembered of a file with this digest, or None."""
        select = sa.select(fingerprints).where(fingerprints.c.digest == digest)
        async with self._database.begin() as connection:
            row = (await connection.execute(select)).mappings().first()
        return None if row is None else Fingerprint(**{**row, "made": Made(row["made"])})
