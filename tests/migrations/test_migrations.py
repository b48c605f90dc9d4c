"""The migrations: numbered, one head, up and down, and what they make is what the models say."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from portal import migrate
from portal.tables import metadata

VERSIONS = migrate.FOLDER / "versions"
REVISIONS = [path.name for path in sorted(VERSIONS.glob("*.py"))]


def columns_of(engine: Engine) -> dict[str, list[str]]:
    """Tables and their columns, as the database itself tells them."""
    inspector = sa.inspect(engine)
    return {
        table: sorted(column["name"] for column in inspector.get_columns(table))
        for table in sorted(inspector.get_table_names())
    }


def differences(engine: Engine) -> list[object]:
    options = {"compare_type": True, "compare_server_default": False, "include_name": migrate.described}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(migrate.FOLDER)).get_heads()) == 1


def test_revisions_are_numbered_without_a_gap_and_follow_each_other() -> None:
    assert [name[:5] for name in REVISIONS] == [f"{number:04}_" for number in range(1, len(REVISIONS) + 1)]
    steps = {step.revision: step.down_revision for step in ScriptDirectory(str(migrate.FOLDER)).walk_revisions()}
    numbers = [f"{number:04}" for number in range(1, len(REVISIONS) + 1)]
    assert steps == dict(zip(numbers, [None, *numbers[:-1]], strict=True))


@pytest.mark.parametrize("name", REVISIONS)
def test_a_migration_never_imports_the_portal(name: str) -> None:
    """Models go on changing; a migration must do tomorrow what it does today."""
    assert not re.search(r"^\s*(from|import) (portal|nlp)\b", (VERSIONS / name).read_text(), re.MULTILINE)


def test_models_and_schema_agree_after_upgrade(engine: Engine) -> None:
    assert differences(engine) == []


def test_every_check_of_the_models_is_in_the_database(engine: Engine) -> None:
    """Alembic's comparison does not look at CHECK constraints, and they are what keeps bad rows out."""
    inspector = sa.inspect(engine)
    for table in metadata.sorted_tables:
        wanted = {str(check.name) for check in table.constraints if isinstance(check, sa.CheckConstraint)}
        assert {check["name"] for check in inspector.get_check_constraints(table.name)} == wanted, table.name


def test_down_and_up_again_leads_to_the_same_schema(database_url: str, engine: Engine) -> None:
    before = columns_of(engine)
    assert len(before) > 1
    migrate.downgrade(database_url, "base")
    assert set(columns_of(engine)) == {"alembic_version"}
    migrate.upgrade(database_url)
    assert columns_of(engine) == before
    assert differences(engine) == []


def test_a_database_knows_its_revision_and_upgrading_twice_changes_nothing(database_url: str) -> None:
    assert migrate.current(database_url) == migrate.newest()
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == migrate.newest() == Path(REVISIONS[-1]).name[:4]
