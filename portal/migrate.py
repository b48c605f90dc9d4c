"""Brings a database to the newest version, one process at a time."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from portal.db import begin_writing, make_engine

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
LOCK = 4_061_977


def configuration(url: str) -> Config:
    """Alembic's settings for `url`."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at `url` up to `revision`. Safe when several processes start at once."""
    with _alone(url) as connection:
        config = configuration(url)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate the database at `url` down to `revision`."""
    with _alone(url) as connection:
        config = configuration(url)
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def described(name: str | None, _kind: str, _parents: Any) -> bool:
    """Whether the models describe a table or index; full-text search is made by hand and is not compared with them."""
    return not (name or "").startswith("idea_search")


def newest() -> str | None:
    """The newest revision these sources know."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def current(url: str) -> str | None:
    """The revision the database at `url` is at; None when it has none."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    finally:
        engine.dispose()


@contextlib.contextmanager
def _alone(url: str) -> Iterator[sa.Connection]:
    """One writing transaction that nobody else migrates in: SQLite's own write lock, PostgreSQL's advisory lock."""
    engine = make_engine(url)
    if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    try:
        with sa.orm.Session(engine) as session:
            begin_writing(session)
            if engine.dialect.name == "postgresql":
                session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield session.connection()
            session.commit()
    finally:
        engine.dispose()
