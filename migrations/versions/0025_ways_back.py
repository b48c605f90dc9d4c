"""By which entry a cell was brought back, so that of two imports both can be undone.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE consent_batch_rows ADD COLUMN undone_seq INTEGER")


def downgrade() -> None:
    with op.batch_alter_table("consent_batch_rows") as rows:
        rows.drop_column("undone_seq")
