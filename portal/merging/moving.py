"""Which rows follow a customer into another, and how they find back: data, so that a test can find a table left out."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import Base

MOVES: dict[str, tuple[str, ...]] = {
    "attributes": ("key",), "comments": (), "contact_events": (), "contact_points": ("kind",),
    "conversations": (), "dispatches": (), "gateway_messages": (), "grants": (),
    "holdings": ("product", "since"), "ideas": (), "intents": (), "joint_holders": ("name",), "legal_holds": (),
    "live_events": (), "marks": (),
    "notices_served": ("notice_id", "place"), "outbox_messages": (), "preferences": ("*",), "promises": (),
    "receipts": (), "rights_requests": (), "signals": (), "uses": (), "votes": ("idea_id",),
}  # fmt: skip
"""Tables whose rows move, and what may stand only once per customer; of two that are alike, the survivor's counts."""
STAY: dict[str, str] = {
    "accounts": "moves only when the survivor has none, else it is closed",
    "consent_batch_rows": "belongs to the ledger that it was written to",
    "consent_entries": "its chain names its customer",
    "consent_states": "follows from the ledger it belongs to",
    "contests": "belongs to its membership",
    "customer_merges": "is this itself",
    "decisions": "its chain names its customer; they are read and counted with the survivor's",
    "deliveries": "tells other systems of an entry of the ledger",
    "erasures": "is a certificate",
    "memberships": "ends, and the survivor is placed anew",
    "trust_indexes": "is measured anew of whom stays",
}
"""Tables whose rows stay with the tombstone, and why."""


def move(session: Session, from_id: int, to_id: int) -> dict[str, list[list[Any]]]:
    """Move rows from one customer to another; gives the keys of those that moved, by table."""
    moved = {}
    for name, once in MOVES.items():
        table = Base.metadata.tables[name]
        keys = _keys(session, table, from_id, _unlike(table, once, to_id))
        _give(session, table, keys, from_id, to_id)
        if keys:
            moved[name] = keys
    return moved


def move_back(session: Session, moves: dict[str, list[list[Any]]], from_id: int, to_id: int) -> dict[str, int]:
    """Give rows back to whom they were of, those that are still there; gives how many, by table."""
    counts = {}
    for name, keys in moves.items():
        table = Base.metadata.tables[name]
        counts[name] = _give(session, table, keys, from_id, to_id)
    return counts


def counts_of(session: Session, customer_id: int) -> dict[str, int]:
    """How many rows of each table would move, in one statement."""
    counts = []
    for name in MOVES:
        table = Base.metadata.tables[name]
        theirs = sa.select(sa.func.count()).select_from(table).where(table.c.customer_id == customer_id)
        counts.append(theirs.scalar_subquery().label(name))
    row = session.execute(sa.select(*counts)).mappings().one()
    return {name: int(row[name]) for name in MOVES if row[name]}


def _unlike(table: sa.Table, once: Sequence[str], to_id: int) -> sa.ColumnElement[bool]:
    """That the survivor has no row like it."""
    if not once:
        return sa.true()
    theirs = table.alias()
    alike = [theirs.c[column] == table.c[column] for column in once if column != "*"]
    return ~sa.exists().where(theirs.c.customer_id == to_id, *alike)


def _own(table: sa.Table) -> list[sa.Column[Any]]:
    """What tells one customer's rows apart."""
    return [column for column in table.primary_key.columns if column.name != "customer_id"]


def _keys(session: Session, table: sa.Table, owner: int, which: sa.ColumnElement[bool]) -> list[list[Any]]:
    own: list[Any] = [*_own(table)] or [sa.literal(0)]
    rows = session.execute(sa.select(*own).select_from(table).where(table.c.customer_id == owner, which))
    return [list(row) for row in rows]


def _give(session: Session, table: sa.Table, keys: list[list[Any]], from_id: int, to_id: int) -> int:
    """Give the rows with these keys to another customer; gives how many are still there. A key has one part or none."""
    own, given = _own(table), 0
    for start in range(0, len(keys), 500):
        some = [key[0] for key in keys[start : start + 500]]
        which = own[0].in_(some) if own else sa.true()
        done = session.execute(sa.update(table).where(table.c.customer_id == from_id, which).values(customer_id=to_id))
        given += int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE has a rowcount
    return given
