"""Labels come from a file, too: of such a message it is kept which kinds of tags were gone through.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

CHOSEN = "part IN ('uncertain', 'random', 'watch')"
GIVEN = "part IN ('uncertain', 'random', 'watch', 'given')"


def upgrade() -> None:
    with op.batch_alter_table("queue_items") as items:
        items.add_column(sa.Column("kinds", sa.Text(), nullable=True))
        items.drop_constraint("part", type_="check")
        items.create_check_constraint("part", GIVEN)


def downgrade() -> None:
    op.execute("DELETE FROM queue_items WHERE part = 'given'")
    with op.batch_alter_table("queue_items") as items:
        items.drop_constraint("part", type_="check")
        items.create_check_constraint("part", CHOSEN)
        items.drop_column("kinds")
