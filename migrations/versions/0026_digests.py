"""What may wait comes together in one mail, for whoever asked for that.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

WAITS = sa.text("digest_at IS NOT NULL AND state IN ('waiting', 'held')")


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute("ALTER TABLE preferences ADD COLUMN digest TEXT")
    op.execute(f"ALTER TABLE intents ADD COLUMN digest_at {instant}")
    op.create_index("ix_intents_digest", "intents", ["customer_id"], sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade() -> None:
    op.drop_index("ix_intents_digest", table_name="intents")
    op.drop_column("intents", "digest_at")
    op.drop_column("preferences", "digest")
