"""A fresh, migrated database for each test, empty or with the cast: made once per kind and worker, then copied."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect, Engine, make_url

from tests import postgres

KINDS = ("sqlite", "postgresql")
Fill = Callable[[str], object]
"""Prepares the database with an address; leaves nothing open."""
Fresh = Callable[..., str]
"""Gives the address of a new copy each time it is called: of an empty database, or of the one named `with_people`."""
_written: dict[str, tuple[Dialect, dict[Any, Any]]] = {}


def with_known_statements(engine: Engine) -> Engine:
    """The engine, which need not put into SQL again what was put into SQL for the database of another test.

    A compiled statement belongs to a dialect, so all engines of a kind share one.
    """
    with engine.connect():
        """Now the dialect knows its server."""
    engine.dialect, compiled = _written.setdefault(engine.name, (engine.dialect, {}))
    engine.update_execution_options(compiled_cache=compiled)
    return engine


@contextmanager
def sqlite_copies(folder: Path, migrate: Fill, people: Fill) -> Iterator[Fresh]:
    """Copies of a migrated file in `folder`, and of one with `people` in it."""
    numbers = itertools.count(1)

    def copy_of(template: str, name: str) -> str:
        source = folder / f"{template}.sqlite3"
        if Path(f"{source}-wal").exists():
            raise RuntimeError("The copied file is still open somewhere: copies of it would lack rows.")
        return f"sqlite:///{shutil.copyfile(source, folder / f'{name}.sqlite3')}"

    migrate(f"sqlite:///{folder / 'empty.sqlite3'}")
    people(copy_of("empty", "with_people"))
    yield lambda template="empty": copy_of(template, f"{next(numbers)}")


@contextmanager
def postgresql_copies(migrate: Fill, people: Fill) -> Iterator[Fresh]:
    """Copies of a migrated database, and of one with `people`, on a server of our own, which ends with the block."""
    with postgres.server() as address:
        admin = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        numbers = itertools.count(1)

        def copy_of(template: str, name: str) -> str:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"create database {name} template {template} strategy file_copy")
            return make_url(address).set(database=name).render_as_string(hide_password=False)

        migrate(copy_of("template0", "empty"))
        people(copy_of("empty", "with_people"))
        yield lambda template="empty": copy_of(template, f"t{next(numbers)}")


def remove(url: str) -> None:
    """Delete a copy and whatever is still connected to it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{address.database}{suffix}").unlink(missing_ok=True)
        return
    admin = sa.create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"drop database {address.database} with (force)")
