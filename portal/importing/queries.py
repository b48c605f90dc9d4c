"""Reads batches of consents: the history, one batch, what it would change. Nothing here writes."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from portal.accounts import Customer
from portal.errors import NotFound
from portal.importing.models import ConsentBatch, ConsentBatchRow
from portal.importing.rules import AT_WORK, OUTCOMES


def batch_by_ref(session: Session, ref: str) -> ConsentBatch:
    """The batch with this public ref.

    :raises NotFound: when there is none.
    """
    chosen = sa.select(ConsentBatch).where(ConsentBatch.ref == ref)
    found = session.scalars(chosen.options(defer(ConsentBatch.content))).one_or_none()
    if found is None:
        raise NotFound("There is no such import.", code="no-such-import")
    return found


def batches(session: Session, *, before: int | None = None, limit: int = 50) -> Sequence[ConsentBatch]:
    """The batches, newest first.

    :param before: id of the last one of the page before.
    """
    chosen = sa.select(ConsentBatch).options(defer(ConsentBatch.content)).order_by(ConsentBatch.id.desc())
    return session.scalars((chosen.where(ConsentBatch.id < before) if before else chosen).limit(limit)).all()


def at_work(session: Session) -> Sequence[int]:
    """Ids of batches that wait to be read, applied or undone, the oldest first."""
    chosen = sa.select(ConsentBatch.id).where(ConsentBatch.state.in_(AT_WORK))
    return session.scalars(chosen.order_by(ConsentBatch.id)).all()


def outcomes(session: Session, batch_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many rows of each batch came to which outcome; those that none came to are 0."""
    found = {batch_id: dict.fromkeys(OUTCOMES, 0) for batch_id in batch_ids}
    rows = session.execute(
        sa.select(ConsentBatchRow.batch_id, ConsentBatchRow.outcome, sa.func.count())
        .where(ConsentBatchRow.batch_id.in_(batch_ids))
        .group_by(ConsentBatchRow.batch_id, ConsentBatchRow.outcome)
    )
    for batch_id, outcome, count in rows:
        found[batch_id][outcome] = count
    return found


def results(session: Session, batch_id: int) -> dict[str, int]:
    """What was done with the rows of a batch: `written`, `nothing`, and of the written `undone` and `changed`."""
    row, found = ConsentBatchRow, dict.fromkeys(("written", "nothing", "undone", "changed"), 0)
    grouped = sa.select(row.result, row.undone, sa.func.count()).where(row.batch_id == batch_id)
    for result, undone, count in session.execute(grouped.group_by(row.result, row.undone)):
        for name in filter(None, (result, undone)):
            found[name] += count
    return found


def rows_of(
    session: Session, batch_id: int, *, outcome: str | None = None, after: int = 0, limit: int | None = 100
) -> Sequence[tuple[ConsentBatchRow, Customer | None]]:
    """Rows of a batch with their customers, in the order of the file.

    :param after: line of the last row of the page before.
    :param limit: how many; None for all.
    """
    chosen = (
        sa.select(ConsentBatchRow, Customer)
        .outerjoin(Customer, Customer.id == ConsentBatchRow.customer_id)
        .where(ConsentBatchRow.batch_id == batch_id, ConsentBatchRow.line > after)
        .order_by(ConsentBatchRow.line)
    )
    if outcome is not None:
        chosen = chosen.where(ConsentBatchRow.outcome == outcome)
    return [(row, customer) for row, customer in session.execute(chosen.limit(limit))]
