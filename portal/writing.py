"""Writes many rows of plain columns at once: getting each ready one by one, SQLAlchemy takes as long as the database.

Keys and checks hold as ever; no column that is not named gets a default of Python's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from portal import db
from portal.db import Base


def insert_many(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], **alike: Any) -> None:
    """Insert many rows, all of which name the same columns. PostgreSQL is handed them as one stream (COPY).

    :param alike: columns that are the same in all of them.
    """
    if not rows:
        return
    connection, table = db.plainly(session), _table(model)
    columns, values = _ready(connection, table, rows, alike)
    if connection.dialect.driver == "psycopg":
        _copy(connection, f"COPY {_quoted(table.name)} ({columns}) FROM STDIN", values)
    else:
        _insert(connection, table, columns, values)


def insert_many_new(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], **alike: Any) -> list[int]:
    """The same of rows that may be there already, as a unique key says; gives the ids of those that are new.

    In a transaction that writes SQLite numbers what is new from the highest number on; to have it give back each number
    takes twice as long.
    """
    connection, table = db.plainly(session), _table(model)
    if not rows or connection.dialect.name != "sqlite":
        return db.insert_new(session, model, [{**row, **alike} for row in rows])
    last = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)))
    columns, values = _ready(connection, table, rows, alike)
    _insert(connection, table, columns, values, " ON CONFLICT DO NOTHING")
    return list(connection.scalars(sa.select(table.c.id).where(table.c.id > last)))


def _table(model: type[Base]) -> Any:
    return model.__table__


def _ready(
    connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]], alike: Mapping[str, Any]
) -> tuple[str, list[tuple[Any, ...]]]:
    """The names of the columns, and the rows as the driver takes them; made column by column."""
    columns = [table.c[name] for name in (*rows[0], *alike)]
    told = [column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in columns]
    own = [[row[name] for row in rows] for name in rows[0]]
    made: list[Iterable[Any]] = [
        values if process is None else map(process, values) for process, values in zip(told, own, strict=False)
    ]
    for process, value in zip(told[len(own) :], alike.values(), strict=True):
        made.append(repeat(value if process is None else process(value), len(rows)))
    return ", ".join(_quoted(column.name) for column in columns), list(zip(*made, strict=True))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _insert(connection: Connection, table: Any, columns: str, rows: list[tuple[Any, ...]], otherwise: str = "") -> None:
    places = ", ".join("?" * len(rows[0]))
    statement = f"INSERT INTO {_quoted(table.name)} ({columns}) VALUES ({places}){otherwise}"  # noqa: S608  our names
    connection.exec_driver_sql(statement, rows)


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Stream rows to PostgreSQL; its errors are raised as SQLAlchemy raises those of any statement."""
    errors: Any = connection.dialect.loaded_dbapi.Error
    driver: Any = connection.connection.cursor()
    try:
        with driver as cursor, cursor.copy(statement) as stream:
            for row in rows:
                stream.write_row(row)
    except errors as fault:
        raise sa.exc.DBAPIError.instance(statement, None, fault, errors, dialect=connection.dialect) from fault


def update_many(
    session: Session,
    update: Callable[[Mapping[str, sa.ColumnElement[Any]]], sa.Update],
    columns: Mapping[str, sa.types.TypeEngine[Any]],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Run an update once for each of some rows, no two of which may touch the same; in one statement on PostgreSQL.

    :param update: makes the statement of what stands for the columns of a row, by name.
    :param columns: their names and types, which must be such that JSON knows them.
    """
    if not rows:
        return
    connection = db.plainly(session)
    if connection.dialect.name != "postgresql":
        told = {name: sa.bindparam(name, type_=kind) for name, kind in columns.items()}
        connection.execute(update(told), list(rows))
        return
    asked = sa.func.json_to_recordset(sa.bindparam("rows", type_=sa.JSON))
    each = asked.table_valued(*(sa.column(name, kind) for name, kind in columns.items()), name="told")
    connection.execute(update(dict(each.render_derived(with_types=True).c)), {"rows": list(rows)})
