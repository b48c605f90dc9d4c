"""Passes each entry of the ledger on to the systems downstream, in the entry's own transaction and in one order.

On PostgreSQL transactions end in another order than they took their numbers: 6 can be seen while 5 is not yet. So each
writer holds, until its transaction ends, a shared lock whose name says which number was the last before its own; the
feed gives nothing beyond the lowest of these. Nobody waits for anybody. On SQLite there is one writer at a time.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import downstream
from portal.accounts import Customer
from portal.consent.models import ConsentEntry

FLOOR_LOCK = 2_026_112
"""Class of the advisory locks of writers of the ledger."""
KEPT = "ledger_floor"
PASSED = ("event_id", "seq", "purpose", "channel", "topic", "action")
LAST_NUMBER = sa.text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM consent_entries_global_seq_seq")
_HOLD = sa.text("SELECT pg_advisory_xact_lock_shared(CAST(:kind AS integer), CAST(:floor AS integer))")


def begin_entry(session: Session) -> None:
    """To be called before entries get their numbers, by everybody who writes to the ledger."""
    if session.get_bind().dialect.name != "postgresql":
        return
    session.connection()  # begins the transaction, where nothing has yet
    whole, kept = session.get_transaction(), session.info.get(KEPT)
    if kept is None or kept[0] is not whole:
        kept = session.info[KEPT] = (whole, session.scalar(LAST_NUMBER) or 0)
    # Taken again with each entry, which costs little: a savepoint that was rolled back gave it up.
    session.execute(_HOLD, {"kind": FLOOR_LOCK, "floor": kept[1]})


def pass_all_on(session: Session, entries: Iterable[tuple[str, Mapping[str, Any], int]]) -> None:
    """The same for many entries at once, each with its customer's ref, its values and its number."""
    downstream.tell_all(
        session,
        downstream.CONSENT,
        (
            downstream.Told(
                event_id=row["event_id"], purpose=row["purpose"], customer_id=row["customer_id"], entry_id=number,
                restricts=row["action"] in downstream.RESTRICTING, now=row["recorded_at"],
                payload={"position": number, "customer": ref} | {name: row[name] for name in PASSED},
            )
            for ref, row, number in entries
        ),
    )  # fmt: skip


def pass_on(session: Session, customer: Customer, entry: ConsentEntry) -> None:
    """Write down, for every system that uses this purpose, that it must be told of an entry."""
    downstream.tell(
        session,
        downstream.CONSENT,
        entry.event_id,
        payload={
            "position": entry.global_seq,
            "event_id": entry.event_id,
            "customer": customer.ref,
            "seq": entry.seq,
            "purpose": entry.purpose,
            "channel": entry.channel,
            "topic": entry.topic,
            "action": entry.action,
        },
        now=entry.recorded_at,
        purpose=entry.purpose,
        customer_id=customer.id,
        entry_id=entry.global_seq,
        restricts=entry.action in downstream.RESTRICTING,
    )
