"""A purpose says which classes of messages it may carry, and a template which data it uses.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

USUAL: dict[str, list[str]] = {
    "reply": ["service", "answer"],
    "needs": [],
    "partners": [],
    "research": ["research", "repermission"],
}
OWED, ASKED = ["mandatory", "service", "answer"], ["marketing", "repermission"]
PURPOSES = sa.table("purposes", sa.column("key", sa.Text), sa.column("asks", sa.Boolean), sa.column("carries", sa.JSON))


def upgrade() -> None:
    op.add_column("purposes", sa.Column("carries", sa.JSON(), nullable=False, server_default="[]"))
    bind = op.get_bind()
    for key, asks in bind.execute(sa.select(PURPOSES.c.key, PURPOSES.c.asks)).all():
        carries = USUAL.get(key, ASKED) if asks else OWED
        bind.execute(sa.update(PURPOSES).where(PURPOSES.c.key == key).values(carries=carries))
    op.add_column("message_templates", sa.Column("data_used", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("purposes") as purposes:
        purposes.alter_column("carries", server_default=None)


def downgrade() -> None:
    op.drop_column("message_templates", "data_used")
    op.drop_column("purposes", "carries")
