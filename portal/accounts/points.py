"""Where a customer is reached besides by mail: a number for calls and texts, an address for letters, a device."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.actions import lock_customer
from portal.accounts.models import ContactPoint
from portal.errors import NotFound

POINT_KINDS = ("number", "address", "device")


def set_point(
    session: Session, customer_id: int, *, kind: str, value: str, verified_at: datetime | None, source: str,
    now: datetime,
) -> ContactPoint:  # fmt: skip
    """Keep where a customer is reached; a new value takes the place of the old, and nothing confirmed goes with it.

    Said again with the same value, an earlier confirmation stays.

    :param verified_at: when somebody made sure that it is theirs; None when nobody did: then nothing is sent to it.
    :param source: who says so.
    """
    lock_customer(session, customer_id)
    found = session.get(ContactPoint, (customer_id, kind))
    if found is None:
        found = ContactPoint(customer_id=customer_id, kind=kind, value=value, recorded_at=now, source=source)
        session.add(found)
    if found.value != value:
        found.verified_at = found.proof_key = found.proof_at = None
        found.proof_tries = 0
    found.value, found.source, found.recorded_at = value, source, now
    found.verified_at = verified_at or found.verified_at
    session.flush()
    return found


def drop_point(session: Session, customer_id: int, kind: str) -> bool:
    """Forget where a customer is reached in one way; gives whether anything was there."""
    lock_customer(session, customer_id)
    found = session.get(ContactPoint, (customer_id, kind))
    if found is None:
        return False
    session.delete(found)
    session.flush()
    return True


def point_of(session: Session, customer_id: int, kind: str) -> ContactPoint:
    """Where a customer is reached in one way.

    :raises NotFound: when that is not known.
    """
    found = session.get(ContactPoint, (customer_id, kind))
    if found is None:
        raise NotFound("We have no such address of this customer.", code="no-such-point")
    return found


def points_of(session: Session, customer_id: int) -> list[ContactPoint]:
    """Everywhere a customer is reached besides by mail."""
    mine = sa.select(ContactPoint).where(ContactPoint.customer_id == customer_id)
    return sorted(session.scalars(mine), key=lambda one: POINT_KINDS.index(one.kind))
