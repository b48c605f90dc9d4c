"""Rows of a batch as plain values, and what became of them written back: objects would cost more than the rest."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import db
from portal.importing.models import ConsentBatchRow

ROWS: Any = ConsentBatchRow.__table__
BatchRow = sa.Row[Any]
"""One row, with the columns of `ConsentBatchRow`."""


def keep(session: Session, outcomes: Iterable[dict[str, Any]]) -> None:
    """Write what became of rows.

    :param outcomes: `row`, the id of one, with the columns that change; those that are not named stay.
    """
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for outcome in outcomes:
        alike.setdefault(tuple(outcome), []).append(outcome)
    for names, some in alike.items():
        changing: dict[str, Any] = {name: sa.bindparam(name) for name in names if name != "row"}
        db.plainly(session).execute(sa.update(ROWS).where(ROWS.c.id == sa.bindparam("row")).values(changing), some)
