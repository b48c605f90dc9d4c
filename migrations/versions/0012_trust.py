"""How we have treated each customer, with every part of it.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trust_indexes",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("floors", sa.JSON(), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value BETWEEN 0 AND 1000", name="value"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_trust_indexes_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_trust_indexes"),
    )


def downgrade() -> None:
    op.drop_table("trust_indexes")
