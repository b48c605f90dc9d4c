"""The search in ideas: full-text indexes over `ideas.folded`, which the models do not describe.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_UP = (
    """CREATE VIRTUAL TABLE idea_search USING fts5(
       folded, content='ideas', content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3')""",
    "INSERT INTO idea_search(idea_search) VALUES ('rebuild')",
    """CREATE TRIGGER idea_search_insert AFTER INSERT ON ideas BEGIN
       INSERT INTO idea_search(rowid, folded) VALUES (new.id, new.folded); END""",
    """CREATE TRIGGER idea_search_delete AFTER DELETE ON ideas BEGIN
       INSERT INTO idea_search(idea_search, rowid, folded) VALUES ('delete', old.id, old.folded); END""",
    """CREATE TRIGGER idea_search_update AFTER UPDATE OF folded ON ideas BEGIN
       INSERT INTO idea_search(idea_search, rowid, folded) VALUES ('delete', old.id, old.folded);
       INSERT INTO idea_search(rowid, folded) VALUES (new.id, new.folded); END""",
)
SQLITE_DOWN = (
    "DROP TRIGGER idea_search_insert",
    "DROP TRIGGER idea_search_delete",
    "DROP TRIGGER idea_search_update",
    "DROP TABLE idea_search",
)
POSTGRESQL_UP = ("CREATE INDEX idea_search ON ideas USING gin (array_to_tsvector(string_to_array(folded, ' ')))",)
POSTGRESQL_DOWN = ("DROP INDEX idea_search",)


def upgrade() -> None:
    for statement in SQLITE_UP if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in SQLITE_DOWN if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_DOWN:
        op.execute(statement)
