"""The words shown name the data they are about and who gets them, so that a yes covers what its own words named.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE notices ADD COLUMN data_used TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE notices ADD COLUMN recipients TEXT NOT NULL DEFAULT ''")
    op.execute(
        "UPDATE notices SET "
        "data_used = (SELECT p.data_used FROM purposes p WHERE p.key = notices.purpose_key), "
        "recipients = (SELECT p.recipients FROM purposes p WHERE p.key = notices.purpose_key)"
    )


def downgrade() -> None:
    op.drop_column("notices", "recipients")
    op.drop_column("notices", "data_used")
