"""Who works here reads pages and mails in a language and a time zone of their own.

Revision ID: 0031
Revises: 0030
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE accounts ADD COLUMN language TEXT")
    op.execute("ALTER TABLE accounts ADD COLUMN time_zone TEXT")


def downgrade() -> None:
    op.drop_column("accounts", "time_zone")
    op.drop_column("accounts", "language")
