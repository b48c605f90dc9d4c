"""Hands everything over: all rows that are about one customer, given, observed and inferred, as JSON values.

Tables are found through their keys: a new table with a `customer_id` is handed over without anybody thinking of it.
"""

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts, conversations, crm, entitlements, ideas, live, mail, needs, outreach, segments, treatment
from portal.accounts import Customer
from portal.accounts.models import Account
from portal.conversations.models import Conversation, Message
from portal.db import Base
from portal.ideas.models import Idea

CAPABILITIES = (accounts, conversations, crm, entitlements, ideas, live, mail, needs, outreach, segments, treatment)
"""Whose tables are looked through; naming them here makes sure that they are known."""

SECRETS = frozenset({"password_hash", "token_hash", "evidence_salt", "submission_key", "claimed_by", "claimed_at"})
"""Columns that say nothing about the customer, or would let a reader of the file act for them."""

LEFT_OUT = (
    "Internal notes of the team and names of those who wrote them are not in this file; ask us for them.",
    "Counts made of your texts, to find texts that are alike, are not in this file: they say no more than the texts.",
)
THROUGH = {
    "accounts": ("sign_ins", "account_links"),
    "conversations": ("messages",),
    "messages": ("message_readings", "tags", "reviews", "queue_items", "learnt_items"),
    "ideas": ("idea_versions", "idea_answers"),
    "uses": ("use_parts",),
}
"""Tables that are about a customer through another table: parent and children."""


def hand_over(session: Session, customer: Customer, *, now: datetime) -> dict[str, Any]:
    """Everything kept about a customer, by table, as values that JSON can hold."""
    tables = Base.metadata.tables
    mine = sa.select(tables["customers"]).where(tables["customers"].c.id == customer.id)
    everything: dict[str, Any] = {
        "made_at": now.isoformat(),
        "left_out": list(LEFT_OUT),
        "customers": _rows(session, mine),
    }
    for name, table in sorted(tables.items()):
        if "customer_id" in table.c:
            everything[name] = _rows(session, sa.select(table).where(table.c.customer_id == customer.id))
    for parent, child in ((parent, child) for parent, children in THROUGH.items() for child in children):
        everything[child] = _rows(session, _children(parent, child, customer.id))
    return everything


def _children(parent: str, child: str, customer_id: int) -> sa.Select[Any]:
    table = Base.metadata.tables[child]
    if parent == "messages":
        theirs = sa.select(Message.id).join(Conversation).where(Conversation.customer_id == customer_id)
        return sa.select(table).where(table.c.message_id.in_(theirs))
    key = {"accounts": Account.id, "conversations": Conversation.id, "ideas": Idea.id}
    above = Base.metadata.tables[parent]
    column = {"accounts": "account_id", "conversations": "conversation_id", "ideas": "idea_id", "uses": "use_id"}[
        parent
    ]
    ids = sa.select(key.get(parent, above.c.id)).where(above.c.customer_id == customer_id)
    statement = sa.select(table).where(table.c[column].in_(ids))
    return statement.where(~table.c.internal) if child == "messages" else statement


def _rows(session: Session, statement: sa.Select[Any]) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row.items() if name not in SECRETS}
        for row in session.execute(statement).mappings()
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date, time)) else value
