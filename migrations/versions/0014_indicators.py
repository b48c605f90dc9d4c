"""What is measured about us over time, alarms, and what the auditor found.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PLACE = ("indicator", "part", "scope", "scope_key")


def upgrade() -> None:
    op.create_table(
        "indicator_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in PLACE),
        sa.Column("numerator", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("period IN ('day', 'week')", name="period"),
        sa.CheckConstraint("scope IN ('company', 'segment', 'campaign', 'channel')", name="scope"),
        sa.CheckConstraint("numerator BETWEEN 0 AND denominator", name="share"),
        sa.PrimaryKeyConstraint("id", name="pk_indicator_figures"),
        sa.UniqueConstraint(
            "period", "day", *PLACE, name="uq_indicator_figures_period_day_indicator_part_scope_scope_key"
        ),
    )
    op.create_index("ix_indicator_figures_scope", "indicator_figures", ["scope", "scope_key", "period", "day"])
    op.create_table(
        "indicator_periods",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("period", "day", name="pk_indicator_periods"),
    )
    op.create_table(
        "indicator_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in PLACE),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.Column("limit", sa.Double(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_indicator_alarms"),
    )
    still = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_indicator_alarms_open", "indicator_alarms", list(PLACE), unique=True, sqlite_where=still,
        postgresql_where=still,
    )  # fmt: skip
    _audits()


def _audits() -> None:
    op.create_table(
        "decision_audits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("reached", "decisions", "dispatches", "contradictions")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision_audits"),
    )
    op.create_table(
        "contradictions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("ref", "kind", "detail")),
        sa.ForeignKeyConstraint(["audit_id"], ["decision_audits.id"], name="fk_contradictions_audit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contradictions"),
    )
    op.create_index("ix_contradictions_audit_id", "contradictions", ["audit_id"])


def downgrade() -> None:
    for table in ("contradictions", "decision_audits", "indicator_alarms", "indicator_periods", "indicator_figures"):
        op.drop_table(table)
