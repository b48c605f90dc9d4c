"""Who is meant by a name in a file: a ref, the company's number, or an address."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import db
from portal.accounts import Customer, Held


class Who(NamedTuple):
    """What matters of a customer while many rows are gone through."""

    id: int
    language: str
    email: str | None
    external_ref: str | None


def customers_named(session: Session, names: set[str]) -> dict[str, Who]:
    """Who is known by these refs, numbers or addresses, also of whom was merged into them; nobody who was erased."""
    low = {name.lower() for name in names}
    known = sa.or_(db.among(Customer.ref, names), db.among(Customer.external_ref, names), db.among(Customer.email, low))
    columns = (Customer.ref, Customer.id, Customer.language, Customer.email, Customer.external_ref)
    found: dict[str, Who] = {}
    chosen = sa.select(*columns, Customer.merged_into_id).where(known, Customer.erased_at.is_(None))
    merged: dict[int, list[str]] = {}
    for ref, number, language, email, external_ref, into in session.execute(chosen):
        called = [name for name in (email, external_ref, ref) if name is not None]
        if into is not None:
            merged.setdefault(into, []).extend(called)
        else:
            found |= dict.fromkeys(called, Who(number, language, email, external_ref))
    for customer in session.scalars(sa.select(Customer).where(db.among(Customer.id, merged))) if merged else ():
        found |= dict.fromkeys(merged[customer.id], who_is(customer))
    return found


def who_is(customer: Customer | Held) -> Who:
    """What matters of this customer."""
    return Who(customer.id, customer.language, customer.email, customer.external_ref)
