"""Campaigns: asked of a segment, approved by a second person, braked when people leave; intents know theirs.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = "TIMESTAMP WITH TIME ZONE"
INTENTS = {
    "control": "TEXT DEFAULT '' NOT NULL",
    "priority": "INTEGER DEFAULT 0 NOT NULL",
    "product_line": "TEXT DEFAULT '' NOT NULL",
    "cross_sell": "BOOLEAN DEFAULT FALSE NOT NULL",
    "withdrawn_at": INSTANT,
}
OF_A_CAMPAIGN = sa.text("campaign <> ''")


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else INSTANT
    for name, kind in INTENTS.items():
        op.execute(f"ALTER TABLE intents ADD COLUMN {name} {kind.replace(INSTANT, instant)}")
    op.execute(f"ALTER TABLE dispatches ADD COLUMN stopped_at {instant}")
    op.create_index(
        "ix_intents_campaign",
        "intents",
        ["campaign", "customer_id"],
        sqlite_where=OF_A_CAMPAIGN,
        postgresql_where=OF_A_CAMPAIGN,
    )
    _campaigns()


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("segment_key", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("control_percent", sa.Integer(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("product_line", sa.Text(), nullable=False),
        sa.Column("cross_sell", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("trial", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'approved', 'running', 'paused', 'braked', 'finished')", name="state"),
        sa.CheckConstraint("control_percent BETWEEN 0 AND 50", name="control_percent"),
        sa.CheckConstraint("ends_at > starts_at", name="window"),
        sa.ForeignKeyConstraint(["segment_key"], ["segments.key"], name="fk_campaigns_segment_key"),
        sa.ForeignKeyConstraint(["template_id"], ["message_templates.id"], name="fk_campaigns_template_id"),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name="fk_campaigns_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("key", name="uq_campaigns_key"),
    )
    op.create_table(
        "campaign_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_campaign_steps_campaign_id"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_steps"),
    )
    op.create_index("ix_campaign_steps_campaign_id", "campaign_steps", ["campaign_id"], unique=False)


def downgrade() -> None:
    op.drop_table("campaign_steps")
    op.drop_table("campaigns")
    op.drop_index("ix_intents_campaign", table_name="intents")
    op.drop_column("dispatches", "stopped_at")
    for name in reversed(INTENTS):
        op.drop_column("intents", name)
