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
from portal.settings import Settings
from tests import company, databases, portals, postgres
from tests.cast import Cast, gather, present

pytest_plugins = ["tests.shuffling"]
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
def sqlite_copies() -> Iterator[databases.Fresh]:
    with postgres.in_memory() as folder, databases.sqlite_copies(folder, migrate.upgrade, _gather) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def postgresql_copies() -> Iterator[databases.Fresh]:
    with databases.postgresql_copies(migrate.upgrade, _gather) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def small_company(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> company.Company:
    """A small slice of the demo company, not to be written to: whoever wants to takes a copy."""
    own = tmp_path_factory.getbasetemp()
    return company.once(own if worker_id == "master" else own.parent)


def _gather(url: str) -> None:
    """Write the cast into a database."""
    engine = db.make_engine(url)
    with db.writing(engine) as session:
        gather(session, _settings(url))
    engine.dispose()


@pytest.fixture(autouse=True)
def _what_ships_is_in_force() -> None:
    """Each test has a database of its own, and a process knows of one: what was published in another is forgotten."""
    needs.begin_anew()


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a migrated database of its own, empty unless the test asks for the cast; once on each kind."""
    template = "with_people" if "peopled" in request.fixturenames else "empty"
    url = request.getfixturevalue(f"{database_kind}_copies")(template)
    yield url
    databases.remove(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = databases.with_known_statements(db.make_engine(database_url))
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
    return _settings(database_url, tmp_path / "instance")


def _settings(url: str, instance: Path = Path("instance")) -> Settings:
    return Settings(
        database_url=url,
        instance=str(instance),
        secret_key="a key for tests only, long enough to be taken seriously",
        password_time_cost=1,
        password_memory_kib=64,
        rate_api="100000 per minute",
        rate_sign_in="100000 per minute",
        rate_write="100000 per minute",
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The portal on the test's database. Its clients check every page they load."""
    portal = portals.on(settings)
    yield portal
    portals.leave(portal)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def peopled() -> None:
    """Asked for by whoever wants the cast to be in the database from its beginning."""


@pytest.fixture
def cast(peopled: None, session: Session) -> Cast:
    """Ada, Ben, Cleo, Priya, Omar and Ines, committed; `tests.cast.sign_in(client, "ada@example.org")` signs in."""
    everybody = present(session)
    session.commit()
    return everybody
