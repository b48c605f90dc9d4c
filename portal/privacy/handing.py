"""Hands everything over: all rows that are about one customer, given, observed and inferred, as JSON values.

Tables are found through their keys: a new table with a `customer_id` is handed over without anybody thinking of it.
"""

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts
from portal.accounts import Customer
from portal.db import Base
from portal.privacy.reach import THROUGH, theirs

SECRETS = frozenset({"password_hash", "token_hash", "evidence_salt", "submission_key", "claimed_by", "claimed_at"})
"""Columns that say nothing about the customer, or would let a reader of the file act for them."""

LEFT_OUT = (
    "Internal notes of the team and names of those who wrote them are not in this file; ask us for them.",
    "Counts made of your texts, to find texts that are alike, are not in this file: they say no more than the texts.",
)


def hand_over(session: Session, customer: Customer, *, now: datetime) -> dict[str, Any]:
    """Everything kept about a customer, and whoever was merged into them, by table, as values that JSON can hold."""
    tables = Base.metadata.tables
    person = accounts.one_person(customer.id)
    mine = sa.select(tables["customers"]).where(tables["customers"].c.id.in_(person))
    everything: dict[str, Any] = {
        "made_at": now.isoformat(),
        "left_out": list(LEFT_OUT),
        "customers": _rows(session, mine),
    }
    for name, table in sorted(tables.items()):
        if "customer_id" in table.c:
            everything[name] = _rows(session, sa.select(table).where(table.c.customer_id.in_(person)))
    for child in (child for children in THROUGH.values() for child in children):
        everything[child] = _rows(session, _children(child, customer.id))
    return everything


def _children(child: str, customer_id: int) -> sa.Select[Any]:
    table = Base.metadata.tables[child]
    statement = sa.select(table).where(theirs(child, customer_id))
    if child == "rights_steps":
        return statement.where(table.c.act != "noted")
    return statement.where(~table.c.internal) if child == "messages" else statement


def _rows(session: Session, statement: sa.Select[Any]) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row.items() if name not in SECRETS}
        for row in session.execute(statement).mappings()
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date, time)) else value
