"""The ledger of everybody as one ordered feed: nothing is left out, and nothing appears before what came before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import Customer
from portal.consent.models import ConsentEntry
from portal.consent.passing import FLOOR_LOCK, LAST_NUMBER
from portal.consent.rules import ANY

_FLOOR = sa.text(
    "SELECT min(CAST(objid AS bigint)) FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind AND objsubid = 2"
    " AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True)
class Changes:
    """A part of the feed.

    :param items: entries with the ref of their customer, oldest first.
    :param position: everything up to it has been given; where to go on after.
    :param head: the newest position that can be given now.
    """

    items: Sequence[tuple[ConsentEntry, str]]
    position: int
    head: int


def horizon(session: Session) -> int:
    """The position up to which the ledger is complete: no transaction that is still open will add anything below it.

    What a later statement of this session reads has every entry up to it, its own included.
    """
    if session.get_bind().dialect.name != "postgresql":
        return session.scalar(sa.select(sa.func.max(ConsentEntry.global_seq))) or 0
    # The order matters: a number given out before the first statement is, at the second, still held or committed.
    last: int = session.scalar(LAST_NUMBER) or 0
    floor: int | None = session.scalar(_FLOOR, {"kind": FLOOR_LOCK})
    return last if floor is None else min(last, floor)


def changes(session: Session, *, after: int, limit: int, purposes: Sequence[str] = ()) -> Changes:
    """What was written to the ledger after a position, oldest first.

    :param purposes: only entries of these, and those of no purpose in particular; all when empty.
    """
    head = horizon(session)
    statement = (
        sa.select(ConsentEntry, Customer.ref)
        .join(Customer, Customer.id == ConsentEntry.customer_id)
        .where(ConsentEntry.global_seq > after, ConsentEntry.global_seq <= head)
        .order_by(ConsentEntry.global_seq)
        .limit(limit)
    )
    if purposes:
        statement = statement.where(ConsentEntry.purpose.in_([*purposes, ANY]))
    rows = [(entry, ref) for entry, ref in session.execute(statement)]
    full = len(rows) == limit
    return Changes(rows, rows[-1][0].global_seq if full else max(after, head), head)
