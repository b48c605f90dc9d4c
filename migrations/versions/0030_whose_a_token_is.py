"""A token belongs to the person who made it, so that nobody approves by a token what they wrote by another.

Revision ID: 0030
Revises: 0029
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE api_tokens ADD COLUMN account_id INTEGER "
        "CONSTRAINT fk_api_tokens_account_id REFERENCES accounts (id)"
    )


def downgrade() -> None:
    op.drop_column("api_tokens", "account_id")
