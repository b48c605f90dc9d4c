"""Consents brought in from files: batches, and their rows with where each came from.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATES = "'waiting', 'staged', 'unusable', 'discarded', 'applying', 'applied', 'undoing', 'undone'"


def upgrade() -> None:
    op.create_table(
        "consent_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("submission_key", sa.Text(), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_batches"),
        sa.UniqueConstraint("ref", name="uq_consent_batches_ref"),
        sa.UniqueConstraint("submission_key", name="uq_consent_batches_submission_key"),
    )
    op.create_index("ix_consent_batches_file_sha256", "consent_batches", ["file_sha256"], unique=False)
    op.create_index("ix_consent_batches_state", "consent_batches", ["state"], unique=False)
    _rows()


def _rows() -> None:
    op.create_table(
        "consent_batch_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("row_sha256", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("becomes", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("entry_seq", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("undone", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome IN ('allow', 'deny', 'noted', 'unknown', 'same', 'refused')", name="outcome"),
        sa.CheckConstraint("grade IN ('A', 'B', 'C')", name="grade"),
        sa.CheckConstraint("result IN ('written', 'nothing')", name="result"),
        sa.CheckConstraint("undone IN ('undone', 'changed')", name="undone"),
        sa.ForeignKeyConstraint(["batch_id"], ["consent_batches.id"], name="fk_consent_batch_rows_batch_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_consent_batch_rows_customer_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_consent_batch_rows_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_batch_rows"),
        sa.UniqueConstraint("batch_id", "line", name="uq_consent_batch_rows_batch_id_line"),
    )
    for columns in (["batch_id", "outcome", "line"], ["customer_id"], ["event_id"]):
        name = "batch_id_outcome" if len(columns) > 1 else columns[0]
        op.create_index(f"ix_consent_batch_rows_{name}", "consent_batch_rows", columns, unique=False)


def downgrade() -> None:
    op.drop_table("consent_batch_rows")
    op.drop_table("consent_batches")
