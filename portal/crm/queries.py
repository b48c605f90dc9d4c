"""Reads what the company knows of somebody."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.crm.models import Attribute, Holding, ImportRun


def holdings_of(session: Session, customer_id: int, *, on: date | None = None) -> Sequence[Holding]:
    """Products a customer has or had, the oldest first; with `on`, only those held that day."""
    held = sa.select(Holding).where(Holding.customer_id == customer_id).order_by(Holding.since, Holding.id)
    if on is not None:
        held = held.where(Holding.since <= on, sa.or_(Holding.until.is_(None), Holding.until > on))
    return session.scalars(held).all()


def attributes_of(session: Session, customer_id: int) -> dict[str, str | int | date]:
    """The facts known about a customer, by key."""
    rows = session.scalars(sa.select(Attribute).where(Attribute.customer_id == customer_id).order_by(Attribute.key))
    values = {
        row.key: next((value for value in (row.text, row.number, row.day) if value is not None), None) for row in rows
    }
    return {key: value for key, value in values.items() if value is not None}


def imports(session: Session, *, limit: int = 50) -> Sequence[ImportRun]:
    """Files brought in, the newest first."""
    return session.scalars(sa.select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)).all()
