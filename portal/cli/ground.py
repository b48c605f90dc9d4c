"""What the commands stand on: settings from the environment, an engine, a log that suits a terminal."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy.engine import Engine, make_url

from portal import db, migrate
from portal.audit import Actor
from portal.errors import Invalid
from portal.settings import Settings, from_environment

COMMAND = Actor(type="command", id=None, name="command line")


def settings(**overrides: object) -> Settings:
    """Settings of the environment, with the log set to the level they name.

    :raises ValueError: naming every variable that cannot be understood.
    """
    found = from_environment(None, **overrides)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(found.log_level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    return found


def has_data(settings: Settings) -> bool:
    """Whether there is a database to open; opening SQLite would make an empty one."""
    url = make_url(settings.url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def be_migrated(settings: Settings) -> None:
    """Refuse to work on a database that is not there or behind the code.

    :raises Invalid: when it is; says what to do.
    """
    if not has_data(settings) or migrate.current(settings.url) != migrate.newest():
        raise Invalid("The database is not there or not up to date. Run `candour migrate` first.", code="not-migrated")


@contextmanager
def migrated_engine(settings: Settings) -> Iterator[Engine]:
    """An engine on a database that is there and up to date.

    :raises Invalid: when it is not.
    """
    be_migrated(settings)
    engine = db.make_engine(settings.url)
    try:
        yield engine
    finally:
        engine.dispose()
