"""What stopping without a sign-in asks: what we send on our own account, what a browser said, when a pause ends."""

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.accounts import Customer
from portal.consent.models import ConsentEntry, Purpose
from portal.consent.queries import preference_of, purposes
from portal.consent.rules import NOT_PAUSED, start_of_day


def end_of_pause(session: Session, customer: Customer, until: date, zone: str | None) -> datetime:
    """When a pause until a day ends: where the customer is, or in `zone` when they named none."""
    preference = preference_of(session, customer.id)
    return start_of_day(until, preference.time_zone or customer.time_zone or zone or "UTC")


def own_account(session: Session) -> list[Purpose]:
    """The purposes we ask for under which we write on our own account: offers and questions, not answers."""
    return [one for one in purposes(session) if one.asks and one.key not in NOT_PAUSED and one.channels]


def unheard_by_gpc(session: Session, customer_id: int) -> list[str]:
    """Keys of purposes that heed the browser's signal, for which this customer's ledger does not have it yet."""
    heard = exists().where(
        ConsentEntry.customer_id == customer_id, ConsentEntry.purpose == Purpose.key, ConsentEntry.method == "gpc"
    )
    heed = select(Purpose.key).where(Purpose.honours_gpc, Purpose.retired_at.is_(None), ~heard)
    return list(session.scalars(heed.order_by(Purpose.position, Purpose.key)))
