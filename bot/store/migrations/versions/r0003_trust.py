"""Trust: requests for consent, who is never cloned, and the files that were posted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go to this revision."""
    # Not as batches: SQLite would drop the tables, which others point to.
    op.add_column("voices", sa.Column("asker", sa.Text()))
    op.add_column("consents", sa.Column("asker", sa.Text()))
    op.add_column("consents", sa.Column("withdrawn_at", MOMENT))
    op.add_column(
        "people", sa.Column("never_cloned", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "consent_requests",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("server", sa.Text()),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("address_face", sa.Text(), nullable=False),
        sa.Column("address_token", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.PrimaryKeyConstraint("key", name="pk_consent_requests"),
    )
    op.create_index("ix_consent_requests_asker", "consent_requests", ["asker"])
    op.create_index("ix_consent_requests_owner", "consent_requests", ["owner"])
    op.create_index("ix_consent_requests_state", "consent_requests", ["state", "asked_at"])
    op.create_table(
        "permissions",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", "asker", "server", name="pk_permissions"),
    )
    op.create_table(
        "fingerprints",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_fingerprints"),
    )


def downgrade() -> None:
    """Go back to the one before; what was only asked for is lost."""
    op.drop_table("fingerprints")
    op.drop_table("permissions")
    op.drop_table("consent_requests")
    requested = "SELECT key FROM voices WHERE state = 'requested'"
    op.execute(f"DELETE FROM consents WHERE voice IN ({requested})")  # noqa: S608  no input in it
    op.execute("DELETE FROM voices WHERE state = 'requested'")
    op.drop_column("people", "never_cloned")
    op.drop_column("consents", "withdrawn_at")
    op.drop_column("consents", "asker")
    op.drop_column("voices", "asker")
