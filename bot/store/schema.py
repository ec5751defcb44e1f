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
    sa.Column("server", sa.Text),
    sa.Column("used_at", UtcDateTime),
    sa.Column("replaces", sa.Text),
    sa.Column("warned", sa.Integer, nullable=False, server_default="0"),
    sa.Column("tells_uses", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("asker", sa.Text),
    sa.Index("ix_voices_server", "server", "owner"),
)
"""A voice together with the order that makes it. `clone_calls` is about the present `voice_id`."""

occupies: Final = sa.and_(
    voices.c.state.in_([state.value for state in OCCUPYING]), voices.c.replaces.is_(None)
)
"""Whether a voice occupies its label: it is there, or on its way, and not only proposed."""

label_is_free: Final = sa.Index(
    "uq_voices_owner_label",
    voices.c.owner,
    voices.c.label_key,
    unique=True,
    sqlite_where=occupies,
    postgresql_where=occupies,
)
"""One voice of an owner occupies a label."""

not_used_yet: Final = sa.Index(
    "ix_voices_unused",
    voices.c.deadline,
    sqlite_where=voices.c.used_at.is_(None),
    postgresql_where=voices.c.used_at.is_(None),
)
"""Finds what the provider will delete without looking at every voice."""

consents: Final = sa.Table(
    "consents",
    metadata,
    sa.Column("voice", sa.Text, sa.ForeignKey("voices.key"), primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("given_at", UtcDateTime, nullable=False),
    sa.Column("asker", sa.Text),
    sa.Column("withdrawn_at", UtcDateTime),
    sa.Column("proof", sa.Text),
    sa.Column("words", sa.Text),
)

consent_requests: Final = sa.Table(
    "consent_requests",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("asker", sa.Text, nullable=False, index=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("server", sa.Text),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("address_face", sa.Text, nullable=False),
    sa.Column("address_token", sa.Text, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("sentence", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_consent_requests_state", "state", "asked_at"),
)
"""Who asked whom whether they may be cloned; the order itself is kept with the voice to be."""

permissions: Final = sa.Table(
    "permissions",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("asker", sa.Text, primary_key=True),
    sa.Column("server", sa.Text, primary_key=True),
    sa.Column("given_at", UtcDateTime, nullable=False),
)
"""Whom an owner lets clone them on a server without being asked again."""

key_values: Final = sa.Table(
    "key_values",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

people: Final = sa.Table(
    "people",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("default_voice", sa.Text),
    sa.Column("never_cloned", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""What a person chose for themselves."""

grants: Final = sa.Table(
    "grants",
    metadata,
    sa.Column("voice", sa.Text, sa.ForeignKey("voices.key"), primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("granted_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("server", sa.Text, index=True),
)
"""Who may speak with a voice; `server` is where a grant to a server or a role counts."""

voice_terms: Final = sa.Table(
    "voice_terms",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    # Compared by bytes on both: only so is everything that begins alike one stretch of the index.
    sa.Column(
        "term",
        sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
        primary_key=True,
    ),
    sa.Column("voice", sa.Text, sa.ForeignKey("voices.key"), primary_key=True, index=True),
    sa.Column("expires_at", UtcDateTime),
    sqlite_with_rowid=False,
)
"""What a voice that can speak is found by, for everybody who may (`bot.store.voice_terms`)."""

speeches: Final = sa.Table(
    "speeches",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("asker", sa.Text, nullable=False),
    sa.Column("server", sa.Text),
    sa.Column("voice", sa.Text),
    sa.Column("stock", sa.Text),
    sa.Column("voice_id", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("fresh", sa.Boolean, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("address_face", sa.Text, nullable=False),
    sa.Column("address_token", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("spent", sa.BigInteger, nullable=False),
    sa.Column("characters", sa.Integer, nullable=False),
    sa.Column("posted", sa.Integer, nullable=False),
    sa.Index("ix_speeches_asker", "asker", "created_at"),
    sa.Index("ix_speeches_voice", "voice", "created_at"),
)
"""A speech together with its order. Amounts are micro-dollars."""

speech_parts: Final = sa.Table(
    "speech_parts",
    metadata,
    sa.Column("speech", sa.Text, sa.ForeignKey("speeches.key"), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("calls", sa.Integer, nullable=False, server_default="0"),
    sa.Column("posts", sa.Integer, nullable=False, server_default="0"),
)
"""How often each part of a speech was spoken and posted, successful or not."""

counters: Final = sa.Table(
    "counters",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("microdollars", sa.BigInteger, nullable=False),
    sa.CheckConstraint("microdollars >= 0", name="ck_counters_microdollars"),
)
"""What is spent or held, by whom (`person:…`, `server:…`, `all`) and in which period."""

holds: Final = sa.Table(
    "holds",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("server", sa.Text),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

fingerprints: Final = sa.Table(
    "fingerprints",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("made", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("asker", sa.Text, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""The files that were posted, by the SHA-256 of their bytes."""

charges: Final = sa.Table(
    "charges",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("job", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("server", sa.Text),
    sa.Column("voice", sa.Text),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("characters", sa.Integer, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("trace_id", sa.Text),
    sa.Column("counted", sa.Boolean, nullable=False),
    sa.Index("ix_charges_at", "at", "id"),
    sa.Index("ix_charges_person", "person", "at", "id"),
    sa.Index("ix_charges_server", "server", "at", "id"),
)
"""The provider's bill, line by line."""
