"""Runs the history of the tables: against a connection, or as text for a named dialect."""

from alembic import context

from bot.store.schema_trust import metadata

_connection = context.config.attributes.get("connection")

if _connection is None:
    context.configure(
        dialect_name=context.config.get_main_option("dialect", "sqlite"),
        target_metadata=metadata,
        literal_binds=True,
    )
else:
    # SQLite alters tables by copying them, which Alembic calls a batch.
    context.configure(
        connection=_connection,
        target_metadata=metadata,
        render_as_batch=_connection.dialect.name == "sqlite",
    )

with context.begin_transaction():
    context.run_migrations()
