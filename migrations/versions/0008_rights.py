"""Rights: requests with their clocks, legal holds, certificates of erasure, and fingerprints of who was erased.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN_ERASURE = sa.text("kind = 'erase' AND state IN ('open', 'taken', 'held')")


def upgrade() -> None:
    _requests()
    _holds_and_certificates()


def _requests() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("keep_ideas", sa.Boolean(), nullable=False),
        sa.Column("came_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('access', 'erase', 'object', 'restrict', 'correct', 'complaint')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'taken', 'held', 'done', 'refused', 'taken_back')", name="state"),
        sa.CheckConstraint("(state IN ('open', 'taken', 'held')) = (settled_at IS NULL)", name="settled"),
        sa.CheckConstraint("(kind = 'erase') = (acts_at IS NOT NULL)", name="acts"),
        sa.CheckConstraint("came_by IN ('portal', 'phone', 'branch', 'letter', 'email')", name="came_by"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_rights_requests_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rights_requests"),
        sa.UniqueConstraint("ref", name="uq_rights_requests_ref"),
        sa.UniqueConstraint("submission_key", name="uq_rights_requests_submission_key"),
    )
    op.create_index("ix_rights_requests_customer_id", "rights_requests", ["customer_id"], unique=False)
    op.create_index("ix_rights_requests_state_due_at", "rights_requests", ["state", "due_at"], unique=False)
    op.create_index(
        "uq_rights_requests_erase_open",
        "rights_requests",
        ["customer_id"],
        unique=True,
        sqlite_where=OPEN_ERASURE,
        postgresql_where=OPEN_ERASURE,
    )
    op.create_table(
        "rights_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "act IN ('asked', 'acknowledged', 'noted', 'done', 'refused', 'taken_back', 'held', 'erased')", name="act"
        ),
        sa.ForeignKeyConstraint(["request_id"], ["rights_requests.id"], name="fk_rights_steps_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rights_steps"),
    )
    op.create_index("ix_rights_steps_request_id", "rights_steps", ["request_id"], unique=False)


def _holds_and_certificates() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.CheckConstraint("until > set_at", name="until"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_legal_holds_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_legal_holds"),
    )
    op.create_index("ix_legal_holds_customer_id", "legal_holds", ["customer_id"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.CheckConstraint("reason IN ('asked', 'hold-ended')", name="reason"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_erasures_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.UniqueConstraint("code", name="uq_erasures_code"),
    )
    op.create_index("ix_erasures_customer_id", "erasures", ["customer_id"], unique=False)
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
        sa.UniqueConstraint("fingerprint", name="uq_suppressions_fingerprint"),
    )


def downgrade() -> None:
    for table in ("suppressions", "erasures", "legal_holds", "rights_steps", "rights_requests"):
        op.drop_table(table)
