"""Who wrote a version of the contact rules' settings, so that somebody else approves it.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE policies ADD COLUMN author_id INTEGER CONSTRAINT fk_policies_author_id REFERENCES accounts (id)"
    )


def downgrade() -> None:
    op.drop_column("policies", "author_id")
