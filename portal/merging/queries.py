"""Who may be one person, what a merge would do, and the merges there were. Nothing here writes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal import consent
from portal.accounts import Account, Customer
from portal.consent import ANY, Key
from portal.crm import Attribute
from portal.errors import NotFound
from portal.merging.ledgers import together
from portal.merging.likeness import Facts, alike
from portal.merging.models import CustomerMerge
from portal.merging.rules import KINDS, decisive

LOOKED_AT = 50_000
"""How many customers are compared with each other, the newest of them."""
TELLING = ("phone", "mobile", "date_of_birth", "iban", "tax_number")
"""Facts by which two customers may be recognised as one."""


@dataclass(frozen=True)
class Pair:
    """Two customers who may be one person, and by what."""

    one: Customer
    other: Customer
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class CellAfter:
    """How a cell stands on both sides, and how it would stand after the merge: one of `KINDS`, or None for never."""

    key: Key
    one: str | None
    other: str | None
    after: str | None


def suggestions(session: Session, *, limit: int = 50) -> list[Pair]:
    """Customers who may be one person, those with the most signs first."""
    free = (Customer.erased_at.is_(None), Customer.merged_into_id.is_(None))
    newest = sa.select(Customer.id, Customer.name, Customer.email, Customer.external_ref).where(*free)
    rows = session.execute(newest.order_by(Customer.id.desc()).limit(LOOKED_AT)).all()
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    facts = sa.select(Attribute.customer_id, Attribute.key, Attribute.text).where(Attribute.key.in_(TELLING))
    for customer_id, key, text in session.execute(facts):
        told[customer_id].append((key, text or ""))
    for owner, email in session.execute(sa.select(Account.customer_id, Account.email)):
        if owner is not None:
            told[owner].append(("sign_in", email))
    found = alike(Facts(row.id, row.name, row.email, row.external_ref, tuple(told[row.id])) for row in rows)[:limit]
    wanted = {number for pair, _reasons in found for number in pair}
    people = {one.id: one for one in session.scalars(sa.select(Customer).where(Customer.id.in_(wanted)))}
    return [Pair(people[one], people[other], reasons) for (one, other), reasons in found]


def cells_after(session: Session, one: Customer, other: Customer, *, verified: bool) -> list[CellAfter]:
    """What a merge would do to each cell about which either said anything."""
    both, _person = together(session, one, other, verified=verified)
    ours, theirs = consent.cells_of(session, one.id), consent.cells_of(session, other.id)
    kinds = dict(zip(("granted", "denied", "objected", "paused"), KINDS, strict=True))
    found = []
    for key, acts in sorted(both.items()):
        act, mine, yours = decisive(key, acts), ours.get(key), theirs.get(key)
        found.append(
            CellAfter(
                key,
                kinds.get(mine.state) if mine else None,
                kinds.get(yours.state) if yours else None,
                act.kind if act else None,
            )
        )
    return sorted(found, key=lambda cell: (cell.key[0] != ANY, cell.key))


def merge_by_ref(session: Session, ref: str) -> tuple[CustomerMerge, Customer, Customer]:
    """A merge with the one who stayed and the one who was merged.

    :raises NotFound: when there is none.
    """
    found = _merges(session, CustomerMerge.ref == ref, limit=1)
    if not found:
        raise NotFound("There is no such merge.", code="no-such-merge")
    return found[0]


def merges(
    session: Session, *, before: int | None = None, limit: int = 50
) -> list[tuple[CustomerMerge, Customer, Customer]]:
    """The merges, newest first, each with the one who stayed and the one who was merged.

    :param before: id of the last one of the page before.
    """
    return _merges(session, CustomerMerge.id < before if before else sa.true(), limit=limit)


def _merges(
    session: Session, which: sa.ColumnElement[bool], *, limit: int
) -> list[tuple[CustomerMerge, Customer, Customer]]:
    stayed, gone = aliased(Customer), aliased(Customer)
    chosen = (
        sa.select(CustomerMerge, stayed, gone)
        .join(stayed, stayed.id == CustomerMerge.customer_id)
        .join(gone, gone.id == CustomerMerge.merged_id)
        .where(which)
        .order_by(CustomerMerge.id.desc())
        .limit(limit)
    )
    return [(found, one, other) for found, one, other in session.execute(chosen)]


def attributes_side_by_side(session: Session, ids: Sequence[int]) -> dict[str, dict[int, Any]]:
    """The facts the company's systems say about each, by fact and customer."""
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for row in session.scalars(sa.select(Attribute).where(Attribute.customer_id.in_(ids)).order_by(Attribute.key)):
        found[row.key][row.customer_id] = next(_set(row.text, row.number, row.day), None)
    return dict(found)


def _set(*values: Any) -> Iterator[Any]:
    yield from (value for value in values if value is not None)
