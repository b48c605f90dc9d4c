"""Customers who turned out to be one: where a tombstone leads, and what each merge did.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STANDING = sa.text("undone_at IS NULL")


def upgrade() -> None:
    op.execute(
        "ALTER TABLE customers ADD COLUMN merged_into_id INTEGER "
        "CONSTRAINT fk_customers_merged_into_id REFERENCES customers (id)"
    )
    op.create_index("ix_customers_merged_into_id", "customers", ["merged_into_id"], unique=False)
    op.create_table(
        "customer_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("set_aside", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.CheckConstraint("customer_id <> merged_id", name="two"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_merges_customer_id"),
        sa.ForeignKeyConstraint(["merged_id"], ["customers.id"], name="fk_customer_merges_merged_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_merges"),
        sa.UniqueConstraint("ref", name="uq_customer_merges_ref"),
    )
    op.create_index("ix_customer_merges_customer_id", "customer_merges", ["customer_id"], unique=False)
    op.create_index(
        "uq_customer_merges_standing",
        "customer_merges",
        ["merged_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def downgrade() -> None:
    op.drop_table("customer_merges")
    op.drop_index("ix_customers_merged_into_id", table_name="customers")
    op.execute("ALTER TABLE customers DROP COLUMN merged_into_id")
