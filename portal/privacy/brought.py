"""A receipt for what had none when it was written down: brought in by a file, ended by the portal, merged, paused."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import accounts, consent
from portal.accounts import Customer
from portal.consent import ConsentEntry, LedgerAgain, Receipt
from portal.errors import NotFound
from portal.privacy.actions import receipt_line

IMPORT = "import"


def receipt_of_entry(session: Session, customer: Customer, seq: int, *, now: datetime) -> Receipt:
    """The receipt of an entry: the one that was issued with it, else one of its own; asked for again, it is the same.

    Of what came from elsewhere it says which grade the proof has, when it is claimed to have been said, and when and
    by which import it came.

    :raises NotFound: when the customer has no such entry.
    """
    accounts.lock_customer(session, customer.id)
    mine = (ConsentEntry.customer_id == customer.id, ConsentEntry.seq == seq)
    entry = session.scalars(select(ConsentEntry).where(*mine)).one_or_none()
    if entry is None:
        raise NotFound("There is no such entry.", code="no-such-entry")
    known = consent.receipt_naming(session, customer.id, entry.event_id)
    if known is not None:
        return known
    was = LedgerAgain(session, [customer.id]).cells(customer.id, seq - 1)
    line = receipt_line(session, entry, was.get((entry.purpose, entry.channel, entry.topic)))
    terms = {"method": entry.method, "undoes": None, "earlier_words": False, "signals_ended": 0, "signals_rested": 0}
    body = {"changes": [line], "ledger_seq": seq, "derived": True, **terms}
    return consent.issue_receipt(
        session, kind="consent", subject=customer.ref, body=body, customer_id=customer.id,
        submission_key=f"{customer.ref}:entry:{entry.event_id}", now=now,
    )  # fmt: skip
