"""What providers tell about contacts: replies with STOP, hard bounces, spam reports.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('reply_stop', 'hard_bounce', 'spam_complaint')", name="kind"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contact_events_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_events"),
        sa.UniqueConstraint("source", "event_id", name="uq_contact_events_source_event_id"),
    )
    op.create_index("ix_contact_events_customer_id", "contact_events", ["customer_id", "channel"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_contact_events_customer_id", table_name="contact_events")
    op.drop_table("contact_events")
