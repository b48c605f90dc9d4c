"""A promise that was not kept says by which answer we apologised for it, and when.

Revision ID: 0032
Revises: 0031
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INSTANT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.execute(
        "ALTER TABLE promises ADD COLUMN apology_id INTEGER CONSTRAINT fk_promises_apology_id REFERENCES messages (id)"
    )
    op.execute(f"ALTER TABLE promises ADD COLUMN apologised_at {INSTANT[dialect]}")


def downgrade() -> None:
    op.drop_column("promises", "apologised_at")
    op.drop_column("promises", "apology_id")
