"""How well a consent is proved: the grade of an entry and of the cell that rests on it.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("consent_entries", "consent_states")


def upgrade() -> None:
    for name in TABLES:
        check = f"CONSTRAINT ck_{name}_grade CHECK (grade IN ('A', 'B', 'C'))"
        op.execute(f"ALTER TABLE {name} ADD COLUMN grade TEXT {check}")


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_column(name, "grade")
