"""Which rows of a table are about one customer: by their id, or through the row they hang on."""

from typing import Any

import sqlalchemy as sa

from portal import (
    accounts,
    consent,
    conversations,
    crm,
    downstream,
    entitlements,
    gateways,
    ideas,
    importing,
    live,
    mail,
    merging,
    needs,
    outreach,
    rights,
    segments,
    treatment,
)
from portal.db import Base

CAPABILITIES = (
    accounts, consent, conversations, crm, downstream, entitlements, gateways, ideas, importing, live, mail, merging,
    needs, outreach, rights, segments, treatment,
)  # fmt: skip
"""Whose tables are looked through; naming them here makes sure that they are known."""

THROUGH = {
    "accounts": ("sign_ins", "account_links"),
    "conversations": ("messages",),
    "messages": ("message_readings", "tags", "reviews", "queue_items", "learnt_items", "ratings"),
    "ideas": ("idea_versions", "idea_answers"),
    "uses": ("use_parts",),
    "rights_requests": ("rights_steps",),
}
"""Tables that are about a customer through another table: parent and children."""

MADE_OF_THEIR_TEXTS = {"messages": ("message_fingerprints", "not_alike"), "ideas": ("idea_fingerprints",)}
"""What is derived from a customer's texts and says no more than they do: parent and children."""

ALSO = {"promises": "conversations"}
"""Tables with a customer of their own whose rows also go with the row they hang on."""

PARENT = {child: parent for tree in (THROUGH, MADE_OF_THEIR_TEXTS) for parent, names in tree.items() for child in names}
LAST_MAIL = "erased"
"""Kind of the mail that tells somebody that they were erased; it goes by itself when it was sent."""


def reached() -> dict[str, sa.Table]:
    """Every table with rows about customers, by name."""
    tables = Base.metadata.tables
    names = {name for name, table in tables.items() if "customer_id" in table.c}
    return {name: tables[name] for name in sorted(names | PARENT.keys() | {"customers"})}


def theirs(name: str, customer_id: int) -> sa.ColumnElement[bool]:
    """The condition that a row of this table is about a customer."""
    table = Base.metadata.tables[name]
    if name == "customers":
        return sa.or_(table.c.id == customer_id, table.c.merged_into_id == customer_id)
    if name == "outbox_messages":
        customers = Base.metadata.tables["customers"]
        address = sa.select(customers.c.email).where(customers.c.id == customer_id).scalar_subquery()
        mine = sa.or_(table.c.customer_id == customer_id, sa.func.lower(table.c.to_address) == address)
        return sa.and_(mine, table.c.kind != LAST_MAIL)
    if name in PARENT:
        return _below(table, PARENT[name], customer_id)
    if name in ALSO:
        return sa.or_(table.c.customer_id == customer_id, _below(table, ALSO[name], customer_id))
    return table.c.customer_id.in_(accounts.one_person(customer_id))


def _below(table: sa.Table, parent: str, customer_id: int) -> sa.ColumnElement[bool]:
    """The condition that a row hangs on a row of the parent that is about the customer."""
    above = Base.metadata.tables[parent]
    ids: Any = sa.select(above.c.id).where(theirs(parent, customer_id))
    own = table.c[f"{parent.removesuffix('s')}_id" if parent != "rights_requests" else "request_id"]
    return sa.or_(own.in_(ids), table.c.other_id.in_(ids)) if "other_id" in table.c else own.in_(ids)
