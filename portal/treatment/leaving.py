"""How fast people leave because of a campaign: counted from decisions and the ledger, for rule 17."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.consent import ConsentEntry
from portal.treatment.models import CLAIMED, OF_A_CAMPAIGN, CampaignPace, Decision

DAY, PAST = timedelta(days=1), timedelta(days=90)
LEFT = ("withdrawn", "objected", "suppressed")


def count_campaigns(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Count, for each campaign of the last 90 days, how many it wrote to and how many left within a day of that.

    :returns: how many campaigns were counted, and 0.
    """
    now = clock()
    with db.writing(engine) as session:
        usual = _counted(session, now - PAST, now - DAY)
        today = _counted(session, now - DAY, now)
        for campaign in sorted({*usual, *today}):
            sent, left = today.get(campaign, (0, 0))
            before, gone = usual.get(campaign, (0, 0))
            row = session.get(CampaignPace, campaign) or CampaignPace(campaign=campaign)
            row.sent, row.left, row.counted_at = sent, left, now
            row.usual = gone * 1_000_000 // before if before else None
            session.add(row)
    return len({*usual, *today}), 0


def _counted(session: Session, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """By campaign, the customers it was allowed to write to in a span, and those of them who left within a day."""
    because = sa.and_(
        ConsentEntry.customer_id == Decision.customer_id,
        ConsentEntry.purpose.in_((Decision.purpose, "*")),
        ConsentEntry.action.in_(LEFT),
        ConsentEntry.recorded_at >= Decision.decided_at,
    )
    rows: Iterable[Any] = session.execute(
        sa.select(Decision.campaign, Decision.customer_id, Decision.decided_at, ConsentEntry.recorded_at)
        .outerjoin(ConsentEntry, because)
        .where(
            OF_A_CAMPAIGN,
            CLAIMED,
            Decision.outcome == "allow",
            Decision.decided_at > since,
            Decision.decided_at <= until,
        )
    )
    sent: dict[str, set[int]] = {}
    left: dict[str, set[int]] = {}
    for campaign, customer_id, decided_at, recorded_at in rows:
        sent.setdefault(campaign, set()).add(customer_id)
        if recorded_at is not None and recorded_at <= decided_at + DAY:
            left.setdefault(campaign, set()).add(customer_id)
    return {campaign: (len(them), len(left.get(campaign, ()))) for campaign, them in sent.items()}
