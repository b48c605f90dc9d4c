"""A receipt for what was not said here: an entry that a file brought in, and what we know of where it comes from."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import accounts, consent
from portal.accounts import Customer
from portal.consent import ConsentEntry, LedgerAgain, Receipt
from portal.errors import NotFound
from portal.privacy.actions import receipt_line

IMPORT = "import"


def receipt_of_brought(session: Session, customer: Customer, seq: int, *, now: datetime) -> Receipt:
    """The receipt of an entry that was brought in from elsewhere; asked for again, it is the same one.

    It says which grade the proof has, when it is claimed to have been said, and when and by which import it came.

    :raises NotFound: when the customer has no such entry, or said it here and has its receipt.
    """
    accounts.lock_customer(session, customer.id)
    mine = (ConsentEntry.customer_id == customer.id, ConsentEntry.seq == seq, ConsentEntry.method == IMPORT)
    entry = session.scalars(select(ConsentEntry).where(*mine)).one_or_none()
    if entry is None:
        raise NotFound("There is no such entry that came from elsewhere.", code="no-such-entry")
    key = f"{customer.ref}:brought:{entry.event_id}"
    known = consent.receipt_by_key(session, key)
    if known is not None:
        return known
    was = LedgerAgain(session, [customer.id]).cells(customer.id, seq - 1)
    line = receipt_line(session, entry, was.get((entry.purpose, entry.channel, entry.topic)))
    terms = {"method": IMPORT, "undoes": None, "earlier_words": False, "signals_ended": 0, "signals_rested": 0}
    body = {"changes": [line], "ledger_seq": seq, **terms}
    return consent.issue_receipt(
        session, kind="consent", subject=customer.ref, body=body, customer_id=customer.id, submission_key=key, now=now
    )
