"""Moderation: what servers set, cases that are decided, bans, evidence, and the audit log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def _taken_along(origin: str, table: str, which: str) -> str:
    """Return how the cases about rows of `table` become cases of today."""
    about = {"voices": "voice", "speeches": "speech"}[table]
    return (
        "INSERT INTO cases (key, origin, about, subject, person, kind, text, opened_at, owner, "  # noqa: S608  no input in it
        "server, label, address_face, address_token, trace_id, state, reminders, version) "
        f"SELECT '{origin}-' || old.subject, '{origin}', '{about}', old.subject, old.person, "
        "old.kind, old.text, old.opened_at, it.owner, it.server, it.label, it.address_face, "
        "it.address_token, old.trace_id, 'open', 0, 0 "
        f"FROM cases_before AS old JOIN {table} AS it ON it.key = old.subject WHERE {which}"
    )


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("consents", sa.Column("proof", sa.Text()))
    op.add_column("consents", sa.Column("words", sa.Text()))
    op.add_column("consent_requests", sa.Column("sentence", sa.Text()))
    op.add_column("grants", sa.Column("server", sa.Text()))
    op.execute("UPDATE grants SET server = substr(scope, 8) WHERE scope LIKE 'server:%'")
    op.create_index("ix_grants_server", "grants", ["server"])
    op.create_index("ix_voices_server", "voices", ["server", "owner"])
    op.add_column(
        "consent_requests", sa.Column("tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("CREATE TABLE cases_before AS SELECT * FROM cases")
    op.drop_table("cases")
    op.create_table(
        "cases",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("server", sa.Text()),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("address_face", sa.Text()),
        sa.Column("address_token", sa.Text()),
        sa.Column("trace_id", sa.Text()),
        sa.Column("reporter", sa.Text()),
        sa.Column("report", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text()),
        sa.Column("taken_at", MOMENT),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", MOMENT),
        sa.Column("reason", sa.Text()),
        sa.Column("banned_until", MOMENT),
        sa.Column("appeal", sa.Text()),
        sa.Column("appealed_at", MOMENT),
        sa.Column("overruled", sa.Text()),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", MOMENT),
        sa.Column("notice_face", sa.Text()),
        sa.Column("notice_token", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_cases"),
    )
    op.create_index("ix_cases_subject", "cases", ["subject"])
    op.create_index("ix_cases_person", "cases", ["person"])
    op.create_index("ix_cases_server", "cases", ["server", "state", "opened_at"])
    op.create_index("ix_cases_state", "cases", ["state", "opened_at"])
    op.execute(_taken_along("flagged", "voices", "it.state = 'held'"))
    op.execute(_taken_along("refused", "voices", "it.state <> 'held'"))
    op.execute(_taken_along("refused", "speeches", "it.key IS NOT NULL"))
    op.drop_table("cases_before")
    op.create_table(
        "servers",
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("gone_at", MOMENT),
        sa.Column("told_at", MOMENT),
        sa.PrimaryKeyConstraint("server", name="pk_servers"),
    )
    op.create_table(
        "bans",
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("server", "person", name="pk_bans"),
    )
    op.create_table(
        "evidence",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("waveform", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("forget_at", MOMENT),
        sa.PrimaryKeyConstraint("subject", "name", name="pk_evidence"),
    )
    op.create_index("ix_evidence_forget_at", "evidence", ["forget_at"])
    op.create_table(
        "audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("server", sa.Text()),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_server", "audit", ["server", "id"])
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])


def downgrade() -> None:
    """Go back to the one before; decisions, bans, evidence and the log of them are lost."""
    op.drop_table("audit")
    op.drop_table("evidence")
    op.drop_table("bans")
    op.drop_table("servers")
    op.execute("CREATE TABLE cases_after AS SELECT * FROM cases")
    op.drop_table("cases")
    op.create_table(
        "cases",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("trace_id", sa.Text()),
        sa.PrimaryKeyConstraint("subject", name="pk_cases"),
    )
    op.execute(
        "INSERT INTO cases (subject, person, kind, text, opened_at, trace_id) "
        "SELECT subject, person, kind, text, opened_at, trace_id FROM cases_after "
        "WHERE origin IN ('flagged', 'refused') AND state IN ('open', 'locked', 'appealed')"
    )
    op.drop_table("cases_after")
    op.drop_index("ix_voices_server", "voices")
    op.drop_index("ix_grants_server", "grants")
    op.drop_column("grants", "server")
    # The version before knows no sentences, and this one would take any recording for none.
    op.execute(
        "DELETE FROM voices WHERE state = 'requested' "
        "AND key IN (SELECT key FROM consent_requests WHERE state = 'speaking')"
    )
    op.execute(
        "UPDATE consent_requests SET state = 'expired', answered_at = asked_at "
        "WHERE state = 'speaking'"
    )
    op.drop_column("consent_requests", "tries")
    op.drop_column("consent_requests", "sentence")
    op.drop_column("consents", "words")
    op.drop_column("consents", "proof")
