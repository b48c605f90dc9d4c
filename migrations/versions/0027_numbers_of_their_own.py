"""Customers confirm a number themselves, with a code that comes to it.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute("ALTER TABLE contact_points ADD COLUMN proof_key TEXT")
    op.execute(f"ALTER TABLE contact_points ADD COLUMN proof_at {instant}")
    op.add_column("contact_points", sa.Column("proof_tries", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_gateway_messages_to_point", "gateway_messages", ["to_point", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_gateway_messages_to_point", table_name="gateway_messages")
    for name in ("proof_tries", "proof_at", "proof_key"):
        op.drop_column("contact_points", name)
