"""Writes what the company knows of somebody."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.crm.models import Attribute, Holding
from portal.errors import Invalid

Value = str | int | date
"""A fact: a text, a whole number or a day."""


def columns_of(value: Value) -> dict[str, Any]:
    """The value in the column of its type, the others empty."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return {
        "text": value if isinstance(value, str) else None,
        "number": value if isinstance(value, int) else None,
        "day": value if isinstance(value, date) else None,
    }


def set_attribute(session: Session, customer_id: int, key: str, value: Value | None, now: datetime) -> None:
    """Put down one fact about a customer, in place of what was known; None forgets it."""
    if value is None:
        session.execute(sa.delete(Attribute).where(Attribute.customer_id == customer_id, Attribute.key == key))
        return
    columns = {**columns_of(value), "updated_at": now}
    try:
        with session.begin_nested():
            session.execute(sa.insert(Attribute).values(customer_id=customer_id, key=key, **columns))
    except IntegrityError:
        session.execute(
            sa.update(Attribute).where(Attribute.customer_id == customer_id, Attribute.key == key).values(**columns)
        )


def add_holding(
    session: Session, customer_id: int, product: str, *, since: date, now: datetime, until: date | None = None
) -> Holding:
    """Note that a customer has a product since a day; the same product from the same day is one holding.

    :param now: as every action is told; the holding keeps the days it is given.
    :raises Invalid: when it would end before it began.
    """
    if until is not None and until < since:
        raise Invalid("A product cannot end before it began.", field="until")
    held = Holding(customer_id=customer_id, product=product, since=since, until=until)
    try:
        with session.begin_nested():
            session.add(held)
            session.flush()
    except IntegrityError:
        held = session.scalars(
            sa.select(Holding).where(
                Holding.customer_id == customer_id, Holding.product == product, Holding.since == since
            )
        ).one()
        held.until = until
    return held
