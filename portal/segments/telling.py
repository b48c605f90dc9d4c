"""Tells systems downstream who entered or left a segment: refs, keys and numbers alone, and no word of anybody."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import downstream
from portal.accounts.models import Customer
from portal.segments.models import Membership, Segment, SegmentDefinition

PURPOSE = "needs"
"""The consent that memberships rest on; a system for other purposes is not told."""
AT_ONCE = 500


def tell_entered(session: Session, membership_ids: Sequence[int], now: datetime) -> int:
    """Say who entered, in the transaction in which they did; gives how many deliveries that made."""
    return _tell(session, downstream.SEGMENT_ENTERED, membership_ids, now)


def tell_left(session: Session, membership_ids: Sequence[int], now: datetime) -> int:
    """Say who left. When a consent ended it, what was not told of their entering yet is not told any more."""
    return _tell(session, downstream.SEGMENT_LEFT, membership_ids, now)


def _tell(session: Session, event: str, membership_ids: Sequence[int], now: datetime) -> int:
    if not membership_ids or not downstream.somebody_wants(session, event, PURPOSE):
        return 0
    made = 0
    for start in range(0, len(membership_ids), AT_ONCE):
        for row in session.execute(_of(membership_ids[start : start + AT_ONCE])):
            cause = row.cause if event == downstream.SEGMENT_ENTERED else row.end_cause
            taken_back = cause == "consent"
            if taken_back:
                downstream.forget_untold(session, downstream.SEGMENT_ENTERED, row.customer_id)
            payload = {
                "customer": row.ref, "segment": row.key, "version": row.version, "membership": row.id,
                "reason": cause, "at": now.isoformat(),
            }  # fmt: skip
            made += downstream.tell(
                session, event, f"{event}:{row.id}", payload=payload, now=now, purpose=PURPOSE,
                customer_id=row.customer_id, restricts=taken_back and event == downstream.SEGMENT_LEFT,
            )  # fmt: skip
    return made


def _of(ids: Sequence[int]) -> sa.Select[int, int, str, str, int, str, str | None]:
    return (
        sa.select(
            Membership.id, Membership.customer_id, Customer.ref, Segment.key, SegmentDefinition.version,
            Membership.cause, Membership.end_cause,
        )
        .join(Customer, Customer.id == Membership.customer_id)
        .join(Segment, Segment.id == Membership.segment_id)
        .join(SegmentDefinition, SegmentDefinition.id == Membership.definition_id)
        .where(Membership.id.in_(ids))
        .order_by(Membership.id)
    )  # fmt: skip
