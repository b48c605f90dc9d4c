"""Yeses that nothing proves: told by the team or a file before grades were kept, and found again in the ledger.

`rules.proof_of` says it of one entry, and `LedgerAgain.proved` of one cell; here it is asked of sets, by an index that
holds just such entries, so that it costs nothing where there are none.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, bindparam, exists, false, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from portal import db
from portal.accounts import Customer
from portal.consent.models import UNPROVEN, ConsentEntry, ConsentState
from portal.consent.permissions import PurposeFacts
from portal.consent.rules import AFFIRMATIVE, ANY
from portal.consent.sets import among, joined


def _bare(purpose: Any) -> tuple[ColumnElement[bool], ...]:
    """That an entry is a yes to a purpose without proof, on which the yes of its cell rests, and on none that has one.

    A yes to the same words goes on since the first of them: any proved one since then proves it. A yes that came by a
    merge is proved as it was with whom it came from.
    """
    cell, entry, proved, merged = ConsentState, ConsentEntry, aliased(ConsentEntry), aliased(Customer)
    own = and_(proved.actor_type == "customer", proved.method == "web_form", proved.notice_sha256.is_not(None))
    shown = (
        proved.purpose == entry.purpose, proved.channel == entry.channel, proved.topic == entry.topic,
        proved.action.in_(sorted(AFFIRMATIVE)),
        or_(proved.grade.in_(("A", "B")), and_(proved.grade.is_(None), own)),
    )  # fmt: skip
    by_own = exists().where(
        proved.customer_id == entry.customer_id, proved.occurred_at >= cell.since, proved.seq <= cell.seq, *shown
    )
    there = exists().where(
        merged.merged_into_id == entry.customer_id, entry.method == "rule", proved.customer_id == merged.id, *shown
    )
    rests = exists().where(
        cell.customer_id == entry.customer_id, cell.purpose == entry.purpose, cell.channel == entry.channel,
        cell.topic == entry.topic, cell.entry_id == entry.global_seq, cell.state == "granted", cell.grade.is_(None),
        ~by_own,
    )  # fmt: skip
    whole = (entry.purpose == purpose, entry.channel == ANY, entry.topic == ANY)
    return literal_column(UNPROVEN), *whole, rests, ~there


_OF_ONE: Select[Any] = select(ConsentEntry.global_seq).where(
    ConsentEntry.customer_id == bindparam("customer"), *_bare(bindparam("only"))
)


def is_unproven(session: Session, customer_id: int, purpose: str) -> bool:
    """Whether nothing proves the yes of a customer to a purpose; asked where their last entry shows nothing."""
    found = db.plainly(session).execute(_OF_ONE, {"customer": customer_id, "only": purpose})
    return found.first() is not None


def unproven(dialect: str, purpose: PurposeFacts, few: bool) -> Subquery:
    """Those whose yes nothing proves, as a part of one row, see `sets.own_cell`."""
    those = joined(dialect, ConsentEntry.customer_id).label("unproven")
    asked = _bare(purpose.key) if purpose.asks else (false(),)
    return select(those).where(*asked, *among(ConsentEntry.customer_id, few)).subquery()
