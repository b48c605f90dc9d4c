"""A rule that writes to people is approved by somebody else than who wrote it; those that nobody approved wait for it.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("treatment_rules", sa.Column("writers", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("treatment_rules") as rules:
        rules.alter_column("writers", server_default=None)
    op.add_column("treatment_rules", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("treatment_rules", sa.Column("approved_by", sa.Text(), nullable=True))
    op.execute("UPDATE treatment_rules SET state = 'draft' WHERE kind = 'contact' AND state = 'live'")


def downgrade() -> None:
    for name in ("approved_by", "approved_at", "writers"):
        op.drop_column("treatment_rules", name)
