"""The tables, one description for SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from bot.domain.voices import OCCUPYING


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment with its zone, which SQLite by itself would forget."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment in UTC; a moment without a zone is a mistake."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment in UTC, with the zone."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata: Final = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

voices: Final = sa.Table(
    "voices",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("label_key", sa.Text, nullable=False),
    sa.Column("voice_id", sa.Text, nullable=False, unique=True),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("deadline", UtcDateTime),
    sa.Column("charged_characters", sa.Integer, nullable=False, server_default="0"),
    sa.Column("trace_id", sa.Text),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    sa.Column("prompt", sa.JSON(none_as_null=True)),
    sa.Column("best_part", sa.Boolean, nullable=False),
    sa.Column("address_face", sa.Text, nullable=False),
    sa.Column("address_token", sa.Text, nullable=False),
    sa.Column("clone_calls", sa.Integer, nullable=False, server_default="0"),
    sa.Column("posts", sa.Integer, nullable=False, server_default="0"),
)
"""A voice together with the order that makes it. `clone_calls` is about the present `voice_id`."""

_OCCUPYING: Final = voices.c.state.in_([state.value for state in OCCUPYING])

label_is_free: Final = sa.Index(
    "uq_voices_owner_label",
    voices.c.owner,
    voices.c.label_key,
    unique=True,
    sqlite_where=_OCCUPYING,
    postgresql_where=_OCCUPYING,
)
"""One voice of an owner occupies a label; a failed or deleted one leaves it free."""

consents: Final = sa.Table(
    "consents",
    metadata,
    sa.Column("voice", sa.Text, sa.ForeignKey("voices.key"), primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("given_at", UtcDateTime, nullable=False),
)

cases: Final = sa.Table(
    "cases",
    metadata,
    sa.Column("voice", sa.Text, sa.ForeignKey("voices.key"), primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("trace_id", sa.Text),
)

key_values: Final = sa.Table(
    "key_values",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
