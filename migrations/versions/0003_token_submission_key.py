"""The key of the form an API token was made with, so that sending the form twice makes one token.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEX = "ix_api_tokens_submission_key"


def upgrade() -> None:
    op.add_column("api_tokens", sa.Column("submission_key", sa.Text(), nullable=True))
    op.create_index(INDEX, "api_tokens", ["submission_key"], unique=True)


def downgrade() -> None:
    op.drop_index(INDEX, "api_tokens")
    op.drop_column("api_tokens", "submission_key")
