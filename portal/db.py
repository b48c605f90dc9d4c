"""The database: one declarative base, column types that behave alike everywhere, and engines set up for safety.

SQLite runs in WAL mode with synchronous=FULL (NORMAL lost acknowledged rows in power-cut tests), and every transaction
that may write begins with BEGIN IMMEDIATE, since upgrading a read lock fails under load. Ask for that with
`begin_writing(session)`.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
WRITING = "candour_writing"
BUSY_TIMEOUT_MS = 10_000


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, aware and in UTC on both databases (SQLite would hand naive values back)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To the database: refused when naive."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime was given; instants must carry their zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """From the database: always aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of every table. `Mapped[datetime]` is an instant in UTC, `Mapped[dict]` and `Mapped[list]` are JSON."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
        str: sa.Text(),
    }


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index of the rows for which `where`, in SQL, holds; `unique` among those. Alike on both databases."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def random_ref(prefix: str) -> str:
    """A short public name such as `M-7Q2MX4KD91`, without letters that are easily confused (about 50 bits)."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return f"{prefix}-" + "".join(secrets.choice(alphabet) for _ in range(10))


def engine_options(url: str) -> dict[str, Any]:
    """Options of `create_engine` that suit the kind of database behind `url`."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}}
    return {
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 20,
        "connect_args": {"connect_timeout": 5, "options": "-c statement_timeout=60000 -c timezone=UTC"},
    }


def make_engine(url: str) -> Engine:
    """An engine for `url`, listened to as described above."""
    engine = sa.create_engine(url, **engine_options(url))
    listen(engine)
    return engine


def listen(engine: Engine) -> None:
    """Attach the SQLite pragmas and the explicit BEGIN to an engine; nothing to do for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we emit BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def begin_writing(session: Session) -> None:
    """Make the session's transaction a writing one; must come before its first statement."""
    session.connection(execution_options={WRITING: True})


def plainly(session: Session) -> Connection:
    """The connection of a session, after writing down what waits in it: for plain columns, without objects.

    A small question is answered in half the time, always as the database has it.
    """
    session.flush()
    return session.connection()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session in one writing transaction, committed at the end, rolled back on error. For jobs and commands."""
    with Session(engine, expire_on_commit=False) as session:
        begin_writing(session)
        yield session
        session.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


def insert_new(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert `rows` unless a unique key says that they are there already: insert first, never check and then insert.

    :returns: the ids of the rows that are new; the table's key must be `id`.
    """
    if not rows:
        return []
    table: Any = model.__table__
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return list(session.scalars(insert(table).on_conflict_do_nothing().returning(table.c.id), list(rows)))
