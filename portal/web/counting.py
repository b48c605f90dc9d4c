"""Short transactions for what may be lost in a power cut, such as counts of requests: nobody waits for the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

from portal.db import WRITING
from portal.web import database

_NEED_NOT_LAST = text("SET LOCAL synchronous_commit TO off")


@contextmanager
def counting() -> Iterator[Connection]:
    """A writing transaction of its own, committed at the end. What is written in others is as durable as ever."""
    engine = database.engine()
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        if engine.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(_NEED_NOT_LAST)
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA synchronous=NORMAL")  # between transactions, and back again before anybody else has it
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute("PRAGMA synchronous=FULL")
