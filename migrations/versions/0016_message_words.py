"""Messages in several languages, and who set or confirmed their class: a second person, before they are used.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = "TIMESTAMP WITH TIME ZONE"
COLUMNS = {
    "translations": "JSON DEFAULT '{}' NOT NULL",
    "author_id": "INTEGER CONSTRAINT fk_message_templates_author_id REFERENCES accounts (id)",
    "confirmed_at": INSTANT,
    "confirmed_by": "TEXT",
    "turned_down_at": INSTANT,
    "turned_down_by": "TEXT",
    "note": "TEXT DEFAULT '' NOT NULL",
}


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else INSTANT
    for name, kind in COLUMNS.items():
        op.execute(f"ALTER TABLE message_templates ADD COLUMN {name} {kind.replace(INSTANT, instant)}")
    op.execute("ALTER TABLE dispatches ADD COLUMN language TEXT DEFAULT 'en' NOT NULL")
    # What was there was in use already; nobody else shall have to say so again.
    op.execute("UPDATE message_templates SET confirmed_at = created_at, confirmed_by = 'portal'")


def downgrade() -> None:
    op.execute("DELETE FROM message_templates WHERE confirmed_at IS NULL")
    op.drop_column("dispatches", "language")
    for name in reversed(COLUMNS):
        op.drop_column("message_templates", name)
