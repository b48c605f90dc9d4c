"""What tests ask for: an empty migrated database on SQLite and on PostgreSQL, the portal on it, and the cast."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, migrate, needs
from portal.app import create_app
from portal.settings import Settings
from tests import databases
from tests.cast import Cast, gather
from tests.html import Reader

hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*databases.KINDS, "both"],
        default="both",
        help="which database the tests use that need one (both by default)",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        kinds = databases.KINDS if chosen == "both" else [chosen]
        alone = metafunc.definition.get_closest_marker("one_database")
        metafunc.parametrize("database_kind", kinds[:1] if alone else kinds)


@pytest.fixture(scope="session")
def sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Fresh]:
    with databases.sqlite_copies(tmp_path_factory.mktemp("sqlite"), migrate.upgrade) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def postgresql_copies() -> Iterator[databases.Fresh]:
    with databases.postgresql_copies(migrate.upgrade) as fresh:
        yield fresh


@pytest.fixture(autouse=True)
def _what_ships_is_in_force() -> None:
    """Each test has a database of its own, and a process knows of one: what was published in another is forgotten."""
    needs.begin_anew()


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of an empty, migrated database of its own; the test runs once on SQLite and once on PostgreSQL."""
    url = request.getfixturevalue(f"{database_kind}_copies")()
    yield url
    databases.remove(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = db.make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on the test's database; what is not committed is rolled back at the end."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def now() -> datetime:
    """A moment on a Monday morning. Actions are told the time, so it need not be today."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a portal for tests: its own database and folder, cheap password hashes, no rate limit in the way."""
    return Settings(
        database_url=database_url,
        instance=str(tmp_path / "instance"),
        secret_key="a key for tests only, long enough to be taken seriously",
        password_time_cost=1,
        password_memory_kib=64,
        rate_api="100000 per minute",
        rate_sign_in="100000 per minute",
        rate_write="100000 per minute",
    )


@pytest.fixture
def app(settings: Settings) -> Flask:
    """The portal on the test's database. Its clients check every page they load."""
    portal = create_app(settings)
    portal.test_client_class = Reader
    return portal


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def cast(session: Session, settings: Settings) -> Cast:
    """Ada, Ben, Cleo, Priya, Omar and Ines, committed; `tests.cast.sign_in(client, "ada@example.org")` signs in."""
    everybody = gather(session, settings)
    session.commit()
    return everybody
