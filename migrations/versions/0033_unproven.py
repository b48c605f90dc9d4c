"""A yes that nothing proves is found by an index of just such entries.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

UNPROVEN = sa.text(
    "grade IS NULL AND action IN ('granted', 'reaffirmed') AND NOT "
    "(actor_type = 'customer' AND method = 'web_form' AND notice_sha256 IS NOT NULL)"
)


def upgrade() -> None:
    op.create_index(
        "ix_consent_entries_unproven", "consent_entries", ["purpose", "customer_id"], sqlite_where=UNPROVEN,
        postgresql_where=UNPROVEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_consent_entries_unproven", table_name="consent_entries")
