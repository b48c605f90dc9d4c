"""An index that answers what many customers allow without reading the states themselves.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OLD, NEW = "ix_consent_states_purpose_state", "ix_consent_states_sets"
COLUMNS = ["purpose", "channel", "topic", "state", "customer_id", "valid_until", "notice_version", "grade"]


def upgrade() -> None:
    op.drop_index(OLD, table_name="consent_states")
    op.create_index(NEW, "consent_states", COLUMNS, unique=False)


def downgrade() -> None:
    op.drop_index(NEW, table_name="consent_states")
    op.create_index(OLD, "consent_states", ["purpose", "state", "customer_id"], unique=False)
