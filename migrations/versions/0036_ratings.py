"""How it was for somebody, as they say beside their words or below an answer; said anew, the earlier one ends.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_ratings_score")),
        sa.CheckConstraint("source IN ('portal', 'api', 'import')", name=op.f("ck_ratings_source")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_ratings_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
    )
    op.create_index(op.f("ix_ratings_message_id"), "ratings", ["message_id"])
    op.create_index("ix_ratings_given_at", "ratings", ["given_at"])
    op.create_index(
        "uq_ratings_in_force", "ratings", ["message_id"], unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE
    )


def downgrade() -> None:
    op.drop_table("ratings")
