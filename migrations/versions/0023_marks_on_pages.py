"""From when a mark counts, what a joint holder's word rests on, drafts of registers, what a complaint is about.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ADDED = (
    ("marks", "since", {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}),
    ("conversations", "product_line", "TEXT"),
    ("joint_holders", "note", "TEXT NOT NULL DEFAULT ''"),
    (
        "call_registers",
        "state",
        "TEXT NOT NULL DEFAULT 'live' CONSTRAINT ck_call_registers_state CHECK (state IN ('draft', 'live', 'replaced'))",
    ),
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table, name, kind in ADDED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind if isinstance(kind, str) else kind[dialect]}")
    op.execute(
        "UPDATE call_registers SET state = 'replaced' WHERE taken_at < "
        "(SELECT max(newer.taken_at) FROM call_registers AS newer WHERE newer.name = call_registers.name)"
    )


def downgrade() -> None:
    for table, name, _kind in reversed(ADDED):
        with op.batch_alter_table(table) as altered:
            if name == "state":
                altered.drop_constraint("state", type_="check")
            altered.drop_column(name)
