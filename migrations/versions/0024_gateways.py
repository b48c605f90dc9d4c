"""Messages for gateways (text, notification, phone, post), and where customers are reached besides by mail.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STATES = "'waiting', 'leased', 'handed_over', 'delivered', 'failed', 'bounced', 'opted_out', 'stopped'"


def upgrade() -> None:
    op.create_table(
        "contact_points",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('number', 'address', 'device')", name="kind"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contact_points_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "kind", name="pk_contact_points"),
    )
    op.create_table(
        "gateway_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("decision_ref", sa.Text(), nullable=False),
        sa.Column("to_point", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
        sa.CheckConstraint("channel IN ('sms', 'phone', 'post', 'push')", name="channel"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_gateway_messages_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gateway_messages"),
        sa.UniqueConstraint("ref", name="uq_gateway_messages_ref"),
        sa.UniqueConstraint("decision_ref", name="uq_gateway_messages_decision_ref"),
    )
    op.create_index("ix_gateway_messages_customer_id", "gateway_messages", ["customer_id"])
    op.create_index("ix_gateway_messages_due", "gateway_messages", ["channel", "state", "id"])
    points_to = "INTEGER CONSTRAINT fk_dispatches_gateway_id REFERENCES gateway_messages (id)"
    op.execute(f"ALTER TABLE dispatches ADD COLUMN gateway_id {points_to}")


def downgrade() -> None:
    op.drop_column("dispatches", "gateway_id")
    op.drop_table("gateway_messages")
    op.drop_table("contact_points")
