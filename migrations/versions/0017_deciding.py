"""Deciding: marks, joint holders, do-not-call registers, the pace of campaigns, and policies that are tried first.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SHADOW, CLAIM = sa.text("mode = 'shadow'"), sa.text("mode <> 'shadow'")
OPEN, NAMED = sa.text("ended_at IS NULL"), sa.text("campaign <> ''")


def upgrade() -> None:
    _decisions()
    _marks()
    _registers()


def _decisions() -> None:
    for name in ("shadow_since", "approved_at", "live_at"):
        op.add_column("policies", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("policies", sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column("decisions", sa.Column("campaign", sa.Text(), nullable=False, server_default=""))
    op.drop_index("uq_decisions_intent_key_attempt", table_name="decisions")
    _index("uq_decisions_claim", "decisions", ["intent_key", "attempt"], CLAIM, unique=True)
    _index("uq_decisions_shadow", "decisions", ["intent_key", "attempt", "policy_version"], SHADOW, unique=True)
    _index("ix_decisions_campaign", "decisions", ["campaign", "decided_at"], NAMED, unique=False)
    op.create_table(
        "campaign_paces",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign", name="pk_campaign_paces"),
    )


def _index(name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('bereaved', 'court', 'minor', 'guardian', 'vulnerable')", name="kind"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_marks_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_marks"),
    )
    op.create_index("ix_marks_customer_id", "marks", ["customer_id"], unique=False)
    _index("uq_marks_open", "marks", ["customer_id", "kind"], OPEN, unique=True)
    op.create_table(
        "joint_holders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'approved', 'revoked', 'left')", name="state"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_joint_holders_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_joint_holders"),
        sa.UniqueConstraint("customer_id", "name", name="uq_joint_holders_customer_id_name"),
    )


def _registers() -> None:
    op.create_table(
        "call_registers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_call_registers"),
        sa.UniqueConstraint("name", "taken_at", name="uq_call_registers_name_taken_at"),
    )
    op.create_table(
        "call_register_numbers",
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id"], ["call_registers.id"], name="fk_call_register_numbers_register_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("register_id", "sha256", name="pk_call_register_numbers"),
    )


def downgrade() -> None:
    for table in ("call_register_numbers", "call_registers", "joint_holders", "marks", "campaign_paces"):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM decisions WHERE mode = 'shadow'"))
    for name in ("ix_decisions_campaign", "uq_decisions_shadow", "uq_decisions_claim"):
        op.drop_index(name, table_name="decisions")
    op.create_index("uq_decisions_intent_key_attempt", "decisions", ["intent_key", "attempt"], unique=True)
    op.drop_column("decisions", "campaign")
    for name in ("approved_by", "live_at", "approved_at", "shadow_since"):
        op.drop_column("policies", name)
