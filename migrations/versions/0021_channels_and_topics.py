"""Channels and topics are rows with words of their own, and a purpose knows since when it has them.

Revision ID: 0021
Revises: 0020
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NAMES = {
    "in_app": "In the portal",
    "email": "E-mail",
    "sms": "Text message",
    "phone": "Phone",
    "post": "Letter",
    "push": "Notification",
    "savings": "Savings",
    "cards": "Cards",
    "loans": "Loans",
    "travel": "Travel",
}
PURPOSES = sa.table(
    "purposes",
    sa.column("position", sa.Integer),
    sa.column("channels", sa.JSON),
    sa.column("topics", sa.JSON),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    made = op.create_table(
        "cell_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('channel', 'topic')", name=op.f("ck_cell_parts_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_parts")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_cell_parts_kind_key")),
    )
    op.add_column("purposes", sa.Column("part_dates", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("purposes") as purposes:
        purposes.alter_column("part_dates", server_default=None)
    found: dict[tuple[str, str], Any] = {}
    for row in op.get_bind().execute(sa.select(PURPOSES).order_by(PURPOSES.c.position)):
        for kind, keys in (("channel", row.channels), ("topic", row.topics)):
            for key in keys:
                found.setdefault((kind, key), row.created_at)
    if found:
        op.bulk_insert(
            made,
            [
                {"kind": kind, "key": key, "name": NAMES.get(key, key), "position": number, "created_at": since}
                for number, ((kind, key), since) in enumerate(found.items(), 1)
            ],
        )


def downgrade() -> None:
    op.drop_column("purposes", "part_dates")
    op.drop_table("cell_parts")
