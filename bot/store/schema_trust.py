"""The tables of rules, cases, bans, evidence and the audit log; the others are in `schema`."""

from typing import Final

import sqlalchemy as sa

from bot.store.schema import UtcDateTime, metadata

__all__ = ["audit", "bans", "cases", "erasures", "evidence", "metadata", "servers"]

servers: Final = sa.Table(
    "servers",
    metadata,
    sa.Column("server", sa.Text, primary_key=True),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("gone_at", UtcDateTime),
    sa.Column("told_at", UtcDateTime),
)
"""What is set on a server, since when Myna is gone from it, and when its owner was told that
nobody can be shown cases there."""

cases: Final = sa.Table(
    "cases",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("server", sa.Text),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("address_face", sa.Text),
    sa.Column("address_token", sa.Text),
    sa.Column("trace_id", sa.Text),
    sa.Column("reporter", sa.Text),
    sa.Column("report", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("taken_by", sa.Text),
    sa.Column("taken_at", UtcDateTime),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("reason", sa.Text),
    sa.Column("banned_until", UtcDateTime),
    sa.Column("appeal", sa.Text),
    sa.Column("appealed_at", UtcDateTime),
    sa.Column("overruled", sa.Text),
    sa.Column("reminders", sa.Integer, nullable=False),
    sa.Column("reminded_at", UtcDateTime),
    sa.Column("notice_face", sa.Text),
    sa.Column("notice_token", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_cases_server", "server", "state", "opened_at"),
    sa.Index("ix_cases_state", "state", "opened_at"),
)

bans: Final = sa.Table(
    "bans",
    metadata,
    sa.Column("server", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime),
    sa.Column("reason", sa.Text, nullable=False),
)

evidence: Final = sa.Table(
    "evidence",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("waveform", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("forget_at", UtcDateTime, index=True),
)
"""What can be heard of a case; `sealed` is encrypted with a key that is not in the database."""

audit: Final = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("server", sa.Text),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("ix_audit_server", "server", "id"),
    sa.Index("ix_audit_subject", "subject", "id"),
)

erasures: Final = sa.Table(
    "erasures",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("pseudonym", sa.Text, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("receipt", sa.JSON, nullable=False),
    sa.Column("told", sa.Boolean, nullable=False),
    sa.Index("ix_erasures_person", "person", "state"),
)
"""Erasures; of a closed one `person` is the pseudonym too."""
