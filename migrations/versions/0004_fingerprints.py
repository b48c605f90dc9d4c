"""By which texts like another are found: fingerprints of ideas and messages, and messages that people said are not alike.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, owner in (("idea_fingerprints", "idea"), ("message_fingerprints", "message")):
        key = f"{owner}_id"
        op.create_table(
            table,
            sa.Column(key, sa.Integer(), nullable=False),
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("features", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint([key], [f"{owner}s.id"], name=f"fk_{table}_{key}", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint(key, name=f"uq_{table}_{key}"),
            sqlite_autoincrement=True,
        )
    op.create_table(
        "not_alike",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("message_id < other_id", name="order"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_not_alike_message_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["messages.id"], name="fk_not_alike_other_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_not_alike"),
        sa.UniqueConstraint("message_id", "other_id", name="uq_not_alike_message_id_other_id"),
    )
    op.create_index("ix_not_alike_other_id", "not_alike", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_not_alike_other_id", table_name="not_alike")
    op.drop_table("not_alike")
    op.drop_table("message_fingerprints")
    op.drop_table("idea_fingerprints")
