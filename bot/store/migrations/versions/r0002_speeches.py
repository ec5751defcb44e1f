"""Speeches, sharing and money; voices have versions, and cases may be about speeches."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

from bot.store.voice_terms import own_scope, terms_of

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OCCUPYING = "state IN ('asked', 'cloning', 'ready', 'held')"
IN_PLACE = f"{OCCUPYING} AND replaces IS NULL"
ADDED = ("server", "used_at", "replaces", "warned", "tells_uses")
TABLES = (
    *("charges", "holds", "counters", "speech_parts"),
    *("speeches", "voice_terms", "grants", "people"),
)
MOMENT = sa.DateTime(timezone=True)
BY_BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    _add_to_voices()
    _free_cases_from_voices()
    _create_sharing()
    _create_speeches()
    _create_money()
    if not context.is_offline_mode():
        _let_voices_be_found(op.get_bind())


def downgrade() -> None:
    """Go back to the one before; what it does not know is lost."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM cases WHERE subject NOT IN (SELECT key FROM voices)")
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("subject", new_column_name="voice")
        cases.alter_column("person", new_column_name="owner")
    with op.batch_alter_table("cases") as cases:  # one batch does not know its own new names
        cases.create_foreign_key("fk_cases_voice", "voices", ["voice"], ["key"])
    # What was only proposed, or is no more, would be a second voice of its label, or a state
    # that the revision before does not know.
    op.execute(
        "UPDATE voices SET state = 'deleted'"
        " WHERE replaces IS NOT NULL OR state IN ('retired', 'lost')"
    )
    op.drop_index("ix_voices_unused", "voices")
    _index_labels(OCCUPYING)
    for column in ADDED:
        op.drop_column("voices", column)


def _add_to_voices() -> None:
    # Not as a batch: SQLite would drop the table, which consents point to.
    op.add_column("voices", sa.Column("server", sa.Text()))
    op.add_column("voices", sa.Column("used_at", MOMENT))
    op.add_column("voices", sa.Column("replaces", sa.Text()))
    op.add_column("voices", sa.Column("warned", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "voices", sa.Column("tells_uses", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _index_labels(IN_PLACE)
    unused = sa.text("used_at IS NULL")
    op.create_index(
        "ix_voices_unused", "voices", ["deadline"], sqlite_where=unused, postgresql_where=unused
    )


def _index_labels(occupying: str) -> None:
    op.drop_index("uq_voices_owner_label", "voices")
    op.create_index(
        "uq_voices_owner_label",
        "voices",
        ["owner", "label_key"],
        unique=True,
        sqlite_where=sa.text(occupying),
        postgresql_where=sa.text(occupying),
    )


def _free_cases_from_voices() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.drop_constraint("fk_cases_voice", type_="foreignkey")
        cases.alter_column("voice", new_column_name="subject")
        cases.alter_column("owner", new_column_name="person")


def _create_sharing() -> None:
    op.create_table(
        "people",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("default_voice", sa.Text()),
        sa.PrimaryKeyConstraint("person", name="pk_people"),
    )
    op.create_table(
        "grants",
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.PrimaryKeyConstraint("voice", "scope", name="pk_grants"),
        sa.ForeignKeyConstraint(["voice"], ["voices.key"], name="fk_grants_voice"),
    )
    op.create_table(
        "voice_terms",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("term", BY_BYTES, nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.PrimaryKeyConstraint("scope", "term", "voice", name="pk_voice_terms"),
        sa.ForeignKeyConstraint(["voice"], ["voices.key"], name="fk_voice_terms_voice"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voice_terms_voice", "voice_terms", ["voice"])


def _create_speeches() -> None:
    op.create_table(
        "speeches",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("server", sa.Text()),
        sa.Column("voice", sa.Text()),
        sa.Column("stock", sa.Text()),
        sa.Column("voice_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("address_face", sa.Text(), nullable=False),
        sa.Column("address_token", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("posted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_speeches"),
    )
    op.create_index("ix_speeches_state", "speeches", ["state"])
    op.create_index("ix_speeches_asker", "speeches", ["asker", "created_at"])
    op.create_index("ix_speeches_voice", "speeches", ["voice", "created_at"])
    op.create_table(
        "speech_parts",
        sa.Column("speech", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("posts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("speech", "part", name="pk_speech_parts"),
        sa.ForeignKeyConstraint(["speech"], ["speeches.key"], name="fk_speech_parts_speech"),
    )


def _create_money() -> None:
    op.create_table(
        "counters",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("microdollars", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "period", name="pk_counters"),
        sa.CheckConstraint("microdollars >= 0", name="ck_counters_microdollars"),
    )
    op.create_table(
        "holds",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("server", sa.Text()),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_holds"),
    )
    op.create_table(
        "charges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("server", sa.Text()),
        sa.Column("voice", sa.Text()),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("trace_id", sa.Text()),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charges"),
    )
    op.create_index("ix_charges_job", "charges", ["job"])
    op.create_index("ix_charges_at", "charges", ["at", "id"])
    op.create_index("ix_charges_person", "charges", ["person", "at", "id"])
    op.create_index("ix_charges_server", "charges", ["server", "at", "id"])


def _let_voices_be_found(connection: sa.Connection) -> None:
    voices = sa.table(
        "voices",
        *(sa.column(name, sa.Text) for name in ("key", "owner", "label", "state")),
        sa.column("options", sa.JSON),
    )
    terms = sa.table("voice_terms", *(sa.column(name) for name in ("scope", "term", "voice")))
    for row in connection.execute(sa.select(voices).where(voices.c.state == "ready")).all():
        scope, found_by = own_scope(row.owner), terms_of(row.label, row.options.get("language"))
        rows = [{"scope": scope, "term": term, "voice": row.key} for term in sorted(found_by)]
        connection.execute(sa.insert(terms), rows)
