"""What many are asked about at once is found by indexes, and so is what one decision counts.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

COUNTED = [
    "customer_id", "decided_at", "mode", "outcome", "message_class", "channel", "topic", "purpose", "attempt",
    "intent_key",
]  # fmt: skip
UNVERIFIED, ERASED = sa.text("email_verified_at IS NULL"), sa.text("erased_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_decisions_counted", "decisions", COUNTED)
    op.drop_index("ix_decisions_customer_id", table_name="decisions")
    op.create_index("ix_promises_customer_id_state_due_at", "promises", ["customer_id", "state", "due_at"])
    op.drop_index("ix_promises_customer_id", table_name="promises")
    op.create_index("ix_trust_indexes_value", "trust_indexes", ["value"])
    op.create_index("ix_consent_entries_said", "consent_entries", ["purpose", "occurred_at", "customer_id"])
    op.create_index("ix_customers_place", "customers", ["time_zone", "country", "id"])
    for name, where in (("ix_customers_unverified", UNVERIFIED), ("ix_customers_erased", ERASED)):
        op.create_index(name, "customers", ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in ("ix_customers_erased", "ix_customers_unverified", "ix_customers_place"):
        op.drop_index(name, table_name="customers")
    op.drop_index("ix_consent_entries_said", table_name="consent_entries")
    op.drop_index("ix_trust_indexes_value", table_name="trust_indexes")
    op.create_index("ix_promises_customer_id", "promises", ["customer_id"])
    op.drop_index("ix_promises_customer_id_state_due_at", table_name="promises")
    op.create_index("ix_decisions_customer_id", "decisions", ["customer_id", "decided_at"])
    op.drop_index("ix_decisions_counted", table_name="decisions")
