"""What can be heard of a case, encrypted with a key that is not in the database."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.domain.samples import Bubble
from bot.store.database import Database
from bot.store.schema_trust import evidence
from bot.unbroken import unbroken

KEY_FILE = "evidence.key"


def load_key(folder: Path) -> str:
    """Return the key kept in `folder`, made at the first call; only Myna's user may read it.

    Raises:
        OSError: the file can be neither read nor written.
    """
    file = folder / KEY_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="ascii") as made:
            file.chmod(0o600)
            made.write(Fernet.generate_key().decode("ascii"))
    except FileExistsError:
        pass
    return file.read_text(encoding="ascii").strip()


class SqlEvidenceStore:
    """Fills the `EvidenceStore` port. The first key seals; all of them open what was sealed."""

    def __init__(self, database: Database, keys: Sequence[str]) -> None:
        self._database = database
        self._seal = MultiFernet([Fernet(key) for key in keys])

    async def keep(self, subject: str, name: str, bubble: Bubble) -> None:
        """Keep a bubble under the key of a voice or a speech; the first of a name stays."""
        sealed = await asyncio.to_thread(self._sealed, bubble.path)
        await self._insert(
            {
                "subject": subject,
                "name": name,
                "seconds": bubble.seconds,
                "waveform": bubble.waveform,
                "sealed": sealed,
            }
        )

    @unbroken
    async def names(self, subject: str) -> list[str]:
        """Return what is kept of the subject, by name."""
        select = sa.select(evidence.c.name).where(evidence.c.subject == subject)
        async with self._database.begin() as connection:
            found = await connection.execute(select.order_by(evidence.c.name))
            return [row.name for row in found]

    async def read(self, subject: str, name: str) -> bytes | None:
        """Return what was kept, decrypted in memory alone; None where it is gone."""
        row = await self._row(subject, name)
        return None if row is None else await self._opened(row)

    async def fetch(self, subject: str, name: str, to: Path) -> Bubble | None:
        """Write what was kept to a file, and return it as a bubble; None where it is gone."""
        row = await self._row(subject, name)
        data = None if row is None else await self._opened(row)
        if row is None or data is None:
            return None
        await asyncio.to_thread(to.write_bytes, data)
        return Bubble(path=to, seconds=row["seconds"], waveform=row["waveform"])

    @unbroken
    async def forget(self, subject: str) -> None:
        """Delete all that is kept of the subject."""
        async with self._database.begin() as connection:
            await connection.execute(sa.delete(evidence).where(evidence.c.subject == subject))

    @unbroken
    async def forget_at(self, subject: str, at: datetime | None) -> None:
        """Set from when on it is to be deleted; None while that is open."""
        update = sa.update(evidence).where(evidence.c.subject == subject).values(forget_at=at)
        async with self._database.begin() as connection:
            await connection.execute(update)

    @unbroken
    async def tidy(self, now: datetime) -> int:
        """Delete what was to be deleted by now; return how many."""
        delete = sa.delete(evidence).where(evidence.c.forget_at <= now)
        async with self._database.begin() as connection:
            return (await connection.execute(delete)).rowcount

    @unbroken
    async def _insert(self, row: dict[str, object]) -> None:
        insert = self._database.insert(evidence).values(row)
        insert = insert.on_conflict_do_nothing(index_elements=["subject", "name"])
        async with self._database.begin() as connection:
            await connection.execute(insert)

    @unbroken
    async def _row(self, subject: str, name: str) -> sa.RowMapping | None:
        select = sa.select(evidence).where(evidence.c.subject == subject, evidence.c.name == name)
        async with self._database.begin() as connection:
            return (await connection.execute(select)).mappings().first()

    def _sealed(self, file: Path) -> bytes:
        return self._seal.encrypt(file.read_bytes())

    async def _opened(self, row: sa.RowMapping) -> bytes | None:
        try:
            return await asyncio.to_thread(self._seal.decrypt, row["sealed"])
        except InvalidToken:  # the key was changed and the old one is gone
            return None
