"""Tells open pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal import writing
from portal.live.models import LiveEvent


def tell(session: Session, customer_id: int, kind: str, payload: dict[str, Any], now: datetime) -> LiveEvent:
    """Leave a note for the customer's open pages, seen by them once this transaction commits.

    :param kind: such as `entitlement-granted`, `message-read`, `reply`, `consent-changed`.
    :param payload: JSON values; refs and counts, not texts.
    """
    event = LiveEvent(customer_id=customer_id, at=now, kind=kind, payload=payload)
    session.add(event)
    session.flush()
    return event


def tell_all(session: Session, kind: str, payloads: Mapping[int, dict[str, Any]], now: datetime) -> None:
    """The same for many customers at once.

    :param payloads: by customer.
    """
    rows = [{"customer_id": one, "payload": said} for one, said in payloads.items()]
    writing.insert_many(session, LiveEvent, rows, at=now, kind=kind)


def forget(session: Session, before: datetime) -> None:
    """Drop notes older than `before`; a page that was open so long loads anew."""
    session.execute(delete(LiveEvent).where(LiveEvent.at < before))
