"""A fresh, migrated database for each test: made once per database and worker, then copied."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from tests import postgres

KINDS = ("sqlite", "postgresql")
Fresh = Callable[[], str]
"""Gives the address of a new copy each time it is called."""


@contextmanager
def sqlite_copies(folder: Path, migrate: Callable[[str], object]) -> Iterator[Fresh]:
    """Copies of one migrated file in `folder`."""
    template = folder / "template.sqlite3"
    migrate(f"sqlite:///{template}")
    if Path(f"{template}-wal").exists():
        raise RuntimeError("The migrated file is still open somewhere: copies of it would lack rows.")
    numbers = itertools.count(1)

    def fresh() -> str:
        return f"sqlite:///{shutil.copyfile(template, folder / f'{next(numbers)}.sqlite3')}"

    yield fresh


@contextmanager
def postgresql_copies(migrate: Callable[[str], object]) -> Iterator[Fresh]:
    """Copies of one migrated template on a server of our own, which ends with the block."""
    with postgres.server() as address:
        admin = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        numbers = itertools.count(1)

        def create(name: str, template: str) -> str:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"create database {name} template {template} strategy file_copy")
            return make_url(address).set(database=name).render_as_string(hide_password=False)

        migrate(create("template_candour", "template0"))
        yield lambda: create(f"t{next(numbers)}", "template_candour")


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
