"""Systems downstream and what each of them was told of changes.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _systems()
    _deliveries()


def _systems() -> None:
    op.create_table(
        "downstream_systems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("sends", sa.Boolean(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("secret_number", sa.Integer(), nullable=False),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_after", sa.Integer(), nullable=False),
        sa.Column("acknowledged_up_to", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("how IN ('feed', 'webhook')", name="how"),
        sa.CheckConstraint("(how = 'webhook') = (url IS NOT NULL)", name="url"),
        sa.ForeignKeyConstraint(["token_id"], ["api_tokens.id"], name="fk_downstream_systems_token_id"),
        sa.PrimaryKeyConstraint("id", name="pk_downstream_systems"),
        sa.UniqueConstraint("ref", name="uq_downstream_systems_ref"),
        sa.UniqueConstraint("token_id", name="uq_downstream_systems_token_id"),
        sa.UniqueConstraint("submission_key", name="uq_downstream_systems_submission_key"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("restricts", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'sent', 'acknowledged', 'failed', 'dead')", name="state"),
        sa.ForeignKeyConstraint(["system_id"], ["downstream_systems.id"], name="fk_deliveries_system_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["consent_entries.global_seq"], name="fk_deliveries_entry_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_deliveries_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("system_id", "event_id", name="uq_deliveries_system_id_event_id"),
    )
    op.create_index("ix_deliveries_customer_id", "deliveries", ["customer_id"], unique=False)
    op.create_index("ix_deliveries_system_id", "deliveries", ["system_id", "id"], unique=False)
    for name, columns, where in (
        ("ix_deliveries_open", ["system_id", "customer_id", "entry_id"], "acknowledged_at IS NULL"),
        ("ix_deliveries_due", ["not_before"], "state IN ('pending', 'sent', 'failed')"),
    ):
        op.create_index(
            name, "deliveries", columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("downstream_systems")
