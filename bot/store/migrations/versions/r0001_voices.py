"""The first tables: voices, consents, cases and small facts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OCCUPYING = sa.text("state IN ('asked', 'cloning', 'ready', 'held')")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "voices",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("label_key", sa.Text(), nullable=False),
        sa.Column("voice_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True)),
        sa.Column("charged_characters", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trace_id", sa.Text()),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("prompt", sa.JSON(none_as_null=True)),
        sa.Column("best_part", sa.Boolean(), nullable=False),
        sa.Column("address_face", sa.Text(), nullable=False),
        sa.Column("address_token", sa.Text(), nullable=False),
        sa.Column("clone_calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("posts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_voices"),
        sa.UniqueConstraint("voice_id", name="uq_voices_voice_id"),
    )
    op.create_index("ix_voices_owner", "voices", ["owner"])
    op.create_index("ix_voices_state", "voices", ["state"])
    op.create_index(
        "uq_voices_owner_label",
        "voices",
        ["owner", "label_key"],
        unique=True,
        sqlite_where=OCCUPYING,
        postgresql_where=OCCUPYING,
    )
    op.create_table(
        "consents",
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("voice", name="pk_consents"),
        sa.ForeignKeyConstraint(["voice"], ["voices.key"], name="fk_consents_voice"),
    )
    op.create_table(
        "cases",
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trace_id", sa.Text()),
        sa.PrimaryKeyConstraint("voice", name="pk_cases"),
        sa.ForeignKeyConstraint(["voice"], ["voices.key"], name="fk_cases_voice"),
    )
    op.create_table(
        "key_values",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_key_values"),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("key_values")
    op.drop_table("cases")
    op.drop_table("consents")
    op.drop_table("voices")
