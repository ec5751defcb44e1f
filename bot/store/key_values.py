"""Small facts that outlive a restart, such as the secret that voice ids are derived with."""

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import key_values
from bot.unbroken import unbroken


class SqlKeyValueStore:
    """Fills the `KeyValueStore` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def read(self, name: str) -> str | None:
        """Return the value, or None where there is none."""
        async with self._database.begin() as connection:
            value: str | None = await connection.scalar(
                sa.select(key_values.c.value).where(key_values.c.name == name)
            )
        return value

    @unbroken
    async def write(self, name: str, value: str) -> None:
        """Keep the value, whatever was there."""
        insert = self._database.insert(key_values).values(name=name, value=value)
        async with self._database.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(
                    index_elements=[key_values.c.name], set_={"value": value}
                )
            )

    @unbroken
    async def write_once(self, name: str, value: str) -> str:
        """Write unless there is a value; return the one that stands."""
        insert = self._database.insert(key_values).values(name=name, value=value)
        async with self._database.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_nothing(index_elements=[key_values.c.name])
            )
            standing: str = (
                await connection.execute(
                    sa.select(key_values.c.value).where(key_values.c.name == name)
                )
            ).scalar_one()
        return standing
