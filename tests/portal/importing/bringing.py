"""A file of consents, brought in as an admin would."""

import csv
import io
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Engine

from portal import db, importing
from portal.importing import ConsentBatch, ConsentBatchRow
from portal.settings import Settings

Rows = list[dict[str, Any]]


def csv_of(rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, sorted({name for row in rows for name in row}))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def staged(
    engine: Engine, settings: Settings, rows: Rows | bytes, now: datetime, *, name: str = "consents.csv", **columns: str
) -> ConsentBatch:
    """A batch with its difference worked out, nothing applied."""
    content = rows if isinstance(rows, bytes) else csv_of(rows)
    with db.writing(engine) as session:
        batch = importing.take_in(session, name=name, content=content, columns=columns, by="Ines", now=now)
    return brought_on(engine, settings, batch, now)


def brought_on(engine: Engine, settings: Settings, batch: ConsentBatch, now: datetime) -> ConsentBatch:
    importing.bring_on(engine, batch.id, settings=settings, clock=lambda: now)
    with db.reading(engine) as session:
        return importing.batch_by_ref(session, batch.ref)


def applied(engine: Engine, settings: Settings, batch: ConsentBatch, now: datetime) -> ConsentBatch:
    with db.writing(engine) as session:
        importing.ask_apply(session, importing.batch_by_ref(session, batch.ref), by="Ines", now=now)
    return brought_on(engine, settings, batch, now)


def undone(engine: Engine, settings: Settings, batch: ConsentBatch, now: datetime) -> ConsentBatch:
    with db.writing(engine) as session:
        importing.ask_undo(session, importing.batch_by_ref(session, batch.ref), by="Ines", now=now)
    return brought_on(engine, settings, batch, now)


def rows_in(engine: Engine, batch: ConsentBatch) -> list[ConsentBatchRow]:
    with db.reading(engine) as session:
        return [row for row, _customer in importing.rows_of(session, batch.id)]
