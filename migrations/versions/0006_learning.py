"""What people are asked to look at, and the models learned from what they said.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _queue()
    _models()


def _queue() -> None:
    op.create_table(
        "queue_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.CheckConstraint("part IN ('uncertain', 'random', 'watch')", name="part"),
        sa.CheckConstraint("state IN ('open', 'done', 'skipped')", name="state"),
        sa.CheckConstraint("(state = 'open') = (done_at IS NULL)", name="done"),
        sa.CheckConstraint("frozen = (part = 'random')", name="frozen"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_queue_items_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_queue_items"),
        sa.UniqueConstraint("message_id", name="uq_queue_items_message_id"),
    )
    op.create_index("ix_queue_items_state_id", "queue_items", ["state", "id"], unique=False)
    op.create_index("ix_queue_items_done_at", "queue_items", ["done_at"], unique=False)


def _models() -> None:
    op.create_table(
        "learnt_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("learned_from", sa.Text(), nullable=False),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("measured", sa.JSON(), nullable=False),
        sa.Column("signed_off_by", sa.Text(), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_by", sa.Text(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shadow_count", sa.Integer(), nullable=False),
        sa.Column("shadow_changed", sa.Integer(), nullable=False),
        sa.Column("shadow_examples", sa.JSON(), nullable=False),
        sa.Column("tainted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('shadow', 'live', 'retired', 'refused')", name="state"),
        sa.CheckConstraint("state <> 'live' OR live_at IS NOT NULL", name="live"),
        sa.CheckConstraint("shadow_changed BETWEEN 0 AND shadow_count", name="shadow"),
        sa.PrimaryKeyConstraint("id", name="pk_learnt_models"),
        sa.UniqueConstraint("number", name="uq_learnt_models_number"),
    )
    op.create_index(
        "uq_learnt_models_in_force",
        "learnt_models",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state IN ('live', 'shadow')"),
        postgresql_where=sa.text("state IN ('live', 'shadow')"),
    )
    op.create_table(
        "learnt_files",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["learnt_models.id"], name="fk_learnt_files_model_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("model_id", "name", name="pk_learnt_files"),
    )
    op.create_table(
        "learnt_items",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_learnt_items_message_id"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["learnt_models.id"], name="fk_learnt_items_model_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("model_id", "message_id", name="pk_learnt_items"),
    )
    op.create_index("ix_learnt_items_message_id", "learnt_items", ["message_id"], unique=False)


def downgrade() -> None:
    for table in ("learnt_items", "learnt_files"):
        op.drop_table(table)
    op.drop_index("uq_learnt_models_in_force", table_name="learnt_models")
    op.drop_table("learnt_models")
    op.drop_index("ix_queue_items_done_at", table_name="queue_items")
    op.drop_index("ix_queue_items_state_id", table_name="queue_items")
    op.drop_table("queue_items")
