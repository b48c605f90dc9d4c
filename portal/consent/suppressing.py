"""Remembers that somebody was erased without remembering who: what comes back under the same address stays denied."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import db
from portal.accounts import Customer
from portal.audit import PORTAL
from portal.consent.actions import record
from portal.consent.models import Suppression
from portal.consent.queries import head, purposes
from portal.consent.rules import NewEntry


def suppress(session: Session, customer: Customer, *, key: str, now: datetime) -> int:
    """Remember the customer's address and number by keyed fingerprints; gives how many are new.

    :param key: the portal's secret key. Another key later does not recognise them any more.
    """
    rows = [{"fingerprint": one, "at": now} for one in fingerprints(customer, key=key)]
    return len(db.insert_new(session, Suppression, rows))


def keep_denied(session: Session, newcomers: Iterable[Customer], *, key: str, now: datetime) -> int:
    """Write a no to everything we ask for into the ledger of each newcomer who was erased before under this address.

    Only customers about whom the ledger says nothing yet are looked at. A yes they give themselves later counts.

    :return: how many of them were recognised.
    """
    known: dict[str, Customer] = {}
    for customer in newcomers:
        known |= dict.fromkeys(fingerprints(customer, key=key), customer)
    if not known:
        return 0
    found = session.scalars(select(Suppression.fingerprint).where(Suppression.fingerprint.in_(known)))
    recognised = {known[fingerprint].id: known[fingerprint] for fingerprint in found}
    asked_for = [purpose.key for purpose in purposes(session) if purpose.asks] if recognised else []
    for customer in recognised.values():
        if head(session, customer.id):
            continue
        for purpose in asked_for:
            no = NewEntry(
                purpose=purpose, action="suppressed", actor_type=PORTAL.type, actor=PORTAL.name, method="rule"
            )
            record(session, customer, no, now=now)
    return len(recognised)


def fingerprints(customer: Customer, *, key: str) -> list[str]:
    """What an address and a number of a customer are recognised by."""
    given = {"email": customer.email, "external_ref": customer.external_ref}
    return [fingerprint(kind, value, key=key) for kind, value in given.items() if value]


def fingerprint(kind: str, value: str, *, key: str) -> str:
    """HMAC-SHA256 of one address; upper and lower case and blanks around it make no difference."""
    text = f"candour suppression\n{kind}\n{value.strip().casefold()}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
