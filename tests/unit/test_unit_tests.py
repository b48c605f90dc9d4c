"""What a unit test may not do."""

import sqlite3

import pytest
import sqlalchemy as sa


def test_a_unit_test_cannot_open_a_database_through_sqlalchemy() -> None:
    with pytest.raises(AssertionError, match="belongs into tests/portal"):
        sa.create_engine("sqlite://").connect()


def test_a_unit_test_cannot_open_a_sqlite_file() -> None:
    with pytest.raises(AssertionError, match="belongs into tests/portal"):
        sqlite3.connect(":memory:")


def test_a_unit_test_cannot_ask_for_the_session(request: pytest.FixtureRequest) -> None:
    with pytest.raises(AssertionError, match="belongs into tests/portal"):
        request.getfixturevalue("database_url")
