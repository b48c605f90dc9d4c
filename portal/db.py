"""The database: one declarative base, column types that behave alike everywhere, and engines set up for safety.

SQLite runs in WAL mode with synchronous=FULL (NORMAL lost acknowledged rows in power-cut tests), and every transaction
that may write begins with BEGIN IMMEDIATE, since upgrading a read lock fails under load. Ask for that with
`begin_writing(session)`.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.visitors import InternalTraversal
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
ROOM = -65_536
"""Memory of SQLite for a transaction that writes much, in KiB, as SQLite wants it said."""
RENEWED_AFTER = 1_800
"""Seconds after which a connection to SQLite is opened anew: it reads how large the tables are when it is opened."""
_LETTERS = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ" * 8
"""By byte, so that each of the 32 comes as often as any other."""


def _written(value: datetime | None) -> str | None:
    """An instant as SQLAlchemy writes it for SQLite, in a tenth of the time: files bring hundreds of thousands."""
    if value is None:
        return None
    return _in_utc(value).isoformat(" ", "microseconds")[:26]


def _in_utc(value: datetime) -> datetime:
    """:raises ValueError: when it is naive."""
    if value.tzinfo is None:
        raise ValueError("A naive datetime was given; instants must carry their zone.")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, aware and in UTC on both databases (SQLite would hand naive values back)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To the database: refused when naive."""
        if value is None:
            return None
        return _in_utc(value).replace(tzinfo=None) if dialect.name == "sqlite" else _in_utc(value)

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        """The same for SQLite, which keeps text, in one step instead of three."""
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """From the database: always aware."""
        return None if value is None else value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        """And back."""
        if dialect.name == "sqlite":
            return lambda text: None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
        return super().result_processor(dialect, coltype)


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


class _List(TypeDecorator[list[Any]]):
    """A list as one parameter: JSON for SQLite, an array for PostgreSQL."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        """How the database at hand takes a list."""
        return dialect.type_descriptor(sa.ARRAY(self.of) if dialect.name == "postgresql" else sa.JSON())


class _Among(sa.ColumnElement[bool]):
    """Whether a column's value is one of a list; see `among`."""

    type = sa.Boolean()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012
        ("column", InternalTraversal.dp_clauseelement), ("values", InternalTraversal.dp_clauseelement)
    ]  # fmt: skip

    def __init__(self, column: Any, values: Any) -> None:
        self.column, self.values = column, values

    def self_group(self, against: Any = None) -> "_Among":
        """As it stands: `… = 1`, as SQLAlchemy would write after it, keeps SQLite from using an index."""
        return self


@compiles(_Among)
def _among_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in (element.column, element.values))
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  compiled, without any value


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in (element.column, element.values))
    return f"{column} = ANY ({values})"


def among(column: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """The same as `column.in_(values)` with one parameter, for long lists: a thousand cost SQLAlchemy milliseconds.

    :param values: whole numbers or texts.
    """
    listed = sa.bindparam(None, list(values), type_=_List(sa.inspect(column).type), unique=True)
    return _Among(sa.inspect(column).expression, listed)


def random_ref(prefix: str) -> str:
    """A short public name such as `M-7Q2MX4KD91`, without letters that are easily confused (50 bits)."""
    return f"{prefix}-" + secrets.token_bytes(10).translate(_LETTERS).decode()


def engine_options(url: str) -> dict[str, Any]:
    """Options of `create_engine` that suit the kind of database behind `url`."""
    if make_url(url).get_backend_name() == "sqlite":
        return {
            "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
            "pool_recycle": RENEWED_AFTER,
        }
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
    """Reading begins past the machinery of a statement, which costs ten times as much; it takes no lock yet."""
    if connection.get_execution_options().get(WRITING, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("BEGIN")


def begin_writing(session: Session) -> None:
    """Make the session's transaction a writing one; must come before its first statement."""
    session.connection(execution_options={WRITING: True})


def plainly(session: Session) -> Connection:
    """The connection of a session, after writing down what waits in it: for plain columns, without objects.

    A small question is answered in half the time, always as the database has it.
    """
    session.flush()
    return session.connection()


def random_refs(prefix: str, count: int) -> list[str]:
    """So many of them, each as `random_ref` makes one, in a third of the time."""
    text = secrets.token_bytes(10 * count).translate(_LETTERS).decode()
    return [f"{prefix}-{text[at : at + 10]}" for at in range(0, 10 * count, 10)]


@contextmanager
def writing(engine: Engine, *, much: bool = False) -> Iterator[Session]:
    """A session in one writing transaction, committed at the end, rolled back on error. For jobs and commands.

    :param much: it writes thousands of rows with names by chance.
    """
    with Session(engine, expire_on_commit=False) as session:
        begin_writing(session)
        with _room(session.connection()) if much and engine.dialect.name == "sqlite" else nullcontext():
            yield session
            session.flush()
        session.commit()


@contextmanager
def _room(connection: Connection) -> Iterator[None]:
    """Room for all pages that such rows touch; SQLite would have to write and read most of them several times."""
    raw: Any = connection.connection.dbapi_connection
    usual = raw.execute("PRAGMA cache_size").fetchone()[0]
    raw.execute(f"PRAGMA cache_size={ROOM}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA cache_size={usual}")


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
